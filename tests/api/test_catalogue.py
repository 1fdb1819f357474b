"""The catalogue as programs read it: forms, pages, filters, conditions, and what a broken row does to it."""

from __future__ import annotations

import json
import urllib.parse
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import rdflib
from django.conf import settings
from django.test import Client
from django.utils import timezone
from rdflib.namespace import DCAT, DCTERMS, FOAF, RDF

from catalogue import publishing
from catalogue.models import DataService, Dataset
from catalogue.publishing import Draft
from portal.api import catalogue as pages
from tests import factories

pytestmark = [
    pytest.mark.django_db,
    # rdflib's own reader of JSON-LD calls what rdflib deprecates.
    pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning"),
]
HYDRA = rdflib.Namespace("http://www.w3.org/ns/hydra/core#")
FORMS = {"ttl": "turtle", "rdf": "xml", "jsonld": "json-ld", "nt": "nt"}
TYPES = {
    "ttl": "text/turtle",
    "rdf": "application/rdf+xml",
    "jsonld": "application/ld+json",
    "nt": "application/n-triples",
}
MANDATORY = ("title", "description", "publisher", "language", "modified")


def us() -> rdflib.URIRef:
    return rdflib.URIRef(f"{settings.BOUTURE_URL}/catalogue")


def graph(client: Client, address: str, form: str = "turtle") -> rdflib.Graph:
    response = client.get(address)
    assert response.status_code == 200, (address, response.status_code)
    return rdflib.Graph().parse(data=b"".join(response), format=form)


def service(owner: Any) -> DataService:
    values = {"title": {"fr": "Service d’essai"}, "endpoint_url": ["https://api.essai.example/"]}
    [outcome] = publishing.publish([Draft("service", values, owner.pk)])
    return DataService.objects.get(pk=outcome.id)


@pytest.mark.parametrize("extension", FORMS)
def test_the_same_catalogue_in_four_forms(client: Client, extension: str) -> None:
    town = factories.body()
    row, api = factories.dataset("Arbres", town), service(town)
    response = client.get(f"/catalogue.{extension}")
    assert response["Content-Type"] == f"{TYPES[extension]}; charset=utf-8"
    found = rdflib.Graph().parse(data=response.content, format=FORMS[extension])
    assert (us(), RDF.type, DCAT.Catalog) in found
    assert set(found.objects(us(), DCAT.dataset)) == {rdflib.URIRef(row.uri)}
    assert set(found.objects(us(), DCAT.service)) == {rdflib.URIRef(api.uri)}
    assert found.value(rdflib.URIRef(row.uri), DCTERMS.title) == rdflib.Literal("Arbres", lang="fr")
    [file] = found.objects(rdflib.URIRef(row.uri), DCAT.distribution)
    assert found.value(file, DCAT.accessURL)
    records = set(found.objects(us(), DCAT.record))
    assert {found.value(record, FOAF.primaryTopic) for record in records} == {
        rdflib.URIRef(row.uri),
        rdflib.URIRef(api.uri),
    }
    assert [name for name in MANDATORY if found.value(us(), DCTERMS[name]) is None] == []
    assert found.value(us(), FOAF.homepage) == rdflib.URIRef(f"{settings.BOUTURE_URL}/")


@pytest.mark.parametrize("extension", FORMS)
def test_what_the_client_accepts_decides(client: Client, extension: str) -> None:
    response = client.get("/catalogue", headers={"accept": f"{TYPES[extension]}, */*;q=0.1"})
    assert response["Content-Type"].startswith(TYPES[extension])
    assert {"Accept", "Cookie"} <= {name.strip() for name in response["Vary"].split(",")}


def test_a_browser_is_sent_to_the_search_page(client: Client) -> None:
    browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
    response = client.get("/catalogue?organisation=ville&q=eau", headers={"accept": browser})
    assert (response.status_code, response["Location"]) == (303, "/jeux-de-donnees/?q=eau&organisme=ville")
    assert client.get("/catalogue", headers={"accept": "*/*"})["Content-Type"].startswith("text/turtle")
    assert client.get("/catalogue.exe").status_code == 404


