"""A territory among those beside it, small: where it is, and nothing that one measures."""

from __future__ import annotations

from collections.abc import Sequence
from math import cos, radians
from typing import Final

from django.utils.safestring import SafeString

from portal.charts import svg
from portal.charts.choropleth import Shape
from portal.charts.frame import LETTERS, Box, Frame, framed, names, scale
from portal.charts.outlines import HALVES, outline

WIDE: Final = 328  # pixels; it grows with its column, and so do its letters
HIGH: Final = (150, 300)  # at least and at most
EDGE: Final = 12
NAMED: Final = 8  # beside its own


def situated(own: Shape, beside: Sequence[Shape], title: str, description: str) -> SafeString:
    """`own` has an outline; of those `beside` it, the ones that have none are not drawn."""
    others = [one for one in beside if one.rings and one.key != own.key]
    frame = _around([box for one in (own, *others) if (box := one.box)])
    lines = "".join(outline(one.rings, frame) for one in others)
    shape = outline(own.rings, frame)
    drawn = svg.element(
        "g",
        svg.stroke(lines, "c-dot", 1.5, stroke_linejoin="round"),
        svg.fill(shape, "c-us", fill_opacity=0.2),
        svg.stroke(shape, "c-us", 3, stroke_linejoin="round"),
        transform=f"scale({1 / HALVES:g})",
        fill_rule="evenodd",
    )
    return svg.element(
        "svg",
        svg.element("title", title, id="situe-t"),
        svg.element("desc", description, id="situe-d"),
        drawn,
        _labels(own, others, frame),
        scale(frame),
        class_="map",
        viewBox=f"0 0 {WIDE} {svg.written(frame.high)}",
        width=WIDE,
        height=frame.high,
        role="img",
        aria_labelledby="situe-t",
        aria_describedby="situe-d",
    )


def _around(boxes: Sequence[Box]) -> Frame:
    """As high as what is drawn asks for, within its limits."""
    west, south = min(box[0] for box in boxes), min(box[1] for box in boxes)
    east, north = max(box[2] for box in boxes), max(box[3] for box in boxes)
    across = max(1e-9, (east - west) * max(0.05, cos(radians((south + north) / 2))))
    high = min(HIGH[1], max(HIGH[0], (WIDE - 2 * EDGE) * (north - south) / across + 2 * EDGE))
    return framed((west, south, east, north), WIDE, round(high), EDGE)


def _labels(own: Shape, others: Sequence[Shape], frame: Frame) -> SafeString:
    """The names that find room, its own first."""
    placed = [(_start(one, frame), one.name) for one in (own, *others)]
    return names(placed, frame, NAMED + 1, marked=False)


def _start(one: Shape, frame: Frame) -> tuple[float, float]:
    """Where a name begins so that it ends up in the middle of its territory: in degrees, as names are placed."""
    box = one.box or (0, 0, 0, 0)
    x, y = one.at or ((box[0] + box[2]) / 2, (box[1] + box[3]) / 2)
    return x - (svg.width(one.name, LETTERS) / 2 + 6) / frame.across, y
