"""RDF in and out: sniff what a document is, read it into a graph, write triples, give them one canonical text.

The rest of the project needs this module alone; `sniffing`, `cleaning`, `rdfxml`, `canon`, `writers` are its rooms.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

import pyoxigraph as ox

from catalogue.dcat import rdfxml
from catalogue.dcat.canon import canonical, digest
from catalogue.dcat.cleaning import Notes, prepare, unknown_context
from catalogue.dcat.sniffing import (
    FORMATS,
    Forbidden,
    FormatError,
    Malformed,
    NotRdf,
    TooSymmetric,
    Truncated,
    sniff,
)
from catalogue.dcat.writers import write

__all__ = [
    "FORMATS",
    "NO_BASE",
    "Forbidden",
    "FormatError",
    "Graph",
    "Malformed",
    "NotRdf",
    "TooSymmetric",
    "Truncated",
    "canonical",
    "digest",
    "from_canonical",
    "read",
    "sniff",
    "write",
]

# Base of the relative addresses of a document that has none: hierarchical, so that "../x" resolves, and never on the web.
NO_BASE = "x-bouture://relative/"
IN_MEMORY = 32 * 2**20  # bytes of a document above which its graph goes to disk

RDF_TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
PARSERS = {
    "turtle": ox.RdfFormat.TURTLE,
    "ntriples": ox.RdfFormat.N_TRIPLES,
    "trig": ox.RdfFormat.TRIG,
    "nquads": ox.RdfFormat.N_QUADS,
    "n3": ox.RdfFormat.N3,
    "rdfxml": ox.RdfFormat.RDF_XML,
    "jsonld": ox.RdfFormat.JSON_LD,
}

Node = ox.NamedNode | ox.BlankNode
Value = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple


class Graph:
    """All that one document says, its named graphs in one. Close it: it may hold files.

    `notes`: codes of what had to be done to read it (`cleaning`, and `lenient`: invalid addresses or languages were let
    through; `stray-text`: text where RDF/XML allows none was dropped).
    """

    def __init__(self, store: ox.Store, notes: Notes, resources: ExitStack) -> None:
        self.notes = notes
        self._store = store
        self._resources = resources
        self._several = any(True for _ in store.named_graphs())

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Frees the graph and removes its files."""
        self._store = ox.Store()
        self._resources.close()

    def __len__(self) -> int:
        """The number of triples; one that stands in two named graphs counts twice."""
        return len(self._store)

    def subjects_of_type(self, iri: str) -> list[Node]:
        """Each node said to be of a class, once."""
        quads = self._store.quads_for_pattern(None, RDF_TYPE, ox.NamedNode(iri), None)
        return list(dict.fromkeys(quad.subject for quad in quads if not isinstance(quad.subject, ox.Triple)))

    def about(self, subject: object) -> list[tuple[ox.NamedNode, Value]]:
        """What is said of a node; nothing when it is a literal."""
        if not isinstance(subject, ox.NamedNode | ox.BlankNode):
            return []
        pairs = [(q.predicate, q.object) for q in self._store.quads_for_pattern(subject, None, None, None)]
        return list(dict.fromkeys(pairs)) if self._several else pairs

    def objects(self, subject: object, predicate: ox.NamedNode) -> list[Value]:
        if not isinstance(subject, ox.NamedNode | ox.BlankNode):
            return []
        values = [quad.object for quad in self._store.quads_for_pattern(subject, predicate, None, None)]
        return list(dict.fromkeys(values)) if self._several else values

    def pairs(self, predicate: ox.NamedNode) -> list[tuple[Node, Value]]:
        """Who has a property, and its values."""
        quads = self._store.quads_for_pattern(None, predicate, None, None)
        return list(dict.fromkeys((q.subject, q.object) for q in quads if not isinstance(q.subject, ox.Triple)))


