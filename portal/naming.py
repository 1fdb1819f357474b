"""What the values of facets are called, and where territories lie, for the results page and the search API."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from catalogue import themes
from catalogue.models import Concept, Organisation, Territory
from catalogue.remembered import Memory
from catalogue.search.kinds import BY_NAME
from catalogue.search.origins import here
from catalogue.tables.schemas import schema
from catalogue.tables.schemas.national import named
from harvesters.origins import instances
from portal.branding import branding
from portal.languages import WRITTEN_IN

TERMS: Final = ("theme", "licence", "frequency", "hvd")  # whose values are addresses of concepts
# What an address of a schema ends with beside its name: a version, a file.
_TAIL: Final = re.compile(
    r"v?\d+(\.\d+)*|latest|main|master|raw|schema|[\w-]*\.(json|csv|ya?ml|xsd|html?)", re.IGNORECASE
)

Labels = dict[tuple[str, str], str]
KEPT: Final = 30  # seconds that a name stands without asking the base again


class _Body(NamedTuple):
    name: str
    tenant: bool


class _Place(NamedTuple):
    name: str
    above: frozenset[str]


_labels: Final = Memory[tuple[str, str], str](KEPT, 3_000)  # by language and address; "" for what no vocabulary knows
_known_bodies: Final = Memory[str, _Body | None](KEPT, 1_000)
_known_places: Final = Memory[str, _Place | None](KEPT, 1_000)


@dataclass(frozen=True)
class Names:
    """`labels` by facet and value; `around`: what contains each territory, both as the index names them."""

    labels: Labels
    around: Mapping[str, frozenset[str]]

    def get(self, facet: str, value: str) -> str:
        """ "" when it has no name of its own."""
        return self.labels.get((facet, value), "")


def names(values: Mapping[str, Collection[str]], counted: Mapping[str, Collection[str]]) -> Names:
    """Four queries at most, of what was not asked for a minute.

    `counted`: the values that the index offers to this reader. A body that it does not offer is named only if it works
    here: a name can be private too.
    """
    places, around = _places(values.get("territory", ()))
    known = _terms(values) | _bodies(values, counted) | places
    known |= {("kind", value): _(BY_NAME[value].several) for value in values.get("kind", ()) if value in BY_NAME}
    known |= {("schema", value): schema_name(value) for value in values.get("schema", ())}
    known |= _instances(counted.get("instance", ()))
    return Names(known, around)


def schema_name(address: str) -> str:
    """The title of a national schema; of another what tells it in its address, without version or file: "schema-arbres"."""
    if known := named(address):
        return schema(known[0]).title[:60]
    parts = [part for part in re.split(r"[/#]+", address.partition("://")[2] or address) if part]
    return next((part for part in reversed(parts) if not _TAIL.fullmatch(part)), address)[:60]


def labels(addresses: Iterable[str]) -> dict[str, str]:
    """Names of concepts in the reader's language, by address; those that no vocabulary knows are left out. One query at most."""
    language = get_language() or WRITTEN_IN

    def ask(unknown: set[tuple[str, str]]) -> dict[tuple[str, str], str]:
        told = Concept.objects.labels((address for _, address in unknown), language)
        return {key: told.get(key[1], "") for key in unknown}

    found = _labels.several([(language, address) for address in addresses if address], ask)
    return {address: label for (_, address), label in found.items() if label}


def _terms(values: Mapping[str, Collection[str]]) -> Labels:
    addresses = [(name, value) for name in TERMS for value in values.get(name, ()) if value]
    known = labels(value for _name, value in addresses)
    own = {("theme", value): one.label for value, one in themes.said().items() if one.label} if addresses else {}
    named = {(name, value): known[value] for name, value in addresses if value in known}
    return named | {key: label for key, label in own.items() if key in named}


def _bodies(values: Mapping[str, Collection[str]], counted: Mapping[str, Collection[str]]) -> Labels:
    """What is remembered says nothing of who may read it: that is what `counted` does."""
    offered = counted.get("publisher", ())
    known = _known_bodies.several(values.get("publisher", ()), _read_bodies)
    return {("publisher", slug): body.name for slug, body in known.items() if body and (body.tenant or slug in offered)}


def _read_bodies(slugs: set[str]) -> dict[str, _Body | None]:
    known = Organisation.objects.filter(slug__in=slugs).values_list("slug", "name", "tenant")
    return dict.fromkeys(slugs) | {slug: _Body(name, tenant) for slug, name, tenant in known}


def _instances(offered: Collection[str]) -> Labels:
    """Those that the index offers to this reader: a peer that gives nothing but private records is not named to strangers."""
    ours = here()
    known = {ours: branding().name} | instances(set(offered) - {ours}) if offered else {}
    return {("instance", home): name for home, name in known.items()}


def _places(values: Collection[str]) -> tuple[Labels, dict[str, frozenset[str]]]:
    known = {value: place for value, place in _known_places.several(values, _read_places).items() if place}
    return {("territory", value): place.name for value, place in known.items()}, {
        value: place.above & known.keys() for value, place in known.items()
    }


def _read_places(values: set[str]) -> dict[str, _Place | None]:
    wanted = Q()
    for value in values:
        level, _, code = value.partition(":")
        wanted |= Q(level=level, code=code)
    found = dict[str, _Place | None].fromkeys(values)
    rows = Territory.objects.filter(wanted).order_by()
    for level, code, name, above, its in rows.values_list("level", "code", "name", "parents__level", "parents__code"):
        before = found.get(f"{level}:{code}")
        found[f"{level}:{code}"] = _Place(name, (before.above if before else frozenset()) | {f"{above}:{its}"})
    return found
