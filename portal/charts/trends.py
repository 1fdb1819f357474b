"""The value of one territory year after year: where the series breaks, the line does too, and what is estimated is hollow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from portal.charts import svg
from portal.charts.chart import ROOMY, WIDTHS, Chart
from portal.charts.figures import Figure
from portal.charts.periods import Period
from portal.charts.plane import TOP, Plane, below, from_zero, plane
from portal.charts.scales import Scale

RADIUS: Final = 4.5  # pixels
BESIDE: Final = 12  # between the last point and its words
NAMES: Final = 0.3  # of the width, at most, for the words beside the last points
Run = list[tuple[float, float]]


@dataclass(frozen=True)
class Point:
    """`mark`: what is to be known of this value alone (« estimé »). `broken`: why it cannot be compared with those before."""

    period: Period
    value: Figure | None
    mark: str = ""
    broken: str = ""
    median: Figure | None = None  # of those it is compared with


@dataclass(frozen=True)
class Level:
    """A value that the line is held against: a target, a legal threshold."""

    value: float
    words: str


@dataclass(frozen=True)
class Trend:
    """`name`: whose values they are. `title`, `subtitle`: as of any chart. `others`: who the median is of."""

    title: str
    subtitle: str
    name: str
    points: Sequence[Point]
    scale: Scale
    levels: Sequence[Level] = field(default=())
    others: str = field(default_factory=lambda: _("médiane"))


def trend(given: Trend, key: str) -> Chart:
    """Points in the order of time."""
    known = [float(one.value) for one in given.points if one.value is not None]
    medians = [float(one.median) for one in given.points if one.median is not None]
    if not known:
        return Chart(
            given.title, given.subtitle, remarks=(_("Il n’y a rien à dessiner : aucune période n’a de valeur."),)
        )
    low, high = from_zero([*known, *medians, *(level.value for level in given.levels)], amounts=False)
    words = (given.title, _reading(given))
    drawings = tuple(_drawn(given, kind, wide, low, high, (f"{key}-{kind}", *words)) for kind, wide in WIDTHS)
    return Chart(
        given.title, given.subtitle, drawings, *_table(given, bool(medians)), remarks=_remarks(given, low, high)
    )


def _drawn(given: Trend, kind: str, wide: float, low: float, high: float, named: tuple[str, str, str]) -> SafeString:
    roomy = wide >= ROOMY
    right = min(wide * NAMES, max(svg.width(words) for words in _ends(given)) + BESIDE + 6) if roomy else 8
    on = plane(wide, low, high, "", right)
    places = [on.x(part) for part in _parts(given.points)]
    runs = _runs(given.points, places, on)
    parts = [on.grid(), svg.text(0, 14, given.scale.sign, class_="c-them")]
    parts += [_level(level, on) for level in given.levels]
    parts += [_median(given, places, on, roomy)]
    parts += [svg.stroke(_path(run), "c-us", 2.5, stroke_linejoin="round") for run in runs if len(run) > 1]
    parts += [
        _dot(x, on.y(float(one.value)), hollow=bool(one.mark))
        for x, one in zip(places, given.points, strict=True)
        if one.value is not None
    ]
    parts += [_break(x, on) for x, one in zip(places, given.points, strict=True) if one.broken]
    labels = [(x, one.period.short) for x, one in zip(places, given.points, strict=True)]
    return svg.drawing(kind, wide, on.whole, named, *parts, _last(given, places, on, roomy), below(on, labels))


def _parts(points: Sequence[Point]) -> list[float]:
    """How far along the axis each point is, from 0 to 1; one alone stands in the middle."""
    first, last = points[0].period.place, points[-1].period.place
    span = (last - first).days
    return [(one.period.place - first).days / span if span else 0.5 for one in points]


def _runs(points: Sequence[Point], places: Sequence[float], on: Plane) -> list[Run]:
    runs: list[Run] = []
    before = None
    for x, one in zip(places, points, strict=True):
        if one.value is None:
            before = None
            continue
        if before is None or one.period.place > before or one.broken:
            runs.append([])
        runs[-1].append((x, on.y(float(one.value))))
        before = one.period.after
    return runs


def _path(run: Run) -> str:
    return "M" + "L".join(f"{svg.written(x)} {svg.written(y)}" for x, y in run)


def _dot(x: float, y: float, *, hollow: bool) -> SafeString:
    if not hollow:
        return svg.element("circle", cx=x, cy=y, r=RADIUS, class_="c-us", fill="currentColor")
    return svg.element("circle", cx=x, cy=y, r=RADIUS, class_="c-us hollow", stroke="currentColor", stroke_width=2)


def _break(x: float, on: Plane) -> SafeString:
    """Between the point and the one before: a mark across the whole height, told in words below the chart."""
    return svg.joined(
        svg.stroke(f"M{svg.written(x - 10)} {TOP}V{svg.written(on.bottom)}", "c-them", 1.5, stroke_dasharray="2 4"),
        svg.text(x - 10, TOP - 6, _("rupture"), class_="c-them", text_anchor="middle"),
    )


def _level(level: Level, on: Plane) -> SafeString:
    y = on.y(level.value)
    words = svg.shortened(level.words, on.right - on.left)
    return svg.joined(
        svg.stroke(
            f"M{svg.written(on.left)} {svg.written(y)}H{svg.written(on.right)}", "c-brick", 1.5, stroke_dasharray="8 3"
        ),
        svg.text(on.left + 4, y - 6, words, level.words, class_="c-brick halo"),
    )


def _median(given: Trend, places: Sequence[float], on: Plane, roomy: bool) -> SafeString:
    known = [
        (x, on.y(float(one.median))) for x, one in zip(places, given.points, strict=True) if one.median is not None
    ]
    if not known:
        return svg.joined()
    path = _path(known) if len(known) > 1 else f"M{svg.written(known[0][0] - 8)} {svg.written(known[0][1])}h16"
    drawn = svg.stroke(path, "c-them", 1.75, stroke_dasharray="5 4")
    return svg.joined(
        drawn,
        svg.text(known[-1][0] + BESIDE, known[-1][1] + 5, given.others, class_="c-them halo")
        if roomy and not _touch(given, on)
        else "",
    )


def _touch(given: Trend, on: Plane) -> bool:
    """Whether the words beside the last points would cover each other."""
    value = next((one.value for one in reversed(given.points) if one.value is not None), None)
    median = next((one.median for one in reversed(given.points) if one.median is not None), None)
    return value is not None and median is not None and abs(on.y(float(value)) - on.y(float(median))) < svg.TEXT + 2


def _last(given: Trend, places: Sequence[float], on: Plane, roomy: bool) -> SafeString:
    x, value = next(
        (x, one.value) for x, one in reversed(list(zip(places, given.points, strict=True))) if one.value is not None
    )
    y, words = on.y(float(value)), f"{given.name} {given.scale.bare(value)}"
    if roomy:
        shown = svg.shortened(words, on.wide - x - BESIDE)
        return svg.text(x + BESIDE, y + 5, shown, words, class_="c-us", font_weight="650")
    half = svg.width(words) * 1.05 / 2
    middle = min(max(x, half), on.wide - half)
    # Above the point when the line climbs to it, else below: never over the line.
    before = [one.value for one in given.points if one.value is not None][-2:][0]
    beside, past = (y + 24, 18) if before > value and y + 24 < on.bottom else (y - 12, -8)
    # Nor over a target: on its other side then.
    over = [on.y(level.value) for level in given.levels if beside - 14 < on.y(level.value) < beside + 6]
    high = over[0] + past if over and TOP < over[0] + past < on.bottom else beside
    return svg.text(middle, high, words, class_="c-us halo", font_weight="650", text_anchor="middle")


def _ends(given: Trend) -> list[str]:
    last = next(one.value for one in reversed(given.points) if one.value is not None)
    return [f"{given.name} {given.scale.bare(last)}", given.others]


def _reading(given: Trend) -> str:
    known = [one for one in given.points if one.value is not None]
    ends = dict.fromkeys((known[0], known[-1]))
    values = ", ".join(
        _("%(value)s en %(period)s") % {"value": given.scale.said(one.value), "period": one.period.long} for one in ends
    )
    said = [_("%(label)s : %(value)s") % {"label": given.name, "value": values} + "."]
    said += [_("Rupture de série en %(period)s.") % {"period": one.period.long} for one in given.points if one.broken]
    return " ".join([*said, _("Toutes les valeurs sont dans le tableau.")])


def _table(given: Trend, medians: bool) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    sign = f" ({given.scale.sign})" if given.scale.sign else ""
    heads = [
        _("Période"),
        f"{given.name}{sign}",
        *([given.others.capitalize() + sign] if medians else []),
        _("À savoir"),
    ]
    rows = [
        (
            one.period.long,
            given.scale.bare(one.value) or _("sans valeur"),
            *([given.scale.bare(one.median)] if medians else []),
            ", ".join(filter(None, (one.mark, _("rupture de série") if one.broken else ""))),
        )
        for one in reversed(given.points)
    ]
    return tuple(heads), tuple(rows)


def _remarks(given: Trend, low: float, high: float) -> tuple[str, ...]:
    said = [
        _("Rupture de série en %(at)s : %(why)s") % {"at": one.period.long, "why": one.broken}
        for one in given.points
        if one.broken
    ]
    marks = dict.fromkeys(one.mark for one in given.points if one.mark and one.value is not None)
    said += [_("Point creux : %(marks)s.") % {"marks": ", ".join(marks)}] if marks else []
    return (*said, *([_("L’axe ne commence pas à zéro.")] if low > 0 or high < 0 else []))
