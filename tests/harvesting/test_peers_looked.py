"""Looks at feeds between the runs of their schedule: new records come within seconds, and a silent instance is left in peace."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from django.utils import timezone

from catalogue.addressing import ownable
from catalogue.models import Dataset
from harvesters.models import HarvestRun, HarvestSource
from harvesters.peers.looking import LONGEST, Looks, look
from harvesters.peers.vouching import private_home
from harvesters.registry import client_for, find_or_make
from harvesters.schedule import pause, run_due
from tests.harvesting.feeds import Home
from tests.harvesting.servers import Server, reply

pytestmark = pytest.mark.django_db


class Clock:
    """Seconds that a test moves."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def home(server: Server) -> Home:
    made = Home(server)
    for name in range(3):
        made.dataset(name)
    made.publish()
    return made


@pytest.fixture
def source(home: Home, server: Server) -> HarvestSource:
    """Read once to its end."""
    made = find_or_make(server.url("/flux/"), kind="peer", trusted=True)
    HarvestSource.objects.filter(pk=made.pk).update(next_at=timezone.now())
    run_due(client_for)
    assert HarvestRun.objects.get().status == "done"
    home.answered.clear()
    return made


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def looks(clock: Clock) -> Looks:
    made = look()
    made.clock = clock
    return made


def test_what_is_new_comes_at_the_next_look(home: Home, source: HarvestSource, looks: Looks, clock: Clock) -> None:
    assert looks.round() == 0
    assert {status for _, status in home.answered} == {304}
    assert HarvestRun.objects.count() == 1
    home.dataset(1, "Collecte des déchets", verb="Update")
    home.publish()
    assert looks.round() == 0  # just looked at
    clock.now += 5
    assert looks.round() == 1
    assert Dataset.objects.get(uri=home.uri(1)).title["fr"] == "Collecte des déchets"
    home.answered.clear()
    clock.now += 5
    assert looks.round() == 0
    assert {status for _, status in home.answered} == {304}


def test_a_silent_instance_is_asked_less_and_less(
    server: Server, source: HarvestSource, looks: Looks, clock: Clock
) -> None:
    fine = server.replies["/flux/"]
    server.replies["/flux/"] = reply(b"", status=503)
    asked = []
    for second in range(0, 3_600, 10):
        clock.now = float(second)
        before = len(server.asked)
        looks.round()
        asked += [second] if len(server.asked) > before else []
    pauses = [after - before for before, after in pairwise(asked)]
    assert pauses[:4] == [10, 20, 40, 80]
    assert max(pauses) == LONGEST
    assert HarvestRun.objects.count() == 1  # nothing is told of a look; the schedule's runs tell
    server.replies["/flux/"] = fine
    clock.now += LONGEST
    looks.round()
    clock.now += 5
    before = len(server.asked)
    looks.round()
    assert len(server.asked) > before


def test_what_a_run_refuses_is_not_read_again_at_each_look(home: Home, source: HarvestSource, clock: Clock) -> None:
    def fail(one: HarvestSource) -> None:
        now = timezone.now()
        HarvestRun.objects.create(source=one, status="failed", started_at=now, heartbeat_at=now)
        HarvestSource.objects.filter(pk=one.pk).update(next_at=None)
        runs.append(int(clock.now))

    runs: list[int] = []
    looks = Looks(fail, clock)
    home.dataset(1, "Collecte des déchets", verb="Update")
    home.publish()
    for second in range(0, 160, 5):
        clock.now = float(second)
        looks.round()
    assert runs == [0, 10, 30, 70, 150]


def test_who_is_paused_or_never_was_read_is_not_looked_at(
    server: Server, home: Home, source: HarvestSource, looks: Looks, clock: Clock, settings: Any
) -> None:
    pause(source)
    find_or_make(server.url("/autre/"), kind="peer", trusted=True)
    looks.round()
    HarvestSource.objects.filter(pk=source.pk).update(active=True)
    settings.BOUTURE_PEER_EVERY = 0
    looks.round()
    assert home.answered == []


def test_an_instance_on_a_named_private_host_keeps_its_addresses_and_no_other_source_has_them(
    server: Server, settings: Any
) -> None:
    mine, others = server.url("/id/1"), "http://127.0.0.1:1/id/1"
    peer = find_or_make(server.url("/flux/"), kind="peer", trusted=True)
    assert private_home(peer) == server.url("/")
    assert ownable(mine, private_home(peer))
    assert not ownable(others, private_home(peer))
    assert not ownable(server.url("") + "1/id/1", private_home(peer))  # a port that begins alike
    assert not ownable("javascript:alert(1)", private_home(peer))
    assert not ownable(mine)
    stranger = find_or_make("https://donnees.exemple.fr/flux/", kind="peer", trusted=True)
    catalogue = find_or_make(server.url("/catalogue.ttl"), kind="dcat", trusted=True)
    assert {private_home(stranger), private_home(catalogue)} == {""}
    peer.trusted = []
    assert private_home(peer) == ""
    settings.BOUTURE_PRIVATE_HOSTS = sorted(server.trusted)
    assert private_home(peer) == server.url("/")


def test_records_of_an_instance_on_a_private_network_come_with_their_own_addresses(server: Server) -> None:
    town = Home(server, space=server.url("").rstrip("/"))
    town.dataset(1)
    town.publish()
    made = find_or_make(server.url("/flux/"), kind="peer", trusted=True)
    HarvestSource.objects.filter(pk=made.pk).update(next_at=timezone.now())
    run_due(client_for)
    row = Dataset.objects.get()
    assert row.uri == town.uri(1) == f"{server.url('/id/1')}"
    assert row.distributions.get().uri == f"{row.uri}/csv"
