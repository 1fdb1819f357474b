"""The process that reads beside the one that writes: the same base with it and without, whatever becomes of it."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from catalogue import publishing
from catalogue.dcat.lines import TYPE, Lines
from catalogue.dcat.profile import DCAT, DCT
from catalogue.models import Change, DataService, Dataset, Organisation, Territory
from harvesters import ahead
from harvesters.base import Found
from harvesters.engine import harvest
from harvesters.http import Client
from harvesters.models import HarvestRecord, HarvestRun, HarvestSource, RouteMark
from harvesters.receiving import received_by
from harvesters.registry import home_body
from tests import factories
from tests.conftest import PROJECT
from tests.harvesting.test_engine import PREFIXES, record
from tests.test_tasks import environment

# What a copy of a process with threads may wait for in vain, the process beside never asks for; Python warns all the same.
pytestmark = [pytest.mark.django_db, pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")]
LOT = 20  # records written together
COUNT = 2 * LOT + 5
AGENT = '<https://donnees.essai.example/org/{0}> a <http://xmlns.com/foaf/0.1/Agent> ; <http://xmlns.com/foaf/0.1/name> "Régie {0}" .\n'
NAMELESS = '[] a dcat:Dataset ; dct:identifier "sans-adresse" ; dct:title "Sans adresse"@fr ; dct:description "Elle en reçoit une."@fr .\n'
EMPTY = "<https://donnees.essai.example/jeux/vide> a dcat:Dataset .\n"
Run = Callable[..., HarvestRun]


def catalogue(count: int = COUNT) -> str:
    """Some with a body, some of a commune; one without an address, one that says nothing."""
    bodies = "".join(
        f"<https://donnees.essai.example/jeux/{number}> dct:publisher <https://donnees.essai.example/org/{number % 7}> ; "
        f"dct:spatial <http://id.insee.fr/geo/commune/40192> .\n"
        for number in range(0, count, 3)
    )
    return (
        f"{PREFIXES}{''.join(map(record, range(count)))}{bodies}{''.join(map(AGENT.format, range(7)))}{NAMELESS}{EMPTY}"
    )


@pytest.fixture
def beside(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """The processes that were started, by their number; on any machine, and from a process of tests that has threads."""
    monkeypatch.setattr(ahead, "possible", lambda: True)
    monkeypatch.setattr(ahead, "PIECE", 5)
    monkeypatch.setattr(publishing, "BATCH", LOT)
    started: list[int] = []
    begin = ahead.Beside._send

    def send(self: ahead.Beside, lots: Any) -> None:
        begin(self, lots)
        started.extend(one.pid for one in multiprocessing.active_children() if one.pid and one.pid not in started)

    monkeypatch.setattr(ahead.Beside, "_send", send)
    yield started
    assert not multiprocessing.active_children()


@pytest.fixture
def run(tmp_path: Path) -> Run:
    def go(text: str = "", **options: Any) -> HarvestRun:
        path = tmp_path / "catalogue.ttl"
        path.write_text(text or catalogue())
        source, _ = HarvestSource.objects.get_or_create(key=str(path), defaults={"owner": home_body()})
        with Client() as client:
            return harvest(source, client, **options)

    return go


DRAWN = {"id", "created_at", "updated_at", "dataset", "published_by", "digest"}


def values(row: Any, key: Any) -> str:
    """But for moments, and for what is drawn by lot."""
    fields = [field.name for field in row._meta.concrete_fields if field.name not in DRAWN]
    return str({name: getattr(row, name) for name in fields}).replace(str(key), "…")


def told(run: HarvestRun) -> dict[str, Any]:
    """All that a run left."""
    rows = list(Dataset.objects.with_forms().prefetch_related("distributions", "published_by"))
    known = HarvestRecord.objects.order_by("key")
    return {
        "records": sorted(f"{values(row, row.pk)} {row.published_by}" for row in rows),
        "files": sorted(values(file, row.pk) for row in rows for file in row.distributions.all()),
        "log": sorted(Change.objects.values_list("verb", "kind", "record_type", "reason")),
        "rows": [
            (row.key, row.stamp, row.quarantine, row.tries, row.page, bool(row.record), row.follows) for row in known
        ],
        "marks": sorted(RouteMark.objects.values_list("row__key", "digest", "rank", "host")),
        "bodies": sorted(Organisation.objects.values_list("name", flat=True)),
        "run": [run.status, run.found, run.created, run.quarantined, run.repairs, run.messages],
    }


def alone(run: Run, told: Callable[[HarvestRun], dict[str, Any]] = told, **options: Any) -> dict[str, Any]:
    """What a run leaves that has no process beside it; the base is then as it was."""
    with pytest.MonkeyPatch.context() as patch, transaction.atomic():
        patch.setattr(ahead, "possible", lambda: False)
        left = told(run(**options))
        transaction.set_rollback(True)
    return left


@pytest.fixture
def commune() -> None:
    Territory.objects.create(level="commune", code="40192", name="Mont-de-Marsan", sort_name="mont de marsan")


@pytest.mark.usefixtures("commune")
def test_the_base_is_the_same_with_it_and_without(run: Run, beside: list[int]) -> None:
    without = alone(run)
    assert not beside
    assert told(run()) == without
    assert len(beside) == 1
    assert len(without["records"]) == COUNT + 1 and without["run"][3] == 1


@pytest.mark.usefixtures("commune")
@pytest.mark.parametrize("moment", [0, LOT, 2 * LOT])
def test_killed_at_any_moment_its_part_is_done_here(run: Run, beside: list[int], moment: int) -> None:
    without = alone(run)

    def kill(run: HarvestRun) -> None:
        if beside and run.created >= moment:
            with suppress(ProcessLookupError):
                os.kill(beside[0], signal.SIGKILL)

    assert told(run(progress=kill)) == without
    assert len(beside) == 1


@pytest.mark.usefixtures("commune")
def test_stopped_without_a_word_its_part_is_done_here(
    run: Run, beside: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ahead, "LOOK", 0.01)
    monkeypatch.setattr(ahead, "PATIENCE", 0.05)
    without = alone(run)

    def stop(_: HarvestRun) -> None:
        if beside:
            with suppress(ProcessLookupError):
                os.kill(beside[0], signal.SIGSTOP)

    assert told(run(progress=stop)) == without
    assert len(beside) == 1


def test_where_none_can_start_all_is_done_here(run: Run, beside: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    without = alone(run)

    def refuse() -> int:
        raise BlockingIOError("no memory for another process")

    monkeypatch.setattr(os, "fork", refuse)
    assert told(run()) == without
    assert not beside


def test_rules_and_rehearsals(run: Run, beside: list[int]) -> None:
    run(catalogue(1), dry=True)
    source = HarvestSource.objects.get()
    source.rules = {"exclude": ["titre : Jeu 7"], "prefix": "[essai]"}
    source.save()
    without = alone(run)
    assert run(dry=True).created == COUNT and not beside
    assert Dataset.objects.count() == 0
    assert told(run()) == without
    assert len(beside) == 1
    assert Dataset.objects.filter(title={"fr": "[essai] Jeu 8"}).count() == 1


def test_an_address_that_another_record_has_stays_its_own(run: Run, beside: list[int]) -> None:
    owner = factories.body()
    uri = "https://donnees.essai.example/jeux/3"
    [ours] = publishing.publish([publishing.Draft("service", {"title": {"fr": "Un service"}}, owner.pk, uri=uri)])
    without = alone(run)
    assert told(run()) == without
    assert Dataset.objects.get(title={"fr": "Jeu 3"}).minted
    assert DataService.objects.get(pk=ours.id).uri == uri


def test_few_records_and_a_second_run_start_nothing(run: Run, beside: list[int]) -> None:
    run(catalogue(LOT - 2))
    run(catalogue())
    assert not beside


def test_what_is_read_beside_asks_nothing_of_the_base(run: Run) -> None:
    run(catalogue(1))
    source = HarvestSource.objects.select_related("owner").get()
    reader = ahead.Reader(source, received_by(source))
    uri = "https://donnees.essai.example/jeux/9"
    lines = f'<{uri}> {TYPE} <{DCAT}Dataset> .\n<{uri}> <{DCT}title> "Neuf"@fr .\n'
    said, silent = (Found("dataset", (f"iri:{uri}",), uri, Lines(text), "Neuf", sound=True) for text in (lines, ""))
    with CaptureQueriesContext(connection) as asked:
        read, nothing = reader([said, silent])
    assert not asked.captured_queries
    assert read.foreseen and read.foreseen.uri == uri and read.sign
    assert nothing.reason and not nothing.foreseen


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_it_ends_with_its_parent(home: Path, tmp_path: Path) -> None:
    path = tmp_path / "catalogue.ttl"
    path.write_text(catalogue(5 * publishing.BATCH))
    command = [sys.executable, "manage.py", "harvest", str(path)]
    running = subprocess.Popen(command, cwd=PROJECT, env=environment(home), stdout=subprocess.DEVNULL)
    deadline = time.monotonic() + 60
    try:
        while not (beside := children(running.pid)):
            assert running.poll() is None and time.monotonic() < deadline, "no process was started"
            time.sleep(0.01)
    finally:
        running.kill()
        running.wait(timeout=20)
    while any(Path(f"/proc/{pid}").exists() and "Z" not in state(pid) for pid in beside):
        assert time.monotonic() < deadline, "the process beside outlives its parent"
        time.sleep(0.01)


def children(pid: int) -> list[int]:
    return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def state(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return "Z"