def test_a_client_that_follows_the_links_meets_every_record_once(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "PAGE_SIZE", 2)
    town, other = factories.body(), factories.body()
    rows = [factories.dataset(owner=town) for _ in range(4)] + [factories.dataset(owner=other)]
    rows += [service(town)]
    met: list[str] = []
    address, seen = "/catalogue.ttl", 0
    while address:
        found = graph(client, address)
        met += [str(record) for kind in (DCAT.dataset, DCAT.service) for record in found.objects(us(), kind)]
        [view] = found.subjects(RDF.type, HYDRA.PartialCollectionView)
        assert found.value(us(), HYDRA.totalItems).toPython() == 6
        assert found.value(us(), HYDRA.view) == view
        assert str(found.value(view, HYDRA.first)) == f"{settings.BOUTURE_URL}/catalogue.ttl"
        assert str(found.value(view, HYDRA["last"])) == f"{settings.BOUTURE_URL}/catalogue.ttl?page=3"
        assert (found.value(view, HYDRA.previous) is None) == (seen == 0)
        following = found.value(view, HYDRA.next)
        address, seen = str(following or "").removeprefix(settings.BOUTURE_URL), seen + 1
    assert seen == 3
    assert sorted(met) == sorted(row.uri for row in rows)


def test_filters_stay_in_the_links(client: Client, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "PAGE_SIZE", 1)
    town = factories.body("Ville filtrée")
    theme = factories.EU + "data-theme/ENVI"
    for name in ("Eau potable", "Eau de pluie"):
        factories.dataset(name, town, theme=[theme])
    factories.dataset("Arbres", town)
    factories.dataset("Eau d’ailleurs")
    factories.bring_index_up_to_date()
    for query, total in (
        (f"organisation={town.slug}", 3),
        (f"theme={urllib.parse.quote(theme, safe='')}&profile=source", 2),
        (f"q=eau&organisation={town.slug}", 2),
    ):
        found = graph(client, f"/catalogue.ttl?{query}&inconnu=1")
        [view] = found.subjects(RDF.type, HYDRA.PartialCollectionView)
        following = str(found.value(view, HYDRA.next))
        assert found.value(us(), HYDRA.totalItems).toPython() == total
        asked = dict(urllib.parse.parse_qsl(query))
        assert dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(following).query)) == {**asked, "page": "2"}
        graph(client, following.removeprefix(settings.BOUTURE_URL))


def test_words_without_an_index_are_an_answer_for_later(client: Client, home: Path) -> None:
    response = client.get("/catalogue.ttl?q=eau")
    assert (response.status_code, response["Retry-After"]) == (503, "60")


@pytest.mark.parametrize("page", ["0", "-1", "deux", "2", "", "1.5", "9" * 40, "²", "\x00"])
def test_a_page_that_is_not(client: Client, page: str) -> None:
    factories.dataset()
    assert client.get("/catalogue.ttl", {"page": page}).status_code == 404


def test_an_empty_catalogue_is_a_page(client: Client) -> None:
    found = graph(client, "/catalogue.ttl")
    assert (us(), RDF.type, DCAT.Catalog) in found


def test_conditions(client: Client) -> None:
    row = factories.dataset("Arbres")
    for address in ("/catalogue.ttl", f"/id/{row.pk}.jsonld", "/catalogue/tout.nt", "/sitemap.xml"):
        first = client.get(address)
        again = client.get(address, headers={"if-none-match": first["ETag"]})
        assert (again.status_code, again.content) == (304, b""), address
        assert again["ETag"] == first["ETag"]
        since = client.get(address, headers={"if-modified-since": first["Last-Modified"]})
        assert since.status_code == 304, address
        assert client.get(address, headers={"if-none-match": 'W/"autre"'}).status_code == 200
        head = client.head(address)
        assert (head.status_code, head["ETag"], b"".join(head)) == (200, first["ETag"], b""), address
        asked = client.options(address)
        assert (asked.status_code, asked["Access-Control-Allow-Origin"]) == (204, "*")
        assert "If-None-Match" in asked["Access-Control-Allow-Headers"]
        assert first["Access-Control-Allow-Origin"] == "*"
        assert client.post(address).status_code == 405


def test_every_change_gives_another_tag(client: Client) -> None:
    row = factories.dataset("Arbres")
    other = factories.dataset("Bancs")
    addresses = ("/catalogue.ttl", "/catalogue/tout.ttl", "/sitemap.xml")

    def tags() -> list[str]:
        return [client.get(address)["ETag"] for address in addresses]

    before = tags()
    publishing.set_private(other, True)
    hidden = tags()
    publishing.withdraw([row], "Remplacé.")
    gone = tags()
    for address, *three in zip(addresses, before, hidden, gone, strict=True):
        assert len(set(three)) == 3, address


