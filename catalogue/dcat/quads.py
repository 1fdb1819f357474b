"""Named graphs out, in TriG and JSON-LD, piece by piece as `writers` does for one graph."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Final

import pyoxigraph as ox

from catalogue.dcat.contexts import PREFIXES
from catalogue.dcat.plain import is_plain
from catalogue.dcat.writers import BLOCK, TURTLE_HEADER, Text, jsonld, mended

# What only feeds speak of: RDF 1.1 JSON-LD is compact over PREFIXES alone, and says these addresses whole.
FEED_PREFIXES: Final = {**PREFIXES, "ldes": "https://w3id.org/ldes#", "tree": "https://w3id.org/tree#"}


@dataclass(frozen=True)
class Graph:
    """What stands in one graph, "" being the default one. Labels of blank nodes are shared by all."""

    name: str
    text: Text


def write_quads(graphs: Iterable[Graph], format: str) -> Iterator[bytes]:
    """One document in "trig" or "jsonld", UTF-8. Lines that no parser takes are mended or left out. Raises KeyError."""
    head, piece, between, tail = FORMS[format]
    yield head
    begun = False
    for block in _blocks(graphs):
        try:
            said = piece(block)
        except (SyntaxError, UnicodeError):
            said = piece([Graph(graph.name, Text(mended(graph.text), graph.text.of)) for graph in block])
        if said:
            yield between + said if begun else said
            begun = True
    yield tail


def _blocks(graphs: Iterable[Graph]) -> Iterator[list[Graph]]:
    held: list[Graph] = []
    size = 0
    for graph in graphs:
        held.append(graph)
        size += len(graph.text.said)
        if size >= BLOCK:
            yield held
            held, size = [], 0
    if held:
        yield held


def _trig(graphs: list[Graph]) -> bytes:
    """Graphs of plain lines as they stand: nothing is parsed to be written, nor by who follows. What is rare goes through a parser."""
    return b"".join(
        b"".join(map(_as_lines, some)) if plain else _by_parser(some) for plain, some in groupby(graphs, _is_plain)
    )


def _is_plain(graph: Graph) -> bool:
    return is_plain(graph.text.said, graph.name)


def _as_lines(graph: Graph) -> bytes:
    return f"<{graph.name}> {{\n{graph.text.said}}}\n".encode()


def _by_parser(graphs: Iterable[Graph]) -> bytes:
    lines = "".join(_quads(graph) for graph in graphs)
    written = ox.serialize(
        ox.parse(lines.encode(), ox.RdfFormat.N_QUADS), format=ox.RdfFormat.TRIG, prefixes=FEED_PREFIXES
    )
    header = TURTLE_HEADER.match(written or b"")
    return (written or b"")[header.end() if header else 0 :]


def _quads(graph: Graph) -> str:
    """N-Quads: in a literal every line break is escaped, so a line ends nowhere else."""
    return graph.text.said.replace(" .\n", f" <{graph.name}> .\n") if graph.name else graph.text.said


def _jsonld(graphs: list[Graph]) -> bytes:
    counts: Counter[str] = Counter()
    said = ((graph.name, jsonld(graph.text.said, counts)) for graph in graphs)
    return b",\n".join(
        b'{"@id":"%b","@graph":[\n%b\n]}' % (name.encode(), text) if name else text for name, text in said if text
    )


Form = tuple[bytes, Callable[[list[Graph]], bytes], bytes, bytes]
FORMS: Final[dict[str, Form]] = {
    "trig": (
        "".join(f"@prefix {prefix}: <{said}> .\n" for prefix, said in FEED_PREFIXES.items()).encode(),
        _trig,
        b"",
        b"",
    ),
    "jsonld": (
        b'{"@context":' + json.dumps(PREFIXES, separators=(",", ":")).encode() + b',"@graph":[\n',
        _jsonld,
        b",\n",
        b"\n]}\n",
    ),
}
