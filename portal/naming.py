"""What the values of facets are called, and where territories lie, for the results page and the search API."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from catalogue import themes
from catalogue.models import Concept, Organisation, Territory
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


@dataclass(frozen=True)
class Names:
    """`labels` by facet and value; `around`: what contains each territory, both as the index names them."""

    labels: Labels
    around: Mapping[str, frozenset[str]]

    def get(self, facet: str, value: str) -> str:
        """ "" when it has no name of its own."""
        return self.labels.get((facet, value), "")


def names(values: Mapping[str, Collection[str]], counted: Mapping[str, Collection[str]]) -> Names:
    """Four queries at most.

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


def _terms(values: Mapping[str, Collection[str]]) -> Labels:
    addresses = [(name, value) for name in TERMS for value in values.get(name, ()) if value]
    labels = (
        Concept.objects.labels((value for _name, value in addresses), get_language() or WRITTEN_IN) if addresses else {}
    )
    own = {("theme", value): one.label for value, one in themes.said().items() if one.label} if addresses else {}
    named = {(name, value): labels[value] for name, value in addresses if value in labels}
    return named | {key: label for key, label in own.items() if key in named}


def _bodies(values: Mapping[str, Collection[str]], counted: Mapping[str, Collection[str]]) -> Labels:
    wanted = set(values.get("publisher", ()))
    if not wanted:
        return {}
    offered = wanted & set(counted.get("publisher", ()))
    known = Organisation.objects.filter(Q(slug__in=offered) | Q(slug__in=wanted, tenant=True))
    return {("publisher", slug): name for slug, name in known.values_list("slug", "name")}


def _instances(offered: Collection[str]) -> Labels:
    """Those that the index offers to this reader: a peer that gives nothing but private records is not named to strangers."""
    ours = here()
    known = {ours: branding().name} | instances(set(offered) - {ours}) if offered else {}
    return {("instance", home): name for home, name in known.items()}


def _places(values: Collection[str]) -> tuple[Labels, dict[str, frozenset[str]]]:
    wanted = Q()
    for value in values:
        level, _, code = value.partition(":")
        wanted |= Q(level=level, code=code)
    if not wanted:
        return {}, {}
    labels: Labels = {}
    around: dict[str, set[str]] = {}
    found = Territory.objects.filter(wanted).order_by()
    for level, code, name, above, its in found.values_list("level", "code", "name", "parents__level", "parents__code"):
        labels["territory", f"{level}:{code}"] = name
        around.setdefault(f"{level}:{code}", set()).add(f"{above}:{its}")
    return labels, {value: frozenset(above & around.keys()) for value, above in around.items()}
