"""Which territory of today a code in a row means: many codes at once, in a few queries."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from catalogue.batching import batches
from catalogue.models import Dataset, Table, Territory
from catalogue.models.territories import Level

INSEE: Final = re.compile(r"\d[0-9AB]\d{3}")
SIREN: Final = re.compile(r"\d{9}(\d{5})?")
DEPARTEMENT: Final = re.compile(r"\d{2,3}|2[AB]")
CODES: Final = 500  # in one condition


@dataclass(frozen=True, slots=True)
class Place:
    """A territory, reduced to what a figure needs."""

    pk: int
    level: str
    area_km2: float | None


def places_of(codes: Collection[str], publisher: Place | None) -> dict[str, Place]:
    """By code; a code that means nothing is left out. "" is the publisher's.

    Five signs are a commune of today, one that became part of it, or an arrondissement of Paris, Lyon or Marseille; nine
    digits a SIREN, fourteen a SIRET; two or three a département.
    """
    written = {code: code.strip().upper() for code in codes}
    wanted = set(written.values())
    found = _communes({code for code in wanted if INSEE.fullmatch(code)})
    sirens = _bodies({code[:9] for code in wanted if SIREN.fullmatch(code)})
    found |= {code: sirens[code[:9]] for code in wanted if SIREN.fullmatch(code) and code[:9] in sirens}
    found |= _departements({code for code in wanted if DEPARTEMENT.fullmatch(code)})
    if publisher is not None:
        found[""] = publisher
    return {code: found[plain] for code, plain in written.items() if plain in found}


def publisher_of(table: Table) -> Place | None:
    """The territory of the body that publishes the file, None when nobody said it.

    The dataset's own territory is no proof: that of a harvest is the one of its source, whoever publishes.
    """
    dataset: Dataset = table.dataset
    body = dataset.published_by
    if body.territory is not None:
        return _place(body.territory)
    if body.siren and (found := _bodies({body.siren})):
        return found[body.siren]
    named = [Territory.objects.at_uri(address) for address in _addresses(dataset)]
    known = {territory.pk: territory for territory in named if territory and territory.level != Level.COUNTRY}
    return _place(next(iter(known.values()))) if len(known) == 1 and len(named) == 1 else None


def _addresses(dataset: Dataset) -> list[str]:
    """What the record says that it is about, where it has an address."""
    said = [place.get("uri", "") if isinstance(place, Mapping) else str(place) for place in dataset.spatial]
    return [address for address in said if address]


def _place(territory: Territory) -> Place:
    return Place(territory.pk, territory.level, territory.area_km2)


def _communes(codes: set[str]) -> dict[str, Place]:
    found = _by_code(codes, (Level.COMMUNE,))
    if left := codes - found.keys():
        became = _former()
        found |= {code: became[code] for code in left if code in became}
    return found


def _by_code(codes: Iterable[str], levels: Collection[str]) -> dict[str, Place]:
    found: dict[str, Place] = {}
    for some in batches(sorted(codes), CODES):
        rows = Territory.objects.filter(level__in=levels, code__in=some, current=True).order_by()
        known = rows.values_list("code", "pk", "level", "area_km2")
        found |= {code: Place(pk, level, area) for code, pk, level, area in known}
    return found


def _former() -> dict[str, Place]:
    """Every commune of before by its code; one that was shared out between several means none of them."""
    rows = Territory.objects.communes().exclude(former_communes=[]).order_by()
    became: dict[str, Place | None] = {}
    for pk, level, area, former in rows.values_list("pk", "level", "area_km2", "former_communes"):
        for code in {str(one["code"]) for one in former}:
            became[code] = Place(pk, level, area) if code not in became else None
    return {code: place for code, place in became.items() if place is not None}


def _bodies(sirens: set[str]) -> dict[str, Place]:
    """A commune before any other that bears the same number (a commune that is a département too)."""
    found: dict[str, Place] = {}
    for some in batches(sorted(sirens), CODES):
        rows = Territory.objects.filter(siren__in=some, current=True).order_by()
        for siren, pk, level, area in rows.values_list("siren", "pk", "level", "area_km2"):
            place = Place(pk, level, area)
            if siren not in found or place.level == Level.COMMUNE:
                found[siren] = place
    return found


def _departements(codes: set[str]) -> dict[str, Place]:
    """Overseas some are a collectivité of their own."""
    return _by_code(codes, (Level.COLLECTIVITE,)) | _by_code(codes, (Level.DEPARTEMENT,))
