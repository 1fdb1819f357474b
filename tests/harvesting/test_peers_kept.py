"""What somebody asks of the instances that are followed, by the command; what it says, refuses and leaves as it was."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from pytest_django import Settings

from catalogue.models import AuditEntry, Dataset
from harvesters import departures, leaving, schedule
from harvesters.models import HarvestRecord, HarvestRun, HarvestSource, PeerFeed, PeerObject, PeerPage, PeerReference
from harvesters.peers import keeping
from harvesters.peers.alarms import alarm_of, fault_of
from harvesters.peers.faults import Fault
from harvesters.peers.standing import peers
from harvesters.registry import BadSource, client_for
from tests.harvesting.feeds import Home
from tests.harvesting.servers import Server, reply

pytestmark = pytest.mark.django_db


@pytest.fixture
def home(server: Server) -> Home:
    found = Home(server)
    for name in range(10):
        found.dataset(name)
    found.publish()
    return found


@pytest.fixture
def other() -> Iterator[Server]:
    with Server() as running:
        yield running


def call(*args: str) -> str:
    out = io.StringIO()
    call_command("peer", *args, stdout=out, stderr=out)
    return out.getvalue()


def refused(*args: str) -> tuple[int, str]:
    with pytest.raises(CommandError) as caught:
        call(*args)
    return caught.value.returncode, str(caught.value)


def listed() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(call("list", "--json"))
    return found


def published() -> int:
    return Dataset.objects.published().count()


def host(server: Server) -> str:
    return server.url("").partition("://")[2]


def test_an_instance_is_added_by_its_address_or_by_its_feed_once(home: Home) -> None:
    assert "sera lue" in call("add", home.server.url("/"))
    source = HarvestSource.objects.get()
    assert (source.key, source.kind, source.trial) == (home.server.url("/flux/"), "peer", False)
    assert source.schedule == keeping.RHYTHM and source.next_at and source.next_at <= timezone.now()
    for again in ("/flux/", "/flux", "/", ""):
        call("add", home.server.url(again))
    assert HarvestSource.objects.count() == 1
    assert AuditEntry.objects.filter(action="source.follow").count() == 1


@pytest.mark.parametrize(
    ("address", "status", "word"),
    [
        ("{server}/catalogue.ttl", 2, "pas de flux"),
        ("{server}/rien/", 2, "pas de flux"),
        ("http://127.0.0.1:9/", 1, "injoignable"),
        ("{own}/flux/", 2, "celle de ce portail"),
        ("/tmp", 2, "http://"),
        ("ftp://ville.example/", 2, "http://"),
        ("http://[::1", 2, "http://"),
    ],
)
def test_what_is_no_feed_is_refused_in_words(
    server: Server, settings: Settings, address: str, status: int, word: str
) -> None:
    server.replies["/catalogue.ttl"] = reply(b"<http://a.example/> a <http://www.w3.org/ns/dcat#Catalog> .")
    given = address.format(server=server.url("").rstrip("/"), own=settings.BOUTURE_URL)
    code, said = refused("add", given)
    assert code == status
    assert word in said
    assert not HarvestSource.objects.exists()


def test_a_page_names_no_private_host(home: Home) -> None:
    with pytest.raises(BadSource, match=r"privé|machine"):
        keeping.add(home.server.url("/"))
    with pytest.raises(BadSource, match="compte"):
        keeping.add("https://moi:secret@ville.example/flux/")


def test_a_catalogue_that_is_harvested_at_that_address_stays_what_it_is(home: Home) -> None:
    call_command("harvest", home.server.url("/flux/"), "--kind", "dcat", stdout=io.StringIO())
    code, said = refused("add", home.server.url("/"))
    assert code == 2 and "déjà suivie" in said
    assert HarvestSource.objects.get().kind == "dcat"


def test_the_list_says_position_counts_and_what_comes_next(home: Home) -> None:
    call("add", home.server.url("/"))
    [before] = listed()
    assert (before["state"], before["since_success"], before["lag"], before["held"]) == ("never", None, None, 0)
    assert "10 nouvelles" in call("sync", host(home.server))
    home.delete(3)
    home.publish()
    call("sync")
    [peer] = listed()
    assert (peer["state"], peer["held"], peer["withdrawn"], peer["waiting"], peer["lag"]) == ("fine", 9, 1, 0, 0)
    assert peer["read_until"] == peer["newest"] == home.every[-1].published.isoformat()
    assert 0 <= peer["since_success"] < 60 and peer["alarm"] is None
    assert "fiches 9" in call("list")


def test_a_reading_that_was_cut_says_how_far_behind_it_is(home: Home) -> None:
    call("add", home.server.url("/"))
    call("sync")
    for name in range(10, 18):
        home.dataset(name)
    home.publish()
    home.cut = f"{home.path}4"
    with pytest.raises(SystemExit):
        call("sync")
    [peer] = peers()
    assert (peer.state, peer.lag) == ("alarm", 2 * 30 * 60)
    assert peer.alarm and peer.alarm.name == "Réponse coupée" and peer.alarm.times == 1
    home.cut = ""
    call("sync")
    [peer] = peers()
    assert (peer.state, peer.lag, peer.alarm) == ("fine", 0, None)


def test_a_root_that_went_back_is_named_and_loses_nothing(home: Home) -> None:
    call("add", home.server.url("/"))
    call("sync")
    home.publish(home.every[:5])
    PeerPage.objects.all().delete()
    with pytest.raises(SystemExit):
        call("sync", home.server.url("/flux/"))
    [peer] = listed()
    assert peer["alarm"]["name"] == "Racine revenue en arrière" and published() == 10
    assert "Racine revenue en arrière" in call("list")


def test_alarms_count_from_the_first_that_went_wrong(home: Home) -> None:
    call("add", home.server.url("/"))
    source, now = HarvestSource.objects.get(), timezone.now()
    for hours, status in ((5, "done"), (4, "failed"), (3, "killed"), (2, "stopped"), (1, "failed")):
        at = now - timedelta(hours=hours)
        HarvestRun.objects.create(source=source, status=status, started_at=at, heartbeat_at=at, messages=["?"])
    alarm = alarm_of(list(source.runs.all()))
    assert alarm and (alarm.since, alarm.times, alarm.asks) == (now - timedelta(hours=4), 3, False)


def test_a_pause_keeps_all_and_starts_nothing(home: Home) -> None:
    call("add", home.server.url("/"))
    call("sync")
    for _ in range(2):
        call("pause", host(home.server))
    assert listed()[0]["state"] == "paused" and published() == 10
    assert refused("sync", host(home.server))[0] == 1
    assert call("sync") == ""
    call("resume", host(home.server))
    hour = HarvestSource.objects.get().next_at
    call("resume", host(home.server))
    assert hour and HarvestSource.objects.get().next_at == hour
    assert [row.action for row in AuditEntry.objects.filter(action="source.set")] == ["source.set"] * 2


@pytest.mark.parametrize("act", ["sync", "pause", "resume", "forget"])
def test_a_name_that_nobody_has_is_a_wrong_call(home: Home, act: str) -> None:
    assert refused(act, "inconnue")[0] == 2
    assert refused(act, "\0")[0] == 2
    with pytest.raises(CommandError):
        call("rien")


def test_forgetting_asks_first_then_withdraws_what_came_by_it_alone(home: Home, other: Server) -> None:
    second = Home(other, space=home.space)
    for name in (0, 1):
        second.dataset(name)
    second.publish()
    for server in (home.server, other):
        call("add", server.url("/"))
    call("sync")
    code, said = refused("forget", host(home.server))
    assert code == 2 and "10 fiches" in said and published() == 10

    assert "Fiches retirées : 8" in call("forget", host(home.server), "--yes")
    assert published() == 2
    gone = Dataset.objects.exclude(pk__in=Dataset.objects.published())
    assert set(gone.values_list("withdrawn_reason", flat=True)) == {leaving.REASON}
    source = HarvestSource.objects.get(key=home.server.url("/flux/"))
    for model in (PeerFeed, PeerObject, PeerPage):
        assert not model.objects.filter(source=source).exists()
    assert PeerReference.objects.count() == PeerReference.objects.exclude(holder__source=source).count()
    assert AuditEntry.objects.filter(action="source.leave").count() == 1
    assert [peer["feed"] for peer in listed()] == [other.url("/flux/")]

    assert "Fiches retirées : 0" in call("forget", host(home.server), "--yes")
    assert refused("pause", host(home.server))[0] == refused("sync", host(home.server))[0] == 1
    call("sync")
    assert published() == 2


def test_followed_again_each_record_is_itself(home: Home) -> None:
    call("add", home.server.url("/"))
    call("sync")
    before = list(Dataset.objects.order_by("pk").values_list("pk", "uri", "title"))
    call("forget", host(home.server), "--yes")
    assert published() == 0
    call("add", home.server.url("/"))
    call("sync")
    assert published() == 10
    assert list(Dataset.objects.order_by("pk").values_list("pk", "uri", "title")) == before


def test_forgetting_that_is_killed_goes_on_at_the_next_round(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    call("add", home.server.url("/"))
    call("sync")
    source = HarvestSource.objects.get()
    keeping.forget(source)
    assert published() == 10  # asked for, and done by the worker

    with monkeypatch.context() as cut:
        cut.setattr(departures.publishing, "BATCH", 4)
        cut.setattr(leaving, "renew", _killed(after=2))
        with pytest.raises(KeyboardInterrupt):
            leaving.withdraw_all(source)
    assert published() == 2
    HarvestSource.objects.update(holder="", held_until=None)
    [run] = schedule.run_due(client_for)
    assert run.withdrawn == 2 and published() == 0
    assert not PeerObject.objects.exists() and not HarvestSource.objects.get().leaving
    assert HarvestRecord.objects.filter(record__isnull=False).count() == 10


def _killed(after: int) -> Any:
    beats = iter(range(after))

    def renew(*args: object) -> None:
        if next(beats, None) is None or not beats.__length_hint__():
            raise KeyboardInterrupt

    return renew


def test_a_reading_that_stopped_to_ask_is_an_alarm_that_asks(home: Home) -> None:
    call("add", home.server.url("/"))
    call("sync")
    for name in range(10):
        home.delete(name)
    home.publish()
    with pytest.raises(SystemExit):
        call("sync")
    [peer] = peers()
    assert peer.alarm and peer.alarm.asks and peer.alarm.name == "L’instance retire presque tout"
    assert published() == 10


def test_a_clock_that_is_wrong_is_an_alarm(home: Home) -> None:
    call("add", home.server.url("/"))
    call("sync")
    ahead = timezone.now() + timedelta(hours=1) - home.every[-1].published
    home.tell("x", "Create", home.every[0].payload.replace(home.uri(0), home.uri("x")), after=ahead)
    home.publish()
    call("sync")
    call("sync")
    [peer] = peers()
    assert peer.alarm and (peer.alarm.name, peer.alarm.times, peer.alarm.asks) == ("Horloge trop en avance", 2, False)
    assert "Vérifiez l’heure des deux serveurs" in peer.alarm.reason
    assert (peer.state, peer.held, peer.lag) == ("alarm", 10, 0)


def test_a_record_that_is_set_aside_is_no_alarm(home: Home) -> None:
    call("add", home.server.url("/"))
    source, at = HarvestSource.objects.get(), timezone.now()
    said = ["« Budget » : elle n’a pas de titre. Ajoutez-en un."]
    HarvestRun.objects.create(
        source=source, status="partial", started_at=at, heartbeat_at=at, ended_at=at, messages=said
    )
    HarvestRecord.objects.create(source=source, key="x", quarantine="elle n’a pas de titre.")
    [peer] = peers()
    assert (peer.state, peer.aside, peer.alarm) == ("aside", 1, None)


def test_what_an_activity_is_refused_for_has_a_name(home: Home) -> None:
    call("add", home.server.url("/"))
    call("sync")
    home.tell(0, "Update", home.every[0].payload.replace("dcat:Dataset", "dcat:DataService"))
    home.tell("vide", "Create")
    home.publish()
    call("sync")
    [peer] = listed()
    assert peer["alarm"]["name"] == "Objet qui change de nature" and published() == 10
    assert fault_of(HarvestRun.objects.latest().messages[:1]) == Fault.EMPTY