def test_hiding_a_record_moves_the_date(client: Client) -> None:
    """A client that only compares dates must not keep what was hidden since."""
    row = factories.dataset("Arbres")
    factories.dataset("Bancs")
    Dataset.objects.update(updated_at=timezone.now() - timedelta(days=3))
    first = client.get("/catalogue.ttl")
    publishing.set_private(row, True)
    answer = client.get("/catalogue.ttl", headers={"if-modified-since": first["Last-Modified"]})
    assert answer.status_code == 200
    assert "Arbres" not in answer.content.decode()


def test_the_reader_decides_what_the_catalogue_holds(client: Client) -> None:
    town = factories.body()
    factories.dataset("Secret", town, private=True)
    public = client.get("/catalogue.ttl")
    assert "Secret" not in public.content.decode()
    assert public["Cache-Control"] == "no-cache"
    client.force_login(factories.person("reader", town))
    mine = client.get("/catalogue.ttl")
    assert "Secret" in mine.content.decode()
    assert mine["Cache-Control"] == "private, no-store"
    assert "Secret" not in b"".join(client.get("/catalogue/tout.ttl")).decode()
    assert mine["ETag"] != public["ETag"]


BROKEN = (
    '<http://x.example/a b> <http://purl.org/dc/terms/title> "espace" .\n'
    '<{uri}> <http://purl.org/dc/terms/title> "gardé"@fr .\n'
    "<{uri}> <http://www.w3.org/ns/dcat#landingPage> <http://[mal formée> .\n"
    "ce n’est pas du RDF\n"
    '<{uri}> <http://purl.org/dc/terms/modified> "jamais"^^<http://www.w3.org/2001/XMLSchema#date> .\n'
)


@pytest.mark.parametrize("extension", FORMS)
def test_one_broken_row_breaks_no_page(client: Client, extension: str) -> None:
    town = factories.body()
    broken, other = factories.dataset("Arbres", town), factories.dataset("Bancs", town)
    odd = factories.dataset("Cantines", town)
    Dataset.objects.filter(pk=broken.pk).update(repaired=BROKEN.format(uri=broken.uri))
    Dataset.objects.filter(pk=odd.pk).update(uri="pas une adresse", repaired="")
    town.homepage, town.email, town.uri = "http://[", "a b", "http://x.example/é <"
    town.save()
    addresses = [f"/catalogue.{extension}", f"/catalogue/tout.{extension}"]
    addresses += [f"/id/{row.pk}.{extension}" for row in (broken, odd)] + [f"/organisations/{town.slug}.{extension}"]
    for address in addresses:
        found = graph(client, address, FORMS[extension])
        if "catalogue" in address:
            assert rdflib.Literal("gardé", lang="fr") in set(found.objects(rdflib.URIRef(broken.uri), DCTERMS.title))
            assert found.value(rdflib.URIRef(other.uri), DCTERMS.title)


def test_no_date_is_to_come(client: Client) -> None:
    row = factories.dataset(
        "Arbres", modified="2999-01-01", issued="2020", distribution=[factories.file(issued="2998")]
    )
    Dataset.objects.filter(pk=row.pk).update(updated_at=timezone.now() + timedelta(days=900))
    for address in ("/catalogue.ttl", f"/id/{row.pk}.ttl"):
        found = graph(client, address)
        dates = {str(date)[:4] for name in (DCTERMS.issued, DCTERMS.modified) for date in found.objects(None, name)}
        assert "2020" in dates
        assert max(dates) <= str(timezone.now().year)


def test_blank_nodes_of_two_records_never_merge(client: Client) -> None:
    town = factories.body()
    text = (
        '<https://a.example/{n}> <http://www.w3.org/ns/dcat#contactPoint> _:c14n0 .\n'
        '_:c14n0 <http://www.w3.org/2006/vcard/ns#fn> "Service {n}" .\n'
    )  # fmt: skip
    for number in range(3):
        row = factories.dataset(owner=town)
        Dataset.objects.filter(pk=row.pk).update(said=text.format(n=number))
    found = graph(client, "/catalogue.jsonld?profile=source", "json-ld")
    for number in range(3):
        [contact] = found.objects(rdflib.URIRef(f"https://a.example/{number}"), DCAT.contactPoint)
        names = [str(name) for name in found.objects(contact, None)]
        assert names == [f"Service {number}"]


def test_json_ld_is_compact(client: Client) -> None:
    factories.dataset("Arbres")
    document = json.loads(client.get("/catalogue.jsonld").content)
    [node] = [node for node in document["@graph"] if node.get("@type") == "dcat:Dataset"]
    assert node["dct:title"] == {"@language": "fr", "@value": "Arbres"}
