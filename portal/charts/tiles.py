"""Pictures of a tile server under a map, each stretched between its own corners.

Tiles are squares of Web Mercator (https://en.wikipedia.org/wiki/Web_Mercator_projection), our maps count degrees. Corners stand
where they are, so that outlines and pictures meet; inside of one tile the two differ by a pixel or two where a map shows a whole country, by
nothing that is seen below. So nothing is projected again, and no map is drawn twice.
"""

from __future__ import annotations

from math import asinh, atan, degrees, floor, log2, pi, radians, sinh, tan
from typing import Final

from django.utils.safestring import SafeString

from portal.charts import svg
from portal.charts.chart import ROOMY
from portal.charts.frame import Frame

SIDE: Final = 256  # pixels of a tile
NORTHERNMOST: Final = 85.05  # degrees, and southernmost: where the square of Mercator ends
DEEPEST: Final = 19  # zoom
OVERLAP: Final = 0.4  # pixels, so that no hairline shows between two


def under(frame: Frame, address: str) -> SafeString:
    """Those that cover the frame, from the zoom at which they are about as large as they were made. `address`: with {z}, {x} and
    {y}; "" for none."""
    if not address:
        return svg.joined()
    # A telephone's drawing takes those of the page's: both are in the page, and a browser fetches them once.
    zoom = min(DEEPEST, max(0, round(log2(360 * frame.across * ROOMY / frame.wide / SIDE))))
    count = 2**zoom
    columns = range(floor(_column(frame.west, count)), floor(_column(frame.east, count)) + 1)
    rows = range(floor(_row(frame.north, count)), min(count - 1, floor(_row(frame.south, count))) + 1)
    drawn = [_tile(frame, address, (zoom, column, row)) for row in rows for column in columns]
    return svg.element("g", *drawn, class_="tiles", aria_hidden="true", pointer_events="none")


def _tile(frame: Frame, address: str, of: tuple[int, int, int]) -> SafeString:
    zoom, column, row = of
    count = 2**zoom
    left, top = frame((column * 360 / count - 180, _latitude(row, count)))
    right, bottom = frame(((column + 1) * 360 / count - 180, _latitude(row + 1, count)))
    named = {"{z}": zoom, "{x}": column % count, "{y}": row}
    for name, number in named.items():
        address = address.replace(name, str(number))
    return svg.element(
        "image",
        href=address,
        x=left,
        y=top,
        width=right - left + OVERLAP,
        height=bottom - top + OVERLAP,
        preserveAspectRatio="none",
    )


def _column(longitude: float, count: int) -> float:
    return (longitude + 180) / 360 * count


def _row(latitude: float, count: int) -> float:
    held = min(NORTHERNMOST, max(-NORTHERNMOST, latitude))
    return (1 - asinh(tan(radians(held))) / pi) / 2 * count


def _latitude(row: float, count: int) -> float:
    return degrees(atan(sinh(pi * (1 - 2 * row / count))))
