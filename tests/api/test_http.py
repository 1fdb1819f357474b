"""What HTTP asks of every address for programs: negotiation, HEAD, conditions, compression, CORS, and the words of errors."""

from __future__ import annotations

import gzip
import json
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pyoxigraph as ox
import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from catalogue import publishing
from catalogue.dcat import formats
from catalogue.dcat.formats import canonical
from catalogue.models import DataService, Dataset
from catalogue.publishing import Draft
from portal.api import http
from portal.api.http import RDF_FORMS
from portal.api.negotiation import preferred
from portal.api.statements import is_to_come
from tests import factories

OFFERS = ("text/turtle", "text/html", "application/rdf+xml", "application/ld+json", "application/n-triples")
PARSERS = {ext: formats.PARSERS[code] for ext, (code, _) in RDF_FORMS.items()}


def words(response: Any, name: str) -> set[str]:
    """What a header lists, but for what the compression of a body adds."""
    return {word.strip() for word in response.get(name, "").split(",")} - {"Accept-Encoding"}


def whole(response: Any) -> bytes:
    return b"".join(response)


def addresses(row: Dataset) -> list[str]:
    fixed = ("/catalogue.ttl", "/catalogue/tout.jsonld", "/catalogue/tout.csv", "/sitemap.xml")
    return [*fixed, f"/id/{row.pk}.rdf", f"/organisations/{row.published_by.slug}.nt"]


@pytest.mark.parametrize(
    ("accept", "best"),
    [
        ("", "text/turtle"),
        ("*/*", "text/turtle"),
        ("*", "text/turtle"),
        (",;;, ,", "text/turtle"),
        ("n'importe quoi", "text/turtle"),
        ("text/html", "text/html"),
        ("TEXT/Turtle", "text/turtle"),
        ("text/turtle; charset=utf-8", "text/turtle"),
        ('application/ld+json; profile="http://www.w3.org/ns/json-ld#compacted, x;q=0"', "application/ld+json"),
        ("application/ld+json;q=0.3, application/rdf+xml;q=0.7", "application/rdf+xml"),
        ("application/ld+json;q=0.001, application/n-triples;q=0.002", "application/n-triples"),
        ("text/html, application/n-triples", "text/html"),
        ("*/*, application/n-triples", "application/n-triples"),
        ("text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2", "text/html"),
        ("application/*", "application/rdf+xml"),
        ("text/turtle;q=0, */*", "text/html"),
        ("text/*;q=0, */*;q=0.1", "application/rdf+xml"),
        ("text/*;q=0.5, text/turtle;q=0.1", "text/html"),
        ("application/rdf+xml;q=trop", "application/rdf+xml"),
        ("application/pdf", ""),
        ("application/pdf, text/turtle;q=0", ""),
        ("*/*;q=0", ""),
        ("application/rdf+xml;q=0.0", ""),
        ("a" * 50_000, "text/turtle"),
        ("text/html," * 5_000 + "text/turtle", "text/html"),
        ('text/turtle;x="' + "\\" * 5_000, "text/turtle"),
    ],
)
def test_what_a_client_likes_best(accept: str, best: str) -> None:
    assert preferred(accept, OFFERS) == best


@pytest.mark.django_db
def test_what_we_do_not_speak_is_told_with_what_we_speak(client: Client) -> None:
    row = factories.dataset("Arbres")
    for path in ("/catalogue", f"/id/{row.pk}", f"/organisations/{row.published_by.slug}"):
        response = client.get(path, headers={"accept": "application/pdf"})
        assert (response.status_code, response["Content-Type"]) == (406, "application/problem+json"), path
        assert "Accept" in response["Vary"]
        forms = json.loads(response.content)["formats"]
        assert forms["text/turtle"] == f"{settings.BOUTURE_URL}{path}.ttl"
        for media, address in forms.items():
            assert client.get(address)["Content-Type"].startswith(media)
    publishing.withdraw([row], "Remplacé.")
    assert client.get(f"/id/{row.pk}", headers={"accept": "application/pdf"}).status_code == 410


@pytest.mark.django_db
def test_a_program_reads_why_nothing_is_there(client: Client) -> None:
    row = factories.dataset("Arbres")
    publishing.withdraw([row], "Remplacé par les arbres d’alignement.")
    for path, status in ((f"/id/{row.pk}", 410), (f"/id/{uuid.uuid4()}", 404), ("/catalogue.exe", 404)):
        response = client.get(path, headers={"accept": "text/turtle"})
        assert (response.status_code, response["Content-Type"]) == (status, "application/problem+json"), path
        assert json.loads(response.content)["status"] == status
        assert response["Access-Control-Allow-Origin"] == "*"
    assert "alignement" in client.get(f"/id/{row.pk}", headers={"accept": "text/turtle"}).content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("encoding", ["", "gzip"])
