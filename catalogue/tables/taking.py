"""From a file to all that is known of it: its rows, their types, the schema that it follows, whom it may tell of."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from catalogue.tables.contract import PLAINLY, Match, Note, Order, Taken, Typed, Verdict
from catalogue.tables.intake import read
from catalogue.tables.personal import remedied, suspects
from catalogue.tables.schemas import recognise
from catalogue.tables.schemas.validation import check
from catalogue.tables.typing import typed

RAW: Final = "raw.parquet"
ROWS: Final = "rows.parquet"
REMEDIED: Final = "remedied.parquet"
LIKELY: Final = (
    0.8  # confidence from which a schema that nobody declared is checked: on the samples the right one has 0.91 or more
)
HIDDEN: Final = "•••"


def take(original: Path, folder: Path, order: Order = PLAINLY) -> Taken:
    """Reads `original`, writes its rows in `folder`.

    Raises Unreadable, TooMuch, and BadQuestion for a decision that leaves nothing; nothing but the rows is left in the folder.
    """
    raw_path = folder / RAW
    try:
        raw = read(original, raw_path, order.options)
        match = followed(raw.names, order.declared)
        verdict = check(raw, match) if match else None
        rows = typed(raw, folder / ROWS, verdict.types if verdict else {})
    finally:
        raw_path.unlink(missing_ok=True)
    suspicions = suspects(rows, match, order.own)
    notes = (*raw.notes, *rows.notes)
    if order.decisions:
        rows = _remedied(rows, order, folder, match)
        hidden = {name for one in order.decisions for name in one.columns}
        notes = tuple(_hushed((*raw.notes, *rows.notes), hidden))
        verdict = verdict and _hushed_verdict(verdict, hidden)
    return Taken(
        rows=rows.rows,
        columns=rows.columns,
        format=raw.format,
        encoding=raw.encoding,
        separator=raw.separator,
        sheet=raw.sheet,
        sheets=raw.sheets,
        first_line=raw.first_line,
        notes=notes,
        verdict=verdict,
        suspicions=suspicions,
        remedied=bool(order.decisions),
    )


def followed(names: Sequence[str], declared: Sequence[str]) -> Match | None:
    """The schema that these columns follow: the declared one, else the likeliest if it is likely."""
    first = next(iter(recognise(names, declared)), None)
    return first if first and (first.declared or first.confidence >= LIKELY) else None


def _remedied(rows: Typed, order: Order, folder: Path, match: Match | None) -> Typed:
    """In the place of the rows as they were."""
    after = remedied(rows, order.decisions, folder / REMEDIED, match, order.own)
    (folder / REMEDIED).replace(rows.path)
    return replace(after, path=rows.path)


def _hushed(notes: Iterable[Note], hidden: set[str]) -> Iterable[Note]:
    """Without the cells of columns that are no longer shown."""
    return (replace(note, examples=()) if note.column in hidden else note for note in notes)


def _hushed_verdict(verdict: Verdict, hidden: set[str]) -> Verdict:
    found = (
        replace(one, value=HIDDEN, message=one.message.replace(one.value, HIDDEN) if one.value else one.message)
        if one.column in hidden
        else one
        for one in verdict.found
    )
    return replace(verdict, found=tuple(found), recovered=tuple(_hushed(verdict.recovered, hidden)))
