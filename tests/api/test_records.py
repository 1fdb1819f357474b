"""Records and bodies at their own addresses, what moved, and the lists for search engines."""

from __future__ import annotations

import importlib
import json
import re
import uuid
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
import rdflib
from django.apps import apps
from django.conf import settings
from django.test import Client
from rdflib.namespace import FOAF, RDF

from catalogue import publishing
from catalogue.models import Dataset, FormerAddress
from catalogue.publishing import Draft
from portal.api import sitemap
from tests import factories

pytestmark = pytest.mark.django_db
LOC = "{http://www.sitemaps.org/schemas/sitemap/0.9}loc"


def test_a_former_address_of_ours_leads_to_the_record(client: Client) -> None:
    row, former = factories.dataset("Arbres"), uuid.uuid4()
    factories.leave(row, f"{settings.BOUTURE_URL}/id/{former}")
    response = client.get(f"/id/{former}.ttl?profile=source")
    assert (response.status_code, response["Location"]) == (301, f"/id/{row.pk}.ttl?profile=source")
    assert client.get(f"/id/{former}")["Location"] == f"/id/{row.pk}"
    publishing.set_private(row, True)
    assert client.get(f"/id/{former}.ttl").status_code == 404
    publishing.set_private(row, False)
    publishing.withdraw([row], "Remplacé.")
    assert client.get(f"/id/{former}.ttl", follow=True).status_code == 410
    assert client.get(f"/id/{uuid.uuid4()}").status_code == 404


@pytest.mark.parametrize("path", ["/dataset/arbres", "/dataset/arbres?x=1", "/dataset/for%C3%AAt/arbres", "/a/"])
def test_addresses_of_the_portal_that_was_there_before_live_on(client: Client, path: str) -> None:
    """A source's own addresses are on our host when we take the place of its old portal."""
    row = factories.dataset("Arbres")
    Dataset.objects.filter(pk=row.pk).update(uri=settings.BOUTURE_URL + path)
    response = client.get(path)
    assert (response.status_code, response["Location"]) == (303, f"/id/{row.pk}")
    assert response["Access-Control-Allow-Origin"] == "*"
    factories.leave(row, settings.BOUTURE_URL + path)
    for answer in (client.get(path), client.head(path)):
        assert (answer.status_code, answer["Location"]) == (301, f"/id/{row.pk}")
    publishing.set_private(row, True)
    assert client.get(path).status_code == 404


def test_an_address_that_is_nobodys_is_a_404(client: Client) -> None:
    for path in ("/dataset/x", "/%00", "/" + "a" * 5000, "/é?%FF", "/id/x", "/catalogue.exe"):
        assert client.get(path).status_code == 404, path


def test_an_address_taken_again_is_former_no_more() -> None:
    row = factories.dataset("Arbres")
    one, two = "https://a.essai.example/1", "https://b.essai.example/1"
    for uri in (one, two, one):
        publishing.publish([Draft("dataset", {"title": row.title}, row.owner_id, id=row.pk, uri=uri)])
    assert set(FormerAddress.objects.values_list("uri", flat=True)) == {two, f"{settings.BOUTURE_URL}/id/{row.pk}"}
    assert FormerAddress.objects.leading_from([two]) == [("dataset", row.pk)]


def test_the_migration_reads_what_records_hold() -> None:
    row = factories.dataset("Arbres")
    Dataset.objects.filter(pk=row.pk).update(former_uris=["https://a.essai.example/1"])
    importlib.import_module("catalogue.migrations.0009_former_addresses").fill(apps, None)
    assert FormerAddress.objects.leading_from(["https://a.essai.example/1"]) == [("dataset", row.pk)]


def test_the_form_as_the_source_said_it(client: Client) -> None:
    row = factories.dataset("Arbres")
    Dataset.objects.filter(pk=row.pk).update(said='<https://a.example/1> <https://a.example/dit> "tel quel" .\n')
    assert client.get(f"/id/{row.pk}.nt?profile=source").content == (
        b'<https://a.example/1> <https://a.example/dit> "tel quel" .\n'
    )
    assert client.get(f"/id/{row.pk}.nt")["ETag"] != client.get(f"/id/{row.pk}.nt?profile=source")["ETag"]


