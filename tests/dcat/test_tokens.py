"""Terms as N-Triples spell them are the terms that pyoxigraph makes, whatever they hold."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from catalogue.dcat.canon import in_order
from catalogue.dcat.lines import Lines
from catalogue.dcat.profile import DATASET, DCAT, DCT, LOCN
from catalogue.dcat.statements import Statements
from catalogue.dcat.terms import XSD, Problem
from catalogue.dcat.tokens import LONG, address, by_node, canonical_lines, iri_of, literal, node_of, parts
from catalogue.dcat.writers import ntriples_of
from harvesters.matching import Names
from harvesters.repairs import Repairs
from tests.dcat.test_lines import TRICKY

NODE = ox.NamedNode("https://v.example/jeu")
TEXTS = [*TRICKY, "", "a\\", '"', "\x00\x07\x7f\ufffe", "x" * (LONG + 1), '"@fr', "a <https://g.example/> ."]


@pytest.mark.parametrize("text", TEXTS)
def test_a_literal_is_written_and_taken_apart_as_pyoxigraph_does(text: str) -> None:
    date = ox.NamedNode(XSD + "date")
    for token, node in (
        (literal(text), ox.Literal(text)),
        (literal(text, "FR"), ox.Literal(text, language="FR")),
        (literal(text, datatype=date.value), ox.Literal(text, datatype=date)),
        (literal(text, datatype=XSD + "string"), ox.Literal(text)),
    ):
        assert token == str(node)
        assert parts(token) == (node.value, node.language, node.datatype.value)
        assert node_of(token) == node


def test_what_strict_parsers_refuse_is_not_written() -> None:
    for refused in (
        lambda: address("https://v.example/a b"),
        lambda: literal("a", "f r"),
        lambda: literal("a", "", "b c"),
    ):
        with pytest.raises(ValueError, match=r"(?i)invalid"):
            refused()


def test_what_lenient_parsers_let_through_is_the_same_term() -> None:
    assert node_of("<https://v.example/a\\u0020b>").value == "https://v.example/a b"
    assert iri_of("<https://v.example/a\\u0020b>") == "https://v.example/a b"
    assert node_of('"a"@langue-beaucouptroplongue').language == "langue-beaucouptroplongue"
    assert node_of("_:b0") == ox.BlankNode("b0")


def test_lines_say_what_their_triples_say() -> None:
    p, q = ox.NamedNode("https://p.example/"), ox.NamedNode("https://q.example/")
    blank = ox.BlankNode("b")
    triples = [ox.Triple(NODE, p, ox.Literal(text)) for text in TEXTS]
    triples += [ox.Triple(NODE, q, blank), ox.Triple(blank, p, NODE), ox.Triple(NODE, q, blank)]
    said, told = Statements(Lines(ntriples_of(triples))), Statements(dict.fromkeys(triples))
    for node in (NODE, blank, q):
        assert said.of(node) == told.of(node)
        assert said.told(node) == told.told(node) == said.told(str(node))
        assert said.knows(node) is told.knows(node) is said.knows(str(node))
        assert said.leading_to(p.value, node) == told.leading_to(p.value, node) == ([blank] if node == NODE else [])


def test_what_only_lenient_parsers_give_is_said_as_it_came() -> None:
    """An address with a space, a text with a direction and a triple (RDF 1.2): as objects, and as lines."""
    p = ox.NamedNode("https://p.example/")
    text = (
        "<https://v.example/jeu> <https://p.example/> <https://v.example/a\\u0020b> .\n"
        f'<https://v.example/jeu> <{DCT}title> "Arbres"@fr--ltr .\n'
        f'<https://v.example/jeu> <{DCT}publisher> <<( <https://v.example/jeu> <https://p.example/> "a\\n" )>> .\n'
    )
    lines = Lines(text)
    for said in (Statements(lines), Statements(list(lines))):
        assert [node.value for node in said.objects(NODE, [p.value])] == ["https://v.example/a b"]
        assert said.of(NODE)[DCT + "publisher"] == [ox.Triple(NODE, p, ox.Literal("a\n"))]
        reading = DATASET.read(said, NODE, Repairs(Names([])))
        assert reading.values == {"uri": NODE.value, "title": {"fr": "Arbres"}}
        assert [(problem.path, problem.fault) for problem in reading.problems] == [("publisher", "unreadable")]


def test_a_text_without_its_language_is_a_plain_text_in_the_canonical_form() -> None:
    speechless = "http://www.w3.org/1999/02/22-rdf-syntax-ns#dirLangString"
    said = (address(NODE.value), address(DCT + "title"), literal("Arbres", datatype=speechless))
    assert canonical_lines(by_node([said])) == f'<{NODE.value}> <{DCT}title> "Arbres" .\n'


def test_the_order_of_terms_is_that_of_lines() -> None:
    about = [address(f"https://v.example/{name}") for name in ("", "a", "a/b", "a.b", "a#b", "A", "é")]
    values = [literal(text, language) for text in TEXTS for language in ("", "fr", "fr-be", "fro")]
    values += [literal(text, datatype=XSD + name) for text in TEXTS for name in ("date", "dateTime")]
    said = [(subject, predicate, value) for value in [*values, *about] for predicate in about for subject in about]
    text = "".join(f"{subject} {predicate} {value} .\n" for subject, predicate, value in said)
    assert canonical_lines(by_node(said + said[::7])) == in_order(text)
    assert in_order(text).split("\n") == [*sorted(text.split("\n")[:-1]), ""]
    assert canonical_lines(by_node(said), [ox.Triple(NODE, NODE, NODE)]) == in_order(f"{text}{NODE} {NODE} {NODE} .\n")


def test_what_was_read_of_a_node_once_is_read_again_and_is_nobody_s_to_change() -> None:
    outline = ox.Literal("POINT(2 48)", datatype=ox.NamedNode("http://www.opengis.net/ont/geosparql#wktLiteral"))
    place = ox.BlankNode("lieu")
    triples = [
        ox.Triple(NODE, ox.NamedNode(DCT + "title"), ox.Literal("Les\narbres", language="fr")),
        ox.Triple(NODE, ox.NamedNode(DCT + "issued"), ox.Literal("3 mars 2020")),
        ox.Triple(NODE, ox.NamedNode(DCT + "publisher"), ox.Literal("Ville")),
        ox.Triple(NODE, ox.NamedNode(DCAT + "keyword"), ox.Literal("eau; air")),
        ox.Triple(NODE, ox.NamedNode(DCT + "spatial"), place),
        ox.Triple(place, ox.NamedNode(LOCN + "geometry"), outline),
    ]
    mender = Repairs(Names([]))
    first, fresh = (DATASET.read(Statements(triples), NODE, each) for each in (mender, Repairs(Names([]))))
    assert first == fresh
    first.values["publisher"]["name"]["fr"] = "Ailleurs"
    first.values["keyword"][""].append("feu")
    first.values["spatial"][0]["geometry"]["value"] = ""
    assert DATASET.read(Statements(triples), NODE, mender) == fresh
    assert Problem("issued", "date-spelling", '"3 mars 2020"', mended=True) in fresh.problems


def test_no_token_of_any_length_is_remembered() -> None:
    """Neither what cannot be read, nor a short text among thousands of spaces."""
    mender = Repairs(Names([]))
    said = [(DCT + "issued", "un jour " * 1000), (DCT + "title", f"Arbres{' ' * 5000}"), (DCT + "identifier", "a-1")]
    triples = [ox.Triple(NODE, ox.NamedNode(predicate), ox.Literal(text)) for predicate, text in said]
    assert DATASET.read(Statements(triples), NODE, mender).values["title"] == {"": "Arbres"}
    assert [token for _, token in mender.met] == ['"a-1"']
