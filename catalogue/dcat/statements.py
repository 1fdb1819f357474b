"""What is said of one record, by subject and predicate."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pyoxigraph as ox

from catalogue.dcat.lines import Lines
from catalogue.dcat.tokens import nodes_in


class Statements:
    """The triples said of one record, by subject and predicate."""

    def __init__(self, triples: Iterable[ox.Triple]) -> None:
        self._said: dict[Any, dict[str, list[Any]]] = {}
        if isinstance(triples, Lines):
            self._said, triples = nodes_in(triples.text), ()
        for triple in triples:
            self._said.setdefault(triple.subject, {}).setdefault(triple.predicate.value, []).append(triple.object)

    def objects(self, node: Any, predicates: Sequence[str]) -> list[Any]:
        said = self.of(node)
        return [found for predicate in predicates for found in said.get(predicate, ())]

    def of(self, node: Any) -> Mapping[str, list[Any]]:
        """All that is said of a node, by predicate."""
        return self._said.get(node) or {}

    def knows(self, node: Any) -> bool:
        return node in self._said

    def leading_to(self, predicate: str, node: Any) -> list[Any]:
        """The subjects that have this very value."""
        return [subject for subject, said in self._said.items() if node in said.get(predicate, ())]
