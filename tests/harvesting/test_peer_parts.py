"""What a dataset leads to, told apart: publishers, contacts, licences, files, before it or after it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from catalogue.models import Change, DataService, Dataset
from harvesters.models import HarvestRun, HarvestSource
from tests.harvesting.feeds import Home, dataset
from tests.harvesting.servers import Server

pytestmark = pytest.mark.django_db
Follow = Callable[..., HarvestRun]
TOWN, DESK, LICENCE = (
    "https://ville.example/id/mairie",
    "https://ville.example/id/contact",
    "https://ville.example/id/licence",
)


@pytest.fixture
def home(server: Server) -> Home:
    return Home(server)


def agent(home: Home, name: str, verb: str = "Create") -> None:
    home.tell("mairie", verb, f'<{TOWN}> a foaf:Agent ; foaf:name "{name}"@fr .')


def contact(home: Home) -> None:
    home.tell("contact", "Create", f'<{DESK}> a vcard:Kind ; vcard:fn "Service des données"@fr .')


def apart(home: Home) -> None:
    """A dataset that describes nothing of what it leads to."""
    uri = home.uri(1)
    leads = f"dct:publisher <{TOWN}> ; dcat:contactPoint <{DESK}> ; dcat:distribution <{uri}/csv>"
    home.tell(1, "Create", f'<{uri}> a dcat:Dataset ; dct:title "Jeu"@fr ; dct:description "Un jeu."@fr ; {leads} .')


def file(home: Home) -> None:
    uri = home.uri("1/csv")
    leads = f"dcat:accessURL <https://ville.example/1.csv> ; dct:license <{LICENCE}>"
    home.tell("1/csv", "Create", f"<{uri}> a dcat:Distribution ; {leads} .")


def licence(home: Home, name: str = "Licence de la ville", verb: str = "Create") -> None:
    home.tell("licence", verb, f'<{LICENCE}> a dct:LicenseDocument ; dct:title "{name}"@fr .')


PARTS = (apart, lambda home: agent(home, "Ville d’essai"), contact, file, licence)


@pytest.mark.parametrize("order", [(0, 1, 2, 3, 4), (4, 3, 2, 1, 0), (1, 4, 0, 3, 2), (3, 0, 4, 2, 1)])
@pytest.mark.parametrize("apiece", [True, False], ids=["a-run-each", "one-run"])
def test_parts_of_their_own_come_before_or_after(
    home: Home, follow: Follow, order: tuple[int, ...], apiece: bool
) -> None:
    for at in order:
        PARTS[at](home)
        if apiece:
            home.publish()
            assert follow().status == "done"
    home.publish()
    assert follow().status == "done"
    row = Dataset.objects.get()
    assert (row.publisher["uri"], row.publisher["name"]) == (TOWN, {"fr": "Ville d’essai"})
    assert row.published_by.name == "Ville d’essai"
    assert row.contact_point[0]["name"] == {"fr": "Service des données"}
    assert row.distributions.get().uri == home.uri("1/csv")
    assert "Licence de la ville" in row.said


def test_a_part_that_changes_or_goes_changes_what_leads_to_it(home: Home, follow: Follow) -> None:
    for part in PARTS:
        part(home)
    home.dataset(2)
    home.publish()
    assert follow().created == 2
    agent(home, "Ville renommée", verb="Update")
    licence(home, "Licence revue", verb="Update")
    home.publish()
    assert follow().updated == 1
    row = Dataset.objects.get(uri=home.uri(1))
    assert row.publisher["name"] == {"fr": "Ville renommée"}
    assert "Licence revue" in row.said
    home.delete("1/csv")
    home.publish()
    assert follow().updated == 1
    assert not Dataset.objects.get(uri=home.uri(1)).distributions.exists()
    lines = Change.objects.count()
    agent(home, "Ville renommée", verb="Update")
    home.publish()
    assert follow().unchanged == 1
    assert Change.objects.count() == lines


def test_services_and_the_catalogue(home: Home, follow: Follow) -> None:
    space = "https://ville.example/id"
    home.tell("catalogue", "Create", f'<{space}/catalogue> a dcat:Catalog ; dct:title "Données de la ville"@fr .')
    home.tell(
        "wms", "Create", f'<{space}/wms> a dcat:DataService ; dct:title "Cartes"@fr ; dcat:endpointURL <{space}/ows> .'
    )
    home.publish()
    run = follow()
    assert (run.status, run.services["created"], run.created) == ("done", 1, 0)
    assert run.source.feed.title == "Données de la ville"
    assert HarvestSource.objects.get().title == "Données de la ville"
    assert DataService.objects.published().get().uri == f"{space}/wms"
    home.delete("wms")
    home.publish()
    assert follow().services["withdrawn"] == 1
    assert not DataService.objects.published().exists()


def test_what_is_told_beside_the_object_is_not_taken_for_it(home: Home, follow: Follow) -> None:
    other = dataset(home.uri("autre"), "Un autre jeu")
    home.dataset(1, more=other)
    home.publish()
    follow()
    row = Dataset.objects.get()
    assert row.uri == home.uri(1)
    assert "autre" not in row.said
