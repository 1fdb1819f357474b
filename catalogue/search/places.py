"""Places of a question: the reader's own territory, and "près de Dax" read into the communes around Dax."""

from __future__ import annotations

from math import cos, radians, sqrt
from time import monotonic
from typing import Final

from django.conf import settings

from catalogue.models import Territory
from catalogue.models.territories import KM_A_DEGREE, Level, sort_key
from catalogue.search.bounds import Box
from catalogue.search.french import nearness

NEAR_KM: Final = 15.0
NEAR_MOST: Final = 100  # communes
REMEMBERED: Final = 60.0  # seconds: an unknown code takes a look at every commune
# From the nearest to the widest; what is not there contains nobody's neighbours.
CONTAINERS: Final = (Level.EPCI, Level.EPT, Level.DEPARTEMENT, Level.REGION, Level.COLLECTIVITE)

_remembered: dict[str, tuple[float, tuple[str, ...]]] = {}


def of_the_reader() -> tuple[str, ...]:
    """The instance's territory, then what contains it, as the index names them; empty without a known one."""
    code, now = settings.BOUTURE_TERRITORY, monotonic()
    if not code:
        return ()
    until, known = _remembered.get(code, (0.0, ()))
    if now >= until:
        place = Territory.objects.resolve(code)
        known = lineage(place) if place else ()
        _remembered[code] = now + REMEMBERED, known
    return known


def forget() -> None:
    """The next search asks the base again."""
    _remembered.clear()


def lineage(place: Territory) -> tuple[str, ...]:
    """The place itself, then what contains it, the nearest first."""
    return (place.token, *(each.token for each in around(place)))


def around(place: Territory) -> list[Territory]:
    """What contains the place, the nearest first. Reads `parents` as prefetched."""
    above = [each for each in place.parents.all() if each.level in CONTAINERS]
    return sorted(above, key=lambda each: (CONTAINERS.index(Level(each.level)), each.code))


def outline(place: Territory) -> Box | None:
    """West, south, east, north of a square of its area around its centre, since its true outline is not at hand; the centre
    alone when its area is unknown, None when both are."""
    if place.longitude is None or place.latitude is None:
        return None
    half = sqrt(place.area_km2 or 0) / 2 / KM_A_DEGREE
    wide = half / max(0.1, cos(radians(place.latitude)))
    west, east = ((place.longitude + side + 180) % 360 - 180 for side in (-wide, wide))
    return west, max(-90.0, place.latitude - half), east, min(90.0, place.latitude + half)


def names(place: Territory) -> tuple[str, ...]:
    """What a person may write for it: names and codes, those of its former communes too, and postcodes."""
    former = [text for each in place.former_communes for text in (each["name"], each["code"]) if text]
    return tuple(dict.fromkeys([place.name, place.code, *place.postcodes, *former]))


def read_nearness(text: str) -> tuple[str, tuple[str, ...]]:
    """The words without "près de …", and the communes around it, the nearest first; the text as it is when no place
    is so called."""
    found = nearness(text)
    if found is None:
        return text, ()
    rest, name = found
    place = _place(name) if name else Territory.objects.resolve(settings.BOUTURE_TERRITORY or "")
    communes = Territory.objects.nearest(place, NEAR_KM, NEAR_MOST) if place else []
    return (rest, tuple(each.token for each in communes)) if communes else (text, ())


def _place(name: str) -> Territory | None:
    """By its whole name, or a code; of several of one name, the nearest to here."""
    named = list(Territory.objects.filter(sort_name=sort_key(name), current=True).order_by("code")[:50])
    if not named:
        return Territory.objects.resolve(name)
    here = Territory.objects.resolve(settings.BOUTURE_TERRITORY) if settings.BOUTURE_TERRITORY else None
    return min(named, key=here.km_to) if here else named[0]
