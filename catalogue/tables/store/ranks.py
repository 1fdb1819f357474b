"""Texts that come again and again, kept in a copy by their ranks (an ENUM of DuckDB): one or two bytes a row.

They rank as texts are sorted, where accents and capitals decide between equals alone: a sort compares numbers, and a
filter that wants a text looks it up once. A million rows of six columns take 41 MiB so, and 70 with all their texts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import duckdb

from catalogue.tables.store.connections import folded
from catalogue.tables.store.parquet import Stored

RANKED: Final = "ENUM"  # the type of such a column; the type of its own has the name of the column
RANK: Final = 2  # bytes, at most
MOST: Final = 20_000  # texts of one column
REPEATED: Final = 4  # rows of each, in the mean
LISTED: Final = 2 * 2**20  # bytes of the texts of one column, each counted as the longest
ENTRY: Final = 100  # bytes that a text of a list takes beside its own


@dataclass(frozen=True)
class Texts:
    """Of one column. `different` is estimated, within some hundredths."""

    bytes: int
    longest: int  # bytes
    different: int

    def repeated(self, rows: int) -> bool:
        """Whether they are worth a list."""
        few = 0 < self.different <= MOST and self.different * REPEATED <= rows
        return few and self.different * self.longest <= LISTED

    @property
    def listed(self) -> int:
        """Bytes of their list."""
        return self.different * (self.longest + ENTRY)


def look(cursor: duckdb.DuckDBPyConnection, path: Path, stored: Stored) -> tuple[int, dict[str, Texts]]:
    """How many rows there are, and what the columns of text hold, by their names in statements."""
    names = [name for name, type_ in zip(stored.names, stored.types, strict=True) if type_ == "VARCHAR"]
    sums = [f"sum(strlen({name})), max(strlen({name})), approx_count_distinct({name})" for name in names]
    statement = f"SELECT {', '.join(['count(*)', *sums])} FROM {stored.source}"
    [[rows, *found]] = cursor.execute(statement, stored.bound(path)).fetchall()
    figures = [each or 0 for each in found]
    return rows, {name: Texts(*figures[3 * at : 3 * at + 3]) for at, name in enumerate(names)}


def rank(cursor: duckdb.DuckDBPyConnection, path: Path, stored: Stored, names: Sequence[str]) -> dict[str, bool]:
    """Makes the types of these columns; whether the texts of each rank by their bytes too, as codes do."""
    plain = {}
    for name in names:
        different = f"SELECT DISTINCT {name} AS text FROM {stored.source} WHERE {name} IS NOT NULL"
        statement = f"SELECT text FROM ({different}) ORDER BY {folded('text')}, text"
        texts = [row[0] for row in cursor.execute(statement, stored.bound(path)).fetchall()]
        # DuckDB takes the texts of a type in the order in which it is given them.
        cursor.execute(f"CREATE TYPE {name} AS ENUM (SELECT unnest($texts::VARCHAR[]))", {"texts": texts})
        plain[name] = texts == sorted(texts)
    return plain
