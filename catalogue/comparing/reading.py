"""The figures of many territories for one indicator and period, as one reader sees them.

Rows stay tuples: a comparison reads eleven thousand of them, of which a page shows thirty.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from catalogue.comparing.groups import Group
from catalogue.indicators.contract import Status
from catalogue.models import PUBLIC, Audience, Dataset, Indicator, Observation, ObservedColumn
from catalogue.models.indicators import ObservationQuerySet
from catalogue.observing import columns

YEARS_BACK: Final = 2  # how old a figure may be to stand for the period asked
FEW: Final = 4_000  # territories that one condition names
MANY: Final = 800  # territories: of fewer, their rows are as quick as the column of all
FIELDS: Final = ("territory", "value", "status", "numerator", "denominator", "period")
VALUED: Final = frozenset(status.value for status in Status if status.valued)


# The fields of one territory. No class, though one would read better: the collector of cycles forgets plain tuples of
# numbers and texts, and looks through ten thousand of anything else at every turn.
Raw = tuple[int, float | None, str, float | None, float | None, str]


class Row(NamedTuple):
    """What was observed of a territory. `value`: None where it is not to be said."""

    territory: int
    value: float | None
    status: str
    numerator: float | None
    denominator: float | None
    period: str
    restricted: bool


@dataclass(frozen=True)
class Read:
    """`rows`: by territory; `restricted`: those of which not everybody may see the row."""

    rows: Mapping[int, Raw]
    restricted: frozenset[int]

    def row(self, territory: int) -> Row | None:
        raw = self.rows.get(territory)
        return Row(*raw, territory in self.restricted) if raw else None


def is_public(audience: Audience) -> bool:
    """Whether this reader sees what a stranger sees: then there is one figure a territory and period."""
    return not (audience.everything or audience.organisations or audience.datasets or audience.figures)


def read(indicator: Indicator, group: Group, members: Mapping[int, object], period: str, audience: Audience) -> Read:
    """One of which nothing is observed in the year asked has its newest figure of the two years before."""
    before = years_before(period)
    mine = _restricted(indicator, (period, *before), audience)
    rows, restricted = _of_periods(indicator, group, members, (period,), mine)
    lacking = dict.fromkeys(sorted(members.keys() - rows.keys()))
    if lacking and before:
        older, hidden = _of_periods(indicator, group, lacking, before, mine)
        rows |= {pk: row for pk, row in older.items() if pk in lacking}
        restricted |= hidden & lacking.keys()
    return Read(rows, frozenset(restricted))


def years_before(period: str) -> tuple[str, ...]:
    """None of a period that is not a year: a month is not compared with another."""
    if not (len(period) == 4 and period.isdigit()):
        return ()
    return tuple(str(int(period) - back) for back in range(1, YEARS_BACK + 1))


def _of_periods(
    indicator: Indicator, group: Group, wanted: Mapping[int, object], periods: Sequence[str], mine: Sequence[Raw]
) -> tuple[dict[int, Raw], set[int]]:
    """The newest of these periods that each territory has; and of which it is not for everybody. `mine`: see `_restricted`.

    There may be others of the group among them than those that are wanted.
    """
    rows = Observation.objects.filter(indicator=indicator, period__in=periods).totals()
    found: dict[int, Raw] = {}
    if not indicator.internal:
        packed = _packed(indicator, wanted, periods) if len(wanted) >= MANY else None
        found = _public(rows, group, wanted) if packed is None else packed
    # What everybody sees comes first: a draft of one body must not change what its members read of the others.
    mine = [row for row in mine if row[0] in wanted and row[5] in periods]
    _keep(found, mine)
    return found, {row[0] for row in mine if found[row[0]] is row}


def _public(rows: ObservationQuerySet, group: Group, wanted: Mapping[int, object]) -> dict[int, Raw]:
    """What everybody sees, of the observations themselves."""
    few = list(wanted) if len(wanted) <= FEW else group.members().values("pk")
    found: dict[int, Raw] = {}
    _keep(found, rows.shown_to(PUBLIC).filter(territory__in=few).order_by().values_list(*FIELDS))
    return found


def _packed(indicator: Indicator, wanted: Mapping[int, object], periods: Sequence[str]) -> dict[int, Raw] | None:
    """The same of the columns of these periods; None when one of them is not there (see `observing.columns`)."""
    rows = ObservedColumn.objects.filter(indicator=indicator, period__in=periods).exclude(cells=None)
    cells = {when: bytes(packed) for when, packed in rows.values_list("period", "cells") if packed}
    if not cells.keys() >= set(periods):
        return None
    hidden = set(map(columns.half, Dataset.objects.hidden_from(PUBLIC).values_list("pk", flat=True)))
    found: dict[int, Raw] = {}
    for period in sorted(periods):  # a newer one takes the place of an older
        found |= columns.unpacked(cells[period], period, wanted, hidden)
    return found


def _restricted(indicator: Indicator, periods: Sequence[str], audience: Audience) -> list[Raw]:
    """What this reader sees and a stranger does not. Found by the datasets, that are few, not by the territories."""
    if is_public(audience):
        return []
    rows = Observation.objects.filter(indicator=indicator, period__in=periods).totals()
    mine = Dataset.objects.visible_to(audience).order_by()
    if not indicator.internal:
        mine = mine.filter(private=True)
    rows = rows.shown_to(audience).filter(dataset__in=mine.values("pk"))
    return list(rows.order_by().values_list(*FIELDS))


def _keep(found: dict[int, Raw], rows: Iterable[Raw]) -> None:
    """Of a territory the newest, the first of a period."""
    for row in rows:
        known = found.get(row[0])
        if known is None or row[5] > known[5]:
            found[row[0]] = row
