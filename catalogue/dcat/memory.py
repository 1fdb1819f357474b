"""The graph of a document that memory can hold: its lines of N-Triples, by subject."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from catalogue.dcat.lines import RUN, TYPE, distinct, links, saying


class Memory:
    """Lines in memory, asked as a spill is; nodes are written as they stand there. pyoxigraph's store would rewrite them:
    "07"^^xsd:nonNegativeInteger comes out of it as "7"^^xsd:integer.
    """

    def __init__(self) -> None:
        self._said: dict[str, list[str]] = {}  # pieces of text: a document may come back to a node 100,000 times
        self._typed: dict[str, dict[str, None]] = {}
        self._led: set[int] = set()
        self._again: set[int] = set()
        self._taken: set[str] = set()

    def load(self, texts: Iterable[str]) -> None:
        """Takes all the lines in. Raises what `texts` raises."""
        for text in texts:
            for run in RUN.finditer(text):
                self._said.setdefault(run[1], []).append(run[0])
            for subject, predicate, value in set(links(text)):
                if predicate == TYPE:
                    self._typed.setdefault(value, {})[subject] = None
                if predicate != TYPE or value[0] == "_":
                    node = hash(value)
                    (self._again if node in self._led else self._led).add(node)
        self._led.clear()

    def close(self) -> None:
        self._said, self._typed, self._again, self._taken = {}, {}, set(), set()

    def several_lead_to(self, node: str) -> bool:
        return hash(node) in self._again

    def take(self, nodes: Iterable[str]) -> None:
        self._taken.update(nodes)

    def left(self) -> Iterator[str]:
        return (distinct("".join(pieces)) for node, pieces in self._said.items() if node not in self._taken)

    def __len__(self) -> int:
        return sum(distinct("".join(pieces)).count("\n") for pieces in self._said.values())

    def of_type(self, kind: str) -> Iterable[str]:
        return self._typed.get(kind, ())

    def said_of(self, nodes: Iterable[str]) -> dict[str, str]:
        known = self._said
        return {node: "".join(known[node]) for node in nodes if node in known}

    def saying(self, predicate: str) -> Iterator[tuple[str, str]]:
        middle = f" {predicate} "
        for pieces in self._said.values():
            for piece in pieces:
                if middle in piece:
                    yield from saying(piece, predicate)
