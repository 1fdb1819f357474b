"""How many people live in many territories, in the years that figures ask for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from django.db.models import Count, Sum

from catalogue.batching import batches
from catalogue.models import Population, Territory
from catalogue.models.territories import Headcount, Level

IDS: Final = 500  # in one condition
SUMMED: Final = (Level.EPCI, Level.EPT, Level.SYNDICAT, Level.DEPARTEMENT, Level.REGION, Level.COLLECTIVITE)
OF_ITS_COMMUNES: Final = "somme de ses communes : {source}"


@dataclass(frozen=True, slots=True)
class _Known:
    year: int
    source: str
    value: int


class Headcounts:
    """Of these territories, one kind of population."""

    def __init__(self, territories: Iterable[int], kind: str) -> None:
        self.kind = kind
        wanted = set(territories)
        self._known = _own(wanted, kind)
        self._known |= _summed(wanted - self._known.keys(), kind)

    def of(self, territory: int, year: int) -> Headcount | None:
        """Of that year, else of the nearest (the later of two), then `estimated`; None when nobody knows, never 0."""
        known = self._known.get(territory)
        if not known:
            return None
        best = min(known, key=lambda one: (abs(one.year - year), -one.year, one.source))
        return Headcount(best.value, best.year, self.kind, best.source, estimated=best.year != year)


def _own(territories: Collection[int], kind: str) -> dict[int, list[_Known]]:
    known: dict[int, list[_Known]] = defaultdict(list)
    for some in batches(sorted(territories), IDS):
        rows = Population.objects.filter(territory__in=some, kind=kind).order_by()
        for territory, year, source, value in rows.values_list("territory", "year", "source", "value"):
            known[territory].append(_Known(year, source, value))
    return dict(known)


def _summed(territories: Collection[int], kind: str) -> dict[int, list[_Known]]:
    """Of those whose communes are counted, all of them in one year and by one source: the others would be too small."""
    above = Territory.objects.filter(pk__in=territories, level__in=SUMMED).order_by().values_list("pk", flat=True)
    known: dict[int, list[_Known]] = defaultdict(list)
    for some in batches(sorted(above), IDS):
        counted: dict[int, list[tuple[int, int, str, int]]] = defaultdict(list)
        for territory, communes, year, source, total in _sums(some, kind):
            counted[territory].append((communes, year, source, total))
        for territory, sums in counted.items():
            most = max(communes for communes, *_ in sums)
            known[territory] += [
                _Known(year, OF_ITS_COMMUNES.format(source=source)[:200], total)
                for communes, year, source, total in sums
                if communes == most
            ]
    return dict(known)


def _sums(territories: Collection[int], kind: str) -> Iterator[tuple[int, int, int, str, int]]:
    """Territory, how many of its communes, year, source, how many inhabitants."""
    inside = {"territory__parents__in": territories, "territory__level": Level.COMMUNE, "territory__current": True}
    rows = Population.objects.filter(kind=kind, **inside).order_by()
    grouped = rows.values_list("territory__parents", "year", "source")
    for territory, year, source, communes, total in grouped.annotate(Count("territory"), Sum("value")):
        yield territory, communes, year, source, total
