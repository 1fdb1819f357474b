"""The catalogue's own node: all that DCAT-AP asks of it, and no violation of the official shapes."""

from __future__ import annotations

import json
from pathlib import Path

import pyoxigraph as ox
import pytest
from django.test import Client
from pytest_django import Settings
from rdflib import RDF, Graph, Literal, URIRef
from rdflib.namespace import DCAT, DCTERMS, FOAF, SKOS

from catalogue import publishing
from catalogue.dcat import shapes
from catalogue.dcat.checks import VIOLATION, check
from catalogue.dcat.profile import CATALOGUE
from catalogue.dcat.terms import RDF_TYPE
from catalogue.models import Territory, Vocabulary
from catalogue.publishing import Draft
from catalogue.reference.files import read_vocabularies
from tests import factories

pytestmark = pytest.mark.django_db
THEMES = factories.EU + "data-theme"


@pytest.fixture
def town(settings: Settings) -> Territory:
    settings.BOUTURE_TERRITORY = "40192"
    settings.BOUTURE_NAME = ""
    Vocabulary.objects.create(code="data-theme", uri=THEMES, title="Thèmes de données")
    return Territory.objects.create(
        level=Territory.Level.COMMUNE,
        code="40192",
        name="Mont-de-Marsan",
        sort_name="mont-de-marsan",
        siren="214001927",
        longitude=-0.5,
        latitude=43.89,
    )


def published() -> None:
    owner = factories.body("Ville d’essai")
    factories.dataset("Arbres", owner)
    values = {"title": {"fr": "Service d’essai"}, "endpoint_url": ["https://api.essai.example/"]}
    publishing.publish([Draft("service", values, owner.pk)])


def said(client: Client) -> bytes:
    return client.get("/catalogue.nt").content


def test_it_says_all_that_is_asked(client: Client, town: Territory) -> None:
    published()
    graph = Graph().parse(data=said(client), format="nt")
    us = graph.value(None, RDF.type, DCAT.Catalog)
    assert us is not None
    one = {
        DCTERMS.title: Literal("Catalogue des données ouvertes de Mont-de-Marsan", lang="fr"),
        DCTERMS.license: URIRef(factories.OPEN_LICENCE),
        DCTERMS.language: URIRef(factories.EU + "language/FRA"),
        DCAT.themeTaxonomy: URIRef(THEMES),
        DCTERMS.spatial: URIRef("http://id.insee.fr/geo/commune/40192"),
    }
    assert {name: graph.value(us, name) for name in one} == one
    for name in (DCTERMS.description, DCTERMS.issued, DCTERMS.modified, FOAF.homepage):
        assert graph.value(us, name) is not None, name
    assert len(set(graph.objects(us, DCAT.dataset))) == len(set(graph.objects(us, DCAT.service))) == 1
    assert len(set(graph.objects(us, DCAT.record))) == 2
    publisher = graph.value(us, DCTERMS.publisher)
    assert graph.value(publisher, DCTERMS.type) == URIRef("http://purl.org/adms/publishertype/LocalAuthority")
    assert graph.value(publisher, DCTERMS.identifier) == Literal("214001927")
    assert graph.value(URIRef(THEMES), RDF.type) == SKOS.ConceptScheme
    assert str(graph.value(URIRef(town.uri or ""), DCAT.centroid)) == "POINT(-0.5 43.89)"


@pytest.mark.parametrize("file", ["shapes.ttl", "range.ttl"])
def test_the_official_shapes_find_no_violation(client: Client, town: Territory, shared_data: Path, file: str) -> None:
    published()
    triples = [quad.triple for quad in ox.parse(said(client), ox.RdfFormat.N_TRIPLES)]
    used = {triple.object.value for triple in triples if isinstance(triple.object, ox.NamedNode)}
    known = shapes.concepts(
        ((v.code, v.uri, [(term.uri, term.code) for term in v.terms]) for v in read_vocabularies()), used
    )
    results = shapes.validate(triples, shared_data / "shapes" / "dcat-ap-3.0.1" / file, known)
    assert [result for result in results if result.severity == "violation"] == []


def test_our_own_checks_find_nothing_either(client: Client, town: Territory) -> None:
    published()
    triples = [quad.triple for quad in ox.parse(said(client), ox.RdfFormat.N_TRIPLES)]
    us = next(t.subject for t in triples if t.predicate == RDF_TYPE and t.object == ox.NamedNode(CATALOGUE.type))
    assert [finding for finding in check(triples, us, CATALOGUE) if finding.severity == VIOLATION] == []


def test_an_invented_territory_has_no_address_of_a_real_one(
    client: Client, town: Territory, settings: Settings
) -> None:
    settings.BOUTURE_DEMO = True
    assert b"insee.fr" not in said(client)
    assert town.siren not in said(client).decode()


@pytest.mark.parametrize("uri", ["", "pas une adresse", None])
def test_without_territory_nor_vocabulary_it_is_still_a_catalogue(client: Client, uri: str | None) -> None:
    if uri is not None:
        Vocabulary.objects.create(code="data-theme", uri=uri, title="Thèmes")
    document = json.loads(client.get("/catalogue.jsonld").content)
    [node] = [node for node in document["@graph"] if node.get("@type") and "dcat:Catalog" in node["@type"]]
    assert {"dct:title", "dct:description", "dct:publisher", "dct:license"} <= node.keys()
