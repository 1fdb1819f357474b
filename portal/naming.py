"""What the values of facets are called, for the results page and the search API."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final

from django.db.models import Q

from catalogue.models import Concept, Organisation, Territory

TERMS: Final = ("theme", "licence", "frequency", "hvd")  # whose values are addresses of concepts
BODIES: Final = ("publisher", "organisation")

Names = dict[tuple[str, str], str]


def names(values: Mapping[str, Collection[str]], counted: Mapping[str, Collection[str]]) -> Names:
    """By facet and value; what has no name of its own is left out. Three queries at most.

    `counted`: the values that the index offers to this reader. A body that it does not offer is named only if it works
    here: a name can be private too.
    """
    return _terms(values) | _bodies(values, counted) | _places(values.get("territory", ()))


def _terms(values: Mapping[str, Collection[str]]) -> Names:
    addresses = [(name, value) for name in TERMS for value in values.get(name, ()) if value]
    labels = Concept.objects.labels(value for _, value in addresses) if addresses else {}
    return {(name, value): labels[value] for name, value in addresses if value in labels}


def _bodies(values: Mapping[str, Collection[str]], counted: Mapping[str, Collection[str]]) -> Names:
    wanted = {value for name in BODIES for value in values.get(name, ())}
    if not wanted:
        return {}
    offered = {value for name in BODIES for value in counted.get(name, ())}
    known = Organisation.objects.filter(Q(slug__in=wanted & offered) | Q(slug__in=wanted, tenant=True))
    named = dict(known.values_list("slug", "name"))
    return {(name, slug): named[slug] for name in BODIES for slug in values.get(name, ()) if slug in named}


def _places(values: Collection[str]) -> Names:
    wanted = Q()
    for value in values:
        level, _, code = value.partition(":")
        wanted |= Q(level=level, code=code)
    if not wanted:
        return {}
    named = Territory.objects.filter(wanted).values_list("level", "code", "name")
    return {("territory", f"{level}:{code}"): name for level, code, name in named}
