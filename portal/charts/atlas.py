"""Maps without tiles: what lies where, over a net of degrees and a few names of places. Longitude first, in degrees (WGS 84).

Nothing is asked of another host, and the map prints.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from math import sqrt
from typing import Final

from django.utils.safestring import SafeString

from portal.charts import svg, tiles
from portal.charts.figures import brief, figure
from portal.charts.frame import EDGE, Box, Frame, Position, bounds, framed, names, net, scale

HIGH: Final = {"roomy": 460, "narrow": 340}  # pixels
LARGEST: Final = 18  # pixels, radius of the largest disc
TOLD: Final = 11  # pixels, of the count inside of a disc that has room for it
VERTICES: Final = 8_000  # of all lines and surfaces of one drawing
NAMES: Final = {"roomy": 12, "narrow": 6}


@dataclass(frozen=True)
class Disc:
    """So many rows at one place; its surface says how many. `address`: where one looks closer."""

    at: Position
    count: int
    name: str = ""
    address: str = ""


@dataclass(frozen=True)
class Ground:
    """What is drawn. `lines` are open, `rings` closed, each of several positions; `names`: of places around.

    `box`: what the map shows, when it is not all that lies on it. `tiles`: the address of pictures to lie under all
    (`portal.charts.tiles`).
    """

    points: Sequence[Position] = ()
    lines: Sequence[Sequence[Position]] = ()
    rings: Sequence[Sequence[Position]] = ()
    discs: Sequence[Disc] = ()
    names: Sequence[tuple[Position, str]] = field(default=())
    box: Box | None = None
    tiles: str = ""

    @property
    def bounds(self) -> Box | None:
        """West, south, east, north; None when nothing is anywhere."""
        every = [*self.points, *(disc.at for disc in self.discs)]
        return self.box or bounds(every + [position for path in (*self.lines, *self.rings) for position in path])


def atlas(ground: Ground, kind: str, wide: float, named: tuple[str, str, str]) -> SafeString:
    """One drawing. `kind` is "roomy" or "narrow"; `ground` has something somewhere."""
    # What was asked for fills the map; what is found has an edge around it.
    frame = framed(ground.bounds or (0, 0, 0, 0), wide, HIGH[kind], 0 if ground.box else EDGE)
    parts = [
        tiles.under(frame, ground.tiles),
        net(frame),
        *_paths(ground, frame),
        _points(ground, frame),
        _discs(ground, frame),
    ]
    parts += [_names(ground, frame, NAMES[kind]), scale(frame)]
    edge = svg.stroke(f"M0 0H{svg.written(frame.wide)}V{svg.written(frame.high)}H0z", "c-line")
    return svg.drawing(
        kind, frame.wide, frame.high, named, *parts, edge, linked=any(one.address for one in ground.discs)
    )


def _paths(ground: Ground, frame: Frame) -> Iterable[SafeString]:
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


def _points(ground: Ground, frame: Frame) -> SafeString:
    """Those that fall on one pixel are one dot."""
    places = sorted({(round(x), round(y)) for x, y in map(frame, ground.points)})
    if not places:
        return svg.joined()
    return svg.dots([*places], "c-us", 9 if len(places) < 50 else 6 if len(places) < 800 else 4)


def _discs(ground: Ground, frame: Frame) -> SafeString:
    top = max((disc.count for disc in ground.discs), default=1)
    return svg.joined(*(_disc(disc, top, frame) for disc in sorted(ground.discs, key=lambda one: -one.count)))


def _disc(disc: Disc, top: int, frame: Frame) -> SafeString:
    x, y = frame(disc.at)
    size = max(2.5, LARGEST * sqrt(disc.count / top))
    told = svg.element("title", f"{disc.name} : {figure(disc.count)}" if disc.name else figure(disc.count))
    drawn = svg.element(
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
    if not disc.address:
        return drawn
    words = brief(disc.count)
    if svg.width(words, TOLD) < 2 * size - 2:
        count = svg.text(
            x, y + TOLD / 3, words, class_="c-ink halo", font_size=TOLD, text_anchor="middle", pointer_events="none"
        )
        drawn = svg.joined(drawn, count)
    # The same places are reached by the links under the map: no hundred stops for who walks by the keyboard.
    return svg.element("a", drawn, href=disc.address, tabindex="-1", rel="nofollow")


def _names(ground: Ground, frame: Frame, most: int) -> SafeString:
    ranked = sorted(ground.discs, key=lambda one: -one.count)
    named = [(disc.at, disc.name) for disc in ranked if disc.name and not disc.address] or ground.names
    return names(named, frame, most, marked=named is ground.names)
