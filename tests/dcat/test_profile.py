"""The profile, both ways: what is written is read back, what is missing is noticed, what is odd is told."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rdflib import Graph

from catalogue.dcat.classes import Inside, Level, Profile, Term
from catalogue.dcat.profile import BY_KIND, DATASET, DCAT, DCT
from catalogue.dcat.terms import Iri, Kind, Moment, Plain, Problem, Statements, Text, Typed

NODE = ox.NamedNode("https://donnees.essai.example/jeux/1")
words = st.text(st.characters(codec="utf-8", categories=("L", "N")), min_size=1, max_size=12)
addresses = st.integers(0, 10**6).map("https://essai.example/{}".format)
moments = st.one_of(
    st.dates().map(lambda d: d.isoformat()),
    st.integers(1000, 9999).map(str),
    st.dates().map(lambda d: d.isoformat()[:7]),
    st.dates().map(lambda d: f"{d.isoformat()}T08:30:00+01:00"),
)


def one(kind: Kind, many: bool) -> st.SearchStrategy[Any]:
    """Values of one property."""
    if isinstance(kind, Text):
        text = st.lists(words, min_size=1, max_size=3, unique=True).map(sorted) if many else words
        return st.dictionaries(st.sampled_from(["fr", "en", ""]), text, min_size=1, max_size=3)
    value = value_of(kind)
    return st.lists(value, min_size=1, max_size=3, unique_by=repr) if many else value


def value_of(kind: Kind) -> st.SearchStrategy[Any]:
    if isinstance(kind, Inside):
        return records(kind.profile).flatmap(lambda values: addresses.map(lambda uri: {**values, "uri": uri}))
    if isinstance(kind, Moment):
        return moments
    if isinstance(kind, Iri):
        return addresses
    if isinstance(kind, Typed):
        return words.map(lambda w: {"value": w, "datatype": "http://www.opengis.net/ont/geosparql#wktLiteral"})
    assert isinstance(kind, Plain)
    return st.integers(0, 10**12) if kind.type is int else words


def records(profile: Profile) -> st.SearchStrategy[dict[str, Any]]:
    required = {t.name: one(t.kind, t.many) for t in profile.terms if t.level == Level.MANDATORY}
    optional = {t.name: one(t.kind, t.many) for t in profile.terms if t.level != Level.MANDATORY}
    return st.fixed_dictionaries(required, optional=optional)


def same(value: Any) -> Any:
    """RDF keeps no order: lists are compared as sets."""
    if isinstance(value, dict):
        return {k: same(v) for k, v in sorted(value.items())}
    return sorted(map(same, value), key=lambda v: json.dumps(v, sort_keys=True)) if isinstance(value, list) else value


def uris(value: Any) -> list[str]:
    found = [value["uri"]] if isinstance(value, dict) and "uri" in value else []
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return found + [uri for item in inner for uri in uris(item)]


def written(profile: Profile, values: dict[str, Any]) -> list[ox.Triple]:
    out: list[ox.Triple] = []
    profile.write(NODE, values, out)
    return out


@pytest.mark.parametrize("kind", BY_KIND)
def test_what_we_write_we_read_back(kind: str) -> None:
    profile = BY_KIND[kind]

    @given(records(profile).filter(lambda values: len(uris(values)) == len(set(uris(values)))))
    @settings(max_examples=80, deadline=None)
    def check(values: dict[str, Any]) -> None:
        reading = profile.read(Statements(written(profile, values)), NODE)
        assert same(reading.values) == same({**values, "uri": NODE.value})
        assert reading.problems == ()
        assert profile.missing(reading.values) == []

    check()


@pytest.mark.parametrize("term", [t for t in DATASET.terms if t.level == Level.MANDATORY], ids=lambda t: t.name)
def test_each_mandatory_property_removed_is_noticed(term: Term) -> None:
    values = {"title": {"fr": "Arbres"}, "description": {"fr": "Les arbres."}}
    assert DATASET.missing(values) == []
    del values[term.name]
    assert DATASET.missing(values) == [term.name]


def test_a_node_without_address_gets_the_same_one_at_every_writing() -> None:
    values = {"title": {"fr": "x"}, "contact_point": [{"name": {"fr": "Service"}, "email": ["mailto:a@essai.example"]}]}
    first, second = written(DATASET, values), written(DATASET, json.loads(json.dumps(values)))
    assert set(map(str, first)) == set(map(str, second))
    assert not any(isinstance(t.object, ox.BlankNode) for t in first)


def said(*pairs: tuple[str, Any]) -> Statements:
    return Statements(ox.Triple(NODE, ox.NamedNode(predicate), value) for predicate, value in pairs)


def test_what_cannot_be_read_is_told_with_its_place() -> None:
    file = ox.NamedNode("https://essai.example/f")
    triples = [
        ox.Triple(NODE, ox.NamedNode(DCAT + "distribution"), file),
        ox.Triple(file, ox.NamedNode(DCAT + "byteSize"), ox.Literal("gros")),
        ox.Triple(file, ox.NamedNode(DCT + "title"), ox.Literal("x")),
    ]
    reading = DATASET.read(Statements(triples), NODE)
    assert reading.problems == (Problem("distribution.byte_size", "unreadable", "gros"),)


def test_several_values_where_one_is_wanted_keep_the_same_one_always() -> None:
    pairs = [(DCT + "issued", ox.Literal("2024-01-02")), (DCT + "issued", ox.Literal("2023-01-02"))]
    for order in (pairs, pairs[::-1]):
        reading = DATASET.read(said(*order), NODE)
        assert reading.values["issued"] == "2023-01-02"
        assert [p.fault for p in reading.problems] == ["several-values"]


def test_an_empty_text_is_an_absent_one() -> None:
    reading = DATASET.read(said((DCT + "title", ox.Literal("  ")), (DCT + "issued", ox.Literal(""))), NODE)
    assert reading.values == {"uri": NODE.value}
    assert reading.problems == ()


def test_one_line_of_the_profile_stands_in_the_model() -> None:
    from catalogue.dcat.mapping import APART, MODELS
    from catalogue.dcat.profile import DISTRIBUTION
    from catalogue.models import Distribution

    for profile, model in [(DISTRIBUTION, Distribution), *((BY_KIND[kind], model) for kind, model in MODELS.items())]:
        fields = {field.name for field in model._meta.get_fields()}
        assert {term.name for term in profile.terms} - APART <= fields


def test_predicates_exist_in_the_official_context(shared_data: Path) -> None:
    """A typing error in a predicate is not seen by shapes (udata wrote dcat:bytesSize for years)."""
    context = json.loads((shared_data / "shapes/dcat-ap-3.0.1/dcat-ap.jsonld").read_text())["@context"]
    shapes = Graph().parse(shared_data / "shapes/dcat-ap-3.0.1/shapes.ttl")
    text = json.dumps(context) + shapes.serialize(format="nt")
    for term in DATASET.terms:
        assert term.predicate in text, term.name
