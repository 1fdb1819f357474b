"""A chart the size of a word, beside the words that say the same: seen, not read aloud."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from django.utils.safestring import SafeString

from portal.charts import svg

WIDE: Final = 92
HIGH: Final = 26
MOST: Final = 24  # columns that can still be told apart


def spark(counts: Sequence[int]) -> SafeString:
    """Columns that touch; nothing when there is nothing to compare."""
    shown = counts[:MOST]
    top = max(shown, default=0)
    if not top:
        return svg.joined()
    step = WIDE / len(shown)
    path = "".join(
        f"M{svg.written(number * step)} {HIGH}v{svg.written(-max(1, count / top * (HIGH - 1)))}"
        f"h{svg.written(max(1, step - 1))}V{HIGH}z"
        for number, count in enumerate(shown)
        if count
    )
    return svg.element(
        "svg",
        svg.fill(path, "c-mid"),
        class_="spark",
        viewBox=f"0 0 {WIDE} {HIGH}",
        width=WIDE,
        height=HIGH,
        aria_hidden="true",
    )


def spark_line(values: Sequence[float | None], wide: int = WIDE, high: int = HIGH) -> SafeString:
    """A line the size of a word unless it is told otherwise (pixels), its last point marked; nothing below two values. Where
    one is missing it stops.
    """
    known = [value for value in values if value is not None]
    if len(known) < 2:
        return svg.joined()
    low, span = min(known), (max(known) - min(known)) or 1
    step = (wide - 8) / (len(values) - 1)
    places = [(4 + number * step, value) for number, value in enumerate(values)]
    path, pen = "", "M"
    for x, value in places:
        if value is None:
            pen = "M"
            continue
        path += f"{pen}{svg.written(x)} {svg.written(high - 5 - (value - low) / span * (high - 10))}"
        pen = "L"
    last = next((x, value) for x, value in reversed(places) if value is not None)
    return svg.element(
        "svg",
        svg.stroke(path, "c-us", 1.75, stroke_linejoin="round"),
        svg.element(
            "circle",
            cx=last[0],
            cy=high - 5 - ((last[1] or 0) - low) / span * (high - 10),
            r=3,
            class_="c-us",
            fill="currentColor",
        ),
        class_="spark",
        viewBox=f"0 0 {wide} {high}",
        width=wide,
        height=high,
        aria_hidden="true",
    )
