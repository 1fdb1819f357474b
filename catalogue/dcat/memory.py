"""The graph of a document that memory can hold: its triples, by subject."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Iterator
from typing import cast

import pyoxigraph as ox

from catalogue.dcat.spill import RDF_TYPE, Node, Value


class Memory:
    """Triples in memory, asked as a spill is. pyoxigraph's store would rewrite them: "07"^^xsd:nonNegativeInteger comes
    out of it as "7"^^xsd:integer.
    """

    def __init__(self) -> None:
        self._said: dict[Node, dict[tuple[ox.NamedNode, Value], None]] = {}
        self._typed: dict[Value, dict[Node, None]] = {}
        self._shared: dict[Value, Value] = {}  # one object for one predicate, class or node, not one for each triple
        self._again: set[Value] = set()
        self._taken: set[Node] = set()

    def load(self, quads: Iterable[ox.Quad]) -> None:
        """Takes all the triples in. Raises what `quads` raises."""
        share = self._shared.setdefault
        # Millions of pairs and not one cycle: the collector would go through them all again and again, for nothing.
        was_on = gc.isenabled()
        gc.disable()
        try:
            self._take(quads, share)
        finally:
            gc.freeze()
            if was_on:
                gc.enable()

    def _take(self, quads: Iterable[ox.Quad], share: Callable[[Value, Value], Value]) -> None:
        for quad in quads:
            subject, predicate, value = cast("Node", quad.subject), quad.predicate, quad.object
            new = value
            if not isinstance(value, ox.Literal):
                value = share(value, value)
            pair = (cast("ox.NamedNode", share(predicate, predicate)), value)
            about = self._said.setdefault(subject, {})
            if pair in about:
                continue
            about[pair] = None
            if predicate == RDF_TYPE:
                self._typed.setdefault(value, {})[subject] = None
            if value is not new and (predicate != RDF_TYPE or isinstance(value, ox.BlankNode)):
                self._again.add(value)

    def close(self) -> None:
        self._said, self._typed, self._shared = {}, {}, {}
        self._again, self._taken = set(), set()
        gc.unfreeze()

    def several_lead_to(self, node: Node) -> bool:
        return node in self._again

    def take(self, nodes: Iterable[Node]) -> None:
        self._taken.update(nodes)

    def left(self) -> Iterator[ox.Triple]:
        for subject, about in self._said.items():
            if subject not in self._taken:
                yield from (ox.Triple(subject, predicate, value) for predicate, value in about)

    def __len__(self) -> int:
        return sum(map(len, self._said.values()))

    def subjects_of_type(self, iri: ox.NamedNode) -> Iterable[Node]:
        return self._typed.get(iri, ())

    def about(self, subject: Node) -> Iterable[tuple[ox.NamedNode, Value]]:
        return self._said.get(subject, ())

    def about_many(self, subjects: Iterable[Node]) -> dict[Node, list[tuple[ox.NamedNode, Value]]]:
        return {subject: list(self._said[subject]) for subject in subjects if subject in self._said}

    def pairs(self, predicate: ox.NamedNode) -> Iterable[tuple[Node, Value]]:
        if predicate not in self._shared:
            return []
        return [(node, value) for node, said in self._said.items() for means, value in said if means == predicate]
