"""The rows of a Parquet file for many questions in a row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from catalogue.tables.store import Connection

SMALL = 500_000  # cells


@dataclass(frozen=True)
class Looked:
    """`rows` stands after FROM, with `file_row_number` beside the columns (from 0)."""

    connection: Connection
    rows: str
    values: Mapping[str, Any]

    def all(self, statement: str, **values: Any) -> list[tuple[Any, ...]]:
        return self.connection.execute(statement, {**self.values, **values}).fetchall()

    def one(self, statement: str, **values: Any) -> tuple[Any, ...]:
        found = self.all(statement, **values)
        return found[0] if found else ()


def looked(connection: Connection, path: Path, columns: int) -> Looked:
    """A small table is copied into memory: to open a wide file costs more than its rows (4 ms for 1,000 columns)."""
    rows, values = "read_parquet($path, file_row_number = true)", {"path": str(path)}
    counted = connection.execute("SELECT count(*) FROM read_parquet($path)", {"path": str(path)}).fetchone()
    if counted is None or counted[0] * columns > SMALL:
        return Looked(connection, rows, values)
    connection.execute(f"CREATE TEMP TABLE looked AS SELECT * FROM {rows}", values)
    return Looked(connection, "looked", {})
