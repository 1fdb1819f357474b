"""From a file to all that is known of it: its rows, their types, the schema that it follows, whom it may tell of."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from catalogue.tables.contract import Match, Options, Taken
from catalogue.tables.intake import read
from catalogue.tables.schemas import check, recognise
from catalogue.tables.typing import typed

RAW: Final = "raw.parquet"
ROWS: Final = "rows.parquet"
LIKELY: Final = 0.5  # confidence from which a schema is worth checking (docs/schemas.md)


def take(original: Path, folder: Path, options: Options, declared: Sequence[str] = ()) -> Taken:
    """Reads `original`, writes its rows in `folder`. `declared`: addresses of schemas that the record names.

    Raises Unreadable and TooMuch; nothing but the rows is left in the folder.
    """
    raw_path = folder / RAW
    try:
        raw = read(original, raw_path, options)
        match = followed(raw.names, declared)
        verdict = check(raw, match) if match else None
        rows = typed(raw, folder / ROWS, verdict.types if verdict else {})
    finally:
        raw_path.unlink(missing_ok=True)
    return Taken(
        rows=rows.rows,
        columns=rows.columns,
        format=raw.format,
        encoding=raw.encoding,
        separator=raw.separator,
        sheet=raw.sheet,
        sheets=raw.sheets,
        first_line=raw.first_line,
        notes=(*raw.notes, *rows.notes),
        verdict=verdict,
    )


def followed(names: Sequence[str], declared: Sequence[str]) -> Match | None:
    """The schema that these columns follow: the declared one, else the likeliest if it is likely."""
    first = next(iter(recognise(names, declared)), None)
    return first if first and (first.declared or first.confidence >= LIKELY) else None
