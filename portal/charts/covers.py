"""What records cover, over the territories around: an outline or a rectangle each, called by a letter that a list explains.

Letters say which is which, so nothing hangs on colour; what lies under leads somewhere, and the same places are links of the list.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.safestring import SafeString

from portal.charts import svg, tiles
from portal.charts.choropleth import Shape
from portal.charts.frame import EDGE, LETTERS, Box, Frame, Position, framed, names, net, scale
from portal.charts.outlines import HALVES, Ring, outline

SIZES: Final = {"roomy": (720, 460), "narrow": (328, 300), "beside": (240, 220)}  # pixels
NAMED: Final = {"roomy": 14, "narrow": 5, "beside": 0}
BADGE: Final = 10  # pixels, radius
LEAST: Final = 4  # pixels: a place without extent is a square of that side
STEPS: Final = ((0, 0), (1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (-1, 1), (1, -1), (-1, -1))
BEYOND: Final = 50  # pixels
WHOLE_TURN: Final = 360.0


@dataclass(frozen=True)
class Cover:
    """`mark`: its letter, "" for none. `box`: its east may be above 180 (`catalogue.search.bounds`); `rings`: none where only the
    box is known. `of`: the ids of what is about it, in the page; `address`: where the first of these is."""

    mark: str
    name: str
    box: Box
    rings: Sequence[Ring] = ()
    of: tuple[str, ...] = ()
    address: str = ""


@dataclass(frozen=True)
class Covered:
    """`box`: what the map shows, to its edges; None for all that is `over`. `chosen`: the territory that was asked for. `tiles`:
    the address of pictures to lie under all (`portal.charts.tiles`)."""

    under: Sequence[Shape]
    over: Sequence[Cover]
    shown: Box
    filled: bool = False
    chosen: Shape | None = None
    tiles: str = ""

    def frame(self, kind: str) -> Frame:
        wide, high = SIZES[kind]
        return framed(self.shown, wide, high, 0 if self.filled else EDGE)


def covered(what: Covered, kind: str, named: tuple[str, str, str]) -> SafeString:
    """One drawing. `kind`: of SIZES."""
    frame = what.frame(kind)
    parts = [tiles.under(frame, what.tiles)]
    parts.append(_land(what.under, frame) if what.under else svg.joined() if what.tiles else net(frame))
    # Wide ones first: what is small stays in sight.
    over = sorted(what.over, key=lambda one: -(one.box[2] - one.box[0]) * (one.box[3] - one.box[1]))
    placed = _placed(what.over, frame)
    parts += [_area(one, frame) for one in over]
    parts += [_ring(what.chosen.rings, frame)] if what.chosen and what.chosen.rings else []
    parts += [_labels(what.under, frame, NAMED[kind], [at for _, at in placed])]
    parts += [*(_badge(one, at) for one, at in placed), scale(frame)]
    parts.append(svg.stroke(f"M0 0H{svg.written(frame.wide)}V{svg.written(frame.high)}H0z", "c-line"))
    linked = any(one.address for one in what.under) or any(one.address for one in what.over)
    return svg.drawing(f"{kind} covers", frame.wide, frame.high, named, *parts, linked=linked)


def reach(shown: Box, kinds: Iterable[str], *, filled: bool) -> Box:
    """All that the drawings of these kinds show, where that is asked to be seen: their form is not the box's."""
    frames = [Covered((), (), shown, filled).frame(kind) for kind in kinds]
    return around([(one.west, max(-90.0, one.south), one.east, min(90.0, one.north)) for one in frames])


def around(boxes: Sequence[Box]) -> Box:
    """Of at least one."""
    return min(b[0] for b in boxes), min(b[1] for b in boxes), max(b[2] for b in boxes), max(b[3] for b in boxes)


def _land(shapes: Sequence[Shape], frame: Frame) -> SafeString:
    drawn = []
    for shape in shapes:
        path = svg.element("path", svg.element("title", shape.name), d=_outline(shape.rings, frame))
        # The list beside has the same links, in order: no hundred stops for who walks by the keyboard.
        drawn.append(svg.element("a", path, href=shape.address, tabindex="-1") if shape.address else path)
    return svg.element("g", *drawn, class_="land", transform=f"scale({1 / HALVES:g})", fill_rule="evenodd")


def _ring(rings: Sequence[Ring], frame: Frame) -> SafeString:
    path = _outline(rings, frame)
    lines = [svg.stroke(path, "c-paper", 9, stroke_linejoin="round"), svg.stroke(path, "c-ink", 5, stroke_linejoin="round")]  # fmt: skip
    return svg.element("g", *lines, transform=f"scale({1 / HALVES:g})", pointer_events="none")


