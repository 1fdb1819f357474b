"""Our export as data.gouv.fr's harvester reads it: the format from the extension or the type, Hydra pages, then datasets
by their identifier, and services in a second pass. What it does not understand, it passes over in silence.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.test import Client
from rdflib import BNode, Graph, Literal, Namespace, URIRef
from rdflib.namespace import DCAT, DCTERMS, RDF

from catalogue import publishing
from catalogue.dcat.profile import LOCN
from catalogue.models import Dataset
from catalogue.publishing import Draft
from tests import factories

pytestmark = [
    pytest.mark.django_db,
    # rdflib's own reader of JSON-LD calls what rdflib deprecates.
    pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning"),
]
HYDRA = Namespace("http://www.w3.org/ns/hydra/core#")
VCARD = Namespace("http://www.w3.org/2006/vcard/ns#")
SPDX = Namespace("http://spdx.org/rdf/terms#")
BY_EXTENSION = {"rdf": "xml", "ttl": "turtle", "jsonld": "json-ld", "nt": "nt"}
BY_TYPE = {"application/rdf+xml": "xml", "text/turtle": "turtle", "application/ld+json": "json-ld"}
# The one datatype in which it reads GeoJSON; of WKT it knows a datatype that GeoSPARQL never had.
GEOJSON = "https://www.iana.org/assignments/media-types/application/vnd.geo+json"
WKT = "http://www.opengis.net/ont/geosparql#wktLiteral"
SCHEMA = "https://schema.data.gouv.fr/schemas/scdl/subventions/2.1.1/schema.json"
INSEE = "http://id.insee.fr/geo/commune/40192"
BOX = {"value": "POLYGON((-0.6 43.8, -0.4 43.8, -0.4 43.9, -0.6 43.9, -0.6 43.8))", "datatype": WKT}


class Reader:
    """What it keeps of a catalogue."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.datasets: dict[str, dict[str, Any]] = {}
        self.services: dict[str, str] = {}

    def harvest(self, address: str) -> Reader:
        pages = list(self._pages(address))
        for page in pages:
            for node in page.subjects(RDF.type, DCAT.Dataset):
                self._dataset(page, node)
        for page in pages:
            for node in page.subjects(RDF.type, DCAT.DataService):
                self.services[str(page.value(node, DCTERMS.identifier))] = str(page.value(node, DCTERMS.title))
        return self

    def _pages(self, address: str) -> Iterator[Graph]:
        form = BY_EXTENSION.get(urlsplit(address).path.rpartition(".")[2])
        if form is None:
            form = BY_TYPE[self.client.head(address)["Content-Type"].partition(";")[0]]
        while address:
            response = self.client.get(address)
            assert response.status_code == 200
            page = Graph().parse(data=response.content, format=form)
            view = page.value(predicate=RDF.type, object=HYDRA.PartialCollectionView)
            address = str(page.value(view, HYDRA.next) or "").removeprefix(settings.BOUTURE_URL)
            yield page

    def _dataset(self, page: Graph, node: Any) -> None:
        title, key = page.value(node, DCTERMS.title), page.value(node, DCTERMS.identifier)
        if title is None or key is None:
            return  # passed over
        period = page.value(node, DCTERMS.temporal)
        contact = page.value(node, DCAT.contactPoint)
        self.datasets[str(key)] = {
            "title": str(title),
            "description": str(page.value(node, DCTERMS.description)),
            "tags": {str(word) for word in page.objects(node, DCAT.keyword)},
            "frequency": str(page.value(node, DCTERMS.accrualPeriodicity)),
            "start": str(page.value(period, DCAT.startDate)),
            "licence": {str(one) for one in page.objects(node, DCTERMS.license)}
            | {str(one) for one in page.objects(node, DCAT.distribution / DCTERMS.license)},
            "page": str(page.value(node, DCAT.landingPage)),
            "contact": str(page.value(contact, VCARD.hasEmail)),
            "schema": str(page.value(node, DCTERMS.conformsTo)),
            "dates": [moment(date) for name in ("issued", "modified") for date in page.objects(node, DCTERMS[name])],
            "polygons": list(polygons(page, node)),
            "places": {str(place) for place in page.objects(node, DCTERMS.spatial) if not isinstance(place, BNode)},
            "files": [self._file(page, file) for file in page.objects(node, DCAT.distribution)],
        }

    @staticmethod
    def _file(page: Graph, node: Any) -> dict[str, str]:
        address = page.value(node, DCAT.downloadURL) or page.value(node, DCAT.accessURL)
        checksum = page.value(node, SPDX.checksum)
        return {
            "url": str(address),
            "title": str(page.value(node, DCTERMS.title)),
            "format": str(page.value(node, DCTERMS["format"])).rpartition("/")[2].lower(),
            "size": str(page.value(node, DCAT.byteSize)),
            "sha256": str(page.value(checksum, SPDX.checksumValue)),
            "schema": str(page.value(node, DCTERMS.conformsTo)),
            "dates": str([moment(date) for date in page.objects(node, DCTERMS.modified)]),
        }


def moment(date: Any) -> datetime:
    assert isinstance(date, Literal)
    found = datetime.fromisoformat(str(date) if len(str(date)) >= 10 else f"{date}-01-01")
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def polygons(page: Graph, dataset: Any) -> Iterator[Any]:
    """Any literal of a place that is a polygon in the datatype that it knows."""
    for place in page.objects(dataset, DCTERMS.spatial):
        for value in page.objects(place):
            if isinstance(value, Literal) and str(value.datatype) == GEOJSON:
                shape = json.loads(str(value))
                if shape["type"] in ("Polygon", "MultiPolygon"):
                    yield shape["coordinates"]