def test_what_is_withdrawn_is_gone_for_programs_and_people(client: Client) -> None:
    row = factories.dataset("Arbres")
    publishing.withdraw([row], "Remplacé.")
    for accept in ("text/turtle", "text/html"):
        response = client.get(f"/id/{row.pk}", headers={"accept": accept})
        assert (response.status_code, response["Access-Control-Allow-Origin"]) == (410, "*")


def test_a_body_is_an_agent(client: Client) -> None:
    town = factories.body("Ville d’essai")
    town.homepage, town.email, town.siren = "https://ville.essai.example/", "donnees@ville.essai.example", "123456789"
    town.save()
    graph = rdflib.Graph().parse(data=client.get(f"/organisations/{town.slug}.ttl").content, format="turtle")
    us = rdflib.URIRef(f"{settings.BOUTURE_URL}/organisations/{town.slug}")
    assert (us, RDF.type, FOAF.Agent) in graph
    assert str(graph.value(us, FOAF.name)) == "Ville d’essai"
    assert graph.value(us, FOAF.mbox) == rdflib.URIRef("mailto:donnees@ville.essai.example")
    page = client.get(f"/organisations/{town.slug}", headers={"accept": "text/html"})
    assert (page.status_code, page["Location"]) == (303, town.get_absolute_url())
    assert client.get(us, headers={"accept": "text/turtle"})["Content-Type"].startswith("text/turtle")
    assert client.get(f"/organisations/{town.slug}.exe").status_code == 404


def locations(client: Client, address: str) -> list[str]:
    response = client.get(address)
    assert response.status_code == 200
    document = b"".join(response) if response.streaming else response.content
    return [element.text or "" for element in ET.fromstring(document).iter(LOC)]


def test_the_sitemap_holds_what_anybody_may_read(client: Client) -> None:
    public = factories.dataset("Arbres")
    hidden = factories.dataset("Caché", private=True, publisher={"name": {"fr": "Bureau caché"}})
    client.force_login(factories.person(is_superuser=True))
    found = locations(client, "/sitemap.xml")
    assert settings.BOUTURE_URL + public.get_absolute_url() in found
    assert settings.BOUTURE_URL + public.published_by.get_absolute_url() in found
    assert not any(str(hidden.pk) in address or hidden.published_by.slug in address for address in found)
    assert "<lastmod>" in b"".join(client.get("/sitemap.xml")).decode()
    assert f"Sitemap: {settings.BOUTURE_URL}/sitemap.xml" in client.get("/robots.txt").content.decode()


def test_a_sitemap_too_long_becomes_several(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sitemap, "MOST", 2)
    town = factories.body()
    rows = [factories.dataset(owner=town) for _ in range(5)]
    parts = locations(client, "/sitemap.xml")
    assert len(parts) == 4
    found = [address for part in parts for address in locations(client, part.removeprefix(settings.BOUTURE_URL))]
    assert {settings.BOUTURE_URL + row.get_absolute_url() for row in rows} <= set(found)
    assert len(found) == len(set(found))
    for number in (0, 5, 10**30):
        assert client.get(f"/sitemap-{number}.xml").status_code == 404


def test_a_page_tells_search_engines_what_it_is_about(client: Client, home: Path) -> None:
    hostile = "</script><script>alert(1)</script><!-- & \u2028"
    row = factories.dataset(
        hostile,
        issued="2020",
        temporal=[{"start": "2020-01-01"}],
        keyword={"fr": ["eau"]},
        distribution=[factories.file(title={"fr": "Relevés"}), {"access_url": ["javascript:alert(1)"]}],
    )
    page = client.get(row.get_absolute_url()).content.decode()
    [block] = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.S)
    assert not set("<>&\u2028") & set(block)
    said = json.loads(block)
    assert (said["@type"], said["name"], said["datePublished"]) == ("Dataset", row.label, "2020")
    assert said["temporalCoverage"] == ["2020-01-01/.."]
    assert said["keywords"] == ["eau"]
    assert [file["contentUrl"] for file in said["distribution"]] == ["https://fichiers.essai.example/donnees.csv"]
    assert said["url"] == settings.BOUTURE_URL + row.get_absolute_url()
