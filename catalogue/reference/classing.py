"""Each territory's inhabitants of today, its class of size and of density, kept in its row: see `Territory.inhabitants`.

Derived of the populations: to be made again after each load of them. Peers are thousands, and are found by one index.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Final

from django.db import connection, transaction

from catalogue.indicators.strata import density_class, size_class
from catalogue.models.territories import Level, Population, Territory

UPDATE: Final = "UPDATE catalogue_territory SET inhabitants = %s, size_class = %s, density_class = %s WHERE id = %s"


def classify() -> int:
    """How many territories changed."""
    known = _counted()
    rows = Territory.objects.order_by().values_list(
        "pk", "level", "area_km2", "inhabitants", "size_class", "density_class"
    )
    changes = []
    for pk, level, area, *before in rows:
        count = known.get(pk)
        now = [count, size_class(level, count), density_class(level, count, area)]
        if now != before:
            changes.append((*now, pk))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.executemany(UPDATE, changes)
    return len(changes)


def _counted() -> dict[int, int]:
    """By territory: its own figure of the latest year (`Territory.population`), else the sum of its communes'."""
    rows = Population.objects.filter(kind=Population.Kind.MUNICIPALE).order_by("year", "-source")
    known: dict[int, int] = dict(rows.values_list("territory", "value"))
    sums: dict[int, int] = defaultdict(int)
    links = Territory.parents.through.objects.filter(
        from_territory__level=Level.COMMUNE, from_territory__current=True
    ).values_list("from_territory", "to_territory")
    for commune, group in links:
        if group not in known:
            sums[group] += known.get(commune, 0)
    return known | {pk: count for pk, count in sums.items() if count}
