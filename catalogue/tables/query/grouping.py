"""Groups and measures: what a question that groups gives, and what it may cost."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from catalogue.tables.contract import BadQuestion, Column, TooMuch, Type
from catalogue.tables.query.bound import Columns
from catalogue.tables.query.question import Function, Group, Measure, Part, Readable, TableQuery

COUNT: Final = "count"  # the name of how many rows a group has
MOST_GROUPS: Final = 6  # columns to group by
MOST_MEASURES: Final = 20
MANY: Final = 1_000_000  # groups, more than which nobody reads
DEAR: Final = 10_000  # groups, of each of which all values are kept to give a median, a quantile or how many differ
HOLDING: Final = frozenset({Function.MEDIAN, Function.QUANTILE, Function.DISTINCT})
ARITHMETIC: Final = frozenset({Function.SUM, Function.MEAN, Function.MEDIAN, Function.QUANTILE})
# Part -> SQL of what is grouped, SQL of what is said of a group, its type, how many there may be in a table of a century.
# A period is grouped by its number and named once per group: named once per row, a million take five times as long.
PARTS: Final = {
    Part.YEAR: ("year({0})", "{0}", Type.YEAR, 100),
    Part.QUARTER: (
        "year({0}) * 4 + quarter({0}) - 1",
        "format('{{:04d}}-Q{{:d}}', {0} // 4, {0} % 4 + 1)",
        Type.TEXT,
        400,
    ),
    Part.MONTH: (
        "year({0}) * 12 + month({0}) - 1",
        "format('{{:04d}}-{{:02d}}', {0} // 12, {0} % 12 + 1)",
        Type.TEXT,
        1_200,
    ),
    Part.WEEK: ("date_trunc('week', {0})", "strftime({0}, '%G-W%V')", Type.TEXT, 5_200),
    Part.DAY: ("CAST({0} AS DATE)", "{0}", Type.DATE, 36_525),
    Part.WEEKDAY: ("isodow({0})", "{0}", Type.INTEGER, 7),
    Part.HOUR: ("hour({0})", "{0}", Type.INTEGER, 24),
}
FUNCTIONS: Final = {
    Function.COUNT: "count({0})",
    Function.SUM: "sum({0})",
    Function.MEAN: "avg({0})",
    Function.MEDIAN: "median(CAST({0} AS DOUBLE))",
    Function.MIN: "min({0})",
    Function.MAX: "max({0})",
    Function.DISTINCT: "count(DISTINCT {0})",
}
Named = tuple[str, Type]


def grouped(table: Readable, query: TableQuery, columns: Columns) -> tuple[list[str], list[Named]]:
    """SQL of what is grouped, and the names and types of what comes out: the groups, the count, the measures.

    Raises BadQuestion and TooMuch.
    """
    if len(query.group) > MOST_GROUPS or len(query.measures) > MOST_MEASURES:
        raise BadQuestion(f"On groupe par {MOST_GROUPS} colonnes au plus, avec {MOST_MEASURES} calculs au plus.")
    _affordable(table, query, columns)
    parts = [_group(each, columns) for each in query.group]
    parts.append(("count(*)", (COUNT, Type.INTEGER)))
    parts += [_measure(each, columns) for each in query.measures]
    return [sql for sql, _ in parts], list(_unique(named for _, named in parts))


def _group(asked: Group, columns: Columns) -> tuple[str, Named]:
    column = columns.named(asked.column)
    here = columns.sql(column)
    if asked.part is None:
        return here, (column.name, column.type)
    if not column.type.moment:
        raise BadQuestion(f"« {column.name} » n’est pas une date : on ne peut pas en tirer « {asked.part} ».")
    if asked.part == Part.HOUR and column.type == Type.DATE:
        raise BadQuestion(f"« {column.name} » n’a que des jours, sans heures.")
    sql, _, type_, _ = PARTS[asked.part]
    return sql.format(here), (f"{column.name}_{asked.part}", type_)


def said(query: TableQuery) -> list[str]:
    """SQL of each group's names, from o0, o1… as they were grouped. A NULL stays one, which concat would lose."""
    those = [
        PARTS[each.part][1].format(f"o{rank}") if each.part else f"o{rank}" for rank, each in enumerate(query.group)
    ]
    return [f"CASE WHEN o{rank} IS NOT NULL THEN {sql} END AS o{rank}" for rank, sql in enumerate(those)]


def _measure(asked: Measure, columns: Columns) -> tuple[str, Named]:
    column = columns.named(asked.column)
    if asked.function in ARITHMETIC and not column.type.numeric:
        raise BadQuestion(f"« {asked.function} » demande des nombres : « {column.name} » n’en a pas.")
    name = f"{asked.function}_{column.name}"
    here = columns.sql(column)
    if asked.function != Function.QUANTILE:
        return FUNCTIONS[asked.function].format(here), (name, _type(asked, column))
    if not 0 <= asked.at <= 1:
        raise BadQuestion("Un quantile va de 0 à 1, comme 0.9.")
    # A float of Python's, written by us: DuckDB wants a constant there.
    return f"quantile_cont(CAST({here} AS DOUBLE), {float(asked.at)!r})", (f"{name}_{asked.at:g}", Type.DECIMAL)


def _type(asked: Measure, column: Column) -> Type:
    if asked.function in (Function.COUNT, Function.DISTINCT):
        return Type.INTEGER
    if asked.function in (Function.MIN, Function.MAX):
        return column.type
    return Type.INTEGER if asked.function == Function.SUM and column.type in (Type.INTEGER, Type.YEAR) else Type.DECIMAL


def _unique(names: Iterator[Named]) -> Iterator[Named]:
    """A column may be called "count": the second of a name gets a number."""
    seen: set[str] = set()
    for name, type_ in names:
        free, number = name, 2
        while free in seen:
            free, number = f"{name}_{number}", number + 1
        seen.add(free)
        yield free, type_


def _affordable(table: Readable, query: TableQuery, columns: Columns) -> None:
    """By what the profile says of the columns, before anything is read: DuckDB keeps all groups to sort them."""
    groups = 1
    for each in query.group:
        column = columns.named(each.column)
        different = max(1, column.distinct)
        groups *= min(different, PARTS[each.part][3]) if each.part else different
    groups = min(groups, table.rows)
    if groups > MANY:
        raise TooMuch(
            f"Cette question ferait environ {groups} groupes : groupez par moins de colonnes, ou par mois ou année plutôt que par jour.",
            "cost",
        )
    if groups > DEAR and any(each.function in HOLDING for each in query.measures):
        raise TooMuch(
            f"« median », « quantile » et « distinct » se calculent sur {DEAR} groupes au plus, et il y en aurait environ {groups} : "
            "groupez moins finement, ou demandez « sum », « mean », « min » et « max ».",
            "cost",
        )
