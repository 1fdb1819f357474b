"""Filters as SQL: each value is read by the column's type, then bound."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import Final

from catalogue.tables.contract import BadQuestion, Column, Type
from catalogue.tables.query import values
from catalogue.tables.query.bound import Bound, Columns
from catalogue.tables.query.places import within
from catalogue.tables.query.question import Filter, Op, TableQuery
from catalogue.tables.store import Value, folded

MOST: Final = 50  # filters of one question
LISTED: Final = 1000  # values of one list
SIGNS: Final = {Op.LT: "<", Op.LE: "<=", Op.GT: ">", Op.GE: ">="}
READERS: Final[dict[str, Callable[[Column, str], Value]]] = {
    "number": values.number,
    "time": values.clock,
    "boolean": values.boolean,
    "text": values.text,
}


def where(query: TableQuery, columns: Columns, bound: Bound) -> str:
    """What comes after WHERE; "true" when nothing is filtered. Raises BadQuestion."""
    if len(query.filters) > MOST:
        raise BadQuestion(f"Une question a {MOST} filtres au plus : retirez-en.")
    parts = [_condition(each, columns, bound) for each in query.filters]
    parts += within(query, columns, bound)
    return " AND ".join(parts) or "true"


def _condition(asked: Filter, columns: Columns, bound: Bound) -> str:
    column = columns.named(asked.column)
    here = columns.sql(column)
    if asked.op in (Op.EMPTY, Op.FILLED):
        return f"{here} IS {'NOT ' if asked.op == Op.FILLED else ''}NULL"
    if not asked.values or len(asked.values) > LISTED:
        raise BadQuestion(f"Le filtre de « {column.name} » demande de 1 à {LISTED} valeurs.")
    if asked.op in (Op.IN, Op.OUT, Op.EQ, Op.NE):
        some = "(" + " OR ".join(_equal(column, here, asked.values, bound)) + ")"
        # NULL is not that value: it stays.
        return some if asked.op in (Op.IN, Op.EQ) else f"{some} IS NOT TRUE"
    [value] = asked.values[:1]
    if asked.op in SIGNS:
        return _ordered(column, here, asked.op, value, bound)
    return _words(column, here, asked.op, value, bound)


def _equal(column: Column, here: str, given: tuple[str, ...], bound: Bound) -> Iterator[str]:
    kind = values.kind(column.type)
    if kind == "moment":
        for each in given:
            start, end = values.span(column, each)
            yield f"({here} >= {bound(_as(column, start))}" + (
                f" AND {here} < {bound(_as(column, end))})" if end else ")"
            )
    else:
        yield f"{here} IN ({', '.join(bound(READERS[kind](column, each)) for each in given)})"


def _ordered(column: Column, here: str, op: Op, given: str, bound: Bound) -> str:
    kind = values.kind(column.type)
    if kind == "boolean":
        raise BadQuestion(
            f"La colonne « {column.name} » est oui ou non : rien n’y est plus grand. Écrivez eq:oui ou eq:non."
        )
    if kind != "moment":
        return f"{here} {SIGNS[op]} {bound(READERS[kind](column, given))}"
    start, end = values.span(column, given)
    if op in (Op.LT, Op.GE):
        return f"{here} {SIGNS[op]} {bound(_as(column, start))}"
    if end is None:  # nothing is after the end of time
        return "false" if op == Op.GT else f"{here} IS NOT NULL"
    return f"{here} {'>=' if op == Op.GT else '<'} {bound(_as(column, end))}"


def _words(column: Column, here: str, op: Op, given: str, bound: Bound) -> str:
    if values.kind(column.type) not in ("text", "number"):
        raise BadQuestion(f"« {op} » cherche des mots : la colonne « {column.name} » n’en a pas. Employez eq, lt, gt…")
    text = here if values.kind(column.type) == "text" else f"CAST({here} AS VARCHAR)"
    # Parquet keeps each different text once, so folding a column costs about what reading it does.
    needle = folded(bound(values.text(column, given)))
    return f"{'contains' if op == Op.CONTAINS else 'starts_with'}({folded(text)}, {needle})"


def _as(column: Column, moment: datetime) -> date | datetime:
    return moment.date() if column.type == Type.DATE else moment
