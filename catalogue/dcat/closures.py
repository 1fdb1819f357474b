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
from catalogue.dcat.lines import TYPE, Lines, links, parsed, renamed_lines
from catalogue.dcat.profile import DCAT, DCT, FOAF, SKOS

# Nodes that are records of their own: a record's triples stop at their door.
RECORDS = frozenset(
    f"<{DCAT}{name}>" for name in ("Dataset", "DatasetSeries", "DataService", "Catalog", "CatalogRecord")
)
ENVELOPE = DCAT + "CatalogRecord"
TOPIC, HAS_ENVELOPE, TITLE = f"<{FOAF}primaryTopic>", f"<{DCAT}record>", f"<{DCT}title>"
SIGNPOSTS = frozenset(f"<{SKOS}{name}>" for name in ("Concept", "ConceptScheme"))
MAX_TRIPLES = 250_000  # of one record: 50,000 files of four triples
MOST_KEPT = (
    20_000  # descriptions kept from one batch to the next: licences, formats, bodies come again with each record
)
DEPTH = 4  # how far a blank node is looked into for its name


class Described(NamedTuple):
    """A node as walks need it: its lines, its classes, the nodes that it leads to."""

    text: str
    types: Sequence[str]
    leads: Sequence[str]


NOTHING = Described("", (), ())


def described(text: str) -> Described:
    types: list[str] = []
    leads: list[str] = []
    for _, predicate, value in links(text):
        (types if predicate == TYPE and value[0] == "<" else leads).append(value)
    return Described(text, types, leads)


@dataclass
class Walk:
    """One record on its way through the graph, a level of nodes at a time."""

    subject: str
    texts: list[str] = field(default_factory=list)
    length: int = 0  # triples
    waiting: list[tuple[str, bool]] = field(default_factory=list)  # with whether others lead to it too
    seen: set[str] = field(default_factory=set)
    taken: list[str] = field(default_factory=list)
    shared: dict[str, None] = field(default_factory=dict)
    too_long: bool = False


@dataclass(frozen=True)
class Closure:
    """A record and its nodes, in N-Triples; `own` is what is said of the record itself. `too_long`: it has more than
    MAX_TRIPLES, and these are only the first. `cost`: what was done to its literals (`lines.Written`).
    """

    text: str
    own: str
    too_long: bool = False
    cost: Mapping[str, int] = field(default_factory=dict)

    @property
    def triples(self) -> Lines:
        return Lines(self.text)