def test_head_says_what_get_says(client: Client, encoding: str) -> None:
    row = factories.dataset("Arbres " * 40)
    for path in [*addresses(row), f"/id/{row.pk}", "/catalogue?profile=dcat-ap-2.1.1", "/catalogue.exe"]:
        headers = {"accept-encoding": encoding, "accept": "text/turtle"}
        got, head = client.get(path, headers=headers), client.head(path, headers=headers)
        assert whole(head) == b""
        assert head.status_code == got.status_code
        said = {name: value for name, value in got.headers.items() if name != "Content-Length"}
        assert {name: value for name, value in head.headers.items() if name != "Content-Length"} == said, path


@pytest.mark.django_db
def test_compressed_when_it_is_asked(client: Client) -> None:
    row = factories.dataset("Arbres " * 40)
    for path in addresses(row):
        plain, packed = client.get(path), client.get(path, headers={"accept-encoding": "gzip"})
        assert "Content-Encoding" not in plain
        if len(whole(plain)) < 200:  # Django leaves what is short
            continue
        assert packed["Content-Encoding"] == "gzip", path
        assert gzip.decompress(whole(packed)) == whole(client.get(path))
        assert packed["ETag"] == plain["ETag"]
        assert packed["ETag"].startswith('W/"')
        assert "Accept-Encoding" in packed["Vary"]
        assert "Accept-Encoding" in plain["Vary"]


@pytest.mark.django_db
def test_not_modified_says_the_rest(client: Client) -> None:
    """RFC 9110 §15.4.5: what a cache must know goes with a 304 too."""
    row = factories.dataset("Arbres")
    for path in addresses(row):
        first = client.get(path)
        again = client.get(path, headers={"if-none-match": f'"autre", {first["ETag"]}'})
        assert (again.status_code, whole(again)) == (304, b"")
        for name in (
            "ETag",
            "Cache-Control",
            "Vary",
            "Last-Modified",
            "Content-Profile",
            "Access-Control-Allow-Origin",
        ):
            assert words(again, name) == words(first, name), (path, name)
        old = {"if-none-match": '"autre"', "if-modified-since": "Wed, 01 Jan 2099 00:00:00 GMT"}
        assert client.get(path, headers=old).status_code == 200, path


@pytest.mark.django_db
def test_a_page_of_another_site_may_ask(client: Client) -> None:
    row = factories.dataset("Arbres")
    for path in addresses(row):
        asked = client.options(
            path, headers={"origin": "https://ailleurs.example", "access-control-request-headers": "accept"}
        )
        assert (asked.status_code, whole(asked)) == (204, b"")
        assert asked["Access-Control-Allow-Methods"] == asked["Allow"] == "GET, HEAD, OPTIONS"
        got = client.get(path, headers={"origin": "https://ailleurs.example"})
        assert got["Access-Control-Allow-Origin"] == "*"
        assert "Access-Control-Allow-Credentials" not in got
        assert {"ETag", "Link"} <= {name.strip() for name in got["Access-Control-Expose-Headers"].split(",")}
        for method in (client.post, client.put, client.delete):
            refused = method(path)
            assert (refused.status_code, refused["Allow"]) == (405, "GET, HEAD, OPTIONS")


# The four forms


ODD = (
    '<{uri}> <http://purl.org/dc/terms/title> "Tabulation\\t, \\"guillemets\\", \\\\U0001F600 \\\\\\\\u0041 é \\u0007 \U0001f33f"@fr .\n'
    "<{uri}> <http://www.w3.org/ns/dcat#theme> <dcat:Dataset> .\n"
    "<{uri}> <http://www.w3.org/ns/dcat#contactPoint> _:c14n0 .\n"
    '_:c14n0 <http://www.w3.org/2006/vcard/ns#fn> "_:c14n0 ." .\n'
    "_:c14n0 <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <urn:x:y> .\n"
    '<{uri}> <http://purl.org/dc/terms/issued> "2020"^^<http://www.w3.org/2001/XMLSchema#gYear> .\n'
    '<{uri}> <http://purl.org/dc/terms/description> "" .\n'
    '<{uri}> <http://purl.org/dc/terms/description> "droite"@ar--rtl .\n'
)


def odd_records() -> Dataset:
    town = factories.body("Ville d’essai")
    rows = [factories.dataset(f"Jeu {number}", town) for number in range(3)]
    for row in rows[:2]:
        Dataset.objects.filter(pk=row.pk).update(
            repaired=ODD.format(uri=row.uri).replace("\\u0007", "").replace("@ar--rtl", "@ar")
        )
    publishing.publish(
        [Draft("service", {"title": {"fr": "Service"}, "endpoint_url": ["https://api.essai.example/"]}, town.pk)]
    )
    return rows[0]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path",
    [
        "/catalogue.{ext}",
        "/catalogue.{ext}?profile=dcat-ap-2.1.1",
        "/catalogue/tout.{ext}",
        "/id/{row.pk}.{ext}",
        "/organisations/{row.published_by.slug}.{ext}",
    ],
)
def test_the_four_forms_say_the_same_graph(client: Client, path: str) -> None:
    """Up to the labels of blank nodes, and to the page's own address."""
    row = odd_records()
    said = {}
    for ext, parser in PARSERS.items():
        body = whole(client.get(path.format(row=row, ext=ext)))
        triples = [quad.triple for quad in ox.parse(body.replace(f"/catalogue.{ext}".encode(), b"/catalogue"), parser)]
        said[ext] = canonical(triples)
    assert said["ttl"] == said["rdf"] == said["jsonld"] == said["nt"]


