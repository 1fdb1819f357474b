"""Places of a question: the reader's own territory, and "près de Dax" read into the communes around Dax."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from math import cos, radians, sqrt
from typing import Any, Final

from django.conf import settings
from django.db.models import Q

from catalogue.dcat import boxes
from catalogue.models import Territory
from catalogue.models.territories import KM_A_DEGREE, Level, sort_key
from catalogue.remembered import Memory
from catalogue.search.bounds import Box
from catalogue.search.french import nearness

NEAR_KM: Final = 15.0
NEAR_MOST: Final = 100  # communes
CODE: Final = re.compile(r"\d[0-9ABab]\d{3}|\d{9}")  # of a commune, of a body
REMEMBERED: Final = 60.0  # seconds: an unknown code takes a look at every commune
# From the nearest to the widest; what is not there contains nobody's neighbours.
CONTAINERS: Final = (Level.EPCI, Level.EPT, Level.DEPARTEMENT, Level.REGION, Level.COLLECTIVITE)

# By what is asked: what contains a code, what is near a name for somebody who is in a place.
_remembered: Final = Memory[tuple[str, str, str], tuple[str, ...]](REMEMBERED, 200)


def of_the_reader() -> tuple[str, ...]:
    """The instance's territory, then what contains it, as the index names them; empty without a known one."""
    code = settings.BOUTURE_TERRITORY
    return _remembered.one(("of", code, ""), lambda: _lineage_of(code)) if code else ()


def _lineage_of(code: str) -> tuple[str, ...]:
    place = Territory.objects.resolve(code)
    return lineage(place) if place else ()


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


def said(spatial: Iterable[Any]) -> Box | None:
    """What is around all that a record says of where it is, by coordinates; None when nothing of it is legible."""
    found = boxes.around(box for where in spatial if isinstance(where, dict) and (box := boxes.box_of(where)))
    return (found.west, found.south, found.east, found.north) if found else None


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
    communes = _remembered.one(("near", name, settings.BOUTURE_TERRITORY or ""), lambda: _near(name))
    return (rest, communes) if communes else (text, ())


def _near(name: str) -> tuple[str, ...]:
    """The communes around the place of this name; "" is here."""
    place = _place(name) if name else Territory.objects.resolve(settings.BOUTURE_TERRITORY or "")
    return tuple(each.token for each in Territory.objects.nearest(place, NEAR_KM, NEAR_MOST)) if place else ()


def named_one(texts: Iterable[str]) -> tuple[Territory | None, str]:
    """The place that one of these texts is the whole name or the code of, and that text: the longest. One query, two where
    several places have the name."""
    keys = {key: text for text in sorted(texts, key=len) if (key := sort_key(text))}
    codes = {text.upper(): text for text in keys.values() if CODE.fullmatch(text)}
    rows = Territory.objects.filter(Q(sort_name__in=keys) | Q(code__in=codes), current=True) if keys else ()
    said = [(len(text), row) for row in rows for text in [codes.get(row.code) or keys.get(row.sort_name, "")] if text]
    if not said:
        return None, ""
    longest = max(size for size, _ in said)
    best = _nearest([row for size, row in said if size == longest])
    return best, codes.get(best.code) or keys[best.sort_name]


def _place(name: str) -> Territory | None:
    """By its whole name, or a code; of several of one name, the nearest to here."""
    named = list(Territory.objects.filter(sort_name=sort_key(name), current=True).order_by("code")[:50])
    return _nearest(named) if named else Territory.objects.resolve(name)


def _nearest(named: Sequence[Territory]) -> Territory:
    """To the reader's own; of those as near, a commune first."""
    here = (
        Territory.objects.resolve(settings.BOUTURE_TERRITORY) if settings.BOUTURE_TERRITORY and len(named) > 1 else None
    )
    return min(named, key=lambda each: (here.km_to(each) if here else 0.0, each.level != Level.COMMUNE, each.code))