class Closures:
    """Reads the records of a graph some at a time: a graph on disk answers for hundreds of nodes at once. Nodes are
    written as in N-Triples.

    `records`: the nodes that are records; `space`: where addresses for blank nodes are minted, "" to leave them blank;
    `root`: the address of a record without one.
    """

    def __init__(
        self, graph: Graph, records: Iterable[str] = (), space: str = "", root: Callable[[str], str] | None = None
    ) -> None:
        self._graph, self._space, self._root = graph, space, root
        self._kept: dict[str, Described] = {}
        self._names: dict[str, str] = {}
        self._used: Counter[str] = Counter()
        self._contents: dict[tuple[str, int], str] = {}
        self._records = frozenset(records)
        self._catalogues: frozenset[str] = frozenset(graph.of_type(DCAT + "Catalog")) if space else frozenset()
        envelopes: frozenset[str] = frozenset(graph.of_type(ENVELOPE)) if space else frozenset()
        envelopes -= self._records | self._catalogues
        self._doors = self._records | envelopes | self._catalogues
        self._envelopes = self._owned(envelopes)
        self._told = {node for nodes in self._envelopes.values() for node in nodes}
        self._holders: dict[str, list[str]] = {}
        for holder, node in graph.saying(HAS_ENVELOPE) if self._told else ():
            if node in self._told and holder in self._catalogues:
                self._holders.setdefault(node, []).append(holder)

    def _owned(self, envelopes: frozenset[str]) -> dict[str, list[str]]:
        """The CatalogRecords of each record; one that is of several goes with the first."""
        topics: dict[str, str] = {}
        for envelope, topic in self._graph.saying(TOPIC) if envelopes else ():
            if envelope in envelopes and topic in self._records:
                topics[envelope] = min(topics.get(envelope, topic), topic)
        owned: dict[str, list[str]] = {}
        for envelope in sorted(topics):
            owned.setdefault(topics[envelope], []).append(envelope)
        return owned

    def of(self, subjects: Sequence[str]) -> dict[str, Closure]:
        """The lines of each record; its own first."""
        walks = []
        for subject in subjects:
            starts = [subject, *self._envelopes.get(subject, ())]
            walks.append(Walk(subject, waiting=[(node, False) for node in starts], seen=set(starts)))
        known = self._kept
        if len(known) > MOST_KEPT:
            known.clear()
        met: list[str] = []
        while wanted := {node for walk in walks for node, _ in walk.waiting}:
            missing = [node for node in wanted if node not in known]
            met += missing
            found = self._graph.said_of(missing)
            known.update({node: described(found[node]) if node in found else NOTHING for node in missing})
            for walk in walks:
                self._step(walk, known)
        for node in met:
            # One to which only one leads is not asked for again.
            if known[node].text and not self._graph.several_lead_to(node):
                del known[node]
        if self._space:
            self._graph.take(dict.fromkeys(node for walk in walks for node in walk.taken))
        return {walk.subject: self._closure(walk) for walk in walks}

    def _step(self, walk: Walk, known: Mapping[str, Described]) -> None:
        """Takes the waiting nodes in; those that they lead to wait next."""
        nodes, walk.waiting = walk.waiting, []
        envelopes = self._envelopes.get(walk.subject, ())
        for node, common in nodes:
            said = known[node]
            if not said.text:
                continue
            start = node == walk.subject or node in envelopes
            # A nameless service is part of the file that it serves: nobody else could point to it.
            if not RECORDS.isdisjoint(said.types) and not start and node[0] == "<":
                continue
            walk.taken.append(node)
            walk.texts.append(said.text)
            walk.length += said.text.count("\n")
            shared = common or (bool(self._space) and not start and self._graph.several_lead_to(node))
            # A vocabulary's concept is taken with its labels, not with all of its neighbours.
            signpost = not SIGNPOSTS.isdisjoint(said.types)
            for value in said.leads:
                if value not in walk.seen and not (signpost and value[0] == "<"):
                    self._follow(walk, value, shared)
            if walk.length > MAX_TRIPLES:
                walk.waiting.clear()
                walk.too_long = True
                return

    def _follow(self, walk: Walk, value: str, common: bool) -> None:
        walk.seen.add(value)
        door = bool(self._space) and value in self._doors
        if self._space and value[0] == "_" and (door or common or self._graph.several_lead_to(value)):
            walk.shared[value] = None
        if not door:
            walk.waiting.append((value, common))

    def _closure(self, walk: Walk) -> Closure:
        envelopes = self._envelopes.get(walk.subject, ())
        held = [(holder, node) for node in envelopes for holder in self._holders.get(node, ())]
        told = (f"{holder} {HAS_ENVELOPE} {node} .\n" for holder, node in held)
        text, own = "".join((*walk.texts, *told)), walk.texts[0] if walk.texts else ""
        if self._space:
            ends = (walk.subject, *envelopes, *(holder for holder, _ in held))
            names = {node: self.name(node) for node in (*walk.shared, *ends) if node[0] == "_"}
            if names:
                text, own = renamed_lines(text, names), renamed_lines(own, names)
        return Closure(text, own, walk.too_long, self._graph.cost(walk.taken))

    def left(self) -> Iterator[ox.Triple]:
        """What belongs to no record, once all have been read."""
        for text in self._graph.lines_left():
            ours = "".join(f"{line}\n" for line in text.split("\n")[:-1] if not self._told_elsewhere(line))
            yield from parsed(renamed_lines(ours, self._names))

    def _told_elsewhere(self, line: str) -> bool:
        """Whether a record takes this line with it: that a catalogue holds its CatalogRecord."""
        if HAS_ENVELOPE not in line:
            return False
        subject, predicate, value = line[:-2].split(" ", 2)
        return predicate == HAS_ENVELOPE and value in self._told and subject in self._catalogues

    def name(self, node: str) -> str:
        """The address of a blank node, made at the first time. Two that say the same get two addresses."""
        known = self._names.get(node)
        if known is None:
            address = self._root(node) if self._root and node in self._records else ""
            if not address:
                stem = f"{self._space}/.well-known/genid/{self._content(node, DEPTH)[:32]}"
                self._used[stem] += 1
                address = stem if self._used[stem] == 1 else f"{stem}-{self._used[stem]}"
            known = self._names[node] = f"<{address}>"
        return known

    def _content(self, node: str, depth: int) -> str:
        """A hash of what is said of it; of a catalogue, which names its records and the day, the title alone."""
        known = self._contents.get((node, depth))
        if known is None:
            lines = []
            for line in set(self._graph.said_of([node]).get(node, "").split("\n")) - {""}:
                _, predicate, value = line[:-2].split(" ", 2)
                if node in self._catalogues and predicate != TITLE:
                    continue
                if value[0] != "_":
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
