"""A question as one statement: which columns come out, in what order, from where on."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from catalogue.tables.contract import BadQuestion, Column, Type
from catalogue.tables.query.bound import Bound, Columns
from catalogue.tables.query.conditions import where
from catalogue.tables.query.cursors import Cursor
from catalogue.tables.query.grouping import grouped, said
from catalogue.tables.query.places import Place, place
from catalogue.tables.query.question import MOST_ROWS, Readable, Sort, TableQuery
from catalogue.tables.store import RANKED, Asking, Stored, Value, folded

MOST_SORTS: Final = 8
FLOATS: Final = frozenset({"FLOAT", "DOUBLE"})


@dataclass(frozen=True)
class Output:
    """A column of the answer. `sql`: its name inside of the statement."""

    name: str
    type: Type
    sql: str
    longest: int = 0  # characters, of a text
    exact: bool = False  # a number that is never infinite, nor none


@dataclass(frozen=True)
class Plan:
    """`body`: FROM and WHERE of what comes out, in which the outputs are columns."""

    outputs: tuple[Output, ...]
    body: str
    values: Mapping[str, Value]
    order: str
    number: str  # what the cursor keeps of the last row: its number; "" when it counts the rows before it
    place: Place | None = None
    light: tuple[str, ...] = ()  # the columns that it is sorted by, when none of them is a text

    def rows(self, expressions: str, limit: int | None, offset: int = 0, *, ordered: bool = True) -> str:
        """The statement whose rows are these expressions of the outputs; not `ordered`: as the file has them."""
        tail = f" LIMIT {int(limit)}" if limit is not None else ""
        tail += f" OFFSET {int(offset)}" if offset else ""
        if not ordered:
            return f"SELECT {expressions} {self.body}{tail}"
        # The expressions are of the rows that come out alone: computed beside the sort, they were of all that it sorts.
        return f"SELECT {expressions} FROM (SELECT * {self.body} ORDER BY {self.order}{tail}) AS found"

    def numbers(self, limit: int, offset: int = 0, *, counted: bool = False) -> str:
        """The statement whose rows are the numbers of the rows of a page, each with the total when they are `counted`.

        Counted so, in one go, columns are decoded once; what is sorted by must be light, since it is held of all rows.
        """
        tail = f"ORDER BY {self.order} LIMIT {int(limit)}" + (f" OFFSET {int(offset)}" if offset else "")
        if not counted:
            return f"SELECT n {self.body} {tail}"
        held = ", ".join(dict.fromkeys([*self.light, "n"]))
        return (
            f"WITH found AS MATERIALIZED (SELECT {held} {self.body}) "
            f"SELECT n, (SELECT count(*) FROM found) FROM found {tail}"
        )

    @property
    def count(self) -> str:
        return f"SELECT count(*) {self.body}"

    @property
    def key(self) -> str:
        """Of what is counted."""
        return hashlib.sha256(repr((self.body, sorted(self.values.items()))).encode("utf-8", "replace")).hexdigest()


def planned(table: Readable, query: TableQuery, stored: Stored) -> Plan:
    """Without its cursor. Raises BadQuestion and TooMuch, before anything is read."""
    if not 0 <= query.limit <= MOST_ROWS:
        raise BadQuestion(f"Une page a de 0 à {MOST_ROWS} lignes : pour toutes, prenez un export.")
    if len(query.sort) > MOST_SORTS:
        raise BadQuestion(f"Un tri a {MOST_SORTS} colonnes au plus.")
    columns = Columns(table, stored)
    bound = Bound(stored.bound(table.path))
    kept = where(query, columns, bound)
    if query.grouped:
        return _groups(table, query, columns, bound, kept)
    chosen = [columns.named(name) for name in dict.fromkeys(query.select)] or list(columns.all)
    outputs = tuple(
        Output(each.name, each.type, columns.sql(each), each.longest, columns.stored(each) not in FLOATS)
        for each in chosen
    )
    sorts = [(each, columns.named(each.column)) for each in query.sort]
    order = ", ".join([*(key for each, column in sorts for key in _keys(each, column, columns)), "n"])
    texts = any(columns.stored(column) == "VARCHAR" for _, column in sorts)
    light = () if texts else tuple(columns.sql(column) for _, column in sorts)
    return Plan(outputs, f"FROM {stored.source} WHERE {kept}", bound.values, order, "n", place(columns), light)


def _groups(table: Readable, query: TableQuery, columns: Columns, bound: Bound, kept: str) -> Plan:
    if query.select:
        raise BadQuestion(
            "« select » choisit les colonnes des lignes : une question qui groupe donne ses groupes et ses calculs."
        )
    source = f"FROM {columns.source} WHERE {kept}"
    expressions, outputs = grouped(table, query, columns)
    ranks = len(query.group)
    inner = f"SELECT {', '.join(f'{sql} AS o{number}' for number, sql in enumerate(expressions))} {source}"
    inner += f" GROUP BY {', '.join(str(number + 1) for number in range(ranks))}" if ranks else ""
    rest = [f"o{number}" for number in range(ranks, len(expressions))]
    inner = f"SELECT {', '.join([*said(query), *rest])} FROM ({inner}) AS h"
    named = {name: f"o{number}" for number, (name, _) in enumerate(outputs)}
    order = []
    for each in query.sort:
        if each.column not in named:
            raise BadQuestion(f"Une question qui groupe se trie par ce qu’elle donne : {', '.join(named)[:1000]}.")
        order.append(_way(named[each.column], each))
    # Groups of the same rank always come in the same order.
    order += [f"o{number} NULLS LAST" for number in range(ranks)] or ["o0"]
    those = tuple(Output(name, type_, f"o{number}") for number, (name, type_) in enumerate(outputs))
    return Plan(those, f"FROM ({inner}) AS g", bound.values, ", ".join(order), "")


def _keys(asked: Sort, column: Column, columns: Columns) -> list[str]:
    """What a column is sorted by. Texts as in a dictionary: accents and capitals decide between equals alone."""
    return [_way(each, asked) for each in _bare(column, columns)]


def _way(sql: str, asked: Sort) -> str:
    return f"{sql} {'DESC' if asked.descending else 'ASC'} NULLS LAST"


def scattered(source: str, expressions: str) -> str:
    """The statement whose rows are these expressions of the rows `$numbers` of a source, in any order."""
    return (
        f"SELECT {expressions} FROM (SELECT unnest($numbers::BIGINT[]) AS number) AS asked JOIN {source} ON n = number"
    )


def continued(plan: Plan, query: TableQuery, table: Readable, asking: Asking) -> tuple[Plan, int]:
    """The plan of what follows the cursor, and how many rows it leaves out. Raises BadQuestion."""
    if not query.cursor:
        return plan, 0
    cursor = Cursor.read(query, table)
    if not plan.number:
        return plan, cursor.place
    if not query.sort:
        after = "n > $after"
        return replace(plan, body=f"{plan.body} AND {after}", values={**plan.values, "after": cursor.place}), 0
    columns = Columns(table, asking.stored)
    keys = [(sql, each.descending) for each in query.sort for sql in _bare(columns.named(each.column), columns)]
    found = asking.all(
        f"SELECT {', '.join(sql for sql, _ in keys)} FROM {asking.stored.source} WHERE n = $after",
        {**asking.stored.bound(table.path), "after": cursor.place},
    )
    if not found:
        raise BadQuestion("Cette suite n’existe pas : reprenez à la première page.")
    extra: dict[str, Value] = {f"k{number}": value for number, value in enumerate(found[0]) if value is not None}
    condition = _after(keys, found[0])
    body = f"{plan.body} AND {condition}"
    return replace(plan, body=body, values={**plan.values, **extra, "after": cursor.place}), 0


def _bare(column: Column, columns: Columns) -> list[str]:
    here = columns.sql(column)
    return [folded(here), here] if column.type == Type.TEXT and columns.stored(column) != RANKED else [here]


def _after(keys: list[tuple[str, bool]], last: tuple[Value, ...]) -> str:
    """Strictly after the row of these keys, NULLs last: further in the first that differs, the row's number at the end."""
    condition = "n > $after"
    for number, (sql, descending) in reversed(list(enumerate(keys))):
        if last[number] is None:
            condition = f"({sql} IS NULL AND {condition})"
        else:
            beyond = f"{sql} {'<' if descending else '>'} $k{number}"
            condition = f"({beyond} OR {sql} IS NULL OR ({sql} = $k{number} AND {condition}))"
    return condition
