"""All that a document says of a record: its triples and those of the nodes it leads to, up to the next record; then
what is left, that belongs to no record. Together they are the document, triple for triple.

A blank node that two parts of the document share has no label to be found by once they are apart. It gets an address
(RDF 1.1 Concepts §3.5, skolem IRI), the same at every reading: after what it says, never after its label.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import pyoxigraph as ox

from catalogue.dcat.formats import Graph
from catalogue.dcat.profile import DCAT, DCT, FOAF, SKOS
from catalogue.dcat.terms import RDF_TYPE

# Nodes that are records of their own: a record's triples stop at their door.
RECORDS = frozenset(
    ox.NamedNode(DCAT + name) for name in ("Dataset", "DatasetSeries", "DataService", "Catalog", "CatalogRecord")
)
ENVELOPE = DCAT + "CatalogRecord"
TOPIC, HAS_ENVELOPE, TITLE = (ox.NamedNode(name) for name in (FOAF + "primaryTopic", DCAT + "record", DCT + "title"))
SIGNPOSTS = frozenset(ox.NamedNode(SKOS + name) for name in ("Concept", "ConceptScheme"))
MAX_TRIPLES = 250_000  # of one record: 50,000 files of four triples
MOST_KEPT = (
    20_000  # descriptions kept from one batch to the next: licences, formats, bodies come again with each record
)
DEPTH = 4  # how far a blank node is looked into for its name


class Described(NamedTuple):
    """A node as walks need it: its triples, its classes, the nodes that it leads to."""

    triples: Sequence[ox.Triple]
    types: Sequence[ox.NamedNode]
    links: Sequence[ox.NamedNode | ox.BlankNode]


NOTHING = Described((), (), ())


def described(node: Any, said: Iterable[tuple[ox.NamedNode, Any]]) -> Described:
    triples: list[ox.Triple] = []
    types: list[ox.NamedNode] = []
    links: list[ox.NamedNode | ox.BlankNode] = []
    for predicate, value in said:
        triples.append(ox.Triple(node, predicate, value))
        kind = type(value)
        if kind is ox.NamedNode and predicate == RDF_TYPE:
            types.append(value)
        elif kind is not ox.Literal:
            links.append(value)
    return Described(triples, types, links)


@dataclass
class Walk:
    """One record on its way through the graph, a level of nodes at a time."""

    subject: Any
    triples: list[ox.Triple] = field(default_factory=list)
    waiting: list[tuple[Any, bool]] = field(default_factory=list)  # with whether others lead to it too
    seen: set[Any] = field(default_factory=set)
    taken: list[Any] = field(default_factory=list)
    shared: dict[ox.BlankNode, None] = field(default_factory=dict)
    too_long: bool = False


@dataclass(frozen=True)
class Closure:
    """A record and its nodes. `too_long`: it has more than MAX_TRIPLES, and these are only the first."""

    triples: tuple[ox.Triple, ...]
    too_long: bool = False


class Closures:
    """Reads the records of a graph some at a time: a graph on disk answers for hundreds of nodes at once.

    `records`: the nodes that are records; `space`: where addresses for blank nodes are minted, "" to leave them blank;
    `root`: the address of a record without one.
    """

    def __init__(
        self, graph: Graph, records: Iterable[Any] = (), space: str = "", root: Callable[[Any], str] | None = None
    ) -> None:
        self._graph, self._space, self._root = graph, space, root
        self._kept: dict[Any, Described] = {}
        self._names: dict[Any, ox.NamedNode] = {}
        self._used: Counter[str] = Counter()
        self._contents: dict[tuple[Any, int], str] = {}
        self._records = frozenset(records)
        self._catalogues: frozenset[Any] = frozenset(graph.subjects_of_type(DCAT + "Catalog")) if space else frozenset()
        envelopes: frozenset[Any] = frozenset(graph.subjects_of_type(ENVELOPE)) if space else frozenset()
        envelopes -= self._records | self._catalogues
        self._doors = self._records | envelopes | self._catalogues
        self._envelopes = self._owned(envelopes)
        self._told = {node for nodes in self._envelopes.values() for node in nodes}
        self._holders: dict[Any, list[Any]] = {}
        for holder, node in graph.pairs(HAS_ENVELOPE) if self._told else ():
            if node in self._told and holder in self._catalogues:
                self._holders.setdefault(node, []).append(holder)

    def _owned(self, envelopes: frozenset[Any]) -> dict[Any, list[Any]]:
        """The CatalogRecords of each record; one that is of several goes with the first."""
        topics: dict[Any, Any] = {}
        for envelope, topic in self._graph.pairs(TOPIC) if envelopes else ():
            if envelope in envelopes and topic in self._records:
                topics[envelope] = min(topics.get(envelope, topic), topic, key=str)
        owned: dict[Any, list[Any]] = {}
        for envelope in sorted(topics, key=str):
            owned.setdefault(topics[envelope], []).append(envelope)
        return owned

    def of(self, subjects: Sequence[Any]) -> dict[Any, Closure]:
        """The triples of each record; its own first."""
        walks = []
        for subject in subjects:
            starts = [subject, *self._envelopes.get(subject, ())]
            walks.append(Walk(subject, waiting=[(node, False) for node in starts], seen=set(starts)))
        known = self._kept
        if len(known) > MOST_KEPT:
            known.clear()
        while wanted := {node for walk in walks for node, _ in walk.waiting}:
            missing = [node for node in wanted if node not in known]
            found = self._graph.about_many(missing)
            # What nothing is said of is remembered too: a file's address is asked for once.
            known.update({node: described(node, found[node]) if node in found else NOTHING for node in missing})
            for walk in walks:
                self._step(walk, known)
        if self._space:
            self._graph.take(dict.fromkeys(node for walk in walks for node in walk.taken))
        return {walk.subject: self._closure(walk) for walk in walks}

    def _step(self, walk: Walk, known: dict[Any, Described]) -> None:
        """Takes the waiting nodes in; those that they lead to wait next."""
        nodes, walk.waiting = walk.waiting, []
        envelopes = self._envelopes.get(walk.subject, ())
        for node, common in nodes:
            said = known[node]
            if not said.triples:
                continue
            # A nameless service is part of the file that it serves: nobody else could point to it.
            if (
                not RECORDS.isdisjoint(said.types)
                and node != walk.subject
                and node not in envelopes
                and isinstance(node, ox.NamedNode)
            ):
                continue
            walk.taken.append(node)
            walk.triples += said.triples
            # A vocabulary's concept is taken with its labels, not with all of its neighbours.
            signpost = not SIGNPOSTS.isdisjoint(said.types)
            for value in said.links:
                if value not in walk.seen and not (signpost and isinstance(value, ox.NamedNode)):
                    self._follow(walk, value, common)
            if len(walk.triples) > MAX_TRIPLES:
                walk.waiting.clear()
                walk.too_long = True
                return

    def _follow(self, walk: Walk, value: Any, common: bool) -> None:
        walk.seen.add(value)
        if not self._space:
            walk.waiting.append((value, False))
            return
        common = common or self._graph.several_lead_to(value)
        door = value in self._doors
        if isinstance(value, ox.BlankNode) and (common or door):
            walk.shared[value] = None
        if not door:
            walk.waiting.append((value, common))

    def _closure(self, walk: Walk) -> Closure:
        envelopes = self._envelopes.get(walk.subject, ())
        links = [ox.Triple(holder, HAS_ENVELOPE, node) for node in envelopes for holder in self._holders.get(node, ())]
        triples = walk.triples + links
        if self._space:
            ends = (walk.subject, *envelopes, *(link.subject for link in links))
            names = {node: self.name(node) for node in (*walk.shared, *ends) if isinstance(node, ox.BlankNode)}
            if names:
                triples = [renamed(triple, names) for triple in triples]
        return Closure(tuple(triples), walk.too_long)

    def left(self) -> Iterator[ox.Triple]:
        """What belongs to no record, once all have been read."""
        for triple in self._graph.left():
            if not (
                triple.predicate == HAS_ENVELOPE and triple.object in self._told and triple.subject in self._catalogues
            ):
                yield renamed(triple, self._names)

    def name(self, node: ox.BlankNode) -> ox.NamedNode:
        """The address of a blank node, made at the first time. Two that say the same get two addresses."""
        known = self._names.get(node)
        if known is None:
            address = self._root(node) if self._root and node in self._records else ""
            if not address:
                stem = f"{self._space}/.well-known/genid/{self._content(node, DEPTH)[:32]}"
                self._used[stem] += 1
                address = stem if self._used[stem] == 1 else f"{stem}-{self._used[stem]}"
            known = self._names[node] = ox.NamedNode(address)
        return known

    def _content(self, node: ox.BlankNode, depth: int) -> str:
        """A hash of what is said of it; of a catalogue, which names its records and the day, the title alone."""
        known = self._contents.get((node, depth))
        if known is None:
            lines = []
            for predicate, value in self._graph.about(node):
                if node in self._catalogues and predicate != TITLE:
                    continue
                if not isinstance(value, ox.BlankNode):
                    lines.append(f"{predicate} {value}")
                elif depth:
                    lines.append(f"{predicate} {self._content(value, depth - 1)}")
            known = hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()
            self._contents[node, depth] = known
        return known


def renamed(triple: ox.Triple, names: Mapping[Any, ox.NamedNode]) -> ox.Triple:
    subject, value = names.get(triple.subject), names.get(triple.object)
    if subject is None and value is None:
        return triple
    return ox.Triple(subject or triple.subject, triple.predicate, value or triple.object)