@pytest.mark.django_db
def test_what_a_form_cannot_hold_breaks_none(client: Client) -> None:
    """A character that XML forbids, raw or escaped, and a text that has a direction."""
    row = factories.dataset("Arbres")
    for odd in ("\\u0007", "\x0b"):
        Dataset.objects.filter(pk=row.pk).update(repaired=ODD.format(uri=row.uri).replace("\\u0007", odd))
        for ext, parser in PARSERS.items():
            titles = [
                quad.object.value
                for quad in ox.parse(client.get(f"/id/{row.pk}.{ext}").content, parser)
                if isinstance(quad.object, ox.Literal) and "Tabulation" in quad.object.value
            ]
            assert len(titles) == 1, (ext, odd)
            assert titles[0].startswith('Tabulation\t, "guillemets"')


# Dates


@pytest.mark.parametrize(
    ("date", "late"),
    [
        ("2026", False),
        ("2027", True),
        ("2026-11", False),
        ("2026-12", True),
        ("2026-11-25", False),
        ("2026-11-26", True),
        ("2026-11-25T09:59:00Z", False),
        ("2026-11-25T10:01:00Z", True),
        ("2026-11-25T11:59:00+02:00", False),
        ("2026-11-25T10:01:00+00:00", True),
        ("2026-11-25T10:01:00", True),
        ("2026-11-25T09:59:00.123", False),
        ("2026-11-25 n’importe quoi", False),
        ("2026-11-26T01:00:00+14:00", True),
        ("9999-99-99", True),
    ],
)
def test_a_date_to_come(date: str, late: bool) -> None:
    assert is_to_come(date, datetime(2026, 11, 25, 10, 0, tzinfo=UTC)) is late


@pytest.mark.django_db
def test_a_date_that_comes_changes_the_tag(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """No row changes when it does."""
    tomorrow = timezone.now() + timedelta(days=1)
    row = factories.dataset("Arbres", modified=f"{tomorrow:%Y-%m-%d}")
    first = client.get(f"/id/{row.pk}.nt")
    assert f"{tomorrow:%Y-%m-%d}" not in first.content.decode()
    for module in ("portal.api.http", "portal.api.statements"):
        monkeypatch.setattr(f"{module}.timezone.now", lambda: tomorrow)
    again = client.get(f"/id/{row.pk}.nt", headers={"if-none-match": first["ETag"]})
    assert again.status_code == 200
    assert f"{tomorrow:%Y-%m-%d}" in again.content.decode()


# What is private


@pytest.mark.django_db
def test_nothing_private_is_ever_exported(client: Client) -> None:
    town = factories.body("Ville d’essai")
    factories.dataset("Public", town)
    hidden = factories.dataset("Secret", town, private=True)
    values = {"title": {"fr": "Service secret"}, "endpoint_url": ["https://api.essai.example/"]}
    [outcome] = publishing.publish([Draft("service", values, town.pk, private=True)])
    assert DataService.objects.get(pk=outcome.id).private
    file = hidden.distributions.get()
    # Whoever asks: the whole catalogue is for everybody, even when an administrator fetches it.
    for who in (None, factories.person(is_superuser=True)):
        if who:
            client.force_login(who)
        for ext in ("ttl", "rdf", "jsonld", "nt", "csv", "jsonl"):
            for profile in ("", "?profile=source", "?profile=dcat-ap-2.1.1"):
                assert "ecret" not in whole(client.get(f"/catalogue/tout.{ext}{profile}")).decode()
        assert str(hidden.pk) not in whole(client.get("/sitemap.xml")).decode()
    client.logout()
    for key in (hidden.pk, file.pk, outcome.id):
        for path in (f"/id/{key}", f"/id/{key}.ttl", f"/id/{key}.nt?profile=source", f"/id/{key}.json"):
            assert client.get(path, headers={"accept": "text/turtle"}).status_code == 404, path
    for query in ("", f"?organisation={town.slug}", "?profile=source"):
        assert "ecret" not in client.get(f"/catalogue.nt{query}").content.decode()
    publishing.withdraw([hidden], "Secret aussi.")
    assert client.get(f"/id/{hidden.pk}", headers={"accept": "text/turtle"}).status_code == 404


def test_a_problem_is_json_whatever_it_says() -> None:
    body = http.problem(400, "Titre", "« \u2028 \ud800 »").content
    assert json.loads(body)["title"] == "Titre"
