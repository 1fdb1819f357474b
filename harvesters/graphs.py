"""The datasets and services of one RDF document, whatever brought it: a catalogue, a page of it, an answer of CSW."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from typing import Any, Literal

import pyoxigraph as ox

from catalogue.batching import batches
from catalogue.dcat import formats
from catalogue.dcat.closures import MAX_TRIPLES, Closure, Closures
from catalogue.dcat.lines import parsed
from catalogue.dcat.profile import DCAT, DCT
from catalogue.dcat.repeats import Repeats
from catalogue.dcat.statements import Statements
from catalogue.dcat.terms import is_address
from harvesters.base import Found
from harvesters.recognition import identifier, keys, texts

Kind = Literal["dataset", "service"]
KINDS: dict[str, Kind] = {
    DCAT + "Dataset": "dataset",
    DCAT + "DatasetSeries": "dataset",
    DCAT + "DataService": "service",
}
IDENTIFIER, ACCESS_SERVICE = f"<{DCT}identifier>", f"<{DCAT}accessService>"
TELLING = re.compile(
    rf"^[^ ]+ <(?:{re.escape(DCT)}(?:title|identifier)|{re.escape(DCAT)}landingPage)> .*\n", re.MULTILINE
)
AT_ONCE = 100  # records asked for together
MANY = 5_000  # identifiers read together
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
        self._others: dict[str, Kind] = {}  # kinds of those that are no dcat:Dataset
        subjects: set[str] = set()
        for name, kind in KINDS.items():
            new = set(graph.of_type(name)) - subjects
            subjects |= new
            if kind != "dataset":
                self._others.update(dict.fromkeys(new, kind))
        self._shared = self._borne_twice(subjects)
        self._plain = Closures(graph)
        self._blank: dict[str, tuple[str, ...]] = {}  # keys of those without an address
        catalogues = set(graph.of_type(DCAT + "Catalog"))
        inner = {value for _, value in graph.saying(ACCESS_SERVICE) if value[0] == "_"}
        # A nameless service inside a file is a part of it, unless it has something to be known by.
        ours = [node for node in subjects if node not in catalogues and (node not in inner or self._blank_keys(node))]
        self._ordered = sorted(ours)
        self._closures = Closures(graph, ours, space, self._address) if space else self._plain

    def _kind(self, node: str) -> Kind:
        return self._others.get(node, "dataset")

    def _borne_twice(self, subjects: Collection[str]) -> frozenset[tuple[str, str]]:
        """Kind and text of the identifiers that several records of one kind bear: they name none of them.

        Numbers first, then the few texts that may be borne twice: all texts at once are a great part of a document.
        """
        several = Repeats()
        for node, text in self._identifiers(subjects):
            several.add(hash((self._kind(node), text)))
        repeated = set(several.found())
        bearers: dict[tuple[str, str], str] = {}
        twice = set()
        for node, text in self._identifiers(subjects) if repeated else ():
            borne = self._kind(node), text
            if hash(borne) in repeated and bearers.setdefault(borne, node) != node:
                twice.add(borne)
        return frozenset(twice)

    def _identifiers(self, subjects: Collection[str]) -> Iterator[tuple[str, str]]:
        """Each record with each of its identifiers; what the document repeats may come twice."""
        said = ((node, value) for node, value in self._graph.saying(IDENTIFIER) if value[0] == '"' and node in subjects)
        for some in batches(said, MANY):
            lines = "".join(f"<x:x> {IDENTIFIER} {value} .\n" for _, value in some)
            for (node, _), triple in zip(some, parsed(lines), strict=True):
                assert isinstance(triple.object, ox.Literal)
                yield node, triple.object.value

    def __iter__(self) -> Iterator[Found]:
        for some in batches(self._ordered, AT_ONCE):
            for subject, closure in self._closures.of(some).items():
                yield self._found(subject, closure)

    def left(self) -> Iterator[ox.Triple]:
        return self._closures.left()

    def _found(self, subject: str, closure: Closure) -> Found:
        kind = self._kind(subject)
        uri = subject[1:-1] if subject[0] == "<" and is_address(subject[1:-1]) else ""
        triples = closure.triples
        telling: Sequence[ox.Triple] = _telling(closure.own)
        node = telling[0].subject if telling else None
        said = Statements(telling)
        # What it says itself is enough for one that has a name.
        if not uri and not any(text.strip() for text in self._own(said, node, kind)):
            said, node = Statements(triples), triples[0].subject if triples else None
        titles = texts(said, node, DCT + "title")
        blank = subject[0] == "_"
        known = self._blank_keys(subject) if blank else self._keys(said, node, uri, kind)
        refused = TOO_LONG if closure.too_long else ""
        identity = identifier(self._source, kind, known[0]) if blank and known else None
        title = titles[0] if titles else uri
        return Found(kind, known, uri, triples, title, self._graph.sound, refused, closure.cost, identity)

    def _keys(self, said: Statements, node: Any, uri: str, kind: Kind) -> tuple[str, ...]:
        return tuple(keys(said, node, uri, self._own(said, node, kind)))

    def _own(self, said: Statements, node: Any, kind: Kind) -> list[str]:
        """The identifiers of a record that no other one of its kind bears too."""
        named = dict.fromkeys(texts(said, node, DCT + "identifier"))
        return [text for text in named if (kind, text) not in self._shared]

    def _blank_keys(self, node: str) -> tuple[str, ...]:
        if node not in self._blank:
            triples = self._plain.of([node])[node].triples
            self._blank[node] = self._keys(Statements(triples), triples[0].subject, "", self._kind(node))
        return self._blank[node]

    def _address(self, node: str) -> str:
        """Where a record without an address will be, "" when nothing makes it known."""
        known = self._blank_keys(node)
        return f"{self._space}/id/{identifier(self._source, self._kind(node), known[0])}" if known else ""


def _telling(own: str) -> list[ox.Triple]:
    """Of a record's own lines, those that keys and title are made of when it has a name."""
    return list(parsed("".join(TELLING.findall(own))))
