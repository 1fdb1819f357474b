"""From degrees to pixels, and what stands on every map: a net of degrees, a length, names. Distances are true in its middle."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import ceil, cos, radians
from typing import Final

from django.utils.safestring import SafeString
from django.utils.translation import pgettext

from portal.charts import svg
from portal.charts.chart import ROOMY
from portal.charts.figures import figure, ticks, with_unit

EDGE: Final = 18  # pixels around what is drawn
LEAST: Final = 0.01  # degrees: one point alone has a country around it
DEGREE: Final = 111.2  # kilometres, of latitude
LETTERS: Final = 13  # pixels, of the names of places
Position = tuple[float, float]  # longitude, latitude, in degrees (WGS 84)
Box = tuple[float, float, float, float]  # west, south, east, north


@dataclass(frozen=True)
class Frame:
    """`across`, `down`: pixels a degree of longitude, of latitude; `left`, `top`: where it stands in the drawing."""

    wide: float
    high: float
    west: float
    north: float
    across: float
    down: float
    left: float = 0
    top: float = 0

    def __call__(self, position: Position) -> Position:
        return (
            self.left + (position[0] - self.west) * self.across,
            self.top + (self.north - position[1]) * self.down,
        )

    @property
    def east(self) -> float:
        return self.west + self.wide / self.across

    @property
    def south(self) -> float:
        return self.north - self.high / self.down


def framed(box: Box, wide: float, high: float, edge: float = EDGE, at: tuple[float, float] = (0, 0)) -> Frame:
    """All of the box, in the middle of so many pixels."""
    west, south, east, north = box
    shrunk = narrowing(south, north)
    span = max((east - west) * shrunk / (wide - 2 * edge), (north - south) / (high - 2 * edge), LEAST / wide)
    down, across = 1 / span, shrunk / span
    middle = ((west + east) / 2, (south + north) / 2)
    return Frame(wide, high, middle[0] - wide / 2 / across, middle[1] + high / 2 / down, across, down, *at)


def narrowing(south: float, north: float) -> float:
    """How long a degree of longitude is in the middle of these latitudes, in degrees of latitude."""
    return max(0.05, cos(radians((south + north) / 2)))


def bounds(positions: Iterable[Position]) -> Box | None:
    """None when there is no position."""
    every = list(positions)
    if not every:
        return None
    xs, ys = [x for x, _ in every], [y for _, y in every]
    return min(xs), min(ys), max(xs), max(ys)


def net(frame: Frame) -> SafeString:
    """Meridians and parallels, with their degrees on the edge."""
    few = 4 if frame.wide >= ROOMY else 2
    parts = []
    for x in ticks(frame.west, frame.east, few):
        at = frame((x, 0))[0]
        if 30 < at < frame.wide - 52:
            parts.append(svg.stroke(f"M{svg.written(at)} 0V{svg.written(frame.high)}", "c-line"))
            parts.append(svg.text(at + 4, 14, longitude(x), class_="c-them", font_size=12))
    for y in ticks(frame.south, frame.north, few):
        at = frame((0, y))[1]
        if 30 < at < frame.high - 40:
            parts.append(svg.stroke(f"M0 {svg.written(at)}H{svg.written(frame.wide)}", "c-line"))
            parts.append(svg.text(4, at - 4, latitude(y), class_="c-them", font_size=12))
    return svg.joined(*parts)


def longitude(value: float) -> str:
    """« 0,53° O »."""
    return _degrees(value, pgettext("longitude", "E"), pgettext("longitude", "O"))


def latitude(value: float) -> str:
    return _degrees(value, pgettext("latitude", "N"), pgettext("latitude", "S"))


def _degrees(value: float, positive: str, negative: str) -> str:
    return f"{figure(abs(round(value, 6)))}° {positive if value >= 0 else negative}"


def scale(frame: Frame) -> SafeString:
    """A round length at the bottom, at most a quarter of the width."""
    kilometres = frame.wide / 4 / frame.down * DEGREE
    length = max((one for one in ticks(0, kilometres, 2) if one <= kilometres), default=kilometres)
    if not length:
        length = kilometres
    pixels = length / DEGREE * frame.down
    words = with_unit(figure(round(length, 3)), "km") if length >= 1 else with_unit(str(ceil(length * 1000)), "m")
    x, y = frame.wide - pixels - 14, frame.high - 14
    return svg.joined(
        svg.stroke(f"M{svg.written(x)} {svg.written(y - 5)}v5h{svg.written(pixels)}v-5", "c-them", 1.5),
        svg.text(x + pixels, y - 9, words, class_="c-them halo", font_size=12, text_anchor="end"),
    )


def names(named: Iterable[tuple[Position, str]], frame: Frame, most: int, *, marked: bool) -> SafeString:
    """The first ones that find room: none over another. `marked`: with a small square at each place."""
    taken: list[tuple[float, float, float]] = []
    parts = []
    for position, name in named:
        x, y = frame(position)
        start, end = x + 6, x + 6 + svg.width(name, LETTERS)
        free = all(abs(y - at) > 18 or end < left or start > right for at, left, right in taken)
        if not name or not free or not (x >= 0 and end <= frame.wide and 28 < y < frame.high - 34):
            continue
        taken.append((y, start, end))
        parts.append(svg.text(start, y + 4, name, class_="c-ink halo", font_size=LETTERS, pointer_events="none"))
        if marked:
            parts.append(svg.fill(f"M{svg.written(x - 2)} {svg.written(y - 2)}h4v4h-4z", "c-them"))
        if len(taken) == most:
            break
    return svg.joined(*parts)
