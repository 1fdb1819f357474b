"""Peers searched across, as readers and programs meet them. The same promise on both engines: what a peer has is found by the
facet of instances, in its own index where there is a cluster, in its replicas where the index is embedded."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as given
from django.test import Client
from elasticsearch import Elasticsearch
from pytest_django import Settings

from catalogue.models import Dataset
from catalogue.search import instance
from catalogue.search.document import Document
from catalogue.search.elastic import ElasticBackend
from harvesters.models import HarvestRecord, HarvestSource
from tests import factories
from tests.search.test_across import door, nobody

pytestmark = pytest.mark.django_db

TITLE = "Zinzolin de la voisine"


@dataclass
class Voisine:
    """An instance beside ours."""

    home: str
    id: str  # of its record there
    index: ElasticBackend | None = None


def neighbour(settings: Settings, *, seed: str = "", title: str = TITLE) -> Voisine:
    """Declared by the administrator, where the index is on a cluster; its record is public there."""
    made = Voisine(f"https://{uuid.uuid4().hex}.exemple", str(uuid.uuid4()))
    if settings.ELASTICSEARCH_URL:
        settings.BOUTURE_PEER_CLUSTERS = (*settings.BOUTURE_PEER_CLUSTERS, (made.home, seed or door()))
        settings.BOUTURE_PEER_TIMEOUT = 5000
        made.index = ElasticBackend(settings.ELASTICSEARCH_URL, instance.prefix_of(made.home))
        document = Document(
            made.id, "dataset", (title,), instance=(made.home,), publisher=("secrete",), audience=("public",)
        )
        made.index.replace([document])
    return made


@pytest.fixture
def taken_down(settings: Settings) -> Iterator[list[Voisine]]:
    """Their indices, and what our cluster was told of them, go with the test."""
    made: list[Voisine] = []
    yield made
    names = [peer.cluster for peer in instance.peers()]
    for each in made:
        if each.index is not None:
            each.index.remove_all()
    if names:
        client = Elasticsearch(given.ELASTICSEARCH_FOR_TESTS)
        client.cluster.put_settings(persistent={f"cluster.remote.{name}.*": None for name in names})


def replicated(voisine: Voisine) -> Dataset:
    """The peer's record as replication keeps it here."""
    owner = factories.body("Voisine")
    source = HarvestSource.objects.create(key=f"{voisine.home}/flux/", kind="peer", title="La Voisine", owner=owner)
    row = factories.dataset(TITLE, owner)
    HarvestRecord.objects.create(source=source, key=row.uri, record=row.pk)
    return row


def asked(client: Client, **more: Any) -> dict[str, Any]:
    response = client.get("/api/search", {"q": "zinzolin", "facettes": "instance,organisme", **more})
    assert response.status_code == 200, response.content
    found: dict[str, Any] = response.json()
    return found


def test_a_peers_records_are_found_by_the_facet_of_instances(
    searched: Path, settings: Settings, client: Client, taken_down: list[Voisine]
) -> None:
    voisine = neighbour(settings)
    taken_down.append(voisine)
    replicated(voisine)
    factories.dataset("Zinzolin d'ici", factories.body("Ici"))
    factories.bring_index_up_to_date()
    found = asked(client)
    assert sorted(each["title"] for each in found["results"]) == ["Zinzolin d'ici", TITLE]
    assert (found["total"], found["unavailable"]) == (2, [])
    counts = {each["value"]: each["count"] for each in found["facets"]["instance"]}
    assert counts == {settings.BOUTURE_URL: 1, voisine.home: 1}
    theirs = asked(client, instance=voisine.home)
    assert [each["title"] for each in theirs["results"]] == [TITLE]
    page = client.get("/jeux-de-donnees/", {"q": "zinzolin", "instance": voisine.home}).content.decode()
    assert "de la voisine</bdi></a>" in page
    assert "ici</bdi></a>" not in page


