"""The invented territory: what it says is valid and served, and `demo` harvests it by the normal way."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from http import HTTPStatus
from io import StringIO
from pathlib import Path

import pyoxigraph as ox
import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from jsonschema import Draft202012Validator
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from benchmarks.judging import Verdict, judge
from catalogue.dcat.profile import DCAT, DCT
from catalogue.dcat.terms import RDF_TYPE
from catalogue.models import Change, DataService, Dataset, Organisation
from harvesters.models import HarvestRun, HarvestSource
from portal.api.dumps import dump
from portal.api.rest import schema
from portal.demonstration import catalogue
from tests import factories

# An address that is not found is looked up among those that records bear.
pytestmark = pytest.mark.django_db

CATALOGUE = "/demonstration/catalogue.ttl"
FOLDER = "/demonstration/fichiers/"
HYDRA_NEXT = ox.NamedNode("http://www.w3.org/ns/hydra/core#next")
BODIES = {
    "Ville de Port-Lanvern",
    "Lanvern Agglomération",
    "Syndicat de la ria du Lan",
    "Port de pêche et de plaisance",
    "Régie des eaux",
}


@pytest.fixture
def demonstration(settings: Settings) -> None:
    settings.BOUTURE_DEMO = True


def node(name: str) -> ox.NamedNode:
    return ox.NamedNode(DCAT + name)


def pages(client: Client, base: str) -> Iterator[bytes]:
    """The bodies of the pages, by their own links."""
    url: str | None = CATALOGUE
    while url:
        response = client.get(url)
        assert response.status_code == HTTPStatus.OK
        assert response["Content-Type"].startswith("text/turtle")
        yield response.content
        followed = [
            t.object.value for t in ox.parse(response.content, format=ox.RdfFormat.TURTLE) if t.predicate == HYDRA_NEXT
        ]
        assert len(followed) <= 1
        url = followed[0].removeprefix(base) if followed else None


def store_of(client: Client, base: str) -> ox.Store:
    store = ox.Store()
    for body in pages(client, base):
        store.extend(ox.Quad(t.subject, t.predicate, t.object) for t in ox.parse(body, format=ox.RdfFormat.TURTLE))
    return store


def objects(store: ox.Store, subject: object, predicate: ox.NamedNode) -> list[str]:
    return [quad.object.value for quad in store.quads_for_pattern(subject, predicate, None)]


@pytest.fixture
def store(client: Client, settings: Settings, demonstration: None) -> ox.Store:
    return store_of(client, settings.BOUTURE_URL)


@pytest.mark.django_db  # a 404 looks for a record of that address
def test_a_real_portal_has_no_demonstration(client: Client) -> None:
    for address in (CATALOGUE, CATALOGUE + "?page=2", FOLDER + "arbres.csv"):
        assert client.get(address).status_code == HTTPStatus.NOT_FOUND


def test_an_invented_code_is_a_demonstration_too(client: Client, settings: Settings) -> None:
    settings.BOUTURE_TERRITORY = "99001"
    assert client.get(CATALOGUE).status_code == HTTPStatus.OK


def test_the_portal_of_the_invented_code_takes_its_name(portal: LiveServer, settings: Settings, client: Client) -> None:
    settings.BOUTURE_DEMO, settings.BOUTURE_TERRITORY = False, "99001"
    demo()
    assert "Les données de Port-Lanvern" in client.get("/").text


def test_the_pages_link_up_and_each_dataset_is_on_one(client: Client, settings: Settings, demonstration: None) -> None:
    found = list(pages(client, settings.BOUTURE_URL))
    assert len(found) == catalogue.page_count() > 1
    met = [
        triple.subject.value
        for body in found
        for triple in ox.parse(body, format=ox.RdfFormat.TURTLE)
        if triple.predicate == RDF_TYPE and triple.object == node("Dataset")
    ]
    assert len(met) == len(set(met)) == len(catalogue.said()["datasets"])
    assert client.get(CATALOGUE + "?page=1").content == found[0]


@pytest.mark.django_db  # a 404 looks for a record of that address
@pytest.mark.parametrize("asked", ["0", "4", "-1", "deux", "", "²", "9" * 5000])
def test_a_page_that_is_not_there_is_not_found(client: Client, demonstration: None, asked: str) -> None:
    assert client.get(CATALOGUE, {"page": asked}).status_code == HTTPStatus.NOT_FOUND


def test_the_catalogue_names_five_bodies_and_says_all_that_is_recommended(store: ox.Store) -> None:
    publishers = {quad.object for quad in store.quads_for_pattern(None, ox.NamedNode(DCT + "publisher"), None)}
    name = ox.NamedNode("http://xmlns.com/foaf/0.1/name")
    assert {text for publisher in publishers for text in objects(store, publisher, name)} == BODIES
    for dataset in {quad.object for quad in store.quads_for_pattern(None, node("dataset"), None)}:
        for said in ("keyword", "theme", "contactPoint", "distribution"):
            assert objects(store, dataset, node(said)), (dataset, said)
        for said in (
            "title",
            "description",
            "spatial",
            "temporal",
            "identifier",
            "issued",
            "modified",
            "accrualPeriodicity",
        ):
            assert objects(store, dataset, ox.NamedNode(DCT + said)), (dataset, said)


def test_nothing_said_is_of_a_real_place_or_body(store: ox.Store) -> None:
    said = " ".join(quad.object.value for quad in store.quads_for_pattern(None, None, None))
    assert "insee.fr" not in said
    assert all(host.endswith(".example") for host in re.findall(r"mailto:[^@\s]+@(\S+)", said))
    for kind in ("Catalog", "Dataset", "Distribution", "DataService"):
        subjects = [quad.subject.value for quad in store.quads_for_pattern(None, RDF_TYPE, node(kind))]
        assert subjects
        assert all(subject.startswith(catalogue.HOME) for subject in subjects)


def test_every_file_named_is_served_with_the_size_and_the_type_that_are_said(
    client: Client, settings: Settings, store: ox.Store
) -> None:
    named = set()
    for quad in store.quads_for_pattern(None, node("downloadURL"), None):
        url, file = quad.object.value, quad.subject
        assert [url] == objects(store, file, node("accessURL"))
        response = client.get(url.removeprefix(settings.BOUTURE_URL))
        assert response.status_code == HTTPStatus.OK
        assert [str(len(response.content))] == objects(store, file, node("byteSize"))
        [media] = objects(store, file, node("mediaType"))
        assert response["Content-Type"].startswith(media.removeprefix(catalogue.MEDIA_TYPES))
        named.add(url.rpartition("/")[2])
    assert named == {path.name for path in catalogue.FILES.iterdir()}


@pytest.mark.django_db  # a 404 looks for a record of that address
def test_only_what_the_catalogue_names_is_served(client: Client, demonstration: None) -> None:
    for name in ("catalogue.toml", "..%2Fcatalogue.toml", "../catalogue.toml", "", "-", "autre.csv"):
        assert client.get(FOLDER + name).status_code == HTTPStatus.NOT_FOUND


@pytest.mark.parametrize("address", [CATALOGUE, CATALOGUE + "?page=2", FOLDER + "sentiers.geojson"])
def test_what_a_client_has_is_not_sent_again(client: Client, demonstration: None, address: str) -> None:
    first = client.get(address)
    for headers in ({"If-None-Match": first["ETag"]}, {"If-Modified-Since": first["Last-Modified"]}):
        again = client.get(address, headers=headers)
        assert again.status_code == HTTPStatus.NOT_MODIFIED
        assert not again.content
    assert client.get(address, headers={"If-None-Match": '"autre"'}).status_code == HTTPStatus.OK


def test_the_files_stay_small() -> None:
    sizes = [path.stat().st_size for path in catalogue.files().values()]
    assert sum(sizes) < 400_000


def test_the_catalogue_conforms_to_the_official_shapes(
    client: Client, settings: Settings, demonstration: None, shared_data: Path
) -> None:
    import pyshacl
    import rdflib

    data = rdflib.Graph()
    for body in pages(client, settings.BOUTURE_URL):
        data.parse(data=body, format="turtle")
    shapes = rdflib.Graph().parse(shared_data / "shapes" / "dcat-ap-3.0.1" / "shapes.ttl")
    conforms, _, text = pyshacl.validate(data, shacl_graph=shapes, inference="none")
    assert conforms, text


@pytest.fixture
def portal(live_server: LiveServer, settings: Settings, home: Path, demonstration: None) -> LiveServer:
    settings.BOUTURE_URL = live_server.url
    return live_server


def demo() -> str:
    out = StringIO()
    call_command("demo", stdout=out, stderr=out)
    return out.getvalue()


def last_run() -> HarvestRun:
    return HarvestRun.objects.latest()


def test_demo_harvests_all_then_nothing_more(portal: LiveServer) -> None:
    told = demo()
    count = len(catalogue.said()["datasets"])
    run = last_run()
    assert (run.status, run.complete, run.messages, run.repairs) == (HarvestRun.Status.DONE, True, [], {})
    assert (run.found, run.created, run.quarantined, run.pages.count()) == (count, count, 0, catalogue.page_count())
    assert f"{count} créés" in told
    assert DataService.objects.count() == 1
    assert not Dataset.objects.not_conforming().exists()
    assert not Dataset.objects.exclude(problems=[]).exists()
    assert {str(body) for body in Organisation.objects.all()} == BODIES
    assert [str(body) for body in Organisation.objects.filter(tenant=True)] == ["Ville de Port-Lanvern"]
    assert set(Dataset.objects.values_list("territory__code", flat=True)) == {"99001"}
    source = HarvestSource.objects.get()
    assert source.schedule == "0 4 * * *"

    changes = Change.objects.count()
    demo()
    run = last_run()
    assert (run.found, run.unchanged, run.created, run.updated, run.withdrawn) == (count, count, 0, 0, 0)
    assert Change.objects.count() == changes
    assert HarvestSource.objects.count() == 1


def test_every_record_of_the_demonstration_holds_to_its_schema(portal: LiveServer, client: Client) -> None:
    demo()
    judges = {name: Draft202012Validator(schema(name)) for name in ("dataset", "service")}
    lines = [json.loads(line) for line in b"".join(dump("jsonl")).splitlines()]
    assert {line["kind"] for line in lines} == set(judges)
    assert len(lines) == len(catalogue.said()["datasets"]) + 1
    assert [error.message for line in lines for error in judges[line["kind"]].iter_errors(line)] == []
    for line in lines:
        assert client.get(f"/id/{line['id']}.json").json() == line


def test_what_the_portal_says_of_it_is_valid_by_the_official_shapes(portal: LiveServer, shared_data: Path) -> None:
    demo()
    verdict = Verdict("Port-Lanvern")
    judge(verdict, shared_data)
    assert verdict.records == len(catalogue.said()["datasets"]) + 1
    assert (verdict.faults, verdict.lacks) == ([], {})


def test_what_demo_harvested_is_found_in_everyday_words(portal: LiveServer, client: Client) -> None:
    demo()
    factories.bring_index_up_to_date()
    for words, title in (
        ("poubelle", "Calendrier de collecte"),
        ("cantine", "Menus de la"),
        ("marée", "Horaires des marées"),
    ):
        page = client.get("/jeux-de-donnees/", {"q": words}).text
        assert title in re.sub(r"</?mark>", "", page)


def test_demo_follows_the_portal_to_another_port(portal: LiveServer, settings: Settings) -> None:
    demo()
    HarvestSource.objects.update(key=f"http://127.0.0.1:1{CATALOGUE}")
    demo()
    run = last_run()
    assert (run.found, run.created, run.withdrawn) == (len(catalogue.said()["datasets"]), 0, 0)
    assert HarvestSource.objects.get().key == settings.BOUTURE_URL + CATALOGUE


def test_demo_leaves_a_base_alone_that_holds_other_records(portal: LiveServer) -> None:
    kept = factories.dataset("Une vraie fiche")
    with pytest.raises(CommandError, match="pas de la démonstration"):
        demo()
    assert list(Dataset.objects.all()) == [kept]
    assert not HarvestSource.objects.exists()


def test_demo_says_that_the_portal_must_run_and_writes_nothing(
    settings: Settings, home: Path, demonstration: None
) -> None:
    settings.BOUTURE_URL = "http://127.0.0.1:9"
    with pytest.raises(CommandError, match="make run"):
        demo()
    assert not HarvestSource.objects.exists()
    assert not Organisation.objects.exists()


def test_demo_does_nothing_on_a_real_portal(settings: Settings) -> None:
    with pytest.raises(CommandError, match="BOUTURE_DEMO=true"):
        demo()
