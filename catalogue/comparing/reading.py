"""The figures of many territories for one indicator and period, as one reader sees them.

Rows stay tuples: a comparison reads eleven thousand of them, of which a page shows thirty.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final, NamedTuple

from catalogue.comparing.groups import Group
from catalogue.indicators.contract import Status
from catalogue.models import Audience, Indicator, Observation

YEARS_BACK: Final = 2  # how old a figure may be to stand for the period asked
FEW: Final = 500  # territories that one condition names
VALUED: Final = frozenset(status.value for status in Status if status.valued)


class Row(NamedTuple):
    """What was observed of a territory. `value`: None where it is not to be said."""

    territory: int
    value: float | None
    status: str
    numerator: float | None
    denominator: float | None
    restricted: bool
    period: str


def is_public(audience: Audience) -> bool:
    """Whether this reader sees what a stranger sees: then there is one figure a territory and period."""
    return not (audience.everything or audience.organisations or audience.datasets)


def read(
    indicator: Indicator, group: Group, members: Collection[int], period: str, audience: Audience
) -> dict[int, Row]:
    """By territory. A territory of which nothing is observed in the year asked has its newest of the two years before."""
    found = _of_period(indicator, group, members, period, audience)
    for year in years_before(period):
        lacking = [pk for pk in members if pk not in found]
        if not lacking:
            break
        found |= {
            pk: row for pk, row in _of_period(indicator, group, lacking, year, audience).items() if pk not in found
        }
    return found


def years_before(period: str) -> tuple[str, ...]:
    """None of a period that is not a year: a month is not compared with another."""
    if not (len(period) == 4 and period.isdigit()):
        return ()
    return tuple(str(int(period) - back) for back in range(1, YEARS_BACK + 1))


def _of_period(
    indicator: Indicator, group: Group, wanted: Collection[int], period: str, audience: Audience
) -> dict[int, Row]:
    rows = Observation.objects.filter(indicator=indicator, period=period, shown=True).totals().visible_to(audience)
    if len(wanted) <= FEW:
        rows = rows.filter(territory__in=wanted)
    else:
        rows = rows.filter(territory__in=group.members().values("pk"))
    fields = ("territory", "value", "status", "numerator", "denominator")
    if is_public(audience):
        given = [(*row, False) for row in rows.values_list(*fields)]
    else:
        given = list(rows.values_list(*fields, "dataset__private"))
    found: dict[int, Row] = {}
    for each in given:
        row = Row._make((*each, period))
        known = found.get(row.territory)
        # What everybody sees comes first: a draft of one body must not change what its members read of the others.
        if known is None or (known.restricted and not row.restricted):
            found[row.territory] = row
    return found
