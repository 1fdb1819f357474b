"""Turns at a server that the processes of an instance share."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone

from catalogue.models import Organisation
from harvesters import pace
from harvesters.models import HarvestHost, HarvestSource
from harvesters.registry import client_for
from tests.harvesting.servers import Asked, Server, reply
from tests.test_tasks import PROJECT, environment

DELAY = 0.2
# A process that asks a server six times, as the client of a source does but for the name, which leads here.
ASKER = """
import sys, django
django.setup()
from harvesters.http import Client
from harvesters.pace import book
port = sys.argv[1]
with Client(frozenset({f"ville.example:{port}"}), resolve=lambda *_: ["127.0.0.1"], pace=book) as client:
    for number in range(6):
        client.fetch(f"http://ville.example:{port}/{number}", accept="*/*")
"""


@pytest.mark.django_db(transaction=True)
def test_two_processes_at_one_server_leave_it_its_pauses(server: Server, home: Path) -> None:
    moments: list[float] = []

    def answer(asked: Asked) -> bytes:
        moments.append(time.monotonic())
        return reply(b"x")

    server.everywhere = answer
    command = [sys.executable, "-c", ASKER, str(server.port)]
    both = [subprocess.Popen(command, cwd=PROJECT, env=environment(home), stderr=subprocess.PIPE) for _ in range(2)]
    told = [one.communicate(timeout=120)[1] for one in both]
    assert [one.returncode for one in both] == [0, 0], told
    assert len(moments) == 12
    # Eleven pauses of 0.2 s, less what sockets add to the first; each process alone would take five.
    assert moments[-1] - moments[0] > 8 * DELAY


@pytest.mark.django_db
def test_the_client_of_a_source_books_its_turns_in_the_base() -> None:
    body = Organisation.objects.create(name="Ville", slug="ville")
    with client_for(HarvestSource.objects.create(key="https://ville.example/", owner=body)) as client:
        assert client._pace is pace.book


@pytest.mark.django_db
def test_turns_follow_one_another_and_each_server_has_its_own() -> None:
    assert pace.book("a.example", DELAY) == 0
    assert DELAY / 2 < pace.book("a.example", DELAY) <= DELAY
    assert DELAY < pace.book("a.example", DELAY) <= 2 * DELAY
    assert pace.book("b.example", DELAY) == 0
    HarvestHost.objects.update(free_at=timezone.now() - timedelta(seconds=1))
    assert pace.book("a.example", DELAY) == 0


@pytest.mark.django_db
def test_a_clock_that_was_wrong_holds_nobody_for_long() -> None:
    HarvestHost.objects.create(name="a.example", free_at=timezone.now() + timedelta(days=400))
    assert pace.book("a.example", DELAY) <= 10
    assert HarvestHost.objects.get().free_at < timezone.now() + timedelta(seconds=11)
    assert pace.book("x" * 5_000, DELAY) == 0


@pytest.mark.django_db(transaction=True)
def test_whoever_books_at_the_same_moment_gets_another_turn() -> None:
    turns: list[float] = []

    def go() -> None:
        try:
            for _ in range(5):
                wait = pace.book("a.example", 2 * DELAY)
                turns.append(time.monotonic() + wait)
        finally:
            connection.close()

    threads = [threading.Thread(target=go) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(turns) == 20
    assert max(turns) - min(turns) > 18 * 2 * DELAY
