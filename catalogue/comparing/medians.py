"""The median of a group over the periods of a series, as comparisons of each period have it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from catalogue.comparing.groups import Group
from catalogue.comparing.peers import total_in
from catalogue.comparing.reading import MANY, VALUED, years_before
from catalogue.indicators.compare import LEAST_VALUES, quantile
from catalogue.indicators.contract import Recipe
from catalogue.models import Audience, Indicator, Observation

FIELDS: Final = ("territory", "period", "value", "status", "numerator", "dataset__private")


def medians(
    indicator: Indicator,
    recipe: Recipe,
    group: Group,
    periods: Sequence[str],
    audience: Audience,
    *,
    total: bool = False,
) -> Mapping[str, float]:
    """By period, of those of which five have a value. At most two queries; nothing of a group of MANY, whose rows are too many."""
    members = list(group.members().values_list("pk", flat=True)[: MANY + 1])
    if len(members) > MANY or not periods:
        return {}
    wanted = {when for period in periods for when in (period, *years_before(period))}
    rows = Observation.objects.filter(indicator=indicator, territory__in=members, period__in=wanted).totals()
    # What everybody sees comes first, as in comparisons.
    known = _by_place(rows.shown_to(audience).order_by("-dataset__private").values_list(*FIELDS), recipe, total=total)
    found = {}
    for period in periods:
        values = [value for seen in known.values() if (value := _newest(seen, period)) is not None]
        if len(values) >= LEAST_VALUES:
            found[period] = quantile(sorted(values), 0.5)
    return found


def _by_place(
    rows: Iterable[tuple[Any, ...]], recipe: Recipe, *, total: bool
) -> Mapping[int, Mapping[str, float | None]]:
    """By territory, then by period; None where something is observed and no value is said."""
    known: dict[int, dict[str, float | None]] = defaultdict(dict)
    for place, period, value, status, numerator, _ in rows:
        said = total_in(recipe, numerator) if total else value
        known[place][period] = said if status in VALUED else None
    return known


def _newest(seen: Mapping[str, float | None], period: str) -> float | None:
    """A figure of the two years before stands in only where nothing at all was observed."""
    return next((seen[when] for when in (period, *years_before(period)) if when in seen), None)
