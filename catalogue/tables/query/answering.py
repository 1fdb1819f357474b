"""A page of rows, or of groups, with its total and where the next begins."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from catalogue.tables.query.cursors import Cursor
from catalogue.tables.query.plan import Output, Plan, continued, planned
from catalogue.tables.query.question import Readable, TableQuery
from catalogue.tables.query.rendering import json_object
from catalogue.tables.store import Asking, Value, asking

COUNTED: Final = 100  # totals kept with an open table


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
        values: dict[str, Value] = dict(later.values)
        expressions = ", ".join(filter(None, (json_object(plan.outputs, values), plan.number)))
        found = asked.all(later.rows(expressions, query.limit + 1, before), values) if query.limit else []
        rows = found[: query.limit]
        following = ""
        if len(found) > query.limit:
            following = Cursor(rows[-1][1] if plan.number else before + len(rows)).written(query, table)
        first = not query.cursor and not query.offset and query.limit
        known = len(rows) if first and not following else None
        total = (known if known is not None else _total(asked, plan, table, query)) if query.total else None
        return Page(plan.outputs, tuple(row[0] for row in rows), total, following)


def _total(asked: Asking, plan: Plan, table: Readable, query: TableQuery) -> int:
    """Counted once for all the pages of a question, as long as its table is kept open."""
    if not (query.filters or query.near or query.box or query.grouped):
        return table.rows
    counts, key = asked.kept.counts, plan.key
    if key not in counts:
        [[counts[key]]] = asked.all(plan.count, plan.values)
        while len(counts) > COUNTED:
            counts.popitem(last=False)
    return counts.get(key, 0)
