"""What the addresses of portals that this one replaced answer, on their own name and on ours."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries, Settings

from catalogue import publishing
from catalogue.models import DataService, Dataset, Distribution, FormerPath
from catalogue.publishing import Draft
from tests import factories

pytestmark = pytest.mark.django_db
OUR = "http://127.0.0.1:8000"
OLD, OTHER = "donnees.ville.example", "data.agglo.example"
PAGE: dict[str, Any] = {"headers": {"accept": "text/html"}}


@pytest.fixture(autouse=True)
def old_names(settings: Settings) -> None:
    settings.BOUTURE_FORMER_HOSTS = [OLD, OTHER]
    settings.ALLOWED_HOSTS = ["testserver", "127.0.0.1", OLD, OTHER]


def led(row: Dataset, path: str, host: str = OLD, **fields: Any) -> FormerPath:
    return FormerPath.objects.create(path=path, host=host, **{"kind": "dataset", "record": row.pk, **fields})


def led_file(row: Dataset, path: str) -> Distribution:
    file = row.distributions.get()
    led(row, path, kind="file", file=file.pk)
    return file


@pytest.mark.parametrize("host", ["testserver", OLD, "donnees.ville.example:8080", "DONNEES.ville.example"])
def test_an_old_address_leads_to_the_page_on_our_own_host(host: str, client: Client) -> None:
    row = factories.dataset("Arbres")
    led(row, "/dataset/arbres")
    for path in ("/dataset/arbres", "/fr/dataset/arbres/?page=2", "/dataset/activity/arbres"):
        answer = client.get(path, **PAGE, HTTP_HOST=host)
        assert (answer.status_code, answer["Location"]) == (301, OUR + row.get_absolute_url())
    assert client.head("/dataset/arbres", **PAGE).status_code == 301
    assert client.get("/dataset/arbres", **PAGE, follow=True, HTTP_HOST=host).status_code == 200


def test_a_program_is_led_to_the_form_that_it_wants(client: Client) -> None:
    row = factories.dataset("Arbres")
    led(row, "/dataset/arbres")
    for accept in ("text/turtle", "application/json", "application/ld+json"):
        answer = client.get("/dataset/arbres", headers={"accept": accept})
        assert (answer.status_code, answer["Location"]) == (301, f"{OUR}/id/{row.pk}")
        assert "Accept" in answer["Vary"] and answer["Access-Control-Allow-Origin"] == "*"
    assert client.get("/dataset/arbres.xml")["Location"] == f"{OUR}/id/{row.pk}.rdf"
    service = publishing.publish([Draft("service", {"title": {"fr": "WFS"}}, row.owner_id)])[0].id
    led(row, "/srv/records/wfs", kind="service", record=service)
    answer = client.get("/geonetwork/srv/fre/metadata/wfs", **PAGE)
    assert answer["Location"] == OUR + DataService.objects.get().get_absolute_url()


def test_a_file_is_given_where_it_is_now(client: Client) -> None:
    row = factories.dataset("Arbres")
    file = led_file(row, "/dataset/*/resource/12")
    path = "/dataset/arbres/resource/12/download/arbres.csv"
    assert client.get(path)["Location"] == file.address == "https://fichiers.essai.example/donnees.csv"
    assert client.get("/dataset/arbres/resource/12", **PAGE)["Location"] == f"{OUR}{row.get_absolute_url()}#fichiers"
    publishing.withdraw([row], "Périmé.")
    assert client.get(path).status_code == 410
    publishing.set_private(row, True)
    assert client.get(path).status_code == 404


@pytest.mark.parametrize(
    "address",
    [
        f"https://{OLD}/dataset/arbres/resource/12/download/arbres.csv",
        "http://testserver/dataset/arbres/resource/12/download/arbres.csv",
        "http://127.0.0.1:8000/fichier.csv",
        "http://10.0.0.8/fichier.csv",
        "ftp://ville.example/fichier.csv",
        "javascript:alert(1)",
    ],
)
def test_no_file_leads_round_in_circles_nor_where_the_public_cannot_go(address: str, client: Client) -> None:
    row = factories.dataset("Arbres")
    file = led_file(row, "/dataset/*/resource/12")
    Distribution.objects.filter(pk=file.pk).update(access_url=[address])
    path = "/dataset/arbres/resource/12/download/arbres.csv"
    answer = client.get(path, **PAGE)
    assert (answer.status_code, answer["Location"]) == (302, f"{OUR}{row.get_absolute_url()}#fichiers")
    told = client.get(path, headers={"accept": "*/*"})
    assert told.status_code == 404 and "L’ancien portail gardait ce fichier" in told.json()["detail"]
    file.delete()
    assert client.get(path, **PAGE).status_code == 302


def test_each_old_portal_keeps_its_own_path_on_its_own_name(client: Client) -> None:
    first, second = factories.dataset("De la ville"), factories.dataset("De l’agglo")
    led(first, "/dataset/arbres", OLD)
    led(second, "/dataset/arbres", OTHER)
    for host, row in ((OLD, first), (OTHER, second), ("testserver", first)):
        answer = client.get("/dataset/arbres", **PAGE, HTTP_HOST=host)
        assert answer["Location"] == OUR + row.get_absolute_url()


def test_the_lists_of_an_old_portal_lead_to_ours(client: Client) -> None:
    FormerPath.objects.create(path="/dataset", host=OLD, kind="search")
    FormerPath.objects.create(path="/catalog", host=OLD, kind="catalogue")
    assert (
        client.get("/fr/dataset/?q=arbres+%26+haies&page=2")["Location"] == f"{OUR}/jeux-de-donnees/?q=arbres+%26+haies"
    )
    assert client.get("/dataset")["Location"] == f"{OUR}/jeux-de-donnees/"
    assert client.get("/catalog.xml?page=2")["Location"] == f"{OUR}/catalogue.rdf"
    assert client.get("/catalog.ttl", HTTP_HOST=OLD)["Location"] == f"{OUR}/catalogue.ttl"


def test_on_an_old_name_everything_leads_here(client: Client) -> None:
    row = factories.dataset("Arbres")
    led(row, "/organisations/ville")
    assert client.get("/organisations/ville", **PAGE, HTTP_HOST=OLD)["Location"] == OUR + row.get_absolute_url()
    for path in ("/", "/a-propos?x=1", "/jeux-de-donnees/", "/dataset/inconnu"):
        answer = client.get(path, HTTP_HOST=OLD)
        assert (answer.status_code, answer["Location"]) == (301, OUR + path)
    answer = client.post("/api/3/action/package_create", HTTP_HOST=OLD)
    assert (answer.status_code, answer["Location"]) == (308, f"{OUR}/api/3/action/package_create")


def test_our_own_pages_keep_their_addresses_and_ask_nothing_more(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    row = factories.dataset("Arbres")
    led(row, "/sante")
    with django_assert_num_queries(0) as asked:
        client.get("/robots.txt")
    assert not [query for query in asked.captured_queries if "formerpath" in query["sql"]]
    assert client.get("/sante").status_code == 200


@pytest.mark.parametrize("kind", ["dataset", "file", "body", "search"])
def test_a_redirect_costs_three_queries_at_most(kind: str, client: Client) -> None:
    row = factories.dataset("Arbres")
    file = row.distributions.get()
    more = {
        "dataset": {"record": row.pk},
        "file": {"record": row.pk, "file": file.pk},
        "body": {"body": row.published_by},
    }
    FormerPath.objects.create(path="/datasets/r/1", host=OLD, kind=kind, **more.get(kind, {}))
    with CaptureQueriesContext(connection) as asked:
        assert client.get("/datasets/r/1").status_code == 301
    assert len(asked) <= 3


@pytest.mark.parametrize(
    "path",
    [
        "//mal.example/dataset/arbres",
        "//mal.example/%2e%2e",
        "/\\mal.example/dataset/arbres/x",
        "/dataset/arbres%00",
        "/dataset/%0d%0aLocation:%20https://mal.example",
        "/dataset/%ff%fe",
        "/dataset/" + "a" * 10_000,
        "/" + "a/" * 5_000,
        "/dataset/" + "%C3%A9" * 2_000,
        "/dataset/..%2f..%2fetc%2fpasswd",
        "/dataset/*/resource/*",
        "/{name}",
        "/dataset/{name}",
    ],
)
@pytest.mark.parametrize("host", ["testserver", OLD])
def test_no_path_leads_elsewhere_or_fails(path: str, host: str, client: Client) -> None:
    led(factories.dataset("Arbres"), "/dataset/arbres")
    # As a server gives it: the test client would take "//mal.example" for the host.
    asked = {"path": "/", "PATH_INFO": path} if path.startswith("//") else {"path": path}
    answer = client.generic("GET", **asked, HTTP_HOST=host)
    if host == "testserver":
        assert answer.status_code == 404
    else:
        assert answer.status_code in (301, 404) and answer.headers.get("Location", OUR + "/").startswith(OUR + "/")


def test_what_is_sent_to_an_old_address_of_ours_is_not_led(client: Client) -> None:
    led(factories.dataset("Arbres"), "/dataset/arbres")
    assert client.post("/dataset/arbres").status_code == 404
