"""All that a document says of a record: its triples and those of the nodes it leads to, up to the next record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import pyoxigraph as ox

from catalogue.dcat.formats import Graph
from catalogue.dcat.profile import DCAT, SKOS
from catalogue.dcat.terms import RDF_TYPE

# Nodes that are records of their own: a record's triples stop at their door.
RECORDS = frozenset(
    ox.NamedNode(DCAT + name) for name in ("Dataset", "DatasetSeries", "DataService", "Catalog", "CatalogRecord")
)
# A vocabulary's concept is taken with its labels, not with all of its neighbours.
SIGNPOSTS = frozenset(ox.NamedNode(SKOS + name) for name in ("Concept", "ConceptScheme"))
MAX_TRIPLES = 200_000  # of one record
MOST_KEPT = (
    20_000  # descriptions kept from one batch to the next: licences, formats, bodies come again with each record
)

Said = Sequence[tuple[ox.NamedNode, Any]]


@dataclass
class Walk:
    """One record on its way through the graph, a level of nodes at a time."""

    subject: Any
    triples: list[ox.Triple] = field(default_factory=list)
    waiting: list[Any] = field(default_factory=list)
    seen: set[Any] = field(default_factory=set)

    def step(self, known: dict[Any, Said]) -> None:
        """Takes the waiting nodes in; those that they lead to wait next."""
        nodes, self.waiting = self.waiting, []
        for node in nodes:
            said = known.get(node, ())
            types = {o for p, o in said if p == RDF_TYPE}
            # A nameless service is part of the file that it serves: nobody else could point to it.
            if node != self.subject and isinstance(node, ox.NamedNode) and types & RECORDS:
                continue
            followed = ox.BlankNode if types & SIGNPOSTS else ox.NamedNode | ox.BlankNode
            for predicate, value in said:
                self.triples.append(ox.Triple(node, predicate, value))
                if isinstance(value, followed) and value not in self.seen and predicate != RDF_TYPE:
                    self.seen.add(value)
                    self.waiting.append(value)
            if len(self.triples) > MAX_TRIPLES:
                self.waiting.clear()
                return


class Closures:
    """Reads the records of a graph some at a time: a graph on disk answers for hundreds of nodes at once."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._kept: dict[Any, Said] = {}

    def of(self, subjects: Sequence[Any]) -> dict[Any, tuple[ox.Triple, ...]]:
        """The triples of each record; its own first."""
        walks = [Walk(subject, waiting=[subject], seen={subject}) for subject in subjects]
        known = self._kept
        if len(known) > MOST_KEPT:
            known.clear()
        while wanted := {node for walk in walks for node in walk.waiting}:
            missing = [node for node in wanted if node not in known]
            found = self._graph.about_many(missing)
            # What nothing is said of is remembered too: a file's address is asked for once.
            known.update({node: found.get(node, ()) for node in missing})
            for walk in walks:
                walk.step(known)
        return {walk.subject: tuple(walk.triples) for walk in walks}
