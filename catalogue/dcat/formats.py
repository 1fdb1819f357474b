"""RDF in and out: sniff what a document is, read it into a graph, write triples, give them one canonical text.

The rest of the project needs this module alone; `sniffing`, `cleaning`, `rdfxml`, `canon`, `writers` are its rooms.
"""

from __future__ import annotations

import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from catalogue.dcat import rdfxml
from catalogue.dcat.canon import Sound, canonical, digest, ordered
from catalogue.dcat.cleaning import Notes, prepare, unknown_context
from catalogue.dcat.contexts import RELATIVE
from catalogue.dcat.graph import Graph
from catalogue.dcat.lines import Value, Written
from catalogue.dcat.memory import Memory
from catalogue.dcat.plain import graphs_apart
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
from catalogue.dcat.spill import Spill
from catalogue.dcat.writers import Text, ntriples_of, own_labels, write, write_texts

__all__ = [
    "FORMATS",
    "NO_BASE",
    "Forbidden",
    "FormatError",
    "Graph",
    "Malformed",
    "NotRdf",
    "Text",
    "TooSymmetric",
    "Truncated",
    "by_graph",
    "canonical",
    "digest",
    "from_canonical",
    "named_graphs",
    "ordered",
    "own_labels",
    "read",
    "sniff",
    "trig_graphs",
    "write",
    "write_texts",
]

# Base of the relative addresses of a document that has none: hierarchical, so that "../x" resolves, and never on the web.
NO_BASE = RELATIVE
# Bytes of a document above which its graph goes to disk; in memory it takes four times as much.
IN_MEMORY = 48 * 2**20
PIECE = 2**20  # bytes

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

# What stands in a document that names graphs or speaks of triples; in others no triple needs a second look.
UNPLAIN = {"turtle": b"<<", "ntriples": b"<<", "n3": b"<<", "jsonld": b"@graph", "trig": b"", "nquads": b""}


def read(path: Path, format: str, base_iri: str = NO_BASE) -> Graph:
    """The graph of a document in one of FORMATS. `base_iri` is where it came from: an http address, or a `urn:`.

    Raises Malformed, Truncated, Forbidden.
    """
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bouture-rdf-")))
        clean, notes = prepare(path, format, folder)
        try:
            said, mended, more = _loaded(clean, format, base_iri, folder)
        except SyntaxError as error:
            strays = rdfxml.stray_text(clean) if format == "rdfxml" else []
            if not strays:
                raise _said(error, clean) from error
            rdfxml.without(clean, folder / "tidy.xml", strays)
            try:
                said, mended, more = _loaded(folder / "tidy.xml", format, base_iri, folder)
            except SyntaxError as again:
                raise _said(again, folder / "tidy.xml") from again
            more += ("stray-text",)
        return Graph(said, mended, notes + more, stack.pop_all())


def named_graphs(path: Path, format: str, base_iri: str = NO_BASE) -> tuple[dict[str, str], bool]:
    """What a document says by the address of its graph, "" for the default one, in lines of N-Triples, all in memory; and
    whether a strict parser took it. Triples about triples, and graphs without an address, are left out.

    Raises Malformed, Truncated, Forbidden.
    """
    with tempfile.TemporaryDirectory(prefix="bouture-rdf-") as folder:
        clean, _ = prepare(path, format, Path(folder))
        try:
            if format == "trig":
                return trig_graphs(clean.read_bytes().decode(), base_iri), True
            quads = ox.parse(path=clean, format=PARSERS[format], base_iri=base_iri, rename_blank_nodes=True)
            return by_graph(quads), True
        except SyntaxError as first:
            try:
                return _mended(clean, format, base_iri), False
            except SyntaxError:
                raise _said(first, clean) from first


def trig_graphs(document: str, base_iri: str) -> dict[str, str]:
    """As `named_graphs` by a strict parser; graphs in plain lines need none. Raises SyntaxError."""
    graphs, rest = graphs_apart(document)
    try:
        told = by_graph(ox.parse(rest, ox.RdfFormat.TRIG, base_iri=base_iri, rename_blank_nodes=True))
    except SyntaxError:
        if not graphs:
            raise
        return by_graph(ox.parse(document, ox.RdfFormat.TRIG, base_iri=base_iri, rename_blank_nodes=True))
    return told | {name: told.get(name, "") + lines for name, lines in graphs.items()}


