"""Where one value stands among many: a dot each, the middle half as a band, the median dashed, one's own a lozenge that bears its name."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from portal.charts import svg
from portal.charts.chart import ROOMY, WIDTHS, Chart
from portal.charts.figures import Figure, axis_labels, ticks
from portal.charts.scales import Scale

TOP: Final = 50  # pixels above the dots, for two lines of words
HIGH: Final = {True: 120, False: 104}
BOTTOM: Final = 46
EDGE: Final = 10
COLUMN: Final = 4.6  # how wide a bar is, where dots are too many
SIZES: Final = (8.0, 6.0, 4.6, 3.4, 2.4, 1.6, 1.0)
LOZENGE: Final = 8
MANY: Final = 1_500  # values: with more, a dot each would weigh more than the rest of the page


@dataclass(frozen=True)
class Strip:
    """`values`: of all, the own one too. `quartiles`: the three; None when there are too few. `name`, `own`: whose value is told.

    `unit`: what a dot is (« commune »).
    """

    title: str
    subtitle: str
    values: Sequence[float]
    scale: Scale
    quartiles: tuple[float, float, float] | None = None
    name: str = ""
    own: Figure | None = None
    heads: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    addresses: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Frame:
    wide: float
    first: float
    scale: float
    ticks: tuple[float, ...]

    @property
    def tall(self) -> float:
        return HIGH[self.wide >= ROOMY]

    @property
    def middle(self) -> float:
        return TOP + self.tall / 2

    @property
    def bottom(self) -> float:
        return TOP + self.tall + 8

    def x(self, value: float) -> float:
        return EDGE + (value - self.first) * self.scale


def strip(given: Strip, key: str) -> Chart:
    if not given.values:
        return Chart(given.title, given.subtitle, remarks=(_("Il n’y a rien à dessiner : aucune valeur à comparer."),))
    words = (given.title, _reading(given))
    drawings = tuple(_drawn(given, kind, wide, (f"{key}-{kind}", *words)) for kind, wide in WIDTHS)
    return Chart(given.title, given.subtitle, drawings, given.heads, given.rows, given.remarks, given.addresses)


def _drawn(given: Strip, kind: str, wide: float, named: tuple[str, str, str]) -> SafeString:
    values = [*given.values, *([float(given.own)] if given.own is not None else [])]
    steps = ticks(min(values), max(values), 6 if wide >= ROOMY else 3)
    span = (steps[-1] - steps[0]) or 1
    on = _Frame(wide, steps[0], (wide - 2 * EDGE) / span, tuple(steps))
    parts = [_band(given, on), _dots(given.values, on), _own(given, on), _axis(given, on)]
    return svg.drawing(kind, wide, on.bottom + BOTTOM - 8, named, *parts)


def _band(given: Strip, on: _Frame) -> SafeString:
    if given.quartiles is None:
        return svg.joined()
    low, median, high = (on.x(value) for value in given.quartiles)
    top, bottom = svg.written(TOP), svg.written(on.bottom)
    path = f"M{svg.written(low)} {top}H{svg.written(high)}V{bottom}H{svg.written(low)}z"
    words = _("médiane %(value)s") % {"value": given.scale.bare(given.quartiles[1])}
    half = svg.width(words) / 2
    middle = min(max(median, half), on.wide - half)
    return svg.joined(
        svg.fill(path, "c-dot", fill_opacity=".14"),
        svg.stroke(f"M{svg.written(median)} {top}V{bottom}", "c-them", 1.75, stroke_dasharray="5 4"),
        svg.text(middle, TOP - 7, words, class_="c-them", text_anchor="middle"),
    )


def _dots(values: Sequence[float], on: _Frame) -> SafeString:
    """Stacked about the middle line, smaller when they are many, so that none hides another."""
    if len(values) > MANY:
        return _columns(values, on)
    size, stacks = SIZES[-1], Counter[int]()
    for size in SIZES:
        stacks = Counter(round(on.x(value) / (size + 1)) for value in values)
        if max(stacks.values()) * (size + 1) <= on.tall:
            break
    places = []
    for column, count in sorted(stacks.items()):
        step = min(size + 1, on.tall / count)
        places += [(column * (size + 1), on.middle + (number - (count - 1) / 2) * step) for number in range(count)]
    return svg.dots(places, "c-dot", size)


def _columns(values: Sequence[float], on: _Frame) -> SafeString:
    """As many as cannot be told apart: how thick they stand there, a bar each, in one path."""
    wide = COLUMN + 1
    # Counted where each bar begins, not value by value: eleven thousand of them, in two drawings, take longer than the page.
    ordered = sorted(values)
    last = round(on.x(ordered[-1]) / wide)
    edges = [on.first + ((column - 0.5) * wide - EDGE) / on.scale for column in range(last + 2)]
    ends = [bisect_left(ordered, edge) for edge in edges[:-1]] + [len(ordered)]
    counts = [after - before for before, after in pairwise(ends)]
    most = max(counts)
    parts = []
    for column, count in enumerate(counts):
        if count:
            tall = on.tall * count / most
            x, y = svg.written(column * wide - COLUMN / 2), svg.written(on.middle - tall / 2)
            parts.append(f"M{x} {y}h{svg.written(COLUMN)}v{svg.written(tall)}h-{svg.written(COLUMN)}z")
    return svg.fill("".join(parts), "c-dot")


def _own(given: Strip, on: _Frame) -> SafeString:
    if given.own is None:
        return svg.joined()
    x, y = on.x(float(given.own)), on.middle
    words = svg.shortened(f"{given.name} {given.scale.said(given.own)}", on.wide)
    half = svg.width(words) * 1.05 / 2
    at = min(max(x, half), on.wide - half)
    shape = (
        f"M{svg.written(x)} {svg.written(y - LOZENGE)}l{LOZENGE} {LOZENGE}l-{LOZENGE} {LOZENGE}l-{LOZENGE}-{LOZENGE}z"
    )
    return svg.joined(
        svg.stroke(f"M{svg.written(x)} 22V{svg.written(y)}", "c-us", 1.5),
        svg.element("path", d=shape, class_="c-us", fill="currentColor", stroke="currentColor"),
        svg.text(at, 16, words, class_="c-us", font_weight="650", text_anchor="middle"),
    )


def _axis(given: Strip, on: _Frame) -> SafeString:
    labels = axis_labels(list(on.ticks))
    parts = [svg.stroke(f"M{EDGE} {svg.written(on.bottom)}H{svg.written(on.wide - EDGE)}", "c-them", 1.5)]
    for number, (tick, label) in enumerate(zip(on.ticks, labels, strict=True)):
        anchor = "start" if not number else "end" if number == len(labels) - 1 else "middle"
        x = on.x(tick)
        parts.append(svg.text(x, on.bottom + 20, label, class_="c-them", text_anchor=anchor))
    if given.scale.sign:
        parts.append(svg.text(on.wide - EDGE, on.bottom + 37, given.scale.sign, class_="c-them", text_anchor="end"))
    return svg.joined(*parts)


def _reading(given: Strip) -> str:
    said = _("Un point par valeur, %(count)s en tout.") % {"count": len(given.values)}
    if given.quartiles is not None:
        low, median, high = map(given.scale.said, given.quartiles)
        ends = {"low": low, "median": median, "high": high}
        said += " " + _("Premier quart : %(low)s. Médiane : %(median)s. Dernier quart : %(high)s.") % ends
    if given.own is not None:
        said += " " + _("%(label)s : %(value)s") % {"label": given.name, "value": given.scale.said(given.own)} + "."
    return said
