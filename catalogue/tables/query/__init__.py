"""Questions to the rows of a table: from values to SQL in which every value is bound, and from its rows to an answer.

Nothing that anyone typed stands in a statement: values are bound, columns are called by their places.
"""

from catalogue.tables.query.answering import Page, answer
from catalogue.tables.query.grid import Extent, Spot, extent, spots
from catalogue.tables.query.question import (
    MOST_ROWS,
    Box,
    Filter,
    Function,
    Group,
    Measure,
    Near,
    Op,
    Part,
    Readable,
    Sort,
    TableQuery,
)

__all__ = [
    "MOST_ROWS",
    "Box",
    "Extent",
    "Filter",
    "Function",
    "Group",
    "Measure",
    "Near",
    "Op",
    "Page",
    "Part",
    "Readable",
    "Sort",
    "Spot",
    "TableQuery",
    "answer",
    "extent",
    "spots",
]