def by_graph(quads: Iterable[ox.Quad]) -> dict[str, str]:
    """Of what a strict parser gives, a run of one graph at a time: no term of a triple becomes an object."""
    graphs: dict[str, list[str]] = defaultdict(list)
    for graph, some in groupby(quads, attrgetter("graph_name")):
        if isinstance(graph, ox.BlankNode):
            continue
        text = (ox.serialize((quad.triple for quad in some), format=ox.RdfFormat.N_TRIPLES) or b"").decode()
        if "<<" in text:
            text = "".join([f"{line}\n" for line in text.split("\n")[:-1] if not _quoted(line)])
        graphs["" if isinstance(graph, ox.DefaultGraph) else graph.value].append(text)
    return {name: "".join(texts) for name, texts in graphs.items()}


def _quoted(line: str) -> bool:
    """Whether it speaks of a triple (RDF 1.2)."""
    subject, _, value = line.split(" ", 2)
    return subject.startswith("<<") or value.startswith("<<")


def _mended(path: Path, format: str, base_iri: str) -> dict[str, str]:
    graphs: dict[Any, list[ox.Triple]] = defaultdict(list)
    quads = ox.parse(path=path, format=PARSERS[format], base_iri=base_iri, lenient=True, rename_blank_nodes=True)
    for quad in quads:
        if not isinstance(quad.subject, ox.Triple) and not isinstance(quad.object, ox.Triple):
            graphs[quad.graph_name].append(quad.triple)
    sound = Sound()
    return {
        "" if isinstance(graph, ox.DefaultGraph) else graph.value: ntriples_of(sound(triples))
        for graph, triples in graphs.items()
        if not isinstance(graph, ox.BlankNode)
    }


Loaded = tuple[Memory | Spill, Mapping[str, Counter[str]], Notes]


def _loaded(path: Path, format: str, base_iri: str, folder: Path) -> Loaded:
    """Strictly, else with the addresses that no standard allows and that real catalogues hold. Raises SyntaxError."""
    try:
        return _load(path, format, base_iri, folder, lenient=False)
    except SyntaxError as first:
        try:
            said, mended, notes = _load(path, format, base_iri, folder, lenient=True)
        except SyntaxError:
            raise first from None
        return said, mended, ("lenient", *notes)


def _load(path: Path, format: str, base_iri: str, folder: Path, *, lenient: bool) -> Loaded:
    base = base_iri if base_iri.startswith(("http:", "https:")) else NO_BASE  # above all, never file:
    quads = ox.parse(path=path, format=PARSERS[format], base_iri=base, lenient=lenient, rename_blank_nodes=True)
    big = path.stat().st_size > IN_MEMORY
    said = Spill(Path(tempfile.mkdtemp(dir=folder)) / "said.sqlite3") if big else Memory()
    notes: dict[str, None] = {}
    plain = _plain(quads, notes) if format in UNPLAIN and _holds(path, UNPLAIN[format]) else quads
    written = Written(_moved(plain, base_iri) if base_iri.startswith("urn:") else plain, lenient=lenient)
    try:
        said.load(written)
    except MemoryError as error:
        said.close()
        raise Malformed(
            "Une valeur de la source dépasse 16 Mio. Demandez à son gestionnaire de publier ce contenu comme un fichier."
        ) from error
    except SyntaxError:
        said.close()
        raise
    return said, written.mended, tuple(notes)


def _holds(path: Path, word: bytes) -> bool:
    """Read in pieces: a file that is mapped whole counts as memory of the process, page by page."""
    end = b""
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            if word in end + piece:
                return True
            end = piece[-len(word) :]
    return False


def _plain(quads: Iterable[ox.Quad], notes: dict[str, None]) -> Iterator[ox.Quad]:
    """Without what DCAT has no place for: triples about triples (RDF 1.2), and the names of graphs."""
    for quad in quads:
        if isinstance(quad.subject, ox.Triple) or isinstance(quad.object, ox.Triple):
            notes["quoted-triples"] = None
            continue
        if not isinstance(quad.graph_name, ox.DefaultGraph):
            notes["graphs-merged"] = None
        yield ox.Quad(*quad.triple)


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
