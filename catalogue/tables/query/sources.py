"""Whether a sorted page is looked for in the copy of its table, where there is one, or in the file."""

from __future__ import annotations

from typing import Final

from catalogue.tables.contract import Type
from catalogue.tables.query import values
from catalogue.tables.query.bound import Columns
from catalogue.tables.query.question import Filter, Op, Readable, Sort, TableQuery
from catalogue.tables.store import RANKED, Asking, Copied, Stored

LISTS: Final = frozenset({Op.EQ, Op.NE, Op.IN, Op.OUT, Op.EMPTY, Op.FILLED})
WORDS: Final = frozenset({Op.CONTAINS, Op.STARTS})


def quickest(asked: Asking, table: Readable, query: TableQuery) -> Stored:
    """Where its rows are found soonest; the answer is the same. Raises BadQuestion for a column that is not there.

    A copy compares numbers, dates and ranks of texts sooner than the file is decoded. What looks into each text stays
    with the file, that has a repeated one once; so does what a cursor asks, whose last row may hold any text.
    """
    copied = asked.copied
    if copied is None or query.cursor or query.near or query.box:
        return asked.stored
    columns = Columns(table, copied)
    fine = all(_compares(each, columns) for each in query.filters) and all(
        _sorts(each, columns, copied) for each in query.sort
    )
    return copied if fine else asked.stored


def _compares(asked: Filter, columns: Columns) -> bool:
    column = columns.named(asked.column)
    stored = columns.stored(column)
    if stored == RANKED:
        return asked.op in LISTS and values.kind(column.type) == "text"
    return stored != "VARCHAR" and asked.op not in WORDS


def _sorts(asked: Sort, columns: Columns, copied: Copied) -> bool:
    column = columns.named(asked.column)
    stored = columns.stored(column)
    if stored == RANKED:
        return column.type == Type.TEXT or columns.sql(column) in copied.plain
    return stored != "VARCHAR"
