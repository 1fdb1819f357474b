"""Tables of texts for tests: what intake would make of a file, without intake."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from catalogue.tables.contract import Raw, Type
from catalogue.tables.store import connected, quoted


def raw(
    folder: Path, names: Sequence[str], rows: Sequence[Sequence[str | None]], known: Mapping[str, Type] | None = None
) -> Raw:
    """Empty cells become NULL, as in every `Raw`."""
    path = folder / f"{len(list(folder.glob('*.parquet')))}.parquet"
    columns = {f"c{index}": [row[index] or None for row in rows] for index in range(len(names))}
    said = ", ".join(f"unnest(CAST($c{index} AS VARCHAR[])) AS {quoted(name)}" for index, name in enumerate(names))
    with connected([], [path]) as connection:
        connection.execute(f"COPY (SELECT {said}) TO '{path}' (FORMAT parquet)", columns)
    return Raw(path, tuple(names), tuple(names), len(rows), "csv", known=known or {})
