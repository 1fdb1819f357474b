"""Small tables to ask: written as the intake writes them, with what a table says of itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from catalogue.tables.contract import Column, Type
from catalogue.tables.store import as_parquet

STORED = {
    Type.INTEGER: "BIGINT",
    Type.YEAR: "SMALLINT",
    Type.DECIMAL: "DECIMAL(18,2)",
    Type.LATITUDE: "DOUBLE",
    Type.LONGITUDE: "DOUBLE",
    Type.BOOLEAN: "BOOLEAN",
    Type.DATE: "DATE",
    Type.DATETIME: "TIMESTAMP",
    Type.TIME: "TIME",
}


@dataclass(frozen=True)
class Written:
    path: Path
    columns: tuple[Column, ...]
    rows: int
    version: int = 1


def written(path: Path, types: Mapping[str, Type], rows: Sequence[Sequence[Any]]) -> Written:
    connection = duckdb.connect(":memory:")
    names = [f"c{number}" for number in range(len(types))]
    kinds = [STORED.get(type_, "VARCHAR") for type_ in types.values()]
    connection.execute(f"CREATE TABLE t ({', '.join(f'{n} {k}' for n, k in zip(names, kinds, strict=True))})")
    for row in rows:
        connection.execute(f"INSERT INTO t VALUES ({', '.join('?' * len(row))})", list(row))
    quoted = ", ".join(f"{n} AS " + '"' + name.replace('"', '""') + '"' for n, name in zip(names, types, strict=True))
    connection.execute(f"COPY (SELECT {quoted} FROM t) TO '{path}' ({as_parquet(len(names))})")
    connection.close()
    columns = []
    for place, (name, type_) in enumerate(types.items()):
        cells = [row[place] for row in rows]
        longest = max((len(str(cell)) for cell in cells if cell is not None), default=0)
        different = len({cell for cell in cells if cell is not None})
        columns.append(Column(name, type_, name, cells.count(None), different, longest=longest))
    return Written(path, tuple(columns), len(rows))
