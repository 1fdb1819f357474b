"""The charts of an indicator: values in French words, then drawn."""

from __future__ import annotations

from collections.abc import Mapping

from catalogue.indicators.contract import Recipe, Status
from portal.charts import Chart
from portal.charts.periods import period
from portal.charts.trends import Level, Point, Trend, trend
from portal.pages.indicators import saying
from portal.pages.indicators.seen import Seen
from portal.pages.indicators.values import Value


def evolution(
    seen: Seen, key: str = "e", medians: Mapping[str, float] | None = None, others: str = "médiane"
) -> Chart | None:
    """The line of the years; None when no period can be read or there is nothing to draw."""
    medians = medians or {}
    points = [_point(one, seen.recipe, medians) for one in seen.values if period(one.period)]
    if seen.place is None or not any(one.value is not None for one in points):
        return None
    levels = [Level(one.value, f"{mark_words(one.legal)} : {seen.scale.said(one.value)}") for one in seen.marks()]
    subtitle = ", ".join(
        filter(None, (seen.recipe.title.fr, f"en {seen.recipe.unit.words.fr}" if seen.recipe.unit.sign else ""))
    )
    return trend(Trend(_title(seen), subtitle, seen.place.name, points, seen.scale, levels, others), key)


def mark_words(legal: bool) -> str:
    return "seuil légal" if legal else "objectif"


def _point(one: Value, recipe: Recipe, medians: Mapping[str, float]) -> Point:
    found = period(one.period)
    assert found is not None
    words = recipe.breaks.get(one.period)
    broken = words.fr if words else "la série n’est plus la même." if one.status is Status.BREAK else ""
    mark = saying.state(one) if one.status is not Status.BREAK else ""
    return Point(found, one.value if one.said else None, mark, broken, medians.get(one.period))


def _title(seen: Seen) -> str:
    """What is seen, in what can be said without a doubt."""
    assert seen.place is not None
    said = [one for one in seen.values if one.said]
    last = said[-1]
    changed = saying.change(seen.values, seen.recipe, first=True)
    head = f"{seen.place.name} : {seen.scale.said(last.value)} {saying.when(last.period)}"
    return f"{head}, {changed.sentence}" if changed and len(said) > 1 else head
