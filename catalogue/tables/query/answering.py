"""A page of rows, or of groups, with its total and where the next begins."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from catalogue.tables.query.cursors import Cursor
from catalogue.tables.query.plan import Output, Plan, continued, planned, scattered
from catalogue.tables.query.question import Readable, TableQuery
from catalogue.tables.query.rendering import json_object
from catalogue.tables.store import Asking, Value, asking

COUNTED: Final = 100  # totals kept with an open table
FEW: Final = 300_000  # cells of a table below which one statement is cheaper than two
HELD: Final = 2_000_000  # rows whose sorts are held, some 16 bytes each, for them to be counted on the way


@dataclass(frozen=True)
class Page:
    outputs: tuple[Output, ...]
    rows: tuple[str, ...]  # each a JSON object, in the order of the outputs
    total: int | None  # exact; None when it was not asked
    next: str  # cursor of the following page, "" at the end


def answer(table: Readable, query: TableQuery, gone: Callable[[], bool] | None = None) -> Page:
    """Raises BadQuestion, TooMuch and Unreadable. `gone` says whether nobody waits for the answer any more."""
    with asking(table.path, gone=gone) as asked:
        plan = planned(table, query, asked.stored)
        later, before = continued(plan, query, table, asked)
        before += query.offset
        found = _found(asked, later, table, query, before) if query.limit else []
        rows = found[: query.limit]
        following = ""
        if len(found) > query.limit:
            following = Cursor(rows[-1][1] if plan.number else before + len(rows)).written(query, table)
        first = not query.cursor and not query.offset and query.limit
        known = len(rows) if first and not following else None
        total = (known if known is not None else _total(asked, plan, table, query)) if query.total else None
        return Page(plan.outputs, tuple(row[0] for row in rows), total, following)


def _found(asked: Asking, plan: Plan, table: Readable, query: TableQuery, before: int) -> list[tuple[Any, ...]]:
    """The rows of a page, and one more, each with its number if they have one.

    Sorted, first which they are, then what they say: else all that is said by all that is sorted would be read.
    """
    values: dict[str, Value] = dict(plan.values)
    if not (plan.number and query.sort) or table.rows * len(table.columns) < FEW:
        expressions = ", ".join(filter(None, (json_object(plan.outputs, values), plan.number)))
        return asked.all(plan.rows(expressions, query.limit + 1, before), values)
    counts = asked.kept.counts
    counted = query.total and not query.cursor and _narrowed(query) and plan.key not in counts
    counted = counted and bool(plan.light) and table.rows <= HELD
    found = asked.all(plan.numbers(query.limit + 1, before, counted=counted), values)
    if not found:
        return []
    if counted:
        counts[plan.key] = found[0][1]
    source, bound = asked.scattered()
    expressions = f"{json_object(plan.outputs, bound)}, n"
    return asked.all(scattered(source, expressions), {**bound, "numbers": [row[0] for row in found]})


def _narrowed(query: TableQuery) -> bool:
    """Whether it may find fewer rows than its table has."""
    return bool(query.filters or query.near or query.box)


def _total(asked: Asking, plan: Plan, table: Readable, query: TableQuery) -> int:
    """Counted once for all the pages of a question, as long as its table is kept open."""
    if not (query.grouped or _narrowed(query)):
        return table.rows
    counts, key = asked.kept.counts, plan.key
    if key not in counts:
        [[counts[key]]] = asked.all(plan.count, plan.values)
    while len(counts) > COUNTED:
        counts.popitem(last=False)
    return counts.get(key, 0)
