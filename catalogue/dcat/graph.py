"""All that one document says, in memory or on disk, asked in lines of N-Triples or in triples."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from types import TracebackType
from typing import Self

import pyoxigraph as ox

from catalogue.dcat.cleaning import Notes
from catalogue.dcat.lines import TYPE, Lines, Node, Value, parsed, token
from catalogue.dcat.memory import Memory
from catalogue.dcat.spill import Spill


class Graph:
    """All that one document says, its named graphs in one. Close it: it may hold files.

    It answers in lines of N-Triples, nodes written as they stand there (`lines.token`); and in triples, one node at a time.

    `notes`: codes of what had to be done to read it (`cleaning`, and `lenient`: invalid addresses or languages were let
    through; `stray-text`: text where RDF/XML allows none was dropped; `graphs-merged`; `quoted-triples`).
    """

    def __init__(
        self, said: Memory | Spill, mended: Mapping[str, Counter[str]], notes: Notes, files: ExitStack
    ) -> None:
        self.notes = notes
        self._said, self._mended, self._files = said, mended, files

    @property
    def sound(self) -> bool:
        """Whether a strict parser took it as it is."""
        return "lenient" not in self.notes

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Frees the graph and removes its files."""
        self._said.close()
        self._files.close()

    def __len__(self) -> int:
        """The number of triples. Slow."""
        return len(self._said)

    def of_type(self, iri: str) -> list[str]:
        """Each node said to be of a class, once."""
        return list(self._said.of_type(f"<{iri}>"))

    def said_of(self, nodes: Iterable[str]) -> dict[str, str]:
        """The lines of each node of which something is said. One that the document repeats may come twice."""
        return self._said.said_of(nodes)

    def saying(self, predicate: str) -> Iterator[tuple[str, str]]:
        """Who has a property, and its values. A value that the document repeats may come twice."""
        return self._said.saying(predicate)

    def several_lead_to(self, node: str) -> bool:
        """Whether a blank node, or one of which something is said, is the value of more than one triple, types left out.

        May be true of one alone, and of one of which nothing is said; never false of two.
        """
        return self._said.several_lead_to(node)

    def cost(self, nodes: Iterable[str]) -> Counter[str]:
        """What was done to the literals of these nodes (`lines.Written`)."""
        found: Counter[str] = Counter()
        for node in nodes if self._mended else ():
            found.update(self._mended.get(node, ()))
        return found

    def take(self, nodes: Iterable[str]) -> None:
        """Marks nodes as told elsewhere: what is left is without them."""
        self._said.take(nodes)

    def lines_left(self) -> Iterator[str]:
        """The lines of the nodes that nobody took, some at a time. Of a document that went to disk one may come twice."""
        return self._said.left()

    def left(self) -> Iterator[ox.Triple]:
        """What is said of the nodes that nobody took."""
        return (triple for text in self.lines_left() for triple in parsed(text))

    def subjects_of_type(self, iri: str) -> list[Node]:
        """Each node said to be of a class, once."""
        return [_node(triple.subject) for node in self.of_type(iri) for triple in parsed(f"{node} {TYPE} <x:x> .")]

    def about(self, subject: object) -> list[tuple[ox.NamedNode, Value]]:
        """What is said of a node; nothing when it is a literal."""
        text = self.said_of([token(subject)]) if isinstance(subject, ox.NamedNode | ox.BlankNode) else {}
        return [(triple.predicate, triple.object) for said in text.values() for triple in Lines(said)]

    def objects(self, subject: object, predicate: ox.NamedNode) -> list[Value]:
        return [value for means, value in self.about(subject) if means == predicate]

    def pairs(self, predicate: ox.NamedNode) -> list[tuple[Node, Value]]:
        """Who has a property, and its values."""
        means = token(predicate)
        text = "".join(f"{subject} {means} {value} .\n" for subject, value in dict.fromkeys(self.saying(means)))
        return [(_node(triple.subject), triple.object) for triple in parsed(text)]


def _node(subject: Node | ox.Triple) -> Node:
    assert not isinstance(subject, ox.Triple)
    return subject
