"""Intake: any file that holds a table becomes one Parquet file of texts, with all that had to be done to read it.

A reader of a format gives rows of texts (`reading.Found`), or writes the file itself where that is much faster. Header,
names, widths and endings are found in one place for all of them (`shaping`, `headers`, `endings`).
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from catalogue.sizes import in_words
from catalogue.tables.contract import Options, Raw, TooMuch, Unreadable
from catalogue.tables.intake import geojson, packed, parquet, records, texts, totem, workbooks
from catalogue.tables.intake.reading import MOST_BYTES, Reader
from catalogue.tables.intake.recognition import recognised
from catalogue.tables.intake.shaping import shaped

UNSAID = Options()  # nothing is known of the file but its bytes
Taker = Callable[[Path, Path, Options], Raw]
PACKED = frozenset({*packed.STREAMS, "zip"})


def _through(reader: Reader) -> Taker:
    """A reader that gives rows, as one that writes the table."""
    return lambda path, into, options: shaped(reader(path, options), into, options.header_lines)


def _inner(path: Path, into: Path, options: Options) -> Raw:
    """Of a packed file: what it holds, which is not packed again."""
    kind = recognised(path)
    if kind in PACKED:
        raise Unreadable(
            "Ce fichier est comprimé plusieurs fois : il n’est pas ouvert. Déposez le tableau lui-même.", "nested"
        )
    return TAKERS[kind](path, into, options)


# By the names that `recognition` gives. Each writes the second path, which `read` renames or takes away; a reader that
# gives rows goes through `shaping.shaped`.
TAKERS: Mapping[str, Taker] = {
    "csv": texts.read,
    "geojson": _through(geojson.read),
    "json": _through(records.read),
    "parquet": parquet.read,
    "totem": _through(totem.read),
    **dict.fromkeys(("ods", "xls", "xlsx"), _through(workbooks.read)),
    **{kind: functools.partial(packed.stream, kind, inner=_inner) for kind in packed.STREAMS},
    "zip": functools.partial(packed.archive, inner=_inner),
}


def read(path: Path, into: Path, options: Options = UNSAID, most: int = MOST_BYTES) -> Raw:
    """Writes `into` (by rename: whole, or not at all). `most`: bytes that the file may have.

    Raises Unreadable (what the file holds is no table) and TooMuch (a limit), with what to do, and leaves nothing behind.
    """
    size = path.stat().st_size
    if size > most:
        raise TooMuch(
            f"Ce fichier pèse {in_words(size)}, {in_words(most)} au plus sont lus. Découpez-le, par année ou par commune.",
            "size",
        )
    partial = into.resolve().with_name(into.name + ".partial")
    try:
        raw = TAKERS[recognised(path)](path.resolve(), partial, options)
        partial.replace(into)
    finally:
        partial.unlink(missing_ok=True)
    return replace(raw, path=into)
