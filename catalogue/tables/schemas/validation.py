"""How well a table follows a schema: what is wrong, line by line, and what is read all the same.

One pass counts what each rule finds in each column; the lines are fetched only where it found something. A table is
*valid* when nothing is found, *recoverable* when each finding has a repair (`repairs`), *invalid* otherwise.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from catalogue.tables.contract import Level, Match, Raw, Verdict
from catalogue.tables.schemas.bound import Bound
from catalogue.tables.schemas.checks import checks
from catalogue.tables.schemas.columns import headings
from catalogue.tables.schemas.kinds import broken, missing
from catalogue.tables.schemas.meaning import meant
from catalogue.tables.schemas.national import Field, Schema, fields_of, schema
from catalogue.tables.schemas.repairs import DOUBTFUL, EMPTY, may_be_empty, repaired
from catalogue.tables.schemas.reporting import Cell, Fault, findings, grouped, recovered
from catalogue.tables.schemas.wording import told
from catalogue.tables.store import Stored, connected

if TYPE_CHECKING:
    from collections.abc import Callable

    from duckdb import DuckDBPyConnection

KEPT: Final = 1000  # findings
NOTHING: Final = "CAST(NULL AS VARCHAR[])"  # no repair
NEVER: Final = "NOT coalesce(true, false)"  # of a text without a form


@dataclass(frozen=True)
class Rule:
    """`wrong`: SQL that is true of a line that breaks it; `repair`: SQL of [the repair's code, the cell so repaired].

    `again`: where a rule compares lines, the SQL of what they are compared by.
    """

    name: str
    column: str
    cell: str
    wrong: str
    repair: str
    telling: Callable[[str], tuple[str, str]]
    again: str = ""


def check(raw: Raw, match: Match) -> Verdict:
    """Raises KeyError when the schema is none that we have, and what `store.connected` raises."""
    of = schema(match.schema, match.version)
    found = fields_of(raw.names, of)
    columns = list(headings(raw, of, found))
    bound = Bound(raw.path)
    with connected([raw.path]) as connection:
        faults = list(_Table(connection, bound, raw).faults(list(_rules(raw, of, found, bound))))
    counts = {(heading.said.rule, heading.column): 1 for heading in columns}
    lost = any(fault.lost for fault in faults) or any(not heading.said.repair for heading in columns)
    return Verdict(
        match=match,
        level=Level.INVALID if lost else Level.RECOVERABLE if faults or columns else Level.VALID,
        found=findings(columns, faults, KEPT),
        counts={**counts, **{(fault.rule, fault.column): fault.count for fault in faults}},
        grouped=grouped(columns, faults),
        recovered=recovered(columns, faults),
        types={name: meant(field) for name, field in found.items()},
        fields={name: field.name for name, field in found.items()},
    )


def _rules(raw: Raw, of: Schema, found: Mapping[str, Field], bound: Bound) -> Iterator[Rule]:
    empty = partial(missing, words=of.missing, bound=bound)
    cells = {found[name].name: f"c{place}" for place, name in enumerate(raw.names) if name in found}
    for name, field in found.items():
        cell = cells[field.name]
        if field.required:
            repair = f"['{EMPTY.code}', NULL]" if may_be_empty(field, of.primary) else NOTHING
            yield Rule("required", name, cell, empty(cell), repair, partial(told, "required", field))
        repair = repaired(cell, field, bound)
        for rule, wrong in broken(cell, field, bound):
            if wrong != NEVER:
                yield Rule(rule, name, cell, f"(NOT {empty(cell)} AND {wrong})", repair, partial(told, rule, field))
        if field.constraints.get("unique"):
            yield _repeated("unique", name, field, [cell], empty)
    if of.primary and all(name in cells for name in of.primary):
        column = next(name for name, field in found.items() if field.name == of.primary[0])
        yield _repeated("primary-key", column, found[column], [cells[name] for name in of.primary], empty)
    names = {field.name: name for name, field in found.items()}
    for each in checks(of, cells, empty):
        wrong = f"coalesce({each.wrong}, false)"
        doubtful = f"['{DOUBTFUL.code}', NULL]"
        yield Rule(each.rule, names[each.column], cells[each.column], wrong, doubtful, each.telling)


def _repeated(rule: str, column: str, field: Field, cells: list[str], empty: Callable[[str], str]) -> Rule:
    """Each line whose key is that of a line above. Lines without a key are told by `required` alone."""
    there = " AND ".join(f"NOT {empty(cell)}" for cell in cells)
    return Rule(rule, column, cells[0], there, NOTHING, partial(told, rule, field), again=", ".join(cells))


class _Table:
    """The questions that are put to one file."""

    def __init__(self, connection: DuckDBPyConnection, bound: Bound, raw: Raw) -> None:
        self.connection, self.bound, self.raw = connection, bound, raw
        self.lines = f"(SELECT *, n AS line FROM {Stored.of(connection, raw.path).source})"

    def faults(self, rules: list[Rule]) -> Iterator[Fault]:
        counts = self._counts(rules)
        broken = [(rule, count) for rule, count in zip(rules, counts, strict=True) if count]
        for rule, count in broken:
            yield self._fault(rule, count, max(20, KEPT // len(broken)))

    def _counts(self, rules: list[Rule]) -> list[int]:
        """How many lines break each rule; of repeated keys, how many repeat one."""
        if not rules:
            return []
        asked = ", ".join(
            f"count_if({rule.wrong}) - count(DISTINCT CASE WHEN {rule.wrong} THEN row({rule.again}) END)"
            if rule.again
            else f"count_if({rule.wrong})"
            for rule in rules
        )
        return list(self._rows(f"SELECT {asked} FROM {self.lines}")[0])

    def _fault(self, rule: Rule, count: int, kept: int) -> Fault:
        # A column that is empty says nothing of any line, unless the format has no place for what it says.
        whole = rule.name == "required" and count == self.raw.rows and rule.column not in self.raw.unsaid
        repair = NOTHING if whole else rule.repair
        bad = f"SELECT line, {rule.cell} AS cell, {repair} AS repair FROM {self._broken(rule)}"
        # Kept in memory, or spilled: a repair is dear, and asked of each bad cell once.
        self.connection.execute(f"CREATE OR REPLACE TEMP TABLE bad AS {bad}", self.bound.used(bad))
        repairs = dict(self._rows("SELECT coalesce(repair[1], ''), count(*) FROM bad GROUP BY 1 ORDER BY 1"))
        first = f"FROM bad ORDER BY repair IS NOT NULL, line LIMIT {kept}"
        cells = self._rows(f"SELECT line, coalesce(cell, ''), coalesce(repair[1], ''), repair[2] {first}")
        return Fault(
            rule.name,
            rule.column,
            count,
            repairs,
            tuple(Cell(self.raw.line_of(row), *told) for row, *told in cells),
            rule.telling,
        )

    def _broken(self, rule: Rule) -> str:
        chosen = f"(SELECT * FROM {self.lines} WHERE {rule.wrong})"
        if not rule.again:
            return chosen
        above = f"row_number() OVER (PARTITION BY {rule.again} ORDER BY line)"
        return f"(SELECT * FROM {chosen} QUALIFY {above} > 1)"

    def _rows(self, statement: str) -> list[tuple[Any, ...]]:
        return self.connection.execute(statement, self.bound.used(statement)).fetchall()
