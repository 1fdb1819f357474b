"""`?profile=`: each version of DCAT-AP by address and by command, and the word that a wrong one gets."""

from __future__ import annotations

import json

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.test import Client
from rdflib import XSD, Graph, Literal, URIRef
from rdflib.namespace import DCAT, OWL

from catalogue.dcat.versions import CURRENT, VERSIONS, address
from catalogue.models import Dataset
from portal.api.profiles import FORMS
from tests import factories

pytestmark = pytest.mark.django_db
DCAT_VERSION = URIRef("http://www.w3.org/ns/dcat#version")
PARSERS = {"ttl": "turtle", "rdf": "xml", "jsonld": "json-ld", "nt": "nt"}


def dataset() -> Dataset:
    return factories.dataset("Arbres", dataset_version="1.2", distribution=[factories.file(byte_size=1200)])


def read(client: Client, path: str) -> Graph:
    response = client.get(path)
    assert response.status_code == 200, path
    extension = path.partition("?")[0].rpartition(".")[2]
    return Graph().parse(data=b"".join(response), format=PARSERS[extension])


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")
@pytest.mark.parametrize("extension", PARSERS)
@pytest.mark.parametrize(
    ("version", "datatype", "predicate"),
    [
        ("3.0.1", XSD.nonNegativeInteger, DCAT_VERSION),
        ("3.0.0", XSD.decimal, DCAT_VERSION),
        ("2.1.1", XSD.decimal, OWL.versionInfo),
    ],
)
def test_a_version_is_said_in_its_own_words(
    client: Client, extension: str, version: str, datatype: URIRef, predicate: URIRef
) -> None:
    row = dataset()
    for path in (f"/catalogue.{extension}", f"/catalogue/tout.{extension}", f"/id/{row.pk}.{extension}"):
        graph = read(client, f"{path}?profile=dcat-ap-{version}")
        assert [size.datatype for size in graph.objects(None, DCAT.byteSize)] == [datatype]  # type: ignore[union-attr]
        assert graph.value(URIRef(row.uri), predicate) == Literal("1.2")


def test_every_version_of_the_data_can_be_asked(client: Client) -> None:
    row = dataset()
    for version in VERSIONS:
        for name in (f"dcat-ap-{version}", address(version)):
            response = client.get(f"/id/{row.pk}.ttl", {"profile": name})
            assert response["Content-Profile"] == f"<{address(version)}>"
            assert response["Link"] == f'<{address(version)}>; rel="profile"'
            again = client.get(f"/id/{row.pk}.ttl", {"profile": name}, headers={"if-none-match": response["ETag"]})
            assert (again.status_code, again["Content-Profile"]) == (304, response["Content-Profile"])


def test_the_default_is_the_current_version(client: Client) -> None:
    row = dataset()
    for path in ("/catalogue.ttl", f"/id/{row.pk}.ttl", "/catalogue/tout.ttl"):
        plain, asked, older = (
            client.get(path + more) for more in ("", f"?profile=dcat-ap-{CURRENT}", "?profile=dcat-ap-2.1.1")
        )
        assert plain["Content-Profile"] == f"<{address(CURRENT)}>"
        assert (plain["ETag"], b"".join(plain)) == (asked["ETag"], b"".join(asked))
        assert older["ETag"] != plain["ETag"]


def test_the_profile_stays_in_the_links(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portal.api.catalogue.PAGE_SIZE", 1)
    dataset(), factories.dataset("Bancs")
    text = client.get("/catalogue.nt?profile=dcat-ap-2.1.1").content.decode()
    assert f"hydra/core#next> <{settings.BOUTURE_URL}/catalogue.nt?profile=dcat-ap-2.1.1&page=2>" in text


@pytest.mark.parametrize("name", ["dcat-ap-9", "3.0.1", "../../etc", "SOURCE", "\x00", "é" * 4000])
def test_an_unknown_profile_is_told_with_the_list(client: Client, name: str) -> None:
    row = dataset()
    for path in ("/catalogue.ttl", "/catalogue", f"/id/{row.pk}", f"/id/{row.pk}.nt", "/catalogue/tout.csv"):
        response = client.get(path, {"profile": name}, headers={"accept": "text/turtle"})
        assert (response.status_code, response["Content-Type"]) == (400, "application/problem+json"), path
        said = json.loads(response.content)
        assert (said["status"], list(said["profiles"])) == (400, list(FORMS))
        assert all(known in said["detail"] for known in FORMS)
        assert response["Access-Control-Allow-Origin"] == "*"


def test_by_command(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    row = dataset()
    Dataset.objects.filter(pk=row.pk).update(said='<https://a.example/1> <https://a.example/dit> "tel quel" .\n')
    call_command("dump", "ntriples", "--profile", "dcat-ap-2.1.1")
    assert b'"1200"^^<http://www.w3.org/2001/XMLSchema#decimal>' in capfdbinary.readouterr().out
    call_command("dump", "ntriples", "--profile", "source")
    text = capfdbinary.readouterr().out
    assert b'"tel quel"' in text
    assert b"byteSize" not in text
    with pytest.raises(CommandError, match="dcat-ap-2"):
        call_command("dump", "ntriples", "--profile", "dcat-ap-1")
