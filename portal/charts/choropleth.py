"""Territories shaded by a value: five steps of one hue from light to dark, hatched where there is none, one outlined.

Steps are told apart without colour, and by the figures of the legend. What lies far away (an overseas département)
has a frame of its own under the map. A territory without outline is a disc at its centre; when none has one, the size
of the discs says the value too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import sqrt
from typing import Final

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.charts import svg
from portal.charts.chart import Measured
from portal.charts.classes import Classes, classes
from portal.charts.figures import Figure
from portal.charts.frame import Box, Frame, Position, bounds, framed, names, narrowing, net, scale
from portal.charts.keys import legend
from portal.charts.outlines import HALVES, Ring, apart, outline

STEPS: Final = ("c-1", "c-2", "c-3", "c-4", "c-5")  # from light to dark, in the sheet
SPREAD: Final = {
    1: (2,),
    2: (1, 3),
    3: (0, 2, 4),
    4: (0, 1, 3, 4),
    5: (0, 1, 2, 3, 4),
}  # steps that so many classes take
HIGH: Final = {"roomy": (200, 520), "narrow": (160, 360)}  # pixels, at least and at most
GAP: Final = 2.5  # degrees: what is farther from the rest has a frame of its own
INSET: Final = (104, 74)  # pixels
BELOW: Final = INSET[1] + 26  # with its name
EDGE: Final = 10
DISC: Final = (4, 15)  # pixels, radius of the smallest and of the largest
NAMES: Final = {"roomy": 30, "narrow": 8}
ABSENT: Final = gettext_lazy("donnée absente")


@dataclass(frozen=True)
class Shape:
    """A territory. `rings`: none when its outline is not known, then it is at its centre; `address`: where one reads more."""

    key: str
    name: str
    rings: Sequence[Ring] = ()
    at: Position | None = None
    address: str = ""

    @property
    def box(self) -> Box | None:
        every = bounds(position for ring in self.rings for position in ring)
        return every or ((*self.at, *self.at) if self.at else None)


@dataclass(frozen=True)
class Choropleth:
    """`values` by key; None, or no key: not known. `breaks`: chosen ones, else so many territories in each class."""

    shapes: Sequence[Shape]
    values: Mapping[str, Figure | None]
    measured: Measured
    chosen: str = ""
    breaks: Sequence[Figure] | None = None
    boxes: Mapping[str, Box] = field(init=False, repr=False)
    classes: Classes | None = field(init=False, repr=False)

    def __post_init__(self) -> None:
        # Found once for both drawings: all positions are looked at.
        object.__setattr__(self, "boxes", {one.key: box for one in self.shapes if (box := one.box)})
        known = [value for value in self.values.values() if value is not None]
        object.__setattr__(self, "classes", classes(known, self.breaks))

    @property
    def pointed(self) -> bool:
        """Whether no outline is known: the size of the discs says the value then."""
        return not any(one.rings for one in self.shapes)

    def told(self, shape: Shape) -> str:
        value = self.values.get(shape.key)
        return _("%(label)s : %(value)s") % {
            "label": shape.name,
            "value": ABSENT if value is None else self.measured.exact(value),
        }


def choropleth(what: Choropleth, kind: str, wide: float, named: tuple[str, str, str]) -> SafeString:
    """One drawing. `kind` is "roomy" or "narrow"; at least one shape is somewhere."""
    groups = apart(list(what.boxes.items()), GAP)
    main = _around(what, groups[0], wide, HIGH[kind])
    inset = list(_insets(what, groups[1:], main.high + 8, wide))
    below = inset[-1][0].top + BELOW if inset else main.high + 8
    hatch = f"{named[0]}-h"
    drawn = [_pattern(hatch), net(main) if what.pointed else svg.joined()]
    drawn += [_shapes(what, keys, frame, hatch) for frame, keys in ((main, groups[0]), *inset)]
    drawn += [_inset_edge(what, frame, keys) for frame, keys in inset]
    drawn += [_labels(what, groups[0], main, NAMES[kind]), scale(main)]
    swatches, high = legend(list(_classed(what)), what.measured, below, wide, hatch, missing=_missing(what))
    return svg.drawing(
        kind, wide, below + high, named, *drawn, swatches, linked=any(one.address for one in what.shapes)
    )


def _around(what: Choropleth, keys: Iterable[str], wide: float, most: tuple[int, int]) -> Frame:
    """As high as what is drawn asks for, within its limits."""
    west, south, east, north = _whole(what, keys)
    ratio = (north - south) / max(1e-9, (east - west) * narrowing(south, north))
    high = min(most[1], max(most[0], (wide - 2 * EDGE) * ratio + 2 * EDGE))
    # Discs at the edge, and the names beside them, want room.
    return framed((west, south, east, north), wide, round(high), 40 if what.pointed else EDGE)


def _whole(what: Choropleth, keys: Iterable[str]) -> Box:
    boxes = [what.boxes[key] for key in keys]
    return (
        min(box[0] for box in boxes),
        min(box[1] for box in boxes),
        max(box[2] for box in boxes),
        max(box[3] for box in boxes),
    )


def _insets(
    what: Choropleth, groups: Sequence[list[str]], top: float, wide: float
) -> Iterable[tuple[Frame, list[str]]]:
    """Side by side under the map, in as many lines as they need."""
    across = max(1, int((wide + 8) // (INSET[0] + 8)))
    for number, keys in enumerate(groups):
        at = (number % across * (INSET[0] + 8), top + number // across * BELOW)
        yield framed(_whole(what, keys), *INSET, edge=8, at=at), keys


def _inset_edge(what: Choropleth, frame: Frame, keys: Sequence[str]) -> SafeString:
    left, top = svg.written(frame.left), svg.written(frame.top)
    wide, high = svg.written(frame.wide), svg.written(frame.high)
    said = ", ".join(shape.name for shape in what.shapes if shape.key in keys)
    name = svg.text(frame.left, frame.top + frame.high + 14, svg.shortened(said, frame.wide), said, font_size=12)
    return svg.joined(svg.stroke(f"M{left} {top}h{wide}v{high}h-{wide}z", "c-line"), name)


def _pattern(key: str) -> SafeString:
    line = svg.stroke("M0 0V10", "c-dot", 4)
    return svg.element(
        "pattern", line, id=key, width=10, height=10, patternUnits="userSpaceOnUse", patternTransform="rotate(45)"
    )


def _classed(what: Choropleth) -> Iterable[tuple[str, str]]:
    """The class of the sheet and the words of each step of the legend."""
    found = what.classes
    if found is None:
        return
    steps = SPREAD[min(found.count, len(STEPS))]
    for number, words in enumerate(found.words(what.measured)):
        yield STEPS[steps[min(number, len(steps) - 1)]], words


def _missing(what: Choropleth) -> str:
    return str(ABSENT) if any(what.values.get(shape.key) is None for shape in what.shapes) else ""


def _shapes(what: Choropleth, keys: Iterable[str], frame: Frame, hatch: str) -> SafeString:
    """By class, so that what is common to all of one is written once; the chosen one's outline over all."""
    wanted = set(keys)
    shown = [shape for shape in what.shapes if shape.key in wanted]
    found, steps = what.classes, [class_ for class_, _ in _classed(what)]
    by_step: dict[str, list[Shape]] = {"": []}
    for shape in shown:
        value = what.values.get(shape.key)
        step = "" if value is None or found is None else steps[min(found.of(value), len(steps) - 1)]
        by_step.setdefault(step, []).append(shape)
    parts = [_group(what, step, shapes, frame, hatch) for step, shapes in sorted(by_step.items()) if shapes]
    parts += [_chosen(what, shape, frame) for shape in shown if shape.key == what.chosen]
    half = f"scale({1 / HALVES:g})"
    return svg.element("g", *parts, transform=half, fill_rule="evenodd")


