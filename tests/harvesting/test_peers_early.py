"""A first reading whose records are taken in while pages still come: the same base as when all pages came first."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from catalogue.models import Change, Dataset
from harvesters.models import HarvestRecord, HarvestRun
from harvesters.peers import following, ledger
from harvesters.peers.models import PeerObject
from tests.harvesting.feeds import Home
from tests.harvesting.servers import Server

pytestmark = pytest.mark.django_db
Follow = Callable[..., HarvestRun]
TOWN = "https://ville.example/id/mairie"


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(following, "BATCH", 4)
    monkeypatch.setattr(ledger, "BATCH", 4)


@pytest.fixture
def home(server: Server) -> Home:
    return Home(server)


def titles() -> list[str]:
    return sorted(str(row) for row in Dataset.objects.published())


def test_records_are_there_before_the_last_page_was_asked_for(home: Home, follow: Follow) -> None:
    for number in range(20):
        home.dataset(number)
    home.publish()
    asked: list[tuple[int, int]] = []

    def look(run: HarvestRun) -> None:
        asked.append((len(home.answered), run.created))

    run = follow(progress=look)
    assert (run.status, run.created, run.found) == ("done", 20, 20)
    before = [pages for pages, created in asked if created]
    assert min(before) < len(home.answered) == 6
    assert titles() == sorted(f"Jeu {number}" for number in range(20))
    assert not PeerObject.objects.filter(due=True).exists()
    assert follow().found == 0


def test_what_a_later_page_says_of_the_same_is_the_last_word(home: Home, follow: Follow) -> None:
    for number in range(8):
        home.dataset(number)
    for number in range(8):
        home.dataset(number, title=f"Revu {number}", verb="Update")
    home.delete(3)
    home.publish(home.every)  # not the latest alone: one page after the other tells of the same
    run = follow()
    assert run.status == "done" and titles() == [f"Revu {number}" for number in range(8) if number != 3]
    assert follow().found == 0 and titles() == [f"Revu {number}" for number in range(8) if number != 3]
    assert HarvestRecord.objects.count() <= 8


def test_a_part_that_comes_pages_later_is_in_the_record(home: Home, follow: Follow) -> None:
    for number in range(12):
        home.dataset(number, more=f"<{home.uri(number)}> dct:publisher <{TOWN}> .")
    home.tell("mairie", "Create", f'<{TOWN}> a foaf:Agent ; foaf:name "Ville d’essai"@fr .')
    home.publish()
    assert follow().status == "done"
    assert {row.published_by.name for row in Dataset.objects.published()} == {"Ville d’essai"}
    assert not PeerObject.objects.filter(due=True).exists()
    assert Change.objects.filter(verb="create", record_type="dataset").count() == 12


def test_what_is_set_aside_is_tried_once_a_run(home: Home, follow: Follow) -> None:
    uri = home.uri("vide")
    home.tell("vide", "Create", f"<{uri}> a dcat:Dataset .")
    for number in range(15):
        home.dataset(number)
    home.publish()
    run = follow()
    assert (run.status, run.created, run.quarantined) == ("partial", 15, 1)
    assert HarvestRecord.objects.get(key=f"iri:{uri}").tries == 1
    follow()
    assert HarvestRecord.objects.get(key=f"iri:{uri}").tries == 2


def test_a_page_that_breaks_leaves_what_came_before(home: Home, follow: Follow) -> None:
    for number in range(20):
        home.dataset(number)
    home.publish()
    home.cut = f"{home.path}5"
    run = follow()
    assert run.status == "failed" and run.created == 16
    home.cut = ""
    assert follow().created == 4 and len(titles()) == 20


def test_a_dry_run_and_a_second_one_wait_for_the_last_page(home: Home, follow: Follow) -> None:
    for number in range(12):
        home.dataset(number)
    home.publish()
    run = follow(dry=True)
    assert run.created == 12 and not Dataset.objects.exists()
    assert follow().created == 12
    for number in range(12, 24):
        home.dataset(number)
    home.publish()
    assert follow().created == 12 and len(titles()) == 24
