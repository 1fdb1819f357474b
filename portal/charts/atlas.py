"""Maps without tiles: what lies where, over a net of degrees and a few names of places. Longitude first, in degrees (WGS 84).

Nothing is asked of another host, and the map prints. Distances are true along the middle of the map.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from math import ceil, cos, radians, sqrt
from typing import Final

from django.utils.safestring import SafeString

from portal.charts import svg
from portal.charts.chart import ROOMY
from portal.charts.figures import figure, ticks

HIGH: Final = {"roomy": 460, "narrow": 340}  # pixels
EDGE: Final = 18  # around what is drawn
LEAST: Final = 0.01  # degrees: one point alone has a country around it
DEGREE: Final = 111.2  # kilometres, of latitude
LARGEST: Final = 18  # pixels, radius of the largest disc
VERTICES: Final = 8_000  # of all lines and surfaces of one drawing
NAMES: Final = {"roomy": 12, "narrow": 6}
Position = tuple[float, float]


@dataclass(frozen=True)
class Disc:
    """So many rows at one place; its surface says how many."""

    at: Position
    count: int
    name: str = ""


@dataclass(frozen=True)
class Ground:
    """What is drawn. `lines` are open, `rings` closed, each of several positions; `names`: of places around."""

    points: Sequence[Position] = ()
    lines: Sequence[Sequence[Position]] = ()
    rings: Sequence[Sequence[Position]] = ()
    discs: Sequence[Disc] = ()
    names: Sequence[tuple[Position, str]] = field(default=())

    @property
    def bounds(self) -> tuple[float, float, float, float] | None:
        """West, south, east, north; None when nothing is anywhere."""
        every = [*self.points, *(disc.at for disc in self.discs)]
        every += [position for path in (*self.lines, *self.rings) for position in path]
        if not every:
            return None
        xs, ys = [x for x, _ in every], [y for _, y in every]
        return min(xs), min(ys), max(xs), max(ys)


@dataclass(frozen=True)
class _Frame:
    kind: str
    wide: float
    high: float
    west: float
    north: float
    across: float  # pixels a degree of longitude
    down: float  # pixels a degree of latitude

    def __call__(self, position: Position) -> Position:
        return (position[0] - self.west) * self.across, (self.north - position[1]) * self.down

    @property
    def east(self) -> float:
        return self.west + self.wide / self.across

    @property
    def south(self) -> float:
        return self.north - self.high / self.down


def atlas(ground: Ground, kind: str, wide: float, named: tuple[str, str, str]) -> SafeString:
    """One drawing. `kind` is "roomy" or "narrow"; `ground` has something somewhere."""
    frame = _frame(ground, kind, wide)
    parts = [_net(frame), *_paths(ground, frame), _points(ground, frame), _discs(ground, frame)]
    parts += [_names(ground, frame), _scale(frame)]
    edge = svg.stroke(f"M0 0H{svg.written(frame.wide)}V{svg.written(frame.high)}H0z", "c-line")
    return svg.drawing(kind, frame.wide, frame.high, named, *parts, edge)


def _frame(ground: Ground, kind: str, wide: float) -> _Frame:
    west, south, east, north = ground.bounds or (0, 0, 0, 0)
    high = HIGH[kind]
    shrunk = max(0.05, cos(radians((south + north) / 2)))
    middle = ((west + east) / 2, (south + north) / 2)
    span = max((east - west) * shrunk / (wide - 2 * EDGE), (north - south) / (high - 2 * EDGE), LEAST / wide)
    down, across = 1 / span, shrunk / span
    return _Frame(kind, wide, high, middle[0] - wide / 2 / across, middle[1] + high / 2 / down, across, down)


def _net(frame: _Frame) -> SafeString:
    """Meridians and parallels, with their degrees on the edge."""
    few = 4 if frame.wide >= ROOMY else 2
    parts = []
    for x in ticks(frame.west, frame.east, few):
        at = frame((x, 0))[0]
        if 30 < at < frame.wide - 52:
            parts.append(svg.stroke(f"M{svg.written(at)} 0V{svg.written(frame.high)}", "c-line"))
            parts.append(svg.text(at + 4, 14, _degrees(x, "E", "O"), class_="c-them", font_size=12))
    for y in ticks(frame.south, frame.north, few):
        at = frame((0, y))[1]
        if 30 < at < frame.high - 40:
            parts.append(svg.stroke(f"M0 {svg.written(at)}H{svg.written(frame.wide)}", "c-line"))
            parts.append(svg.text(4, at - 4, _degrees(y, "N", "S"), class_="c-them", font_size=12))
    return svg.joined(*parts)


def _degrees(value: float, positive: str, negative: str) -> str:
    return f"{figure(abs(round(value, 6)))}° {positive if value >= 0 else negative}"


def _paths(ground: Ground, frame: _Frame) -> Iterable[SafeString]:
    """Thinned until they fit: what is nearer than so many pixels to the position before adds nothing that is seen."""
    near = 0.7
    while True:
        rings = [_thinned(map(frame, ring), near) for ring in ground.rings]
        lines = [_thinned(map(frame, line), near) for line in ground.lines]
        if sum(map(len, (*rings, *lines))) <= max(VERTICES, 4 * (len(rings) + len(lines))) or near > 50:
            break
        near *= 2
    if rings:
        path = "".join(_path(ring) + "z" for ring in rings)
        yield svg.fill(path, "c-fill", fill_rule="evenodd")
        yield svg.stroke(path, "c-us", 1.2, stroke_linejoin="round")
    if lines:
        yield svg.stroke("".join(map(_path, lines)), "c-us", 2, stroke_linejoin="round", stroke_linecap="round")


def _thinned(path: Iterable[Position], near: float) -> list[Position]:
    kept: list[Position] = []
    last = None
    for x, y in path:
        last = (x, y)
        if not kept or abs(kept[-1][0] - x) + abs(kept[-1][1] - y) >= near:
            kept.append(last)
    return [*kept, last] if last and kept[-1] != last else kept


def _path(path: Sequence[Position]) -> str:
    return "M" + "L".join(f"{svg.written(x)} {svg.written(y)}" for x, y in path)


def _points(ground: Ground, frame: _Frame) -> SafeString:
    """Those that fall on one pixel are one dot."""
    places = sorted({(round(x), round(y)) for x, y in map(frame, ground.points)})
    if not places:
        return svg.joined()
    return svg.dots([*places], "c-us", 9 if len(places) < 50 else 6 if len(places) < 800 else 4)


def _discs(ground: Ground, frame: _Frame) -> SafeString:
    top = max((disc.count for disc in ground.discs), default=1)
    parts = []
    for disc in sorted(ground.discs, key=lambda one: -one.count):
        x, y = frame(disc.at)
        told = svg.element("title", f"{disc.name} : {figure(disc.count)}")
        size = max(2.5, LARGEST * sqrt(disc.count / top))
        parts.append(
            svg.element(
                "circle",
                told,
                cx=x,
                cy=y,
                r=size,
                class_="c-us",
                fill="currentColor",
                fill_opacity="0.55",
                stroke="currentColor",
            )
        )
    return svg.joined(*parts)


def _names(ground: Ground, frame: _Frame) -> SafeString:
    """The first ones that find room: none over another."""
    named = [(disc.at, disc.name) for disc in sorted(ground.discs, key=lambda one: -one.count)] or ground.names
    taken: list[tuple[float, float, float]] = []
    parts = []
    for position, name in named:
        x, y = frame(position)
        start, end = x + 6, x + 6 + svg.width(name, 13)
        free = all(abs(y - at) > 18 or end < left or start > right for at, left, right in taken)
        if not name or not free or not (x >= 0 and end <= frame.wide and 28 < y < frame.high - 34):
            continue
        taken.append((y, start, end))
        parts.append(svg.text(start, y + 4, name, class_="c-ink halo", font_size=13))
        if not ground.discs:
            parts.append(svg.fill(f"M{svg.written(x - 2)} {svg.written(y - 2)}h4v4h-4z", "c-them"))
        if len(taken) == NAMES[frame.kind]:
            break
    return svg.joined(*parts)


def _scale(frame: _Frame) -> SafeString:
    """A round length at the bottom, at most a quarter of the width."""
    kilometres = frame.wide / 4 / frame.down * DEGREE
    length = max((one for one in ticks(0, kilometres, 2) if one <= kilometres), default=kilometres)
    if not length:
        length = kilometres
    pixels = length / DEGREE * frame.down
    words = f"{figure(round(length, 3))}\u202fkm" if length >= 1 else f"{ceil(length * 1000)}\u202fm"
    x, y = frame.wide - pixels - 14, frame.high - 14
    return svg.joined(
        svg.stroke(f"M{svg.written(x)} {svg.written(y - 5)}v5h{svg.written(pixels)}v-5", "c-them", 1.5),
        svg.text(x + pixels, y - 9, words, class_="c-them halo", font_size=12, text_anchor="end"),
    )