@pytest.mark.elastic
@pytest.mark.parametrize("searched", ["elastic"], indirect=True)
def test_a_record_of_a_peer_leads_to_its_home_and_says_whose_it_is(
    searched: Path, settings: Settings, client: Client, taken_down: list[Voisine]
) -> None:
    voisine = neighbour(settings)
    taken_down.append(voisine)
    replicated(voisine)
    factories.bring_index_up_to_date()
    (result,) = asked(client)["results"]
    address = f"{voisine.home}/jeux-de-donnees/{voisine.id}/"
    assert (result["page"], result["instance"], result["uri"]) == (address, voisine.home, None)
    page = client.get("/jeux-de-donnees/", {"q": "zinzolin"}).content.decode()
    assert f'href="{address}"' in page
    assert "sur La Voisine" in page
    HarvestSource.objects.update(private=True)
    assert "La Voisine" not in client.get("/jeux-de-donnees/", {"q": "zinzolin"}).content.decode()


@pytest.mark.elastic
@pytest.mark.parametrize("searched", ["elastic"], indirect=True)
def test_a_peer_that_is_down_is_named_and_its_replicas_are_shown(
    searched: Path, settings: Settings, client: Client, taken_down: list[Voisine]
) -> None:
    voisine = neighbour(settings, seed=nobody())
    taken_down.append(voisine)
    row = replicated(voisine)
    factories.bring_index_up_to_date()
    found = asked(client)
    assert found["unavailable"] == [{"instance": voisine.home, "name": "La Voisine", "reason": "away"}]
    assert [each["id"] for each in found["results"]] == [str(row.pk)]
    page = client.get("/jeux-de-donnees/", {"q": "zinzolin"}).content.decode()
    assert "La Voisine ne répond pas" in page
    assert f'href="{voisine.home}/jeux-de-donnees/?q=zinzolin"' in page
    nothing = client.get("/jeux-de-donnees/", {"q": "zinzolin", "format": "AUCUN"}).content.decode()
    assert "Aucun résultat" in nothing
    assert "La Voisine ne répond pas" in nothing


@pytest.mark.elastic
@pytest.mark.parametrize("searched", ["elastic"], indirect=True)
def test_a_peer_cannot_write_in_our_page_nor_make_us_tell_a_private_name(
    searched: Path, settings: Settings, client: Client, taken_down: list[Voisine]
) -> None:
    voisine = neighbour(settings, title='Zinzolin <script>alert("1")</script>')
    taken_down.append(voisine)
    body = factories.body("Société tenue secrète", tenant=False)
    body.slug = "secrete"
    body.save()
    factories.dataset("Autre", body, private=True)
    factories.dataset("Zinzolin d'ici", factories.body("Ici"))
    factories.bring_index_up_to_date()
    page = client.get("/jeux-de-donnees/", {"q": "zinzolin"}).content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page
    assert "Société tenue secrète" not in page
    labels = {each["value"]: each["label"] for each in asked(client)["facets"]["organisme"]}
    assert labels["secrete"] == "secrete"


@pytest.mark.elastic
@pytest.mark.parametrize("searched", ["elastic"], indirect=True)
def test_what_a_peer_withdraws_is_not_kept_here(
    searched: Path, settings: Settings, client: Client, taken_down: list[Voisine]
) -> None:
    voisine = neighbour(settings)
    taken_down.append(voisine)
    factories.bring_index_up_to_date()
    assert asked(client)["total"] == 1
    assert voisine.index is not None
    voisine.index.remove([voisine.id])
    assert asked(client)["total"] == 0


@pytest.mark.elastic
@pytest.mark.parametrize("searched", ["elastic"], indirect=True)
def test_page_numbers_stop_earlier_and_say_so(
    searched: Path, settings: Settings, client: Client, taken_down: list[Voisine]
) -> None:
    voisine = neighbour(settings)
    taken_down.append(voisine)
    assert voisine.index is not None
    made = [
        Document(str(uuid.uuid4()), "dataset", (f"Zinzolin {n}",), instance=(voisine.home,), audience=("public",))
        for n in range(550)
    ]
    voisine.index.replace([*made, replace(made[0], id="organisation:1", kind="organisation")])
    factories.bring_index_up_to_date()
    refused = client.get("/api/search", {"q": "zinzolin", "taille": 100, "page": 6})
    assert refused.status_code == 400
    assert "500 résultats" in refused.json()["errors"][0]["detail"]
    last = client.get("/jeux-de-donnees/", {"q": "zinzolin", "page": 25}).content.decode()
    assert "suite=" in last
    assert "page=26" not in last
    beyond = client.get("/jeux-de-donnees/", {"q": "zinzolin", "page": 26}).content.decode()
    assert "Cette page de résultats n’existe pas" in beyond
    assert asked(client, taille=100, page=5)["next"]
