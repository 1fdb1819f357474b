"""The figures of many territories for one indicator and period, as one reader sees them.

Rows stay tuples: a comparison reads eleven thousand of them, of which a page shows thirty.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final, NamedTuple

from catalogue.comparing.groups import Group
from catalogue.indicators.contract import Status
from catalogue.models import PUBLIC, Audience, Dataset, Indicator, Observation
from catalogue.models.indicators import ObservationQuerySet

YEARS_BACK: Final = 2  # how old a figure may be to stand for the period asked
FEW: Final = 4_000  # territories that one condition names
FIELDS: Final = ("territory", "value", "status", "numerator", "denominator", "period")
VALUED: Final = frozenset(status.value for status in Status if status.valued)


class Row(NamedTuple):
    """What was observed of a territory. `value`: None where it is not to be said."""

    territory: int
    value: float | None
    status: str
    numerator: float | None
    denominator: float | None
    period: str
    restricted: bool


def is_public(audience: Audience) -> bool:
    """Whether this reader sees what a stranger sees: then there is one figure a territory and period."""
    return not (audience.everything or audience.organisations or audience.datasets)


def read(
    indicator: Indicator, group: Group, members: Collection[int], period: str, audience: Audience
) -> dict[int, Row]:
    """By territory. One of which nothing is observed in the year asked has its newest figure of the two years before."""
    found = _of_periods(indicator, group, members, (period,), audience)
    lacking = [pk for pk in members if pk not in found]
    before = years_before(period)
    return found | _of_periods(indicator, group, lacking, before, audience) if lacking and before else found


def years_before(period: str) -> tuple[str, ...]:
    """None of a period that is not a year: a month is not compared with another."""
    if not (len(period) == 4 and period.isdigit()):
        return ()
    return tuple(str(int(period) - back) for back in range(1, YEARS_BACK + 1))


def _of_periods(
    indicator: Indicator, group: Group, wanted: Collection[int], periods: Sequence[str], audience: Audience
) -> dict[int, Row]:
    """The newest of these periods that each territory has."""
    rows = Observation.objects.filter(indicator=indicator, period__in=periods).totals()
    found: dict[int, Row] = {}
    if not indicator.internal:
        _keep(found, wanted, _among(rows.shown_to(PUBLIC), group, wanted), restricted=False)
    if not is_public(audience):
        _keep(found, wanted, _restricted(rows, indicator, audience), restricted=True)
    return found


def _among(rows: ObservationQuerySet, group: Group, wanted: Collection[int]) -> ObservationQuerySet:
    few = len(wanted) <= FEW
    return rows.filter(territory__in=wanted if few else group.members().values("pk"))


def _restricted(rows: ObservationQuerySet, indicator: Indicator, audience: Audience) -> ObservationQuerySet:
    """What this reader sees and a stranger does not. Found by the datasets, that are few, not by the territories."""
    mine = Dataset.objects.visible_to(audience).order_by()
    if not indicator.internal:
        mine = mine.filter(private=True)
    return rows.shown_to(audience).filter(dataset__in=mine.values("pk"))


def _keep(found: dict[int, Row], wanted: Collection[int], rows: ObservationQuerySet, *, restricted: bool) -> None:
    """Of a territory the newest; of a period what everybody sees, which comes first: a draft of one body must not change
    what its members read of the others."""
    asked = frozenset(wanted)
    for values in rows.order_by().values_list(*FIELDS):
        row = Row._make((*values, restricted))
        known = found.get(row.territory)
        if row.territory in asked and (known is None or row.period > known.period):
            found[row.territory] = row