def read(path: Path, format: str, base_iri: str = NO_BASE) -> Graph:
    """The graph of a document in one of FORMATS. `base_iri` is where it came from: an http address, or a `urn:`.

    Raises Malformed, Truncated, Forbidden.
    """
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bouture-rdf-")))
        clean, notes = prepare(path, format, folder)
        try:
            store, more = _loaded(clean, format, base_iri, folder)
        except SyntaxError as error:
            strays = rdfxml.stray_text(clean) if format == "rdfxml" else []
            if not strays:
                raise _said(error, clean) from error
            rdfxml.without(clean, folder / "tidy.xml", strays)
            try:
                store, more = _loaded(folder / "tidy.xml", format, base_iri, folder)
            except SyntaxError as again:
                raise _said(again, folder / "tidy.xml") from again
            more += ("stray-text",)
        return Graph(store, notes + more, stack.pop_all())


def _loaded(path: Path, format: str, base_iri: str, folder: Path) -> tuple[ox.Store, Notes]:
    """Strictly, else with the addresses that no standard allows and that real catalogues hold. Raises SyntaxError."""
    try:
        return _load(path, format, base_iri, folder, lenient=False), ()
    except SyntaxError as first:
        try:
            return _load(path, format, base_iri, folder, lenient=True), ("lenient",)
        except SyntaxError:
            raise first from None


def _load(path: Path, format: str, base_iri: str, folder: Path, *, lenient: bool) -> ox.Store:
    on_disk = path.stat().st_size > IN_MEMORY
    store = ox.Store(tempfile.mkdtemp(dir=folder)) if on_disk else ox.Store()
    parser = PARSERS[format]
    base = base_iri if base_iri.startswith(("http:", "https:")) else NO_BASE  # above all, never file:
    try:
        if base_iri.startswith("urn:"):
            quads = ox.parse(path=path, format=parser, base_iri=base, lenient=lenient, rename_blank_nodes=True)
            (store.bulk_extend if on_disk else store.extend)(_moved(quads, base_iri))
        else:
            (store.bulk_load if on_disk else store.load)(path=path, format=parser, base_iri=base, lenient=lenient)
    except MemoryError as error:
        raise Malformed(
            "Une valeur de la source dépasse 16 Mio. Demandez à son gestionnaire de publier ce contenu comme un fichier."
        ) from error
    return store


def _moved(quads: Iterable[ox.Quad], base: str) -> Iterator[ox.Quad]:
    """Relative addresses put after a `urn:`: it has no hierarchy in which RFC 3986 could resolve them."""
    stem = base if base.endswith((":", "/", "#")) else f"{base}:"

    def moved(node: Value) -> Value:
        if not isinstance(node, ox.NamedNode) or not node.value.startswith(NO_BASE):
            return node
        rest = node.value.removeprefix(NO_BASE)
        return ox.NamedNode(stem + rest if rest and rest[0] not in "#?" else base + rest)

    for quad in quads:
        subject, predicate, value = (moved(term) for term in quad.triple)
        assert isinstance(subject, ox.NamedNode | ox.BlankNode)
        assert isinstance(predicate, ox.NamedNode)
        yield ox.Quad(subject, predicate, value)


def from_canonical(text: str) -> list[ox.Triple]:
    """The triples of a canonical text, its blank nodes under labels that no other text shares."""
    quads = ox.parse(text.encode(), ox.RdfFormat.N_TRIPLES, rename_blank_nodes=True)
    return [quad.triple for quad in quads]


def _said(error: SyntaxError, path: Path) -> FormatError:
    """What the parser says, for a person."""
    message = str(error.msg)
    if "LoadDocumentCallback" in message:
        return unknown_context()
    line, column = error.lineno, error.offset
    where = f" (ligne {line}, colonne {column})" if line else ""
    if "nexpected end" in message or "before end" in message or _at_end(path, error):
        return Truncated(
            f"Le RDF de la source s'arrête au milieu{where}. Réessayez ; si cela dure, prévenez son gestionnaire.",
            line,
            column,
        )
    return Malformed(
        f"Le RDF de la source est mal formé{where} : {message[:300]}. Prévenez son gestionnaire.", line, column
    )


def _at_end(path: Path, error: SyntaxError) -> bool:
    """Whether the parser stopped after the last character: something was to follow."""
    if not error.end_lineno or not error.end_offset or path.stat().st_size > IN_MEMORY:
        return False
    with path.open("rb") as file:
        lines = file.readlines()
    if error.end_lineno != len(lines):
        return error.end_lineno > len(lines)
    return error.end_offset > len(lines[-1].decode("utf-8", "replace").rstrip("\r\n"))
