"""Where datasets are, for a map: what their records say, else the outline of their territory; and the territories around."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from string import ascii_uppercase
from typing import Any, Final

from django.core.cache import cache
from django.db.models import Q, QuerySet, Value
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from catalogue.models import Contour, Dataset, Territory, in_french
from catalogue.models.territories import Level
from catalogue.search import places
from catalogue.search.bounds import TURN, Box, unrolled
from portal import tiles
from portal.asking import Asked
from portal.charts.choropleth import Shape
from portal.charts.covers import Cover, Covered, covered, reach
from portal.charts.figures import figure
from portal.charts.frame import DEGREE, Position, latitude, longitude, narrowing

# What lies under a map of so many degrees at most: the first of these of which there are outlines, and few enough.
LEVELS: Final = (
    (0.6, (Level.COMMUNE,)),
    (3.0, (Level.EPCI, Level.EPT)),
    (9.0, (Level.DEPARTEMENT, Level.COLLECTIVITE)),
    (360.0, (Level.REGION, Level.COLLECTIVITE)),
)
MOST: Final = 120  # outlines of one map
MARGIN: Final = 0.25  # of what is seen, around it, on the map of one dataset
DRAWN: Final = ("roomy", "narrow")
AROUND: Final = 0.2  # degrees at least of the map of one dataset
KEPT: Final = 600  # seconds, of the drawing of one dataset: outlines are loaded once a year
COLUMNS: Final = ("name", "level", "code", "longitude", "latitude", "area_km2")
OF_PLACES: Final = ("territory", "published_by__territory")


@dataclass(frozen=True)
class Where:
    """What one dataset covers: `box` as it says, else about where its `place` is. `name`: "" when nobody said one."""

    name: str
    box: Box
    place: Territory | None  # whose outline it is; None when the record says its own

    @property
    def key(self) -> object:
        return self.place.pk if self.place else self.box


def with_places(rows: QuerySet[Dataset]) -> QuerySet[Dataset]:
    """With their territories and where these are, without the outlines themselves."""
    heavy = [f"{place}__{name}" for place in OF_PLACES for name in ("contour__shape", "postcodes", "former_communes")]
    return rows.select_related(*(f"{place}__contour" for place in OF_PLACES)).defer(*heavy)


def where_of(keys: Iterable[Any]) -> dict[str, Where]:
    """By the id of each dataset that is somewhere. One query."""
    columns = [f"{place}__{name}" for place in OF_PLACES for name in COLUMNS]
    columns += [f"{place}__contour__{edge}" for place in OF_PLACES for edge in ("west", "south", "east", "north")]
    rows = with_places(Dataset.objects.filter(pk__in=list(keys))).defer(None).only("spatial", *columns).order_by()
    return {str(row.pk): found for row in rows if (found := where(row))}


def where(row: Dataset) -> Where | None:
    """Of a row that `with_places` gave."""
    said, place = places.said(row.spatial), row.territory or row.published_by.territory
    if said:
        return Where(names_of(row.spatial) or (row.territory.name if row.territory else ""), said, None)
    box = bounds_of(place) if place else None
    return Where(place.name, box, place) if place and box else None


def names_of(spatial: Iterable[Any]) -> str:
    """The first name that a record gives to where it is."""
    for said in spatial:
        named = in_french(said.get("name", {})) if isinstance(said, dict) else ""
        if first := named[0] if isinstance(named, list) and named else named:
            return str(first)[:120]
    return ""


def bounds_of(place: Territory) -> Box | None:
    """Unrolled: of its outline when it was loaded, else about it."""
    outline = getattr(place, "contour", None)
    if outline:
        return outline.west, outline.south, outline.east, outline.north
    about = places.outline(place)
    return unrolled(about) if about else None


def covers(found: dict[str, Where], order: Sequence[str]) -> list[Cover]:
    """Those of one place together, by letters, in the order in which they come; without outlines yet (`drawn`)."""
    together: dict[object, list[str]] = {}
    for key in order:
        if key in found:
            together.setdefault(found[key].key, []).append(key)
    made = []
    for mark, keys in zip(ascii_uppercase, together.values(), strict=False):
        one = found[keys[0]]
        made.append(Cover(mark, one.name or sized(one.box), one.box, (), tuple(keys), f"#r-{keys[0]}"))
    return made


def degrees(box: Box) -> str:
    """« de 0,7° O à 0,3° O, de 43,8° N à 44° N »."""
    west, south, east, north = box
    ends = [longitude(round(value - TURN if value > TURN / 2 else value, 2)) for value in (west, east)]
    return _("de {west} à {east}, de {south} à {north}").format(
        west=ends[0], east=ends[1], south=latitude(round(south, 2)), north=latitude(round(north, 2))
    )


def sized(box: Box) -> str:
    """« un rectangle de 12 km sur 9 »: what has no name is told by what one can imagine."""
    west, south, east, north = box
    wide = (east - west) * narrowing(south, north) * DEGREE
    sides = [figure(round(side) if side >= 10 else round(side, 1)) for side in (wide, (north - south) * DEGREE)]
    if not any((east - west, north - south)):
        return _("un point")
    return _("un rectangle de {wide} km sur {high}").format(wide=sides[0], high=sides[1])


def large(box: Box, least: float) -> Box:
    """At least so many degrees each way, around the same middle."""
    west, south, east, north = box
    wide, high = max(0.0, least - (east - west)) / 2, max(0.0, least - (north - south)) / 2
    return west - wide, max(-90.0, south - high), east + wide, min(90.0, north + high)


def ground(shown: Box, kinds: Sequence[str], *, filled: bool) -> list[Territory]:
    """The territories that lie on these drawings of a box, of the finest level of which a map of its size shows them; none
    without outlines. One query."""
    span, box = max(shown[2] - shown[0], shown[3] - shown[1]), reach(shown, kinds, filled=filled)
    levels = [some for most, some in LEVELS if span <= most] or [LEVELS[-1][1]]
    wanted = {level for some in levels for level in some}
    rows: QuerySet[Any]
    if Level.EPCI in wanted:
        # A small box: its few outlines first, by their index; the level is asked so that no base begins by 35,000 communes.
        inside = Contour.objects.filter(_meeting(box)).values("territory")
        rows = (
            Territory.objects.filter(pk__in=inside).annotate(said=Coalesce("level", Value(""))).filter(said__in=wanted)
        )
    else:
        rows = Territory.objects.filter(_meeting(box, "contour__"), level__in=wanted)
    rows = rows.filter(current=True)
    there = sorted(rows.only(*COLUMNS, "sort_name").order_by(), key=lambda one: (one.sort_name, one.code))
    for some in levels:
        found = [one for one in there if one.level in some]
        if 0 < len(found) <= MOST:
            return found
    return []


def _meeting(box: Box, of: str = "") -> Q:
    """Outlines, which are kept between -180 and 180 degrees, that lie in an unrolled box."""
    west, south, east, north = box
    sides = [(west, east)] + ([(west - TURN, east - TURN)] if east > TURN / 2 else [])
    beside = Q()
    for left, right in sides:
        beside |= Q(**{f"{of}west__lt": right, f"{of}east__gt": left})
    return beside & Q(**{f"{of}south__lt": north, f"{of}north__gt": south})


def shaped(one: Territory, rings: dict[int, list[list[Position]]], address: str = "") -> Shape:
    at = (one.longitude, one.latitude) if one.longitude is not None and one.latitude is not None else None
    return Shape(str(one.pk), one.name, rings.get(one.pk, ()), at, address)


def with_rings(made: Sequence[Cover], found: dict[str, Where], rings: dict[int, list[list[Position]]]) -> list[Cover]:
    """Each with the outline of its territory, when that was loaded."""
    whose = [found[one.of[0]].place for one in made]
    return [
        replace(one, rings=rings.get(place.pk, ()) if place else ()) for one, place in zip(made, whose, strict=True)
    ]


OWN: Final = gettext_lazy("Le rectangle que donne la fiche.")
OF_THE_RECORD: Final = gettext_lazy("Le territoire que dit la fiche.")
OF_THE_PUBLISHER: Final = gettext_lazy("Le territoire de qui publie\u00a0: la fiche n’en dit pas d’autre.")


@dataclass(frozen=True)
class Extent:
    """The map of one dataset and what it says in words: what is drawn, between which degrees, and `why` that. `search`: the
    address of what else is there."""

    name: str
    said: str
    why: str
    drawings: tuple[str, ...]
    search: str
    credit: str


def extent_of(row: Dataset) -> Extent | None:
    """None when nobody knows where it is. Two queries, none for as long as its drawing is kept."""
    found = where(row)
    if found is None:
        return None
    searched = Asked(box=_rolled(found.box), mapped=True).address()
    name = found.name or sized(found.box)
    told = repr((found.key, found.box, name, tiles.address(), get_language()))
    key = f"extent:{hashlib.sha256(told.encode()).hexdigest()}"
    drawings = cache.get(key)
    if drawings is None:
        drawings = _drawn(found, name)
        cache.set(key, drawings, KEPT)
    why = OWN if found.place is None else OF_THE_RECORD if row.territory else OF_THE_PUBLISHER
    return Extent(name, degrees(found.box), str(why), drawings, searched, tiles.credited())


def _drawn(found: Where, name: str) -> tuple[str, ...]:
    west, south, east, north = found.box
    across, up = (east - west) * MARGIN, (north - south) * MARGIN
    shown = large((west - across, max(-90.0, south - up), east + across, min(90.0, north + up)), AROUND)
    there = ground(shown, DRAWN, filled=True)
    keys = [one.pk for one in there] + ([found.place.pk] if found.place else [])
    rings = Contour.objects.rings_of(keys) if keys else {}
    own = Cover("", name, found.box, rings.get(found.place.pk, ()) if found.place else ())
    what = Covered([shaped(one, rings) for one in there], [own], shown, filled=True, tiles=tiles.address())
    title = _("Où sont ces données : {name}").format(name=name)
    return tuple(covered(what, kind, (f"etendue-{kind}", title, degrees(found.box))) for kind in DRAWN)


def _rolled(box: Box) -> Box:
    west, south, east, north = box
    return west, south, east - TURN if east > TURN / 2 else east, north


def place_address(asked: Asked, token: str) -> str:
    """The same question inside of one territory."""
    return asked.inside(None).alone("territoire", token).address()


def part_address(asked: Asked) -> str:
    """The map alone, for the page of the list."""
    address = asked.address(reverse("search_map"))
    return f"{address}{'&' if '?' in address else '?'}partie="
