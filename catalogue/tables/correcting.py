"""A file as it is once corrected: a CSV of our own, in the place of the one that came. The original is not touched.

What somebody typed for a cell stands first; then, in the columns where they asked for it, each cell that breaks its schema
and that we know how to write is written so (`schemas.repairs`): dates, decimal commas, lost zeros, words of a list…
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from catalogue.tables.contract import Match, Raw, Unreadable
from catalogue.tables.schemas.bound import Bound
from catalogue.tables.schemas.kinds import respected
from catalogue.tables.schemas.national import Field, Schema, fields_of, schema
from catalogue.tables.schemas.repairs import EMPTIED, repaired
from catalogue.tables.store import Stored, connected
from catalogue.tables.versions import CORRECTABLE, Corrections

BATCH: Final = 2_000  # rows
Key = tuple[str, str, int | None]


@dataclass
class Corrected:
    """How many cells, names of columns among them, are no longer what they were."""

    cells: int = 0


def correct(raw: Raw, into: Path, corrections: Corrections, match: Match | None) -> int:
    """Writes the corrected table at `into`, in UTF-8; how many cells differ. `match`: the schema that it follows.

    Raises Unreadable for a format whose cells are not all that it says.
    """
    if raw.format not in CORRECTABLE:
        raise Unreadable(
            "Un fichier de ce format se corrige dans l’outil qui l’a fait. Corrigez-le là, puis déposez-le de nouveau.",
            "format",
        )
    of = schema(match.schema, match.version) if match else None
    found = fields_of(raw.names, of) if of else {}
    heads = _heads(raw, of, found) if corrections.headings and of else [(name, name) for name in raw.names]
    count = Corrected()
    with into.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=raw.separator or ",", lineterminator="\r\n")
        written = dict(zip(raw.names, raw.written, strict=True))
        names = [head if name is None or corrections.headings else written[name] or name for name, head in heads]
        count.cells += len(set(names).symmetric_difference(written.values())) if corrections.headings else 0
        writer.writerow(names)
        for row in _rows(raw, corrections, found, count):
            writer.writerow(["" if name is None else row[name] for name, _ in heads])
    return count.cells


def _heads(raw: Raw, of: Schema, found: Mapping[str, Field]) -> list[tuple[str | None, str]]:
    """The columns as the schema has them, in its order, absent ones too; then the others as they are."""
    by_field = {field.name: name for name, field in found.items()}
    told: list[tuple[str | None, str]] = [(by_field.get(field.name), field.name) for field in of.fields]
    return [*told, *((name, name) for name in raw.names if name not in found)]


def _rows(raw: Raw, corrections: Corrections, found: Mapping[str, Field], count: Corrected) -> Iterator[dict[str, str]]:
    typed: dict[Key, str] = {(one.column, one.was, one.line): one.value for one in corrections.cells}
    gaps = list(raw.gaps)
    line = raw.first_line - 1
    for number, (were, better) in enumerate(_read(raw, corrections.columns, found)):
        line += 1
        while gaps and gaps[0][0] <= number:
            line += gaps.pop(0)[1]
        row = {}
        for name, was, mended in zip(raw.names, were, better, strict=True):
            now = typed.get((name, was, line), typed.get((name, was, None), mended))
            count.cells += now != was
            row[name] = now
        yield row


def _read(
    raw: Raw, columns: Sequence[str], found: Mapping[str, Field]
) -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
    """Each row as it is, and as it would be written."""
    bound = Bound(raw.path)
    names = [f"c{place}" for place in range(len(raw.names))]
    fields = {
        cell: found[name] for cell, name in zip(names, raw.names, strict=True) if name in columns and name in found
    }
    # A repair is dear, and asked of each cell once.
    told = ", ".join([*names, "n", *(f"{_repair(cell, field, bound)} AS r{cell}" for cell, field in fields.items())])
    better = [_better(cell, fields[cell]) if cell in fields else cell for cell in names]
    with connected([raw.path]) as connection:
        source = f"(SELECT {told} FROM {Stored.of(connection, raw.path).source})"
        said = ", ".join(f"coalesce({each}, '')" for each in (*names, *better))
        statement = f"SELECT {said} FROM {source} ORDER BY n"
        answer = connection.execute(statement, bound.used(statement))
        while rows := answer.fetchmany(BATCH):
            for row in rows:
                yield row[: len(names)], row[len(names) :]


def _repair(cell: str, field: Field, bound: Bound) -> str:
    """SQL: what `schemas.repairs.repaired` says of a cell that breaks its schema, NULL for one that does not."""
    sound = f"{cell} IS NULL OR coalesce({respected(cell, field, bound)}, false)"
    return f"CASE WHEN {sound} THEN NULL ELSE {repaired(cell, field, bound)} END"


def _better(cell: str, field: Field) -> str:
    """Of what no repair reads, the cell as it is. A word for nothing goes only where nothing may be."""
    kept = f" AND r{cell}[1] <> '{EMPTIED.code}'" if field.required else ""
    return f"CASE WHEN r{cell} IS NOT NULL{kept} THEN coalesce(r{cell}[2], {cell}) ELSE {cell} END"
