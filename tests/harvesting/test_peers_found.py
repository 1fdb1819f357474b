"""Replicas in the search, beside ours: on the page, in the API, on both engines; and what their pages say of their home."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.test import Client as Browser

from catalogue import search
from catalogue.models import Dataset
from harvesters.engine import harvest
from harvesters.http import Client, Limits
from harvesters.models import HarvestSource
from harvesters.registry import home_body
from tests.factories import bring_index_up_to_date
from tests.factories import dataset as ours
from tests.harvesting.feeds import Home
from tests.harvesting.servers import Server

pytestmark = pytest.mark.django_db


@pytest.fixture
def replicas(searched: Path, server: Server, make_client: Callable[..., Client], settings: LazySettings) -> str:
    """Three records of an instance called Dax, beside two of ours; gives the address of that instance."""
    settings.BOUTURE_NAME = "Mont-de-Marsan"
    home = Home(server)
    for name in range(3):
        home.dataset(name)
    home.publish()
    source = HarvestSource.objects.create(key=server.url("/flux/"), title="Dax", owner=home_body())
    assert harvest(source, make_client(Limits(delay=0))).created == 3
    ours("Arbres")
    ours("Bancs")
    bring_index_up_to_date()
    return server.url("").rstrip("/")


def test_the_facet_tells_homes_apart_on_each_engine(replicas: str, client: Browser, settings: LazySettings) -> None:
    here = settings.BOUTURE_URL
    [facet] = search.find(facets=("instance",), kinds=("dataset",)).facets
    assert dict(facet.values) == {replicas: 3, here: 2}
    said: Any = client.get("/api/search", {"instance": replicas, "facettes": "instance", "genre": "dataset"}).json()
    assert said["total"] == 3
    assert said["facets"]["instance"] == [
        {"value": replicas, "label": "Dax", "count": 3},
        {"value": here, "label": "Mont-de-Marsan", "count": 2},
    ]


def test_the_page_offers_it_once_there_are_several(replicas: str, client: Browser) -> None:
    page = client.get("/jeux-de-donnees/", {"genre": "dataset"}).content.decode()
    assert (">Instance<" in page, "Dax" in page) == (True, True)
    narrowed = client.get("/jeux-de-donnees/", {"genre": "dataset", "instance": replicas}).content.decode()
    assert "instance : Dax" in narrowed
    Dataset.objects.filter(replicated=True).delete()
    assert ">Instance<" not in client.get("/jeux-de-donnees/", {"q": "arbres"}).content.decode()


def test_the_page_of_a_replica_names_its_home_and_leads_to_the_record_there(replicas: str, client: Browser) -> None:
    row = Dataset.objects.filter(replicated=True).first()
    assert row
    Dataset.objects.filter(pk=row.pk).update(
        uri="https://donnees.dax.fr/id/7", landing_page=["https://ailleurs.fr/page"]
    )
    page = client.get(f"/jeux-de-donnees/{row.pk}/").content.decode()
    assert "Répliqué de l’instance Dax" in page
    assert 'href="https://donnees.dax.fr/id/7"' in page