def _group(what: Choropleth, step: str, shapes: Sequence[Shape], frame: Frame, hatch: str) -> SafeString:
    # Large discs first, so that none hides a smaller one.
    ordered = sorted(shapes, key=lambda one: -_size(what, one))
    drawn = svg.joined(*(_linked(shape, what.told(shape), _drawn(what, shape, frame)) for shape in ordered))
    attributes = {"class_": step, "fill": "currentColor"} if step else {"class_": "c-0", "fill": f"url(#{hatch})"}
    return svg.element("g", drawn, **attributes)


def _drawn(what: Choropleth, shape: Shape, frame: Frame) -> dict[str, str | float]:
    """The attributes of its path, or of its disc."""
    if shape.rings:
        return {"d": outline(shape.rings, frame)}
    assert shape.at is not None
    x, y = frame(shape.at)
    return {"cx": x * HALVES, "cy": y * HALVES, "r": _size(what, shape) * HALVES}


def _linked(shape: Shape, told: str, attributes: dict[str, str | float]) -> SafeString:
    drawn = svg.element("path" if "d" in attributes else "circle", svg.element("title", told), **attributes)
    if not shape.address:
        return drawn
    # The table under the map has the same links, in order: no hundred stops for who walks by the keyboard.
    return svg.element("a", drawn, href=shape.address, tabindex="-1")


def _size(what: Choropleth, shape: Shape) -> float:
    """Of its disc; 0 for what has an outline."""
    if shape.rings:
        return 0
    value, found = what.values.get(shape.key), what.classes
    if value is None or found is None or not what.pointed:
        return DISC[0] + 2 if not what.pointed else DISC[0]
    top = max(abs(float(found.low)), abs(float(found.high)))
    return max(DISC[0], DISC[1] * sqrt(abs(float(value)) / top)) if top else DISC[0]


def _chosen(what: Choropleth, shape: Shape, frame: Frame) -> SafeString:
    """Its edge in ink over paper, seen on every step."""
    attributes = _drawn(what, shape, frame)
    kind = "path" if "d" in attributes else "circle"
    common = {"fill": "none", "stroke": "currentColor", "stroke_linejoin": "round", "pointer_events": "none"}
    return svg.joined(
        svg.element(kind, class_="c-paper", stroke_width=9, **common, **attributes),
        svg.element(kind, class_="c-ink", stroke_width=5, **common, **attributes),
    )


def _labels(what: Choropleth, keys: Iterable[str], frame: Frame, most: int) -> SafeString:
    """The chosen one's name, then those that fit into their outline, the widest first; of discs, the largest first."""
    wanted = set(keys)
    shown = [shape for shape in what.shapes if shape.key in wanted]
    if what.pointed:
        ranked = sorted(shown, key=lambda one: (one.key != what.chosen, -_size(what, one)))
        beside = [((one.at[0] + _size(what, one) / frame.across, one.at[1]), one.name) for one in ranked if one.at]
        return names(beside, frame, most, marked=False)
    found: list[tuple[float, Position, str]] = []
    for shape in shown:
        west, south, east, north = what.boxes[shape.key]
        room, wide = (east - west) * frame.across, svg.width(shape.name, 13)
        if shape.key == what.chosen or (room > wide * 1.05 and (north - south) * frame.down > 20):
            middle = shape.at or ((west + east) / 2, (south + north) / 2)
            # The name stands around its centre: `names` begins it six pixels on.
            start = middle[0] - (wide / 2 + 6) / frame.across
            found.append((0 if shape.key == what.chosen else 1 / max(room, 1), (start, middle[1]), shape.name))
    return names(((at, name) for _, at, name in sorted(found)), frame, most, marked=False)
