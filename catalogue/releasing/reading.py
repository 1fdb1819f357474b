"""Observations out of the base, in an order that any number of questions can share: by batches after the last one.

A slow client holds neither a transaction nor a cursor of the base, and memory is that of one batch.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any, Final, NamedTuple
from urllib.parse import urlencode

from django.conf import settings
from django.db.models import Q

from catalogue.indicators.contract import Recipe
from catalogue.indicators.exports import Cube, Line
from catalogue.models import Audience, Indicator, Observation, Territory
from catalogue.models.indicators import ObservationQuerySet
from catalogue.models.territories import Level

BASE: Final = "/api/indicateurs"  # where programs find them; their addresses stand in records
BATCH: Final = 2_000  # rows of one question
ORDER: Final = ("territory_id", "period", "axis", "member", "pk")
READ: Final = (
    *ORDER, "territory__code", "territory__level", "territory__name", "value", "status", "numerator", "denominator", "rows", "dataset__uri",
    "table_id", "table_version", "recipe_version", "population_year", "population_source", "reason",
)  # fmt: skip

Rows = ObservationQuerySet


class Key(NamedTuple):
    """After which row one goes on: the columns of ORDER."""

    territory: int
    period: str
    axis: str
    member: str
    row: int


def told(indicator: Indicator, audience: Audience) -> Rows:
    """Those that are said of an indicator to this reader."""
    return Observation.objects.visible_to(audience).filter(indicator=indicator, shown=True)


def cube_of(recipe: Recipe) -> Cube:
    return Cube(recipe, f"{settings.BOUTURE_URL}{BASE}/{recipe.key}")


def lines(wanted: Rows) -> Iterator[Line]:
    """All of them, in the order of their keys."""
    after: Key | None = None
    while True:
        rows = _batch(wanted, after, BATCH)
        yield from (_line(row) for row in rows)
        if len(rows) < BATCH:
            return
        after = Key(*rows[-1][:5])


def page(wanted: Rows, after: Key | None, size: int) -> tuple[list[Line], Key | None]:
    """So many of them, and what asks for the rest; None at the end."""
    rows = _batch(wanted, after, size + 1)
    following = Key(*rows[size - 1][:5]) if len(rows) > size > 0 else None
    return [_line(row) for row in rows[:size]], following


def _batch(wanted: Rows, after: Key | None, size: int) -> list[tuple[Any, ...]]:
    if after is not None:
        place, period, axis, member, row = after
        here = Q(territory_id=place)
        further = (
            Q(territory_id__gt=place)
            | here & Q(period__gt=period)
            | here & Q(period=period, axis__gt=axis)
            | here & Q(period=period, axis=axis, member__gt=member)
            | here & Q(period=period, axis=axis, member=member, pk__gt=row)
        )
        # The first condition is implied: with it, the base begins at that place of its index.
        wanted = wanted.filter(Q(territory_id__gte=place) & further)
    return list(wanted.order_by(*ORDER).values_list(*READ)[:size])


def _line(row: tuple[Any, ...]) -> Line:
    (
        _, period, axis, member, _, code, level, name, value, status, numerator, denominator, rows, source, table, version, recipe_version,
        year, year_source, reason,
    ) = row  # fmt: skip
    return Line(
        code, level, name, address_of(level, code), period, axis, member, value, status, numerator, denominator, rows, source, str(table),
        version, recipe_version, year, year_source, reason,
    )  # fmt: skip


@lru_cache(maxsize=50_000)
def address_of(level: str, code: str) -> str:
    """INSEE's address of a territory; where it has none, that of the search inside of it here."""
    known = Territory(level=Level(level), code=code)
    return known.uri or f"{settings.BOUTURE_URL}/jeux-de-donnees/?{urlencode({'territoire': known.token})}"
