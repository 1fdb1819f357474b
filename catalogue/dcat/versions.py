"""What older versions of DCAT-AP say otherwise than the profile, as data: a triple written for 3.0.1 becomes theirs.

Differences: change logs of DCAT-AP 2.0.0 to 3.0.1, and the official shapes of each release.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import pyoxigraph as ox

from catalogue.dcat.profile import DCAT, DCT, OWL
from catalogue.dcat.terms import XSD


@dataclass(frozen=True)
class Version:
    """By predicate of 3.0.1: the datatype of its literals, and the predicate that stood in its place."""

    datatypes: dict[str, str] = field(default_factory=dict)
    predicates: dict[str, str] = field(default_factory=dict)


DECIMAL_SIZE = {DCAT + "byteSize": XSD + "decimal"}
VERSIONS = {
    "3.0.1": Version(),
    "3.0.0": Version(DECIMAL_SIZE),
    "2.1.1": Version(DECIMAL_SIZE, {DCAT + "hasVersion": DCT + "hasVersion", DCAT + "version": OWL + "versionInfo"}),
}


def in_version(triples: Iterable[ox.Triple], version: str) -> Iterator[ox.Triple]:
    """Raises KeyError for a version that VERSIONS does not hold."""
    said = VERSIONS[version]
    for triple in triples:
        predicate = triple.predicate.value
        item = triple.object
        if predicate in said.datatypes and isinstance(item, ox.Literal):
            item = ox.Literal(item.value, datatype=ox.NamedNode(said.datatypes[predicate]))
        yield ox.Triple(triple.subject, ox.NamedNode(said.predicates.get(predicate, predicate)), item)
