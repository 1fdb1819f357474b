"""The datasets and services of one RDF document, whatever brought it: a catalogue, a page of it, an answer of CSW."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import islice, takewhile
from typing import Any, Literal

import pyoxigraph as ox

from catalogue.dcat import formats
from catalogue.dcat.closures import MAX_TRIPLES, Closure, Closures
from catalogue.dcat.profile import DCAT, DCT
from catalogue.dcat.terms import Statements, is_address
from harvesters.base import Found
from harvesters.recognition import identifier, keys, texts

KINDS: dict[str, Literal["dataset", "service"]] = {
    DCAT + "Dataset": "dataset",
    DCAT + "DatasetSeries": "dataset",
    DCAT + "DataService": "service",
}
IDENTIFIER = ox.NamedNode(DCT + "identifier")
ACCESS_SERVICE = ox.NamedNode(DCAT + "accessService")
AT_ONCE = 100  # records asked for together
TOO_LONG = (
    f"La fiche compte plus de {MAX_TRIPLES} triplets : elle n’a pas été lue. Demandez au gestionnaire de la source "
    "d’en faire plusieurs jeux de données."
)


class Records:
    """Every dataset and service of one document, in an order that its spelling does not change; then what is left."""

    def __init__(self, graph: formats.Graph, source: str = "", space: str = "") -> None:
        self._graph, self._source, self._space = graph, source, space
        subjects: dict[Any, Literal["dataset", "service"]] = {}
        for name, kind in KINDS.items():
            for subject in graph.subjects_of_type(name):
                subjects.setdefault(subject, kind)
        self._kinds = subjects
        self._identifiers: dict[Any, list[str]] = {}
        for subject, value in graph.pairs(IDENTIFIER):
            if subject in subjects and isinstance(value, ox.Literal):
                self._identifiers.setdefault(subject, []).append(value.value)
        counts = Counter((subjects[subject], text) for subject, texts in self._identifiers.items() for text in texts)
        self._identifiers = {
            subject: [text for text in sorted(texts) if counts[subjects[subject], text] == 1]
            for subject, texts in self._identifiers.items()
        }
        self._plain = Closures(graph)
        self._blank: dict[Any, tuple[str, ...]] = {}  # keys of those without an address
        catalogues = set(graph.subjects_of_type(DCAT + "Catalog"))
        inner = {value for _, value in graph.pairs(ACCESS_SERVICE) if isinstance(value, ox.BlankNode)}
        # A nameless service inside a file is a part of it, unless it has something to be known by.
        ours = [node for node in subjects if node not in catalogues and (node not in inner or self._blank_keys(node))]
        self._ordered = sorted(ours, key=str)
        self._closures = Closures(graph, ours, space, self._address) if space else self._plain

    def __iter__(self) -> Iterator[Found]:
        ordered = iter(self._ordered)
        while some := list(islice(ordered, AT_ONCE)):
            for subject, closure in self._closures.of(some).items():
                yield self._found(subject, closure)

    def left(self) -> Iterator[ox.Triple]:
        return self._closures.left()

    def _found(self, subject: Any, closure: Closure) -> Found:
        kind, node = self._kinds[subject], closure.triples[0].subject
        uri = subject.value if isinstance(subject, ox.NamedNode) and is_address(subject.value) else ""
        named = bool(uri) or any(text.strip() for text in self._identifiers.get(subject, ()))
        # What it says itself comes first, and is enough for one that has a name.
        said = Statements(takewhile(lambda t: t.subject == node, closure.triples) if named else closure.triples)
        titles = texts(said, node, DCT + "title")
        blank = isinstance(subject, ox.BlankNode)
        known = self._blank_keys(subject) if blank else self._keys(said, node, uri, subject)
        refused = TOO_LONG if closure.too_long else ""
        identity = identifier(self._source, kind, known[0]) if blank and known else None
        title = titles[0] if titles else uri
        return Found(kind, known, uri, closure.triples, title, self._graph.sound, refused, identity)

    def _keys(self, said: Statements, node: Any, uri: str, subject: Any) -> tuple[str, ...]:
        return tuple(keys(said, node, uri, self._identifiers.get(subject, [])))

    def _blank_keys(self, node: Any) -> tuple[str, ...]:
        if node not in self._blank:
            said = Statements(self._plain.of([node])[node].triples)
            self._blank[node] = self._keys(said, node, "", node)
        return self._blank[node]

    def _address(self, node: Any) -> str:
        """Where a record without an address will be, "" when nothing makes it known."""
        known = self._blank_keys(node)
        return f"{self._space}/id/{identifier(self._source, self._kinds[node], known[0])}" if known else ""
