"""Parquet: written by DuckDB beside, then sent."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Final

from catalogue.tables.exports.style import SECONDS, Pieces, Style, whole
from catalogue.tables.query import Readable, TableQuery
from catalogue.tables.query.plan import planned
from catalogue.tables.query.rendering import named
from catalogue.tables.store import as_parquet, asking

PIECE: Final = 2**18  # bytes


def parquet(table: Readable, query: TableQuery, style: Style, gone: Callable[[], bool] | None) -> Pieces:
    with tempfile.TemporaryDirectory(prefix="bouture-export-") as folder:
        made = Path(folder) / "table.parquet"
        with asking(table.path, "export", SECONDS, gone, into=made) as asked:
            plan = planned(table, whole(query), asked.stored)
            rows = plan.rows(named(plan.outputs), style.limit, ordered=bool(query.sort) or query.grouped)
            asked.all(f"COPY ({rows}) TO $into ({as_parquet(len(plan.outputs))})", {**plan.values, "into": str(made)})
        yield from sent(made)


def sent(path: Path) -> Pieces:
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            yield piece
