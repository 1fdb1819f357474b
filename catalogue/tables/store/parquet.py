"""How the rows of a table are written, and how the columns of such a file are found again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from datetime import time as clock
from decimal import Decimal
from pathlib import Path
from typing import Final

import duckdb

Value = str | int | float | bool | Decimal | date | datetime | clock | list[str] | None  # that a statement binds

# Of COPY … TO. Measured on 1,000,000 rows of 6 columns (25 November 2026): encodings of version 2 make the file smaller
# than zstd over those of version 1 (7.5 MB against 8.6) and a page of 100 twice as fast to filter and sort.
PARQUET: Final = "FORMAT parquet, PARQUET_VERSION v2, COMPRESSION snappy, USE_TMP_FILE false"
GROUP_ROWS, GROUP_CELLS, LEAST_ROWS = 122_880, 4_000_000, 2_048
NUMBER: Final = "file_row_number"  # DuckDB's name of where a row stands


def as_parquet(columns: int) -> str:
    """The options of `COPY … TO` for a table of that many columns.

    DuckDB holds a group of rows before it writes it: a wide table gets shorter ones. 150,000 rows of 200 columns do not
    pass through 256 MiB in groups of 122,880, and do in groups of 20,000 (25 November 2026).
    """
    rows = max(LEAST_ROWS, min(GROUP_ROWS, GROUP_CELLS // max(1, columns)))
    return f"{PARQUET}, ROW_GROUP_SIZE {rows}"


@dataclass(frozen=True)
class Stored:
    """The columns of a Parquet file by their places: no name of the file ever stands in a statement.

    In SQL the columns are c0, c1… and the number of the row, from 0, is `n`.
    """

    types: tuple[str, ...]  # DuckDB's
    clash: bool  # a column of the file is called like the number of its rows

    @classmethod
    def of(cls, connection: duckdb.DuckDBPyConnection, path: Path) -> Stored:
        rows = connection.execute("DESCRIBE SELECT * FROM read_parquet($file)", {"file": str(path)}).fetchall()
        return cls(tuple(row[1] for row in rows), any(row[0].lower() == NUMBER for row in rows))

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(f"c{place}" for place in range(len(self.types)))

    def bound(self, path: Path) -> dict[str, Value]:
        """What its source binds, of the file at this path."""
        return {"file": str(path)}

    @property
    def source(self) -> str:
        """A FROM clause."""
        names = ", ".join([*self.names, "n"])
        if self.clash:
            return f"(SELECT *, row_number() OVER () - 1 FROM read_parquet($file)) AS t({names})"
        return f"read_parquet($file, file_row_number = true) AS t({names})"
