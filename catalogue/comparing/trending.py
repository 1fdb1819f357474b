"""The figure of one territory over the years."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _

from catalogue.comparing.reading import VALUED
from catalogue.indicators.contract import Recipe, Status
from catalogue.indicators.course import Change, Point, Seen, breaks, change, first_unbroken
from catalogue.models import Audience, Indicator, Observation, Territory
from catalogue.models.territories import Level

UNITED = ("ancienne", "deleguee", "associee")  # kinds of communes that were there before
FIELDS = (
    *("period", "value", "status", "reason", "numerator", "denominator", "recipe_version", "population_source"),
    "dataset__private",
)


@dataclass(frozen=True)
class Trend:
    """`points`: by period, with their totals. `latest`: from the period before; `overall`: since the series last broke.

    `notes`: in French, what one must know of the whole series.
    """

    indicator: str
    points: tuple[Point, ...]
    latest: Change | None
    overall: Change | None
    notes: tuple[str, ...]

    @property
    def last(self) -> Point | None:
        """The newest with a value."""
        return next((point for point in reversed(self.points) if point.value is not None), None)


def trend(indicator: Indicator, recipe: Recipe, territory: Territory, audience: Audience) -> Trend:
    """All periods that this reader may know of, in order. One query."""
    rows = Observation.objects.filter(indicator=indicator, territory=territory).totals()
    kept: dict[str, tuple[Point, Seen]] = {}
    for row in rows.shown_to(audience).order_by("period").values_list(*FIELDS):
        point, seen = _read(row, indicator)
        known = kept.get(point.period)
        # What everybody sees comes first, as in comparisons.
        if known is None or (known[0].restricted and not point.restricted):
            kept[point.period] = point, seen
    united = _united(territory)
    why = breaks(recipe, [seen for _, seen in kept.values()], united=bool(united))
    points = tuple(replace(point, breaks=reasons) for (point, _), reasons in zip(kept.values(), why, strict=True))
    return Trend(indicator.key, points, *_changes(recipe, points), _notes(territory, united, points))


def _read(row: tuple[Any, ...], indicator: Indicator) -> tuple[Point, Seen]:
    period, value, status, reason, numerator, denominator, version, source, private = row
    if status not in VALUED:
        value = numerator = denominator = None  # of a secret, the parts would tell it
    point = Point(period, value, Status(status), reason, numerator, denominator, private or indicator.internal)
    return point, Seen(period, version, source, denominator, point.status)


def _changes(recipe: Recipe, points: tuple[Point, ...]) -> tuple[Change | None, Change | None]:
    """Of the last value: from the one before it, and from the first that it can be held against."""
    whole = points
    while whole and whole[-1].value is None:
        whole = whole[:-1]
    first = first_unbroken(whole)
    if first is None or first is whole[-1]:
        return None, None
    before = next(point for point in reversed(whole[:-1]) if point.value is not None)
    return change(recipe, before, whole[-1]), change(recipe, first, whole[-1])


def _united(territory: Territory) -> list[str]:
    """The names of the communes that became this one, "" where nobody knows it."""
    if territory.level != Level.COMMUNE:
        return []
    return [each.get("name", "") for each in territory.former_communes if each.get("kind") in UNITED]


def _notes(territory: Territory, united: list[str], points: tuple[Point, ...]) -> tuple[str, ...]:
    if not united or len(points) < 2:
        return ()
    names = ", ".join(filter(None, united))
    told = (
        _("%(name)s a réuni d’autres communes (%(names)s)") if names else _("%(name)s a réuni d’autres communes")
    ) % {"name": territory.name, "names": names}
    before = _("%(told)s\N{NO-BREAK SPACE}: les années d’avant peuvent ne porter que sur une partie d’entre elles.")
    return (before % {"told": told},)
