"""Plain lines of N-Triples: what is taken without a parser is what a parser would have given."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from catalogue.dcat import formats, plain
from catalogue.dcat.canon import in_order
from catalogue.dcat.quads import Graph, Text, write_quads

A, B = "https://a.example/flux/a/1", "https://a.example/flux/a/2"
DATE = "^^<http://www.w3.org/2001/XMLSchema#date>"
SOUND = [
    '<https://a.example/x> <http://purl.org/dc/terms/title> "Halles à \\"ciel\\" ouvert\\n\\t\\\\"@fr .\n',
    '_:b0 <http://purl.org/dc/terms/issued> "2026-01-01"' + DATE + " .\n",
    "<https://a.example:8443/é?q=%20#a> <http://www.w3.org/ns/dcat#contactPoint> _:b0 .\n",
    "_:b0 <http://www.w3.org/2006/vcard/ns#hasEmail> <mailto:mairie@a.example> .\n",
    '<urn:uuid:0a> <http://purl.org/dc/terms/title> "\U0001f333 @fr . <a> _:b0"@zh-hans .\n',
    '<https://a.example> <http://purl.org/dc/terms/title> "" .\n',
]
# A parser writes these otherwise, refuses them, or says that they are not what they seem.
RARE = [
    '<https://a.example/x> <http://a.example/p> "x"^^<http://www.w3.org/2001/XMLSchema#string> .\n',
    '<https://a.example/x> <http://a.example/p> "x"^^<http://www.w3.org/1999/02/22-rdf-syntax-ns#langString> .\n',
    '<https://a.example/x> <http://a.example/p> "x"@FR .\n',
    '<https://a.example/x> <http://a.example/p> "caf\\u00e9" .\n',
    '<https://a.example/x> <http://a.example/p> "\\b" .\n',
    '<https://a.example/x> <http://a.example/p> "tab\tulation" .\n',
    "<https://a.example/x> <http://a.example/p> <../y> .\n",
    "<https://a.example/x/../y> <http://a.example/p> <http://a.example/p> .\n",
    "<https://a.example/%zz> <http://a.example/p> <http://a.example/p> .\n",
    "<https://a.example/a#b#c> <http://a.example/p> <http://a.example/p> .\n",
    "<https://a.example:port/> <http://a.example/p> <http://a.example/p> .\n",
    "<https://a.example/[x]> <http://a.example/p> <http://a.example/p> .\n",
    "<https://a.example/x> _:p <http://a.example/p> .\n",
    "<https://a.example/x> <http://a.example/p> <http://a.example/p>.\n",
    "<https://a.example/x> <http://a.example/p> <http://a.example/p> .",
    '"x" <http://a.example/p> <http://a.example/p> .\n',
    "# rien\n",
    "",
]
PIECES = st.sampled_from(
    (
        "<https://a.example/x>", "<http://b.example", "/é", "%20", "%2", ":80", ":", "?", "#", "/.", "/..", "[", ">", "<mailto:", "@", "_:b1",
        '"', '"x"', "\\n", "\\u0041", "\\", "\u0085", "\u2028", "\ufffe", "\x7f", "@fr", "@fr-CA", "^^", DATE, " ", " .\n", "\n", "x",
    )
)  # fmt: skip
SEVERAL = st.lists(PIECES, max_size=4).map("".join)
ADDRESSES = SEVERAL.map(lambda said: f"<https://a.example/{said}>") | SEVERAL.map(lambda said: f"<https://a{said}>")
TEXTS = st.builds('"{}"{}'.format, SEVERAL, st.sampled_from(["", "@fr", "@zh-hans", "@x", "@fr-ca-x", DATE]) | SEVERAL)


@pytest.mark.parametrize("line", SOUND)
def test_a_sound_line_is_plain(line: str) -> None:
    assert plain.is_plain(line, A)
    assert through_a_parser(line) == line


def test_an_address_that_no_parser_takes_names_no_plain_graph() -> None:
    assert not any(
        plain.is_plain(SOUND[0], name) for name in ("", "x", "https://a.example/../x", "https://a.example/> {")
    )


@pytest.mark.parametrize("line", RARE)
def test_what_is_rare_is_not_plain(line: str) -> None:
    assert not plain.is_plain(line, A)
    assert not plain.is_plain(SOUND[0] + line, A) or not line


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(ADDRESSES, ADDRESSES | TEXTS)
@example("<https://a.example/x>", '"x"@fr')
def test_what_is_plain_comes_out_of_a_parser_as_it_is(node: str, value: str) -> None:
    line = f"{node} <http://a.example/p> {value} .\n"
    if plain.is_plain(line, A):
        assert through_a_parser(line) == line


def through_a_parser(lines: str) -> str:
    """With a base, as pages are read."""
    parsed = ox.parse(lines, ox.RdfFormat.TURTLE, base_iri="https://base.example/flux/")
    return (ox.serialize(parsed, format=ox.RdfFormat.N_TRIPLES) or b"").decode()


def test_graphs_are_apart_and_the_rest_is_left() -> None:
    head = f"@prefix as: <https://www.w3.org/ns/activitystreams#> .\n<{A}> a as:Create .\n"
    document = head + block(A, "".join(SOUND)) + f"<{B}> a as:Create .\n" + block(B, SOUND[3]) + block(A, SOUND[5])
    graphs, rest = plain.graphs_apart(document)
    assert rest == head + f"<{B}> a as:Create .\n"
    label = graphs[B].partition(" ")[0]
    assert graphs == {
        A: "".join(SOUND).replace("_:b0 <", f"{label} <").replace("> _:b0 .", f"> {label} .") + SOUND[5],
        B: SOUND[3].replace("_:b0", label),
    }
    assert label != "_:b0", "two pages may bear the same labels"
    assert plain.graphs_apart(document)[0][B] != graphs[B]


@pytest.mark.parametrize(
    "document",
    [
        f'<{A}> <http://a.example/p> """\n{{0}}""" .\n',
        f"<{A}> <http://a.example/p> '''\n{{0}}''' .\n",
        f"{{0}}<{A}> <http://a.example/p> _:b0 .\n",
        "{1}",
        "",
    ],
)
def test_where_a_parser_might_read_otherwise_nothing_is_taken(document: str) -> None:
    told = document.format(block(A, SOUND[0]), block(A, SOUND[0])[:-2])
    assert plain.graphs_apart(told) == ({}, told)


def test_a_document_says_the_same_with_and_without_a_parser(tmp_path: Path) -> None:
    """The second graph holds an escape that is not needed: it goes through the parser, beside the first."""
    page = tmp_path / "page.trig"
    body = f"<{A}> a <https://www.w3.org/ns/activitystreams#Create> .\n" + block(A, "".join(SOUND))
    page.write_text(body + block(B, RARE[3]), encoding="utf-8")
    graphs, sound = formats.named_graphs(page, "trig", "https://base.example/flux/")
    assert sound
    page.write_text(f'{page.read_text(encoding="utf-8")}<{B}> <http://a.example/p> """a""" .\n', encoding="utf-8")
    slowly, _ = formats.named_graphs(page, "trig", "https://base.example/flux/")
    slowly[""] = slowly[""].replace(f'<{B}> <http://a.example/p> "a" .\n', "")
    assert {name: in_order(text) for name, text in graphs.items()} == {
        name: in_order(text) for name, text in slowly.items()
    }
    assert graphs[B] == '<https://a.example/x> <http://a.example/p> "café" .\n'


def test_an_address_that_a_parser_resolves_leaves_its_graph_to_it_alone() -> None:
    left = block(B, RARE[7].replace("_:", ""))
    graphs, rest = plain.graphs_apart(block(A, SOUND[0]) + left)
    assert (list(graphs), rest) == ([A], left)


def test_line_breaks_within_a_text_stay_what_they_are(tmp_path: Path) -> None:
    page = tmp_path / "page.trig"
    page.write_bytes(f'<{A}> <http://a.example/p> """un\r\ndeux""" .\r\n'.encode() + block(B, SOUND[0]).encode())
    graphs, _ = formats.named_graphs(page, "trig")
    assert graphs == {"": f'<{A}> <http://a.example/p> "un\\r\\ndeux" .\n', B: SOUND[0]}


def test_a_page_that_is_cut_is_not_read_by_halves(tmp_path: Path) -> None:
    page = tmp_path / "page.trig"
    page.write_text(block(A, SOUND[0]) + block(B, SOUND[0])[:-20], encoding="utf-8")
    with pytest.raises(formats.Truncated):
        formats.named_graphs(page, "trig")


def test_what_is_written_in_plain_lines_is_read_again_without_a_parser() -> None:
    graphs = [Graph("", Text(SOUND[5])), Graph(A, Text("".join(SOUND))), Graph(B, Text(RARE[3])), Graph(B, Text(""))]
    document = b"".join(write_quads(graphs, "trig"))
    apart, rest = plain.graphs_apart(document.decode())
    assert list(apart) == [A]
    assert "café" in rest
    assert set(ox.parse(document, ox.RdfFormat.TRIG)) == {
        ox.Quad(*triple, ox.NamedNode(graph.name) if graph.name else ox.DefaultGraph())
        for graph in graphs
        for triple in formats_of(graph.text.said)
    }


def formats_of(lines: str) -> list[ox.Triple]:
    return [quad.triple for quad in ox.parse(lines, ox.RdfFormat.N_TRIPLES)]


def block(name: str, lines: str) -> str:
    return f"<{name}> {{\n{lines}}}\n"
