"""What crosses the borders inside tables: columns and their types, what was read, what is to be said about it.

A file becomes rows in three steps, each from the values of the one before:

    a file ──intake──> Raw (each cell as text) ──typing──> Typed (Parquet, columns, profile)
                         └──schemas──> Verdict (which schema, how well it is respected)

Names are Table Schema's where it has one (https://specs.frictionlessdata.io/table-schema/).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from catalogue.tables.versions import Difference


class Type(StrEnum):
    """What the values of a column are. The first nine are kinds of value; the others say what a text or a number means."""

    TEXT = "text"
    INTEGER = "integer"
    DECIMAL = "decimal"
    BOOLEAN = "boolean"
    DATE = "date"
    DATETIME = "datetime"
    TIME = "time"
    YEAR = "year"
    LIST = "list"  # a text that is a JSON array or object
    SIREN = "siren"
    SIRET = "siret"
    COMMUNE = "commune"  # INSEE code, five characters
    DEPARTMENT = "department"
    REGION = "region"
    POSTCODE = "postcode"
    LATITUDE = "latitude"  # degrees, WGS 84
    LONGITUDE = "longitude"
    POINT = "point"  # two numbers in one cell, as written
    GEOMETRY = "geometry"  # GeoJSON geometry, longitude first (RFC 7946)
    EMAIL = "email"
    TELEPHONE = "telephone"
    URL = "url"

    @property
    def numeric(self) -> bool:
        return self in {Type.INTEGER, Type.DECIMAL, Type.YEAR, Type.LATITUDE, Type.LONGITUDE}

    @property
    def moment(self) -> bool:
        return self in {Type.DATE, Type.DATETIME}


@dataclass(frozen=True)
class Note:
    """Something that whoever publishes should know, in French, with what to do if there is something to do.

    `line`: of the table as a spreadsheet numbers it, the header's first line being 1; `count`: how many cells or lines.
    """

    code: str  # stable: what tests and translations go by
    text: str
    column: str = ""
    line: int | None = None
    count: int = 1
    examples: tuple[str, ...] = ()


@dataclass(frozen=True)
class Options:
    """What the publisher chose, or what is known of the file before it is opened."""

    name: str = ""  # of the file, for its extension alone
    media_type: str = ""
    sheet: str = ""  # of a workbook, or a file of an archive; "": the first that holds a table
    encoding: str = ""  # "": found out
    separator: str = ""
    header_lines: int | None = None  # None: found out


@dataclass(frozen=True)
class Raw:
    """A table whose cells are the texts of the file. `path`: Parquet of VARCHAR alone, empty cells as NULL.

    `names`: unique and never empty, in the order of the file; `written`: as the file has them ("" where it has none).
    """

    path: Path
    names: tuple[str, ...]
    written: tuple[str, ...]
    rows: int
    format: str  # csv, xlsx, ods, json, ndjson, geojson, parquet, totem…
    first_line: int = 2  # of the file, where the first row stands
    encoding: str = ""
    separator: str = ""
    sheet: str = ""
    sheets: tuple[str, ...] = ()  # what else could be chosen
    notes: tuple[Note, ...] = ()
    known: Mapping[str, Type] = field(default_factory=dict)  # types that the format itself gives (Parquet, GeoJSON)
    gaps: tuple[tuple[int, int], ...] = ()  # (row, lines left out just before it): blank lines are not rows
    unsaid: frozenset[str] = frozenset()  # columns that the format has no place for: empty in every file of it

    def line_of(self, row: int) -> int:
        """The line of the file where a row stands. `row`: from 0, as `file_row_number` counts."""
        return self.first_line + row + sum(lines for at, lines in self.gaps if at <= row)


@dataclass(frozen=True)
class Bin:
    """One bar of a histogram: values in [low, high[, the last one closed; or one value of a text column (`low` alone)."""

    low: Any
    high: Any
    count: int


@dataclass(frozen=True)
class Column:
    """A column with its profile. `least`, `most`: ISO 8601 for dates; None when all is missing."""

    name: str
    type: Type
    written: str = ""  # as the file has it
    missing: int = 0
    distinct: int = 0  # estimated (HyperLogLog) above 10,000
    least: str | float | int | None = None
    most: str | float | int | None = None
    mean: float | None = None
    longest: int = 0  # characters, as written
    bins: tuple[Bin, ...] = ()  # the histogram of numbers and dates, the most frequent values of the rest


@dataclass(frozen=True)
class Typed:
    """The rows as they are asked: one Parquet file in the order of the file's lines."""

    path: Path
    columns: tuple[Column, ...]
    rows: int
    notes: tuple[Note, ...] = ()  # each coercion: what was read as what, and what could not be


class Level(StrEnum):
    """How well a schema is respected."""

    VALID = "valid"
    RECOVERABLE = "recoverable"  # not to the letter, and used all the same: `recovered` says how
    INVALID = "invalid"


@dataclass(frozen=True)
class Match:
    """A schema that a table may follow. `confidence` from 0 to 1; `declared`: the record says so (`conformsTo`)."""

    schema: str  # its key in `catalogue.reference`, such as "scdl/budget"
    version: str
    confidence: float
    declared: bool = False


@dataclass(frozen=True)
class Finding:
    """One cell, column or line that breaks a rule of the schema. `line` as in `Note`; None: of the whole column."""

    rule: str  # Table Schema's name: required, enum, pattern, type, missing-label, unique, primary-key…
    column: str
    line: int | None
    value: str
    message: str  # what is wrong
    remedy: str  # what to do
    recovered: bool = False  # used all the same


@dataclass(frozen=True)
class Verdict:
    """What came of validating. `found`: at most a thousand; `counts`: all of them, by rule and column."""

    match: Match
    level: Level
    found: tuple[Finding, ...] = ()
    counts: Mapping[tuple[str, str], int] = field(default_factory=dict)
    grouped: tuple[Note, ...] = ()  # the same, one note for each rule and column: what people read first
    recovered: tuple[Note, ...] = ()  # what was done to recover
    types: Mapping[str, Type] = field(
        default_factory=dict
    )  # what the schema says of the table's columns, by their names
    fields: Mapping[str, str] = field(default_factory=dict)  # the table's column -> the schema's field


@dataclass(frozen=True)
class Suspicion:
    """A column, or several together, that may tell of natural persons."""

    code: str  # birth, email, telephone, nir, subsidy…
    columns: tuple[str, ...]
    count: int  # of rows
    text: str  # why, and the law
    remedies: tuple[str, ...] = ()  # drop, aggregate, mask


@dataclass(frozen=True)
class Decision:
    """What the publisher chose about a suspicion: one of its remedies. It holds for the next versions too."""

    code: str
    columns: tuple[str, ...]
    remedy: str


@dataclass(frozen=True)
class Order:
    """How a file is to be taken in.

    `declared`: addresses of schemas that the record names. `decisions`: what is done about persons before anything is
    kept. `own`: domains of the publisher's own addresses, that tell of nobody.
    """

    options: Options = Options()
    declared: tuple[str, ...] = ()
    decisions: tuple[Decision, ...] = ()
    own: tuple[str, ...] = ()


PLAINLY: Final = Order()  # as the file says, nothing known of it before


@dataclass(frozen=True)
class Taken:
    """All that is known of a file once it was read. `rows`: how many."""

    rows: int
    columns: tuple[Column, ...]
    format: str
    encoding: str = ""
    separator: str = ""
    sheet: str = ""
    sheets: tuple[str, ...] = ()
    first_line: int = 2
    notes: tuple[Note, ...] = ()
    verdict: Verdict | None = None
    suspicions: tuple[Suspicion, ...] = ()
    remedied: bool = False  # whether columns were dropped or masked, or rows grouped, because of persons
    corrected: int = 0  # cells that somebody corrected here: the rows are then those of the corrected file
    difference: Difference | None = None  # from the version before, when there was one


class TableError(Exception):
    """A file that cannot become a table, or a question that cannot be answered. French, with what to do next.

    TableError
    ├── Unreadable     of the file: it is what it is; tell whoever publishes
    ├── TooMuch        a limit: of size, memory, time or cost; ask for less
    └── BadQuestion    of the question: tell whoever asks
    """

    def __init__(self, message: str, code: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.code = code or type(self).__name__


class Unreadable(TableError):
    """What this file holds is not a table, or not one that we can read."""


class TooMuch(TableError):
    """More than what one file or one question may take."""


class BadQuestion(TableError):
    """A column that is not there, a value that is not of its type, a cursor of another question."""
