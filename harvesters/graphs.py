"""The datasets and services of one RDF document, whatever brought it: a catalogue, a page of it, an answer of CSW."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import islice
from typing import Any, Literal

import pyoxigraph as ox

from catalogue.dcat import formats
from catalogue.dcat.closures import MAX_TRIPLES, Closure, Closures
from catalogue.dcat.lines import parsed
from catalogue.dcat.profile import DCAT, DCT
from catalogue.dcat.terms import Statements, is_address
from harvesters.base import Found
from harvesters.recognition import identifier, keys, texts

KINDS: dict[str, Literal["dataset", "service"]] = {
    DCAT + "Dataset": "dataset",
    DCAT + "DatasetSeries": "dataset",
    DCAT + "DataService": "service",
}
IDENTIFIER, ACCESS_SERVICE = f"<{DCT}identifier>", f"<{DCAT}accessService>"
TITLE, PAGE = f" <{DCT}title> ", f" <{DCAT}landingPage> "
AT_ONCE = 100  # records asked for together
TOO_LONG = (
    f"La fiche compte plus de {MAX_TRIPLES} triplets : elle n’a pas été lue. Demandez au gestionnaire de la source "
    "d’en faire plusieurs jeux de données."
)


class Records:
    """Every dataset and service of one document, in an order that its spelling does not change; then what is left.

    Nodes are written as in N-Triples.
    """

    def __init__(self, graph: formats.Graph, source: str = "", space: str = "") -> None:
        self._graph, self._source, self._space = graph, source, space
        subjects: dict[str, Literal["dataset", "service"]] = {}
        for name, kind in KINDS.items():
            for subject in graph.of_type(name):
                subjects.setdefault(subject, kind)
        self._kinds = subjects
        self._identifiers = self._alone()
        self._plain = Closures(graph)
        self._blank: dict[str, tuple[str, ...]] = {}  # keys of those without an address
        catalogues = set(graph.of_type(DCAT + "Catalog"))
        inner = {value for _, value in graph.saying(ACCESS_SERVICE) if value[0] == "_"}
        # A nameless service inside a file is a part of it, unless it has something to be known by.
        ours = [node for node in subjects if node not in catalogues and (node not in inner or self._blank_keys(node))]
        self._ordered = sorted(ours)
        self._closures = Closures(graph, ours, space, self._address) if space else self._plain

    def _alone(self) -> dict[str, list[str]]:
        """The identifiers of each record, without those that another one of its kind bears too."""
        said = [pair for pair in dict.fromkeys(self._graph.saying(IDENTIFIER)) if pair[0] in self._kinds]
        literals = [(node, value) for node, value in said if value[0] == '"']
        texts = parsed("".join(f"<x:x> {IDENTIFIER} {value} .\n" for _, value in literals))
        borne: dict[str, list[str]] = {}
        for (node, _), triple in zip(literals, texts, strict=True):
            assert isinstance(triple.object, ox.Literal)
            borne.setdefault(node, []).append(triple.object.value)
        counts = Counter((self._kinds[node], text) for node, texts in borne.items() for text in texts)
        return {
            node: [text for text in sorted(texts) if counts[self._kinds[node], text] == 1]
            for node, texts in borne.items()
        }

    def __iter__(self) -> Iterator[Found]:
        ordered = iter(self._ordered)
        while some := list(islice(ordered, AT_ONCE)):
            for subject, closure in self._closures.of(some).items():
                yield self._found(subject, closure)

    def left(self) -> Iterator[ox.Triple]:
        return self._closures.left()

    def _found(self, subject: str, closure: Closure) -> Found:
        kind = self._kinds[subject]
        uri = subject[1:-1] if subject[0] == "<" and is_address(subject[1:-1]) else ""
        named = bool(uri) or any(text.strip() for text in self._identifiers.get(subject, ()))
        triples = closure.triples
        # What it says itself is enough for one that has a name.
        telling = _telling(closure.own) if named else triples
        said, node = Statements(telling), telling[0].subject if telling else None
        titles = texts(said, node, DCT + "title")
        blank = subject[0] == "_"
        known = self._blank_keys(subject) if blank else self._keys(said, node, uri, subject)
        refused = TOO_LONG if closure.too_long else ""
        identity = identifier(self._source, kind, known[0]) if blank and known else None
        title = titles[0] if titles else uri
        return Found(kind, known, uri, triples, title, self._graph.sound, refused, closure.cost, identity)

    def _keys(self, said: Statements, node: Any, uri: str, subject: str) -> tuple[str, ...]:
        return tuple(keys(said, node, uri, self._identifiers.get(subject, [])))

    def _blank_keys(self, node: str) -> tuple[str, ...]:
        if node not in self._blank:
            triples = self._plain.of([node])[node].triples
            self._blank[node] = self._keys(Statements(triples), triples[0].subject, "", node)
        return self._blank[node]

    def _address(self, node: str) -> str:
        """Where a record without an address will be, "" when nothing makes it known."""
        known = self._blank_keys(node)
        return f"{self._space}/id/{identifier(self._source, self._kinds[node], known[0])}" if known else ""


def _telling(own: str) -> list[ox.Triple]:
    """Of a record's own lines, those that keys and title are made of when it has a name."""
    return list(parsed("".join(f"{line}\n" for line in own.split("\n") if TITLE in line or PAGE in line)))
