"""What a reader of a format gives: rows of texts, and what is known of them. How they become a table is in `shaping`."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from catalogue.tables.contract import Note, Options, Type

Row = Sequence[str | None]

MOST_BYTES = 2 * 2**30  # of a file, unless the caller says less
MOST_COLUMNS = 2_000
MOST_CHARACTERS = 16 * 2**20  # of one cell, and of one line

# How sheets and files that tell of the tables, and are none, are called.
ASIDE = tuple(
    "a propos,description,dictionnaire,documentation,glossaire,legende,lexique,licence,license,lisez,metadonnees,mode d,notice,"
    "readme,sommaire".split(",")
)


def aside(name: str) -> bool:
    """Does a sheet or a file called so tell of others?"""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().casefold()
    return plain.replace("_", " ").strip().startswith(ASIDE)


@dataclass
class Found:
    """A table as its format has it.

    `rows` are read once, in a stream, whatever their widths. The header's lines are among them, found out later,
    unless the format names its columns itself (`names`: JSON, a database…). `notes`, `names` and `known` may grow while
    rows are read; a row is then as wide as what was known of the names.
    """

    rows: Iterator[Row]
    format: str
    names: Sequence[str] | None = None
    first_line: int = 1  # of the first of `rows`, as the program that made the file numbers it
    encoding: str = ""
    separator: str = ""
    sheet: str = ""
    sheets: Sequence[str] = ()
    notes: list[Note] = field(default_factory=list)
    known: Mapping[str, Type] = field(default_factory=dict)  # by the names of `names`
    unsaid: frozenset[str] = frozenset()  # as in `Raw`


Reader = Callable[[Path, Options], Found]
