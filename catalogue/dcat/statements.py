"""What is said of one record, by subject and predicate."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pyoxigraph as ox

from catalogue.dcat.lines import Lines, token
from catalogue.dcat.tokens import Said, address, by_node, name_of, node_of, split

NOTHING: Mapping[str, list[str]] = {}


class Statements:
    """The triples said of one record, by subject and predicate: in tokens, and an object for each that is asked for.

    A node is asked about as an object or as its token.
    """

    def __init__(self, triples: Iterable[ox.Triple]) -> None:
        self._nodes: dict[str, Any] = {}  # token -> the object that came
        self._said = split(triples.statements) if isinstance(triples, Lines) else by_node(map(self._told, triples))

    def _told(self, triple: ox.Triple) -> Said:
        subject, value = token(triple.subject), token(triple.object)
        self._nodes[subject], self._nodes[value] = triple.subject, triple.object
        return subject, token(triple.predicate), value

    def node(self, told: str) -> Any:
        """The object of a token."""
        return self._nodes.get(told) or node_of(told)

    def objects(self, node: Any, predicates: Sequence[str]) -> list[Any]:
        return [self.node(value) for value in self.values(node, predicates)]

    def values(self, node: Any, predicates: Sequence[str]) -> list[str]:
        """The tokens of the objects."""
        said = self.told(node)
        return [value for predicate in predicates for value in said.get(address(predicate), ())]

    def of(self, node: Any) -> Mapping[str, list[Any]]:
        """All that is said of a node, by predicate."""
        return {name_of(predicate): [*map(self.node, values)] for predicate, values in self.told(node).items()}

    def told(self, node: Any) -> Mapping[str, list[str]]:
        """All that is said of a node, in tokens."""
        return self._said.get(_told(node)) or NOTHING

    def knows(self, node: Any) -> bool:
        return _told(node) in self._said

    def leading_to(self, predicate: str, node: Any) -> list[Any]:
        """The subjects that have this very value."""
        means, told = address(predicate), _told(node)
        return [self.node(subject) for subject, said in self._said.items() if told in said.get(means, ())]


def _told(node: Any) -> str:
    return node if isinstance(node, str) else token(node)
