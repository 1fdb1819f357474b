"""Runs that were killed: the next one goes on where they stopped, whoever starts it, and loses or doubles nothing.

`benchmarks/killing.py` does it with SIGKILL, at random moments; it is a step of `.ci/run`.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from catalogue import publishing
from catalogue.models import Change, Dataset
from harvesters.engine import harvest
from harvesters.http import Client
from harvesters.models import HarvestRecord, HarvestRun, HarvestSource
from harvesters.registry import home_body
from harvesters.schedule import due, run_due
from tests.harvesting.servers import Server, reply

pytestmark = pytest.mark.django_db
HEAD = "@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> . @prefix hydra: <http://www.w3.org/ns/hydra/core#> .\n"
PAGES = 5


def publish(server: Server, *, changed: int = -1, without: int = -1) -> None:
    """Five pages of four records."""
    for page in range(PAGES):
        records = "".join(
            f'<https://donnees.essai.example/{n}> a dcat:Dataset ; dct:identifier "{n}" ; '
            f'dct:title "Jeu {n}{" revu" if n == changed else ""}" .\n'
            for n in range(4 * page, 4 * page + 4)
            if n != without
        )
        more = f"<{server.url('/x')}> hydra:next <{server.url(f'/{page + 1}')}> .\n" if page + 1 < PAGES else ""
        server.replies[f"/{page}"] = reply((HEAD + records + more).encode())


@pytest.fixture
def source(server: Server) -> HarvestSource:
    publish(server)
    return HarvestSource.objects.create(key=server.url("/0"), owner=home_body(), kind="dcat")


@pytest.fixture
def client(make_client: Callable[..., Client]) -> Client:
    return make_client()


class Kill:
    """Kills the process at its nth call of a function, before or after the function did its work."""

    def __init__(self, patch: pytest.MonkeyPatch, module: Any, name: str, at: int, *, before: bool = False) -> None:
        self.real, self.left, self.before = getattr(module, name), at, before
        patch.setattr(module, name, self)

    def __call__(self, *args: Any, **options: Any) -> Any:
        self.left -= 1
        if self.left < 0 and self.before:
            raise KeyboardInterrupt
        told = self.real(*args, **options)
        if self.left < 0:
            raise KeyboardInterrupt
        return told


def kill(source: HarvestSource, client: Client, name: str, at: int, *, before: bool = False) -> None:
    with pytest.MonkeyPatch.context() as patch:
        Kill(patch, publishing, name, at, before=before)
        with pytest.raises(KeyboardInterrupt):
            harvest(source, client)


def asked(server: Server) -> list[str]:
    paths = [each.path for each in server.asked]
    server.asked.clear()
    return paths


def test_a_killed_run_goes_on_at_its_last_checkpoint(server: Server, source: HarvestSource, client: Client) -> None:
    kill(source, client, "publish", 3)
    assert (HarvestRun.objects.get().status, asked(server)) == ("killed", ["/0", "/1", "/2", "/3"])
    resumed = harvest(source, client)
    assert (resumed.status, resumed.found, Dataset.objects.count()) == ("done", 20, 20)
    assert asked(server) == ["/3", "/4"]
    assert Change.objects.filter(record_type="dataset").count() == 20
    # The run after asks for everything again, so that what changed meanwhile is not lost.
    publish(server, changed=1)
    assert (harvest(source, client).updated, len(asked(server))) == (1, PAGES)


def test_pages_read_long_ago_or_by_another_reader_are_asked_for_again(
    server: Server, source: HarvestSource, client: Client
) -> None:
    for change in ({"heartbeat_at": timezone.now() - timedelta(hours=2)}, {"reading": "another"}):
        kill(source, client, "publish", 0)
        HarvestRun.objects.update(**change)
        asked(server)
        publish(server, changed=0)
        assert harvest(source, client).status == "done"
        assert asked(server) == [f"/{page}" for page in range(PAGES)]
        assert Dataset.objects.filter(title={"": "Jeu 0 revu"}).count() == 1
        Dataset.objects.all().delete()
        HarvestRun.objects.all().delete()
        HarvestRecord.objects.all().delete()
        publish(server)


def test_killed_while_it_withdraws_a_record_that_comes_back(
    server: Server, source: HarvestSource, client: Client
) -> None:
    harvest(source, client)
    for before in (True, False):
        publish(server, without=7)
        kill(source, client, "withdraw", 0, before=before)
        publish(server)
        harvest(source, client)
        harvest(source, client)
        assert Dataset.objects.published().count() == 20


def test_a_run_under_new_rules_that_is_killed_ends_as_if_it_had_not_been(
    server: Server, source: HarvestSource, client: Client
) -> None:
    harvest(source, client)
    rules = {"exclude": ["titre : jeu 3", "titre : jeu 9", "titre : jeu 17"], "prefix": "[Ville]"}
    HarvestSource.objects.update(rules=rules)
    source.refresh_from_db()
    for at in range(3):
        kill(source, client, "publish", at)
        assert Dataset.objects.published().count() == 20
    kill(source, client, "withdraw", 0)
    done = harvest(source, client)
    assert (done.status, done.found, done.left_out) == ("done", 20, 3)
    wanted = {f"[Ville] Jeu {number}" for number in range(20) if number not in (3, 9, 17)}
    assert {row.label for row in Dataset.objects.published()} == wanted
    assert Dataset.objects.count() == 20


def test_what_a_killed_run_published_and_the_source_lost_since_is_withdrawn(
    server: Server, source: HarvestSource, client: Client
) -> None:
    kill(source, client, "publish", 0)
    HarvestRun.objects.update(heartbeat_at=timezone.now() - timedelta(hours=2))
    assert HarvestRecord.objects.filter(stamp="").count() == 4
    publish(server, without=3)
    assert harvest(source, client, max_withdrawn=1).withdrawn == 1
    assert not Dataset.objects.published().filter(title={"": "Jeu 3"}).exists()


def test_a_worker_takes_over_what_another_left_behind(
    server: Server, source: HarvestSource, client: Client, make_client: Callable[..., Client]
) -> None:
    """Whoever started it, with or without a schedule; not while its holder shows life, and not for ever."""
    now = timezone.now()

    def left_behind(holder: str, until: Any) -> None:
        HarvestSource.objects.update(holder=holder, held_until=until)
        HarvestRun.objects.create(source=source, started_at=now, heartbeat_at=now)

    left_behind("elsewhere:1:ab", now + timedelta(minutes=10))
    assert due(now) == []
    assert due(now + timedelta(minutes=20)) == [source]
    HarvestSource.objects.update(held_until=now - timedelta(seconds=1))
    runs = run_due(lambda _: make_client())
    assert [run.status for run in runs] == ["done"]
    assert HarvestRun.objects.filter(status="killed").count() == 1
    assert due(timezone.now()) == []
    left_behind("elsewhere:1:ab", now)
    HarvestSource.objects.update(takeovers=3)
    assert due(timezone.now()) == []


def test_a_run_whose_lease_was_taken_writes_nothing_more(
    server: Server, source: HarvestSource, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = publishing.publish

    def slow(drafts: Any, actor: Any = None) -> Any:
        told = real(drafts, actor)
        HarvestSource.objects.update(holder="elsewhere:1:ab")
        HarvestRun.objects.update(heartbeat_at=timezone.now() - timedelta(minutes=20))
        return told

    monkeypatch.setattr(publishing, "publish", slow)
    monkeypatch.setattr("harvesters.engine.HEARTBEAT", timedelta(0))
    run = harvest(source, client)
    assert run.status == "failed" and "reprise par un autre processus" in run.messages[0]
    assert Dataset.objects.count() == 4
    assert HarvestSource.objects.get().holder == "elsewhere:1:ab"
