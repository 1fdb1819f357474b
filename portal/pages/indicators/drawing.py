"""The charts of an indicator: values in words, then drawn."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _

from catalogue.indicators import course
from catalogue.indicators.contract import Mark
from portal import languages
from portal.charts import Chart
from portal.charts.periods import period
from portal.charts.trends import Level, Point, Trend, trend
from portal.pages.indicators import saying
from portal.pages.indicators.seen import Seen


def evolution(seen: Seen, medians: Mapping[str, float] | None = None, key: str = "e") -> Chart | None:
    """The line of the years; None when no period can be read or there is nothing to draw. `medians`: by period, of the group."""
    points = [_point(one, (medians or {}).get(one.period)) for one in seen.points if period(one.period)]
    if seen.place is None or not any(one.value is not None for one in points):
        return None
    levels = [
        Level(
            one.value,
            _("%(label)s : %(value)s") % {"label": mark_words(seen, one), "value": seen.scale.said(one.value)},
        )
        for one in seen.marks()
    ]
    title, words = languages.said(seen.recipe.title), languages.said(seen.recipe.unit.words)
    # « Points de recharge pour 10 000 habitants » has said its unit.
    unit = _("en %(unit)s") % {"unit": words} if seen.recipe.unit.sign and words not in title else ""
    subtitle = ", ".join(filter(None, (title, unit)))
    return trend(Trend(_title(seen), subtitle, seen.place.name, points, seen.scale, levels), key)


def mark_words(seen: Seen, mark: Mark) -> str:
    if mark.legal:
        return _("seuil légal")
    return _("valeur limite") if mark is seen.recipe.threshold else _("objectif")


def _point(one: course.Point, median: float | None) -> Point:
    found = period(one.period)
    assert found is not None
    state = saying.state_of(one.status)
    return Point(found, one.value, "" if one.breaks else state, " ; ".join(one.breaks), median)


def _title(seen: Seen) -> str:
    """What is seen, in what can be said without a doubt."""
    assert seen.place is not None
    valued = [one for one in seen.values if one.said]
    last = valued[-1]
    changed = saying.change(seen.points, seen.recipe, first=True)
    value = f"{seen.scale.said(last.value)} {saying.when(last.period)}"
    head = _("%(label)s : %(value)s") % {"label": seen.place.name, "value": value}
    return f"{head}, {changed.sentence}" if changed and len(valued) > 1 else head
