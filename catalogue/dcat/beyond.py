"""What a record says that its profile has no place for: kept beside its values, and said again after them.

Told by predicate, never by value: a property of the profile is the profile's, however it is spelt.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any, Final

import pyoxigraph as ox

from catalogue.dcat.classes import Described, Inside, Profile, Term
from catalogue.dcat.closures import RECORDS, renamed
from catalogue.dcat.lines import token
from catalogue.dcat.statements import Statements
from catalogue.dcat.terms import RDF_TYPE, Class, Iri

# The end of the address that a node without one is written under (`classes.Inside`).
BY_CONTENT: Final = re.compile(r"#[a-z-]+-[0-9a-f]{12}\Z")
Nodes = dict[Any, Profile]  # what lives in a record, by the first class as which it was met


class Walk:
    """From a record's node by the terms of its profile: the triples that they say, and the nodes that they lead to."""

    def __init__(self, triples: Iterable[ox.Triple], subject: Any, profile: Profile) -> None:
        self._triples = list(dict.fromkeys(triples))
        self._said = Statements(self._triples)
        self._modelled: set[tuple[Any, str, Any]] = set()
        self._seen: set[tuple[Any, str]] = set()
        self.nodes: Nodes = {}
        self._visit(subject, profile)

    def beyond(self) -> list[ox.Triple]:
        """The triples that no term says, in the order in which they came."""
        return [
            each for each in self._triples if (each.subject, each.predicate.value, each.object) not in self._modelled
        ]

    def _visit(self, node: Any, profile: Profile) -> None:
        if (node, profile.name) in self._seen:
            return
        self._seen.add((node, profile.name))
        self.nodes.setdefault(node, profile)
        self._modelled.add((node, RDF_TYPE.value, ox.NamedNode(profile.type)))
        for predicate, values in self._said.of(node).items():
            for term in (each for each in profile.terms if predicate in each.predicates):
                for value in values:
                    self._take(node, predicate, term, value)

    def _take(self, node: Any, predicate: str, term: Term, value: Any) -> None:
        kind = term.kind
        if isinstance(kind, Class) and not (isinstance(value, ox.NamedNode) and value.value in kind.among):
            return
        self._modelled.add((node, predicate, value))
        if isinstance(kind, Inside | Described):
            if not isinstance(value, ox.Literal):
                self._visit(value, kind.profile)
        elif isinstance(kind, Iri) and kind.node_type:
            self._modelled.add((value, RDF_TYPE.value, ox.NamedNode(kind.node_type)))


def attached(beside: Sequence[ox.Triple], to: Sequence[ox.Triple]) -> list[ox.Triple]:
    """Those of `beside` that one can reach from the nodes of `to`, whose first triple is the record's own, up to the next
    record (its CatalogRecord is one).
    """
    doors = {triple.subject for triple in beside if triple.predicate == RDF_TYPE and token(triple.object) in RECORDS}
    doors -= {triple.subject for triple in to[:1]}
    by_subject: dict[Any, list[ox.Triple]] = {}
    for triple in beside:
        if triple.subject not in doors:
            by_subject.setdefault(triple.subject, []).append(triple)
    waiting = list(dict.fromkeys(node for triple in to for node in (triple.subject, triple.object)))
    found: list[ox.Triple] = []
    while waiting:
        triples = by_subject.pop(waiting.pop(), [])
        found += triples
        waiting += [triple.object for triple in triples]
    return found


def addressed(triples: Sequence[ox.Triple], walk: Walk, base: str) -> list[ox.Triple]:
    """The triples with an address for each blank node of the profile of which something more is said: what it says could
    not be found again otherwise. The same node gets the same address each time.
    """
    more = {triple.subject for triple in walk.beyond() if isinstance(triple.subject, ox.BlankNode)}
    contents: dict[Any, list[str]] = {node: [] for node in walk.nodes if node in more}
    for triple in triples:
        if triple.subject in contents and not isinstance(triple.object, ox.BlankNode):
            contents[triple.subject].append(f"{triple.predicate} {triple.object}")
    names: dict[Any, ox.NamedNode] = {}
    used: Counter[str] = Counter()
    for node, lines in sorted(contents.items(), key=lambda each: sorted(each[1])):
        said = hashlib.sha256("\n".join(sorted(lines)).encode("utf-8", "replace")).hexdigest()
        name = f"{base}#{walk.nodes[node].name}-x{said[:12]}"
        used[name] += 1
        names[node] = ox.NamedNode(name if used[name] == 1 else f"{name}-{used[name]}")
    return [renamed(triple, names) for triple in triples] if names else list(triples)


def without_our_addresses(value: Any, base: str, kept: Collection[str]) -> Any:
    """Values as they were before nodes without an address were written under `base`; those of `kept` stay."""
    if isinstance(value, list):
        return [without_our_addresses(one, base, kept) for one in value]
    if not isinstance(value, dict):
        return value
    return {
        name: without_our_addresses(one, base, kept)
        for name, one in value.items()
        if not (name == "uri" and _made(one, base) and one not in kept)
    }


def _made(address: str, base: str) -> bool:
    return address.startswith(f"{base}#") and BY_CONTENT.fullmatch(address, len(base)) is not None


def in_order_of(value: Any, before: Any) -> Any:
    """Lists in the order that they had, what is new at their end: RDF has no order, and rows have one."""
    if isinstance(value, dict) and isinstance(before, dict):
        return {name: in_order_of(one, before.get(name)) for name, one in value.items()}
    if isinstance(value, list) and isinstance(before, list):
        return list(_ordered(value, before))
    return value


def _ordered(values: list[Any], before: list[Any]) -> Iterator[Any]:
    known = {_address(one): one for one in before if _address(one)}
    aligned = [in_order_of(one, known.get(_address(one), one)) for one in values]
    places = {_address(one) or str(one): place for place, one in reversed(list(enumerate(before)))}
    yield from sorted(aligned, key=lambda one: places.get(_address(one) or str(one), len(before)))


def _address(value: Any) -> str:
    return str(value.get("uri", "")) if isinstance(value, dict) else ""
