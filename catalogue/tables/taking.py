"""From a file to all that is known of it: its rows, their types, the schema that it follows, whom it may tell of."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from catalogue.tables.contract import PLAINLY, Match, Note, Order, Raw, Taken, Typed, Verdict
from catalogue.tables.correcting import correct
from catalogue.tables.differences import compared
from catalogue.tables.intake import read
from catalogue.tables.personal import remedied, suspects
from catalogue.tables.schemas import recognise
from catalogue.tables.schemas.validation import check
from catalogue.tables.sides import Side
from catalogue.tables.typing import typed
from catalogue.tables.versions import CORRECTED, UNCORRECTED, Corrections

RAW: Final = "raw.parquet"
ROWS: Final = "rows.parquet"
REMEDIED: Final = "remedied.parquet"
LIKELY: Final = (
    0.8  # confidence from which a schema that nobody declared is checked: on the samples the right one has 0.91 or more
)
HIDDEN: Final = "•••"


def take(
    original: Path,
    folder: Path,
    order: Order = PLAINLY,
    corrections: Corrections = UNCORRECTED,
    before: Side | None = None,
) -> Taken:
    """Reads `original`, writes its rows in `folder`; with `corrections`, the corrected file too, whose rows they then are;
    tells what differs from the version `before`.
    Raises Unreadable, TooMuch, and BadQuestion for a decision that leaves nothing; nothing but the rows is left in the folder.
    """
    raw_path = folder / RAW
    try:
        raw, cells = _read(original, raw_path, order, corrections)
        match = followed(raw.names, order.declared)
        verdict = check(raw, match) if match else None
        rows = typed(raw, folder / ROWS, verdict.types if verdict else {})
    finally:
        raw_path.unlink(missing_ok=True)
    suspicions = suspects(rows, match, order.own)
    notes, hidden = (*raw.notes, *rows.notes), {name for one in order.decisions for name in one.columns}
    if order.decisions:
        rows = _remedied(rows, order, folder, match)
        notes, verdict = tuple(_hushed(notes, hidden)), verdict and _hushed_verdict(verdict, hidden)
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
        corrected=cells,
        difference=compared(before, Side(rows.path, rows.columns), match) if before else None,
    )


def _read(original: Path, into: Path, order: Order, corrections: Corrections) -> tuple[Raw, int]:
    """The table as texts, and how many of its cells were corrected."""
    raw = read(original, into, order.options)
    if not corrections:
        return raw, 0
    path = into.with_name(CORRECTED)
    cells = correct(raw, path, corrections, followed(raw.names, order.declared))
    return read(path, into, replace(PLAINLY.options, name=CORRECTED)), cells


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
