"""Several territories side by side, for all the indicators of a theme."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from catalogue.comparing.contract import Peer
from catalogue.comparing.peers import peer
from catalogue.comparing.reading import VALUED, Row, years_before
from catalogue.indicators.contract import Recipe
from catalogue.models import Audience, Indicator, Observation, Territory

LEAST: Final = 2
MOST: Final = 6
FIELDS: Final = ("indicator", "territory", "value", "status", "numerator", "denominator", "period", "dataset__private")


@dataclass(frozen=True)
class Line:
    """One indicator. `period`: that most of them have, the newest of such; `cells`: in the order asked, None where nothing is."""

    recipe: Recipe
    period: str
    cells: tuple[Peer | None, ...]


@dataclass(frozen=True)
class Beside:
    """`without`: the recipes of the theme of which none of the territories has a figure."""

    places: tuple[Territory, ...]
    lines: tuple[Line, ...]
    without: tuple[Recipe, ...]


def beside(territories: Sequence[Territory], theme: str, recipes: Mapping[str, Recipe], audience: Audience) -> Beside:
    """`recipes`: by key. Two queries. Raises ValueError for fewer than two territories, and for more than six."""
    if not LEAST <= len(territories) <= MOST:
        raise ValueError(f"{LEAST} to {MOST} territories stand side by side, not {len(territories)}")
    found = Indicator.objects.in_use().filter(theme=theme).visible_to(audience)
    asked = {row.pk: row for row in found if row.key in recipes}
    known = [(pk, recipes[row.key]) for pk, row in asked.items()]
    rows = _rows(territories, asked, audience)
    lines = [_line(recipe, rows[pk], territories) for pk, recipe in known if rows.get(pk)]
    return Beside(tuple(territories), tuple(lines), tuple(recipe for pk, recipe in known if not rows.get(pk)))


def _rows(
    territories: Sequence[Territory], indicators: Mapping[int, Indicator], audience: Audience
) -> Mapping[int, dict[tuple[str, int], Row]]:
    """By indicator, then by period and territory."""
    rows = Observation.objects.filter(
        territory__in=[each.pk for each in territories], indicator__in=list(indicators)
    ).totals()
    found: dict[int, dict[tuple[str, int], Row]] = defaultdict(dict)
    for indicator, *fields, private in rows.shown_to(audience).order_by().values_list(*FIELDS):
        row = Row._make((*fields, private or indicators[indicator].internal))
        known = found[indicator].get((row.period, row.territory))
        if known is None or (known.restricted and not row.restricted):
            found[indicator][row.period, row.territory] = row
    return found


def _line(recipe: Recipe, rows: Mapping[tuple[str, int], Row], territories: Sequence[Territory]) -> Line:
    counts = Counter(period for (period, _), row in rows.items() if row.status in VALUED)
    period = max(counts or {period: 0 for period, _ in rows}, key=lambda period: (counts[period], period))
    cells = []
    for place in territories:
        found = next((row for when in (period, *years_before(period)) if (row := rows.get((when, place.pk)))), None)
        cells.append(peer((place.level, place.code, place.name), found, period) if found else None)
    return Line(recipe, period, tuple(cells))
