"""What is asked of the rows of a table: frozen values, as a page or an API reads them from an address."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final, Protocol

from catalogue.tables.contract import Column

MOST_ROWS: Final = 1000  # of one page
Box = tuple[float, float, float, float]  # west, south, east, north, in degrees (WGS 84)


class Readable(Protocol):
    """A table whose rows can be asked."""

    @property
    def path(self) -> Path: ...  # of the Parquet file, absolute

    @property
    def columns(self) -> tuple[Column, ...]: ...  # in the order of the file

    @property
    def rows(self) -> int: ...

    @property
    def version(self) -> int | str: ...  # another whenever the rows are


class Op(StrEnum):
    """`NE` and `OUT` keep the empty cells: they are not that value."""

    EQ = "eq"
    NE = "ne"
    LT = "lt"
    LE = "le"
    GT = "gt"
    GE = "ge"
    IN = "in"
    OUT = "out"
    CONTAINS = "contains"  # accents and case ignored, as for STARTS
    STARTS = "starts"
    EMPTY = "empty"
    FILLED = "filled"


@dataclass(frozen=True)
class Filter:
    """`values` as they are typed; they are read by the column's type."""

    column: str
    op: Op
    values: tuple[str, ...] = ()


@dataclass(frozen=True)
class Near:
    latitude: float
    longitude: float
    metres: float


@dataclass(frozen=True)
class Sort:
    """Empty cells come last, whichever way."""

    column: str  # or, of a question that groups, the name of what comes out
    descending: bool = False


class Part(StrEnum):
    """Of a date. Periods are written as in ISO 8601: 2025, 2025-Q1, 2025-03, 2025-W05, 2025-03-31."""

    YEAR = "year"
    QUARTER = "quarter"
    MONTH = "month"
    WEEK = "week"
    DAY = "day"
    WEEKDAY = "weekday"  # 1 is Monday
    HOUR = "hour"  # 0 to 23


@dataclass(frozen=True)
class Group:
    column: str
    part: Part | None = None


class Function(StrEnum):
    COUNT = "count"  # of the cells that are not empty
    SUM = "sum"
    MEAN = "mean"
    MEDIAN = "median"
    MIN = "min"
    MAX = "max"
    QUANTILE = "quantile"
    DISTINCT = "distinct"


@dataclass(frozen=True)
class Measure:
    function: Function
    column: str
    at: float = 0.5  # of QUANTILE, from 0 to 1, interpolated


@dataclass(frozen=True)
class TableQuery:
    """Without `group` nor `measures`: rows. With: one row per group, its count and its measures."""

    select: tuple[str, ...] = ()  # all columns
    filters: tuple[Filter, ...] = ()  # all of them hold
    near: Near | None = None
    box: Box | None = None
    sort: tuple[Sort, ...] = ()
    group: tuple[Group, ...] = ()
    measures: tuple[Measure, ...] = ()
    limit: int = 100
    cursor: str = ""
    offset: int = (
        0  # rows left out before the first, after the cursor: for numbered pages, which cost what they leave out
    )
    total: bool = True  # whether to count all that the question finds

    @property
    def grouped(self) -> bool:
        return bool(self.group or self.measures)
