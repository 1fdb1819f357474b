"""Closer, farther, aside: the boxes that a map leads to, each an address of the page, so that no script is needed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from django.utils.translation import gettext as _

from portal.charts.frame import Box, Frame

CLOSEST: Final = 0.0005  # degrees: some forty metres, where one looks no closer
WORLD: Final[Box] = (-180.0, -90.0, 180.0, 90.0)


def moves(frame: Frame, *, narrowed: bool) -> Iterator[tuple[str, Box]]:
    """What each is called, and what is seen then. `narrowed`: whether the map shows a piece of what there is."""
    west, south, east, north = frame.west, frame.south, frame.east, frame.north
    wide, high = east - west, north - south
    if high > CLOSEST:
        yield _("Approcher"), within((west + wide / 4, south + high / 4, east - wide / 4, north - high / 4))
    if narrowed:
        yield _("Éloigner"), within((west - wide / 2, south - high / 2, east + wide / 2, north + high / 2))
        for label, x, y in ((_("Ouest"), -1, 0), (_("Est"), 1, 0), (_("Nord"), 0, 1), (_("Sud"), 0, -1)):
            across, up = x * wide / 2, y * high / 2
            yield label, within((west + across, south + up, east + across, north + up))


def within(box: Box) -> Box:
    """Of the world, to the metre."""
    low, high = WORLD[:2], WORLD[2:]
    west, south, east, north = (
        round(min(max(value, low[number % 2]), high[number % 2]), 5) for number, value in enumerate(box)
    )
    return west, south, east, north
