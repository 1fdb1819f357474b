"""What an instance that is followed changes, read by the process beside: the same base with it and without."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalogue import drafting, publishing
from catalogue.models import Change, Dataset
from harvesters import ahead
from harvesters.models import HarvestRecord, HarvestRun, HarvestSource
from harvesters.peers import following, ledger
from harvesters.peers.joining import founds
from harvesters.peers.ledger import Ledger
from harvesters.peers.models import PeerObject
from harvesters.receiving import received_by
from harvesters.registry import home_body
from tests.harvesting.feeds import Home
from tests.harvesting.servers import Server
from tests.harvesting.test_ahead import alone, beside, told

__all__ = ["beside"]
pytestmark = [pytest.mark.django_db, pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")]
Follow = Callable[..., HarvestRun]
COUNT, MORE = 36, 44
NAMELESS = "<{uri}> dcat:distribution [ a dcat:Distribution ; dcat:accessURL <https://ville.example/{number}.ods> ] ."


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (ahead, following, ledger):
        monkeypatch.setattr(module, "BATCH", 10)


@pytest.fixture
def home(server: Server) -> Home:
    return Home(server)


def begun(home: Home, follow: Follow) -> None:
    """A first reading, and what happens here afterwards: one record had another address, one is out of sight, one follows."""
    for number in range(COUNT):
        more = NAMELESS.format(uri=home.uri(number), number=number) if number == 3 else ""
        home.dataset(number, more=more)
    home.publish()
    assert follow().created == COUNT
    home.delete(10)
    home.publish()
    assert follow().withdrawn == 1
    Dataset.objects.filter(uri=home.uri(8)).update(former_uris=["https://ville.example/ancienne"])
    publishing.withdraw(list(Dataset.objects.filter(uri=home.uri(9))), "Non.")
    other = HarvestSource.objects.create(key="https://ailleurs.example/catalogue.ttl", owner=home_body())
    mine = HarvestRecord.objects.get(key=f"iri:{home.uri(11)}")
    HarvestRecord.objects.create(
        source=other, kind="dataset", key="iri:x", record=mine.record, stamp="x", since=mine.since
    )
    HarvestRecord.objects.filter(pk=mine.pk).update(follows=True)


def changed(home: Home) -> None:
    for number in (0, 3, 8, 9, 10, 11, *range(12, COUNT)):
        more = NAMELESS.format(uri=home.uri(number), number=number) if number == 3 else ""
        home.dataset(number, f"Revu {number}", "Update", more)
    home.dataset(1, "Jeu 1", "Update", f'<{home.uri(1)}> dcat:keyword "eau"@fr, "air"@fr .')
    home.dataset(2, "Jeu 2", "Update", NAMELESS.format(uri=home.uri(2), number=2))
    home.tell(4, "Update", f"<{home.uri(4)}> a dcat:Dataset .")
    home.delete(5)
    home.dataset(6, "Jeu 6", "Update")
    for number in range(COUNT, MORE):
        home.dataset(number)
    home.publish()


def left(run: HarvestRun) -> dict[str, Any]:
    """`told`, and of what was known all that no lot is drawn for: the file without an address of record 2 is new."""
    rows = {int(row.uri.rpartition("/")[2]): row for row in Dataset.objects.with_forms()}
    known = [row for number, row in rows.items() if number < COUNT]
    drawn = [str(file.pk) for file in rows[2].distributions.all()]

    def same(texts: list[str]) -> list[str]:
        for key in drawn:
            texts = [text.replace(key, "…") for text in texts]
        return sorted(texts)

    said = told(run)
    updates = Change.objects.filter(verb="update", record__in=[row.pk for row in known])
    return {
        **said,
        "records": same(said["records"]),
        "files": same(said["files"]),
        "known": {row.pk: (row.version, row.status, row.conforms, row.former_uris) for row in known},
        "digests": {row.pk: row.digest for row in known if row is not rows[2]},
        "fields": sorted((str(one.record), one.fields) for one in updates),
        "due": PeerObject.objects.filter(due=True).count(),
    }


def test_the_base_is_the_same_with_it_and_without(home: Home, follow: Follow, beside: list[int]) -> None:
    begun(home, follow)
    changed(home)
    first = list(beside)
    without = alone(follow, left)
    assert left(follow()) == without
    assert len(beside) == len(first) + 1
    assert without["due"] == 1 and len(without["known"]) == COUNT and len(without["fields"]) == COUNT - 5
    rows = {row.label for row in Dataset.objects.published()}
    assert {"Revu 0", "Revu 3", "Revu 8", "Revu 10", "Jeu 11", "Jeu 43"} < rows and not {"Jeu 5", "Revu 9"} & rows


def test_killed_its_part_is_done_here(home: Home, follow: Follow, beside: list[int]) -> None:
    begun(home, follow)
    changed(home)
    before = len(beside)
    without = alone(follow, left)

    def kill(run: HarvestRun) -> None:
        for pid in beside[before:]:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    assert left(follow(progress=kill)) == without
    assert len(beside) == before + 1


def test_other_rules_have_all_of_it_read_again(home: Home, follow: Follow, beside: list[int]) -> None:
    begun(home, follow)
    source = HarvestSource.objects.get(key=home.server.url("/flux/"))
    source.rules = {"exclude": ["titre : Jeu 12"], "prefix": "[essai]"}
    source.save()
    before = len(beside)
    without = alone(follow, left)
    assert left(follow()) == without
    assert len(beside) == before + 1
    assert Dataset.objects.filter(title={"fr": "[essai] Jeu 13"}).exists()


def test_few_changes_and_a_dry_run_start_nothing(home: Home, follow: Follow, beside: list[int]) -> None:
    begun(home, follow)
    before = len(beside)
    home.dataset(0, "Revu", "Update")
    home.publish()
    assert follow().updated == 1
    changed(home)
    assert follow(dry=True).updated > 20
    assert len(beside) == before


def test_its_forms_are_those_that_the_row_has_and_ask_nothing_of_the_base(home: Home, follow: Follow) -> None:
    begun(home, follow)
    source = HarvestSource.objects.select_related("owner").get(key=home.server.url("/flux/"))
    rows = list(
        PeerObject.objects.filter(source=source, gone=False, uri__in=[home.uri(0), home.uri(3)]).order_by("uri")
    )
    known = {row.uri: row for row in Dataset.objects.with_forms()}
    read = [replace(one, known=known[one.uri].pk) for one in founds(rows, Ledger(source))]
    reader = ahead.Reader(source, received_by(source))
    with CaptureQueriesContext(connection) as asked:
        plain, nameless = (one.draft for one in reader(read))
    assert not asked.captured_queries
    assert plain and plain.forms and nameless and nameless.forms
    assert plain.forms.repaired == known[home.uri(0)].repaired
    assert nameless.forms.repaired != known[home.uri(3)].repaired  # its file bears an address that is drawn
    prepared = drafting.prepare([plain, nameless])
    assert [one.verb for one in prepared] == ["unchanged", "unchanged"]
