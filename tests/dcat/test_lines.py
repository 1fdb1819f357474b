"""Triples as text say what the same triples say as objects."""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

from catalogue.dcat import formats
from catalogue.dcat.canon import canonical, in_order
from catalogue.dcat.closures import Closures
from catalogue.dcat.contexts import PREFIXES
from catalogue.dcat.lines import Lines, Written, parsed, renamed_lines, saying, token
from catalogue.dcat.profile import DCAT
from catalogue.dcat.writers import ntriples_of
from tests.dcat.test_formats import opened

TRICKY = [
    "un\ndeux",
    'trois "quatre" \\',
    " <http://p/> ",
    '"^^<http://www.w3.org/1999/02/22-rdf-syntax-ns#langString> .',
    "_:b .",
    "\u2028\x85\u00a0é",
]


def quads(*values: ox.Literal) -> list[ox.Quad]:
    return [ox.Quad(ox.NamedNode("http://a/"), ox.NamedNode("http://p/"), value) for value in values]


@pytest.mark.parametrize("lenient", [False, True])
def test_written_text_is_read_back_as_it_was(lenient: bool) -> None:
    said = quads(*map(ox.Literal, TRICKY), ox.Literal("07", datatype=ox.NamedNode(PREFIXES["xsd"] + "integer")))
    written = Written(said, lenient=lenient)
    lines = Lines("".join(written))
    assert list(lines) == [quad.triple for quad in said]
    assert written.mended == {}
    assert (len(lines), lines[0]) == (len(said), said[0].triple)
    assert list(pickle.loads(pickle.dumps(lines))) == list(lines)
    assert in_order(lines.text) == canonical(list(lines))
    assert [value for _, value in saying(lines.text, "<http://p/>")] == [token(quad.object) for quad in said]


@pytest.mark.parametrize("lenient", [False, True])
def test_a_text_without_its_language_is_a_plain_text_and_that_is_told(lenient: bool) -> None:
    speechless = ox.NamedNode(PREFIXES["rdf"] + "langString")
    written = Written(quads(*(ox.Literal(text, datatype=speechless) for text in TRICKY)), lenient=lenient)
    lines = Lines("".join(written))
    assert [triple.object for triple in lines] == [ox.Literal(text) for text in TRICKY]
    assert written.mended == {"<http://a/>": {"datatype-dropped": len(TRICKY)}}


def test_nodes_get_other_names_and_texts_that_look_like_them_do_not() -> None:
    text = '_:b <http://p/> _:c .\n_:c <http://p/> "see _:b ." .\n_:bb <http://p/> "x" .\n'
    assert renamed_lines(text, {"_:b": "<http://b/>"}) == (
        '<http://b/> <http://p/> _:c .\n_:c <http://p/> "see _:b ." .\n_:bb <http://p/> "x" .\n'
    )
    assert len(list(parsed(text))) == 3


@pytest.mark.parametrize("in_memory", [formats.IN_MEMORY, 0], ids=["memory", "disk"])
def test_a_document_that_repeats_itself_says_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, in_memory: int
) -> None:
    monkeypatch.setattr(formats, "IN_MEMORY", in_memory)
    lines = [
        f"<http://a/> a <{DCAT}Dataset> .",
        "<http://a/> <http://p/> <http://file/> .",
        "<http://file/> <http://p/> _:sum .",
        '_:sum <http://p/> "x" .',
    ]
    for body in ("\n".join(lines), "\n".join([*lines, *reversed(lines)])):
        with opened(tmp_path, body, "turtle") as graph:
            assert len(graph) == 4
            assert graph.about(ox.NamedNode("http://file/"))[1:] == []
            # Nobody else leads to the blank node, or to the file that it is of: it needs no address.
            nodes = graph.of_type(DCAT + "Dataset")
            closure = Closures(graph, nodes, "https://portail.example").of(nodes)[nodes[0]]
            assert in_order(closure.text).count("\n") == 4
            assert "genid" not in closure.text


def test_each_line_goes_to_its_graph_whatever_it_holds() -> None:
    """A graph is told from a value by its place alone: both may be the same address, and a text may look like one."""
    graph, node = ox.NamedNode("https://g.example/"), ox.NamedNode("https://a.example/")
    p, blank = ox.NamedNode("https://p.example/"), ox.BlankNode("g")
    values: list[Any] = [
        *map(ox.Literal, [*TRICKY, "", "a <https://g.example/> ."]),
        ox.Literal("a <https://g.example/>", language="fr"),
        graph,
        node,
        blank,
    ]
    values.append(ox.Literal("1 <https://g.example/>", datatype=ox.NamedNode(PREFIXES["xsd"] + "integer")))
    graphs = [ox.DefaultGraph(), graph, ox.DefaultGraph(), node, graph, blank]
    quads = [ox.Quad(node, p, value, graph) for graph in graphs for value in values]
    quoted = ox.Quad(node, p, ox.Triple(node, p, graph), graph)
    lines = ntriples_of(ox.Triple(node, p, value) for value in values)
    assert formats.by_graph([*quads, quoted]) == {"": lines * 2, graph.value: lines * 2, node.value: lines}
