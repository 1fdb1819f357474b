"""A page of rows, or of groups, with its total and where the next begins."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from catalogue.tables.query.cursors import Cursor
from catalogue.tables.query.plan import Output, Plan, continued, planned, scattered
from catalogue.tables.query.question import Readable, TableQuery
from catalogue.tables.query.rendering import cell, json_objects
from catalogue.tables.query.sources import quickest
from catalogue.tables.store import Asking, asking

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
        stored = quickest(asked, table, query) if _in_two(table, query) else asked.stored
        plan = planned(table, query, stored)
        later, before = continued(plan, query, table, asked)
        before += query.offset
        found = _found(asked, later, table, query, before) if query.limit else []
        rows = found[: query.limit]
        following = ""
        if len(found) > query.limit:
            following = Cursor(rows[-1][-1] if plan.number else before + len(rows)).written(query, table)
        first = not query.cursor and not query.offset and query.limit
        known = len(rows) if first and not following else None
        total = (known if known is not None else _total(asked, plan, table, query)) if query.total else None
        return Page(plan.outputs, tuple(json_objects(plan.outputs, rows)), total, following)


def _found(asked: Asking, plan: Plan, table: Readable, query: TableQuery, before: int) -> list[tuple[Any, ...]]:
    """The cells of the rows of a page, and of one more, each with its number at the end if they have one.

    Sorted, first which they are, then what they say: else all that is said by all that is sorted would be read.
    """
    cells = [cell(each) for each in plan.outputs]
    if not _in_two(table, query):
        expressions = ", ".join([*cells, plan.number] if plan.number else cells)
        return asked.all(plan.rows(expressions, query.limit + 1, before), plan.values)
    counts = asked.kept.counts
    counted = query.total and not query.cursor and _narrowed(query) and plan.key not in counts
    counted = counted and bool(plan.light) and table.rows <= HELD
    found = asked.all(plan.numbers(query.limit + 1, before, counted=counted), plan.values)
    if not found:
        return []
    if counted:
        counts[plan.key] = found[0][1]
    stored = asked.scattered()
    numbers = [row[0] for row in found]
    statement = scattered(stored.source, ", ".join([*cells, "n"]))
    rows = {row[-1]: row for row in asked.all(statement, {**stored.bound(table.path), "numbers": numbers})}
    return [rows[number] for number in numbers]


def _in_two(table: Readable, query: TableQuery) -> bool:
    """Whether a page is asked in two statements."""
    return bool(query.sort) and not query.grouped and table.rows * len(table.columns) >= FEW


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