def _area(one: Cover, frame: Frame) -> SafeString:
    path = _outline(one.rings, frame) or _rectangle(one.box, frame)
    # What covers all that is shown would only darken it.
    west, south, east, north = _turned(one.box, frame)
    all_of_it = west < frame.west and east > frame.east and south < frame.south and north > frame.north
    return svg.element(
        "g",
        svg.stroke(path, "c-paper", 8, stroke_linejoin="round"),
        svg.element("path", d=path, class_="area whole c-us" if all_of_it and not one.rings else "area c-us"),
        class_="cover",
        transform=f"scale({1 / HALVES:g})",
        pointer_events="none",
        data_of=" ".join(one.of),
    )


def _placed(over: Sequence[Cover], frame: Frame) -> list[tuple[Cover, Position]]:
    """Each letter in the middle of what it covers and the map shows, none over another."""
    taken: list[tuple[Cover, Position]] = []
    for one in (each for each in over if each.mark):
        taken.append((one, _free(_middle(one.box, frame), [at for _, at in taken], frame)))
    return taken


def _badge(one: Cover, at: Position) -> SafeString:
    x, y = at
    told = svg.element("title", f"{one.mark} : {one.name}")
    disc = svg.element("circle", cx=x, cy=y, r=BADGE)
    letter = svg.text(x, y + 5, one.mark, text_anchor="middle", font_size=LETTERS, font_weight="650")
    badge = svg.element("g", told, disc, letter, class_="badge", data_of=" ".join(one.of))
    return svg.element("a", badge, href=one.address, tabindex="-1") if one.address else badge


def _middle(box: Box, frame: Frame) -> Position:
    west, south, east, north = _turned(box, frame)
    low, high = max(west, frame.west), min(east, frame.east)
    bottom, top = max(south, frame.south), min(north, frame.north)
    return frame(((low + high) / 2, (bottom + top) / 2))


def _free(at: Position, taken: Sequence[Position], frame: Frame) -> Position:
    edge, apart = BADGE + 2, 2 * BADGE + 3
    for far in range(1, 4):
        for across, down in STEPS:
            x = min(max(at[0] + across * apart * far, edge), frame.wide - edge)
            y = min(max(at[1] + down * apart * far, edge), frame.high - edge)
            if all(abs(x - there[0]) + abs(y - there[1]) >= apart - 1 for there in taken):
                return x, y
    return at


def _labels(shapes: Sequence[Shape], frame: Frame, most: int, taken: Sequence[Position]) -> SafeString:
    """The names of those whose outline has room for it, the widest first, beside the letters."""
    found = []
    for shape in shapes:
        box = shape.box
        if box is None or not most:
            continue
        room, wide = (box[2] - box[0]) * frame.across, svg.width(shape.name, LETTERS)
        middle = shape.at or ((box[0] + box[2]) / 2, (box[1] + box[3]) / 2)
        x, y = frame(middle)
        free = all(abs(y - down) > 2 * BADGE or abs(x - across) > wide / 2 + BADGE for across, down in taken)
        if free and room > wide * 1.05:
            # `names` begins six pixels on.
            found.append((-room, (middle[0] - (wide / 2 + 6) / frame.across, middle[1]), shape.name))
    return names(((at, name) for _, at, name in sorted(found)), frame, most, marked=False)


def _outline(rings: Sequence[Ring], frame: Frame) -> str:
    """Beyond the antimeridian as well as before it."""
    if not rings:
        return ""
    if frame.east <= WHOLE_TURN / 2:
        return outline(rings, frame)
    return outline([[(x + WHOLE_TURN if x < frame.west - 90 else x, y) for x, y in ring] for ring in rings], frame)


def _turned(box: Box, frame: Frame) -> Box:
    west, south, east, north = box
    turn = WHOLE_TURN if east < frame.west and frame.east > WHOLE_TURN / 2 else 0.0
    return west + turn, south, east + turn, north


def _rectangle(box: Box, frame: Frame) -> str:
    """In half pixels; a point, or what is as thin, can be seen. Edges far beyond the map's are brought near it."""
    west, south, east, north = _turned(box, frame)
    (left, top), (right, bottom) = frame((west, north)), frame((east, south))
    left, right = (min(max(x, -BEYOND), frame.wide + BEYOND) for x in (left, right))
    top, bottom = (min(max(y, -BEYOND), frame.high + BEYOND) for y in (top, bottom))
    wide, high = max(LEAST, right - left), max(LEAST, bottom - top)
    x, y = (left + right - wide) / 2, (top + bottom - high) / 2
    x, y, wide, high = (round(value * HALVES) for value in (x, y, wide, high))
    return f"M{x} {y}h{wide}v{high}h{-wide}z"
