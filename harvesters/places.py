"""The territories that rules name, with what tells them apart: codes, SIREN, names, outlines (`harvesters.areas`)."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Final

from django.conf import settings
from django.db.models import Count

from catalogue.dcat.boxes import Box, around
from catalogue.models import Territory
from catalogue.models.territories import EU_COUNTRY, INSEE, Level, sort_key
from harvesters.areas import Area
from harvesters.rules import HERE, Rules, wrong

FOUR: Final = re.compile(r"\s*,\s*".join([r"(-?\d{1,3}(?:\.\d+)?)"] * 4))
# From the narrowest to the widest, what each scope lets in.
SCOPES: Final = {
    "own": (),
    "epci": (Level.EPCI, Level.EPT),
    "departement": (Level.EPCI, Level.EPT, Level.DEPARTEMENT, Level.COLLECTIVITE),
    "region": (Level.EPCI, Level.EPT, Level.DEPARTEMENT, Level.COLLECTIVITE, Level.REGION),
    "country": tuple(Level),
}
# How bodies are called after the territory that they govern.
CALLED: Final = {
    Level.COMMUNE: ("ville", "commune", "mairie"),
    Level.DEPARTEMENT: ("département", "conseil départemental", "conseil général"),
    Level.REGION: ("région", "conseil régional"),
}
GROUPINGS: Final = {
    "CC": "communauté de communes",
    "CA": "communauté d’agglomération",
    "CU": "communauté urbaine",
    "Métropole": "métropole",
}
SMALL: Final = 300  # communes that are told apart by their own outlines; beyond, by those of their EPCI
LOOSE: Final = 3.0  # an outline made from an area and a centre is smaller than the true one
DEGREE: Final = 111.32  # km, of latitude


def territory_at(rule: str, text: str) -> Territory:
    """The territory that somebody names by its code, or HERE. Raises BadOption."""
    code = settings.BOUTURE_TERRITORY if text.casefold() == HERE else "".join(text.split())
    if not code:
        raise wrong(rule, "« ici » est le territoire du portail, et BOUTURE_TERRITORY ne le dit pas. Donnez un code.")
    found = Territory.objects.resolve(code)
    if found:
        return found
    near = [f"{one.name} ({one.code})" for one in Territory.objects.named(text)[:3]] if sort_key(text) else []
    offered = f" Les plus proches : {', '.join(near)}." if near else ""
    raise wrong(rule, f"« {text} » n’est le code d’aucun territoire connu.{offered}")


def area_of(rules: Rules) -> Area | None:
    """What the rule `concerns` wants, None when it says nothing or all of France. Raises BadOption."""
    lines = [line for line in rules.concerns if line]
    outlines = tuple(outline for line in lines if (outline := _outline(line)))
    homes = [territory_at("concerns", line) for line in lines if not FOUR.fullmatch(line)]
    if not lines or any(home.level == Level.COUNTRY for home in homes):
        return None
    return _area(homes, outlines, rules.scope, placeless=rules.placeless)


def _outline(line: str) -> Box | None:
    found = FOUR.fullmatch(line)
    if found is None:
        return None
    box = Box(*map(float, found.groups()))
    if not (-180 <= box.west < box.east <= 180 and -90 <= box.south < box.north <= 90):
        raise wrong("concerns", f"« {line} » n’est pas une étendue : ouest, sud, est, nord, en degrés.")
    return box


def _area(homes: Sequence[Territory], outlines: tuple[Box, ...], scope: str, *, placeless: bool) -> Area:
    ours = {home.pk: home for home in homes}
    parents: dict[int, Territory] = {}
    for home in homes:
        ours |= {one.pk: one for one in Territory.objects.within(home)}
        parents |= {one.pk: one for one in home.parents.all()}
    allowed = SCOPES[scope]
    near = [one for pk, one in parents.items() if pk not in ours and one.level in allowed]
    wider = [one for pk, one in parents.items() if pk not in ours and one.level not in allowed]
    wider += Territory.objects.filter(level=Level.COUNTRY) if scope != "country" else []
    communes = [one for one in ours.values() if one.level == Level.COMMUNE]
    drawn = [one for outline in outlines for one in _centred_in(outline)]
    ours |= {one.pk: one for one in drawn}
    plain = _shared_names()
    return Area(
        ours=_codes(ours.values()),
        near=_codes(near) | ({"country/FRA"} if scope == "country" else set()),
        wider=_codes(wider),
        names=_names(ours.values(), plain),
        near_names=_names(near, plain) | ({"france"} if scope == "country" else set()),
        wider_names=_names(wider, plain),
        sirens=frozenset(one.siren for one in ours.values() if one.siren),
        near_sirens=frozenset(one.siren for one in near if one.siren),
        publishers=_publishers(ours.values(), plain),
        near_publishers=_publishers(near, plain),
        home=tuple(_boxes(communes)),
        outlines=outlines,
        most=math.inf if scope == "country" else _most([*homes, *near], outlines),
        placeless=placeless,
    )


def _centred_in(outline: Box) -> Iterable[Territory]:
    longitudes, latitudes = (outline.west, outline.east), (outline.south, outline.north)
    return Territory.objects.communes().filter(longitude__range=longitudes, latitude__range=latitudes)


def _codes(territories: Iterable[Territory]) -> frozenset[str]:
    """As `areas.codes_of` gives them, former communes too."""
    found = set()
    for one in territories:
        if address := one.uri:
            found.add(f"country/{one.code}" if address.startswith(EU_COUNTRY) else address.removeprefix(INSEE))
        found |= {f"commune/{former['code']}" for former in one.former_communes}
    return frozenset(found)


def _shared_names() -> frozenset[str]:
    """Names that several territories bear."""
    shared = Territory.objects.filter(current=True).order_by().values("sort_name").annotate(count=Count("pk"))
    return frozenset(shared.filter(count__gt=1).values_list("sort_name", flat=True))


def _names(territories: Iterable[Territory], shared: frozenset[str]) -> frozenset[str]:
    """Names that no other territory bears: "Annecy", and "Saint-Denis (974)"."""
    found = set()
    for one in territories:
        if one.sort_name not in shared:
            found.add(one.sort_name)
        if one.level == Level.COMMUNE:
            found.add(f"{one.sort_name}-{departement_of(one.code)}".lower())
    return frozenset(found)


def departement_of(commune: str) -> str:
    """The département in the INSEE code of a commune."""
    return commune[:3] if commune.startswith("97") else commune[:2]


def _publishers(territories: Iterable[Territory], shared: frozenset[str]) -> frozenset[str]:
    """How the bodies that govern these territories are called; not those whose name another territory bears."""
    found = set()
    for one in territories:
        head, _, rest = one.name.partition(" ")
        if head in GROUPINGS and one.level == Level.EPCI:
            found |= {one.sort_name, sort_key(f"{GROUPINGS[head]} {rest}")}
        elif one.sort_name not in shared:
            words = CALLED.get(Level(one.level), ())
            found |= {one.sort_name, *(sort_key(f"{word} {name}") for word in words for name in (one.of(), one.name))}
    return frozenset(found)


def _boxes(communes: Sequence[Territory]) -> list[Box]:
    boxes = {one.pk: box for one in communes if (box := _box(one))}
    if len(boxes) <= SMALL:
        return list(boxes.values())
    links = Territory.parents.through.objects.filter(from_territory__in=list(boxes), to_territory__level=Level.EPCI)
    by_epci: dict[int, list[Box]] = defaultdict(list)
    for commune, epci in links.values_list("from_territory_id", "to_territory_id"):
        by_epci[epci].append(boxes[commune])
    return [box for group in by_epci.values() if (box := around(group))]


def _box(territory: Territory) -> Box | None:
    """A square of its area around its centre: contours are not shipped."""
    lon, lat, area = territory.longitude, territory.latitude, territory.area_km2
    if lon is None or lat is None or not area:
        return None
    half = math.sqrt(area) / 2 / DEGREE
    wide = half / max(0.1, math.cos(math.radians(lat)))
    return Box(lon - wide, lat - half, lon + wide, lat + half)


def _most(territories: Iterable[Territory], outlines: Sequence[Box]) -> float:
    sizes = [box.size for one in territories if (box := _box(one))] + [box.size for box in outlines]
    return LOOSE * max(sizes, default=math.inf)
