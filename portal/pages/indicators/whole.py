"""What is said of an EPCI, a département or a région that has no figure of its own: its communes together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.db.models import Max
from django.utils.translation import gettext as _

from catalogue.indicators.contract import Status
from catalogue.models import Observation
from catalogue.models.territories import Level
from catalogue.observing.together import together
from portal.pages.indicators import saying
from portal.pages.indicators.seen import Seen

LEVELS: Final = frozenset({Level.EPCI, Level.EPT, Level.SYNDICAT, Level.DEPARTEMENT, Level.REGION})


@dataclass(frozen=True)
class Whole:
    """`said`: without its unit. `told`: how many communes it is of."""

    period: str
    said: str
    sentence: str
    told: str
    estimated: bool


def whole(seen: Seen) -> Whole | None:
    """None where it has a figure of its own, or where its communes give none. Four queries at most."""
    place = seen.place
    if place is None or place.level not in LEVELS or not seen.concerned or (seen.value and seen.value.said):
        return None
    period = seen.asked.period or _last(seen)
    if not period:
        return None
    found = together(seen.recipe, place, period, seen.audience)
    if found.figure.value is None:
        return None
    value = found.figure.value
    return Whole(
        saying.long(period),
        seen.scale.bare(value),
        _("%(place)s : %(value)s, par ses communes ensemble.")
        % {"place": place.name, "value": f"{seen.scale.said(value)} {saying.when(period)}"},
        found.told,
        found.figure.status == Status.ESTIMATED,
    )


def _last(seen: Seen) -> str:
    """The last period of which one of its communes has a figure."""
    rows = Observation.objects.shown_to(seen.audience).totals().filter(indicator=seen.indicator, value__isnull=False)
    inside = rows.filter(territory__parents=seen.place, territory__level=Level.COMMUNE)
    return inside.order_by().aggregate(last=Max("period"))["last"] or ""
