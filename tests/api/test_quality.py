"""Quality in DQV: totals with each record, everything at `/id/<uuid>/quality`, averages of bodies and of the catalogue."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pyshacl
import pytest
import rdflib
from django.conf import settings
from django.test import Client
from rdflib.namespace import DCAT, RDF, SH, SKOS

from catalogue import publishing
from catalogue.dcat.formats import PARSERS
from catalogue.models import Dataset, Score
from catalogue.publishing import Draft
from catalogue.quality.metrics import VERSIONS
from catalogue.quality.reader import ScoreReader
from portal.api.http import RDF_FORMS
from tests import factories

pytestmark = pytest.mark.django_db
DQV = rdflib.Namespace("http://www.w3.org/ns/dqv#")
PIVEAU = rdflib.Namespace("https://piveau.eu/ns/voc#")


@pytest.fixture
def arbres(db: None) -> Dataset:
    row = factories.dataset(
        "Arbres", keyword={"fr": ["arbre"]}, distribution=[factories.file(), factories.file("b.csv")]
    )
    factories.follow(ScoreReader())
    return row


def graph(client: Client, address: str) -> rdflib.Graph:
    response = client.get(address)
    assert response.status_code == 200
    body = b"".join(response) if response.streaming else response.content
    return rdflib.Graph().parse(data=body, format="turtle")


def ours(name: str) -> rdflib.URIRef:
    return rdflib.URIRef(f"{settings.BOUTURE_URL}/qualite/#{name}")


def measured(found: rdflib.Graph, subject: str) -> dict[str, float]:
    """By the address of the metric; each measurement must say what it measures of what."""
    values = {}
    for node in found.objects(rdflib.URIRef(subject), DQV.hasQualityMeasurement):
        assert (node, RDF.type, DQV.QualityMeasurement) in found
        assert found.value(node, DQV.computedOn) == rdflib.URIRef(subject)
        values[str(found.value(node, DQV.isMeasurementOf))] = float(str(found.value(node, DQV.value)))
    return values


def test_a_record_says_its_totals_at_its_own_address(client: Client, arbres: Dataset) -> None:
    score = Score.objects.get()
    values = measured(graph(client, f"/id/{arbres.pk}.ttl"), arbres.uri)
    assert values == {str(ours("v2")): pytest.approx(score.v2), str(PIVEAU.scoring): score.v1}


@pytest.mark.parametrize(
    "address", ["/id/{}.ttl?profile=source", "/id/{}.json", "/catalogue.ttl", "/catalogue/tout.ttl"]
)
def test_what_is_read_in_number_says_nothing_of_one_record(client: Client, arbres: Dataset, address: str) -> None:
    Dataset.objects.filter(pk=arbres.pk).update(said=f'<{arbres.uri}> <https://a.example/dit> "tel quel" .\n')
    response = client.get(address.format(arbres.pk))
    body = b"".join(response) if response.streaming else response.content
    assert f"/id/{arbres.pk}#mqa".encode() not in body


def test_everything_is_said_at_an_address_of_its_own(client: Client, arbres: Dataset) -> None:
    found = graph(client, f"/id/{arbres.pk}/quality.ttl")
    values = measured(found, arbres.uri)
    score = Score.objects.get()
    for code, version in VERSIONS.items():
        metrics = {
            metric.key: values[str(ours(f"{code}-{metric.key.replace('.', '-')}"))] for metric in version.metrics
        }
        assert sum(metrics.values()) == pytest.approx(getattr(score, code), abs=1e-4)
    assert values[str(ours("v2-dataset-keywordAvailability"))] == 0.25
    assert values[str(PIVEAU.findabilityScoring)] == 30
    for metric in found.objects(None, DQV.isMeasurementOf):
        assert (metric, RDF.type, DQV.Metric) in found
    dimension = found.value(ours("v2-dataset-keywordAvailability"), DQV.inDimension)
    assert found.value(dimension, SKOS.prefLabel) == rdflib.Literal("Se trouver", lang="fr")
    pending = rdflib.URIRef(f"{settings.BOUTURE_URL}/id/{arbres.pk}#mqa-v2-distribution-accessUrlStatusCode")
    assert str(found.value(pending, rdflib.RDFS.comment)) == "Pas encore vérifié."


def test_the_four_forms_say_the_same(client: Client, arbres: Dataset) -> None:
    said = [
        {quad.triple for quad in ox.parse(client.get(f"/id/{arbres.pk}/quality.{extension}").content, PARSERS[code])}
        for extension, (code, _) in RDF_FORMS.items()
    ]
    assert len(said[0]) > 500
    assert all(triples == said[0] for triples in said)


def test_each_metric_leads_to_the_page_that_explains_it(client: Client, arbres: Dataset) -> None:
    page = client.get("/qualite/").content.decode()
    found = graph(client, f"/id/{arbres.pk}/quality.ttl")
    nodes = {*found.subjects(RDF.type, DQV.Metric), *found.subjects(RDF.type, DQV.Dimension)}
    anchors = [str(node).split("#")[1] for node in nodes if str(node).startswith(settings.BOUTURE_URL)]
    assert len(anchors) > 60
    assert [name for name in anchors if f'id="{name}"' not in page] == []


def test_a_score_that_changes_is_another_answer(client: Client, arbres: Dataset) -> None:
    for more, address in enumerate((f"/id/{arbres.pk}.ttl", f"/id/{arbres.pk}/quality.ttl")):
        first = client.get(address)
        assert client.get(address, headers={"if-none-match": first["ETag"]}).status_code == 304
        values = {"title": {"fr": "Arbres"}, "theme": [factories.EU + "data-theme/ENVI"] * more}
        publishing.publish([Draft("dataset", values, arbres.owner_id, id=arbres.pk)])
        factories.follow(ScoreReader())
        assert client.get(address, headers={"if-none-match": first["ETag"]}).status_code == 200


def test_averages_are_of_what_the_reader_sees(client: Client, arbres: Dataset) -> None:
    body = arbres.owner
    factories.dataset("Secret", body, private=True, keyword={})
    factories.follow(ScoreReader())
    mine = Score.objects.get(dataset=arbres).v2
    us = f"{settings.BOUTURE_URL}/catalogue"
    town = f"{settings.BOUTURE_URL}/organisations/{body.slug}"
    addresses = {"/catalogue.ttl": us, f"/organisations/{body.slug}.ttl": town}
    for address, subject in {**addresses, "/catalogue/tout.ttl": us}.items():
        assert measured(graph(client, address), subject)[str(ours("v2"))] == pytest.approx(mine)
    tags = {address: client.get(address)["ETag"] for address in addresses}
    client.force_login(factories.person("reader", body))
    for address, subject in addresses.items():
        assert measured(graph(client, address), subject)[str(ours("v2"))] < mine
        assert client.get(address)["ETag"] != tags[address]


def test_whose_quality_may_be_read(client: Client, arbres: Dataset) -> None:
    address = f"/id/{arbres.pk}/quality"
    assert client.get(address, headers={"accept": "text/turtle"})["Content-Type"].startswith("text/turtle")
    assert client.get(address, headers={"accept": "text/html"}).status_code == 200
    publishing.set_private(arbres, True)
    assert client.get(address).status_code == 404
    publishing.set_private(arbres, False)
    publishing.withdraw([arbres], "Remplacé.")
    assert client.get(address).status_code == 410
    assert client.get(f"{address}.exe").status_code == 404
    assert client.get("/id/00000000-0000-0000-0000-000000000000/quality").status_code == 404


def test_a_service_is_not_evaluated_and_says_so(client: Client) -> None:
    town = factories.body()
    values = {"title": {"fr": "Un service"}, "endpoint_url": ["https://service.essai.example/"]}
    [service] = publishing.publish([Draft("service", values, town.pk)])
    fresh = factories.dataset("Pas encore noté", town)
    for key, title in ((service.id, "Non évalué"), (fresh.pk, "Pas encore noté")):
        response = client.get(f"/id/{key}/quality.ttl")
        assert (response.status_code, response["Content-Type"]) == (404, "application/problem+json")
        assert response.json()["title"] == title


def test_it_stays_valid_by_the_official_shapes(client: Client, arbres: Dataset, shared_data: Path) -> None:
    publisher = {"name": {"fr": "Ville"}}
    row = factories.dataset("Bancs", arbres.owner, publisher=publisher)
    factories.follow(ScoreReader())
    assert not row.missing
    shapes = rdflib.Graph().parse(shared_data / "shapes/dcat-ap-3.0.1/shapes.ttl")
    data = rdflib.Graph()
    for address in (f"/id/{row.pk}.ttl", f"/id/{row.pk}/quality.ttl", f"/organisations/{arbres.owner.slug}.ttl"):
        data += graph(client, address)
    assert (None, RDF.type, DCAT.Dataset) in data
    _, results, _ = pyshacl.validate(data, shacl_graph=shapes, inference="none")
    said = [str(results.value(r, SH.resultMessage)) for r in results.subjects(SH.resultSeverity, SH.Violation)]
    assert said == []
