"""A value through time, as a line or as an area. Where periods are missing the line stops: nothing is drawn between."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from datetime import date
from typing import Final

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from portal.charts import svg
from portal.charts.chart import WIDTHS, Chart, Measured, Moment, nothing
from portal.charts.figures import Figure, figure
from portal.charts.plane import Plane, below, from_zero, plane

DOTTED: Final = 40  # points: with more than this, dots hide the line
MANY_DAYS: Final = 2 * 366  # beyond, an axis shows years
Run = list[tuple[float, float]]


def line(given: Sequence[Moment], measured: Measured, key: str, *, area: bool = False) -> Chart:
    """`given` in the order of time."""
    known = [one for one in given if one.value is not None]
    if not known:
        return nothing(measured)
    title = _title(known, measured) or measured.subtitle
    values = [float(one.value or 0) for one in known]
    low, high = from_zero(values, measured.parts or area)
    words = (title, _reading(known, measured))
    drawings = []
    for kind, wide in WIDTHS:
        right = max(svg.width(measured.brief(one.value or 0)) for one in known[-1:]) + 12
        on = plane(wide, low, high, measured.unit, right)
        drawings.append(_drawn(list(given), measured, on, kind, (f"{key}-{kind}", *words), area))
    return Chart(
        title,
        measured.subtitle if title != measured.subtitle else "",
        tuple(drawings),
        (_("Période"), measured.name),
        tuple((one.period.long, measured.exact(one.value)) for one in given),
        _remarks(list(given), low, high),
    )


def _drawn(
    given: list[Moment], measured: Measured, on: Plane, kind: str, named: tuple[str, str, str], area: bool
) -> SafeString:
    places = _places(given, on)
    runs = _runs(given, places, on)
    flat = [point for run in runs for point in run]
    alone = [run[0] for run in runs if len(run) == 1]
    parts = [on.grid()]
    if area:
        parts += [svg.fill(_area(run, on), "c-fill") for run in runs if len(run) > 1]
    parts += [
        svg.stroke(_path(run), "c-us", 2.5, stroke_linejoin="round", stroke_linecap="round")
        for run in runs
        if len(run) > 1
    ]
    parts.append(svg.dots(flat if len(flat) <= DOTTED else [*alone, flat[-1]], "c-us", 6))
    words = _words(given, places, on)
    return svg.drawing(kind, on.wide, on.whole, named, *parts, _said(given, places, measured, on), below(on, words))


def _places(given: list[Moment], on: Plane) -> list[float]:
    first, last = given[0].period.place, given[-1].period.place
    span = (last - first).days
    return [on.x((one.period.place - first).days / span if span else 0.5) for one in given]


def _words(given: list[Moment], places: list[float], on: Plane) -> list[tuple[float, str]]:
    """Of several years, their first days; else the periods themselves."""
    first, last = given[0].period.place, given[-1].period.place
    if (last - first).days < MANY_DAYS:
        return [(x, one.period.short) for x, one in zip(places, given, strict=True)]
    years = [date(year, 1, 1) for year in range(first.year + (first > date(first.year, 1, 1)), last.year + 1)]
    span = (last - first).days
    return [(on.x((day - first).days / span), str(day.year)) for day in years]


def _runs(given: list[Moment], places: list[float], on: Plane) -> list[Run]:
    """Points in pixels; a new run after each gap."""
    runs: list[Run] = []
    before = None
    for x, one in zip(places, given, strict=True):
        if one.value is None:
            before = None
            continue
        if before is None or one.period.place > before:
            runs.append([])
        runs[-1].append((x, on.y(float(one.value))))
        before = one.period.after
    return runs


def _path(run: Run) -> str:
    return "M" + "L".join(f"{svg.written(x)} {svg.written(y)}" for x, y in run)


def _area(run: Run, on: Plane) -> str:
    return f"{_path(run)}V{svg.written(on.zero)}H{svg.written(run[0][0])}z"


def _said(given: list[Moment], places: list[float], measured: Measured, on: Plane) -> SafeString:
    """The last value beside its point; the first and the highest above theirs, when there is room."""
    known = [(x, one.value) for x, one in zip(places, given, strict=True) if one.value is not None]
    x, value = known[-1]
    parts = [svg.text(x + 9, on.y(float(value)) + 5, measured.brief(value), class_="c-us", font_weight="650")]
    taken = [(x - 4, x + 9 + svg.width(measured.brief(value)))]
    top = max(known, key=lambda one: one[1])
    for x, value in dict.fromkeys([top, *(known[:1] if len(known) <= DOTTED else [])]):
        half = svg.width(measured.brief(value)) / 2
        middle = max(x, on.left + half + 10)
        if all(middle + half + 6 <= start or middle - half - 6 >= end for start, end in taken):
            taken.append((middle - half, middle + half))
            parts.append(svg.text(middle, on.y(float(value)) - 10, measured.brief(value), text_anchor="middle"))
    return svg.joined(*parts)


def _title(known: list[Moment], measured: Measured) -> str:
    """When it was highest: the last period may not be over, so nothing is said of where it goes."""
    top = max(one.value for one in known if one.value is not None)
    highest = [one for one in known if one.value == top]
    if len(known) < 3 or len(highest) > 1:
        return ""
    return _("Au plus haut %(when)s : %(value)s") % {"when": highest[0].period.when, "value": measured.brief(top)}


def _reading(known: list[Moment], measured: Measured) -> str:
    first, last = known[0], known[-1]
    ends: dict[str, Figure] = {one.period.when: one.value for one in (first, last) if one.value is not None}
    said = ", ".join(f"{measured.exact(value)} {when}" for when, value in ends.items())
    return _("Courbe de %(count)s points. %(measure)s : %(values)s. Toutes les valeurs sont dans le tableau.") % {
        "count": figure(len(known)),
        "measure": measured.subtitle,
        "values": said,
    }


def _remarks(given: list[Moment], low: float, high: float) -> tuple[str, ...]:
    gaps = sum(later.period.place > one.period.after for one, later in itertools.pairwise(given))
    gaps += sum(one.value is None for one in given)
    said = []
    if gaps:
        said.append(_("La courbe s’interrompt là où des périodes n’ont aucune ligne."))
    if low > 0 or high < 0:
        said.append(_("L’axe ne commence pas à zéro."))
    return tuple(said)