def complete(number: int = 1, **more: Any) -> Dataset:
    files = [
        factories.file(
            f"{number}.csv",
            title={"fr": "Le fichier"},
            download_url=[f"https://fichiers.essai.example/{number}-brut.csv"],
            byte_size=1200,
            license=factories.OPEN_LICENCE,
            conforms_to=[SCHEMA],
            modified="2999-12-31",
            checksum={"algorithm": str(SPDX.checksumAlgorithm_sha256), "checksum_value": "ab" * 32},
        )
    ]
    return factories.dataset(
        f"Subventions {number}",
        identifier=[f"subventions-{number}"],
        keyword={"fr": ["subvention", "association"]},
        frequency=factories.EU + "frequency/ANNUAL",
        temporal=[{"start": "2025-01-01", "end": "2025-12-31"}],
        landing_page=[f"https://ville.essai.example/{number}"],
        contact_point=[{"name": {"fr": "Service"}, "email": ["mailto:donnees@ville.essai.example"]}],
        spatial=[{"uri": INSEE, "bbox": BOX}],
        conforms_to=[SCHEMA],
        issued="2025-03-01",
        modified="2999-12-31T00:00:00",
        distribution=files,
        **more,
    )


@pytest.mark.parametrize("address", ["/catalogue.rdf", "/catalogue.ttl", "/catalogue.jsonld", "/catalogue"])
def test_what_it_reads_of_a_dataset(client: Client, address: str) -> None:
    complete()
    found = Reader(client).harvest(address).datasets["subventions-1"]
    assert found["title"] == "Subventions 1"
    assert found["description"].startswith("Description de")
    assert found["tags"] == {"subvention", "association"}
    assert found["frequency"] == factories.EU + "frequency/ANNUAL"
    assert found["start"] == "2025-01-01"
    assert found["licence"] == {factories.OPEN_LICENCE}
    assert found["page"] == "https://ville.essai.example/1"
    assert found["contact"] == "mailto:donnees@ville.essai.example"
    assert found["schema"] == SCHEMA
    assert found["dates"] == [datetime(2025, 3, 1, tzinfo=UTC)]
    assert found["files"] == [
        {
            "url": "https://fichiers.essai.example/1-brut.csv",
            "title": "Le fichier",
            "format": "csv",
            "size": "1200",
            "sha256": "ab" * 32,
            "schema": SCHEMA,
            "dates": "[]",
        }
    ]


def test_the_outline_stands_in_both_spellings_beside_the_insee_address(client: Client) -> None:
    row = complete()
    found = Reader(client).harvest("/catalogue.rdf").datasets["subventions-1"]
    assert INSEE in found["places"]
    assert found["polygons"] == [[[[-0.6, 43.8], [-0.4, 43.8], [-0.4, 43.9], [-0.6, 43.9], [-0.6, 43.8]]]]
    graph = Graph().parse(data=client.get(f"/id/{row.pk}.nt").content, format="nt")
    assert {str(value.datatype) for value in graph.objects(None, DCAT.bbox) if isinstance(value, Literal)} == {
        WKT,
        GEOJSON,
    }
    for place in graph.objects(URIRef(row.uri), DCTERMS.spatial):
        assert len(list(graph.objects(place, DCAT.bbox))) <= 1
        assert len(list(graph.objects(place, URIRef(LOCN + "geometry")))) <= 1


def test_its_key_is_always_there_and_never_moves(client: Client) -> None:
    """Without dct:identifier it refuses a dataset; when it changes, it makes a second one."""
    row = factories.dataset("Sans identifiant")
    [first] = Reader(client).harvest("/catalogue.ttl").datasets
    draft = Draft("dataset", {"title": row.title}, row.owner_id, id=row.pk, uri="https://ville.essai.example/nouveau")
    publishing.publish([draft])
    [second] = Reader(client).harvest("/catalogue.ttl").datasets
    assert first == second == f"{settings.BOUTURE_URL}/id/{row.pk}"


def test_it_meets_every_record_once_page_after_page(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portal.api.catalogue.PAGE_SIZE", 2)
    for number in range(5):
        complete(number)
    values = {"title": {"fr": "Service"}, "endpoint_url": ["https://api.essai.example/"]}
    publishing.publish([Draft("service", values, factories.body().pk)])
    reader = Reader(client).harvest("/catalogue.jsonld")
    assert set(reader.datasets) == {f"subventions-{number}" for number in range(5)}
    assert list(reader.services.values()) == ["Service"]


def test_a_period_is_found_at_its_own_address(client: Client) -> None:
    """It fetches the address of a period that has one: ours leads to the record that says it."""
    complete()
    graph = Graph().parse(data=client.get("/catalogue.nt").content, format="nt")
    [period] = graph.objects(None, DCTERMS.temporal)
    accepted = "application/rdf+xml,text/rdf+n3;q=0.9,application/xhtml+xml;q=0.5, */*;q=0.1"
    path = str(period).removeprefix(settings.BOUTURE_URL).partition("#")[0]
    response = client.get(path, headers={"accept": accepted})
    assert response["Content-Type"].startswith("application/rdf+xml")
    assert Graph().parse(data=response.content, format="xml").value(period, DCAT.startDate) is not None
