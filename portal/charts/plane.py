"""Two axes: round values up the side with hairlines, words below."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from django.utils.safestring import SafeString

from portal.charts import svg
from portal.charts.chart import ROOMY
from portal.charts.figures import axis_labels, ticks

HIGH: Final = {True: 300, False: 230}  # pixels of the plane, on a page and on a phone
TOP: Final = 26  # above it, for the words over the highest point
BOTTOM: Final = 26  # below it, for the words of the axis
BESIDE: Final = 14  # words of one axis never touch: at least this between two
CLOSE: Final = 0.6  # of the largest: above this, values that are no amounts need no zero on their axis


@dataclass(frozen=True)
class Plane:
    wide: float
    left: float
    right: float
    low: float  # value at the bottom
    high: float  # value at the top
    ticks: tuple[float, ...]
    labels: tuple[str, ...]

    @property
    def tall(self) -> float:
        return HIGH[self.wide >= ROOMY]

    @property
    def bottom(self) -> float:
        return TOP + self.tall

    @property
    def whole(self) -> float:
        return self.bottom + BOTTOM

    def y(self, value: float) -> float:
        return self.bottom - (value - self.low) / (self.high - self.low) * self.tall

    def x(self, part: float) -> float:
        """`part` from 0 to 1 of the way."""
        return self.left + part * (self.right - self.left)

    @property
    def zero(self) -> float:
        """Where areas and columns stand: on zero when it is in sight, else on the nearest edge."""
        return self.y(min(max(0.0, self.low), self.high))

    def grid(self) -> SafeString:
        lines = [
            svg.stroke(
                f"M{svg.written(self.left)} {svg.written(self.y(tick))}H{svg.written(self.wide)}",
                "c-them" if not tick else "c-line",
            )
            for tick in self.ticks
        ]
        words = [
            svg.text(self.left - 8, self.y(tick) + 5, label, text_anchor="end", class_="c-them")
            for tick, label in zip(self.ticks, self.labels, strict=True)
        ]
        return svg.joined(*lines, *words)


def plane(wide: float, low: float, high: float, unit: str = "", right: float = 0) -> Plane:
    """`right`: room kept beside the last point."""
    values = ticks(low, high, 4 if wide >= ROOMY else 3)
    labels = axis_labels(values, unit if unit in ("€", "%") else "")
    left = max(map(svg.width, labels)) + 10
    return Plane(wide, left, wide - max(8, right), values[0], values[-1], tuple(values), tuple(labels))


def from_zero(values: Sequence[float], amounts: bool) -> tuple[float, float]:
    """What the axis must hold. Amounts stand on zero; others when zero is not far."""
    low, high = min(values), max(values)
    if amounts or low <= 0 <= high or min(abs(low), abs(high)) < CLOSE * max(abs(low), abs(high)):
        return min(0.0, low), max(0.0, high)
    return low, high


def below(on: Plane, places: Sequence[tuple[float, str]]) -> SafeString:
    """Words under the axis: all of them, or every second, every third… counted from the last, so that none touch."""
    for step in range(1, len(places) + 1):
        kept = [_within(on, *places[number]) for number in range(len(places) - 1, -1, -step)]
        if all(left[1] + BESIDE <= right[0] for right, left in pairwise(kept)):
            break
    y = on.bottom
    parts = [svg.stroke(f"M{svg.written(x)} {svg.written(y)}v5", "c-them") for _, _, x, _ in kept]
    parts += [
        svg.text((start + end) / 2, y + 22, words, text_anchor="middle", class_="c-them")
        for start, end, _, words in kept
    ]
    return svg.joined(*parts)


def _within(on: Plane, x: float, words: str) -> tuple[float, float, float, str]:
    """Where the words begin and end, without leaving the drawing."""
    half = svg.width(words) / 2
    middle = min(max(x, half), on.wide - half)
    return middle - half, middle + half, x, words
