"""What a catalogue says of all the figures of an indicator: counted in one reading of them, whatever their number."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field

from catalogue.indicators.exports import Cube, Line, own
from catalogue.releasing.reading import Rows, lines

MOST_SOURCES = 500  # datasets that a record names
MOST_PLACES = 50  # territories that are told apart; more are many


@dataclass
class Sum:
    """`digest`, `size`: of the CSV of them all. `sources`: addresses of the datasets. `places`: (code, level, address) of territories."""

    digest: str = ""
    size: int = 0
    observations: int = 0
    valued: int = 0
    series: int = 0
    periods: tuple[str, str] = ("", "")
    sources: dict[str, None] = field(default_factory=dict)
    places: dict[tuple[str, str, str], None] = field(default_factory=dict)


def summed(cube: Cube, rows: Rows) -> Sum:
    found, digest = Sum(), hashlib.sha256()
    for piece in own(cube, _counted(rows, found)):
        digest.update(piece)
        found.size += len(piece)
    found.digest = digest.hexdigest()
    return found


def _counted(rows: Rows, into: Sum) -> Iterator[Line]:
    """The lines come by territory: the series of one are told apart, those of all are counted."""
    place: tuple[str, str, str] | None = None
    series: set[tuple[str, str]] = set()
    for line in lines(rows):
        here = (line.code, line.level, line.uri)
        if here != place:
            into.series += len(series)
            place, series = here, set()
            if len(into.places) <= MOST_PLACES:
                into.places[here] = None
        series.add((line.axis, line.member))
        into.observations += 1
        if line.value is not None:
            into.valued += 1
            first, last = into.periods
            into.periods = (min(first or line.period, line.period), max(last, line.period))
        if len(into.sources) < MOST_SOURCES:
            into.sources[line.source] = None
        yield line
    into.series += len(series)
