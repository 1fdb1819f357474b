"""The worker: one process drains the log and runs due harvests; with Redis, Celery takes its place."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from catalogue import log
from catalogue.draining import drain_all, release_all
from catalogue.models import Cursor
from catalogue.search import find
from catalogue.search.reader import READER
from harvesters.engine import harvest
from harvesters.management.commands.work import Job
from harvesters.models import HarvestRun, HarvestSource
from harvesters.registry import client_for, home_body
from harvesters.schedule import BadSchedule, due, next_after, run_due
from tests import factories
from tests.conftest import PROJECT
from tests.harvesting.test_engine import catalogue


def eventually(what: object, seconds: float = 30) -> None:
    """Waits for a callable to hold."""
    deadline = time.monotonic() + seconds
    while not what():  # type: ignore[operator]
        assert time.monotonic() < deadline, "nothing came in time"
        time.sleep(0.1)


@pytest.mark.django_db
def test_draining_brings_every_reader_to_the_end(home: Path) -> None:
    factories.dataset("Chouettes")
    assert drain_all("me") > 0
    assert drain_all("me") == 0
    release_all("me")
    assert find("chouette").total == 1
    assert Cursor.objects.get(reader=READER).number == log.last_number()


@pytest.mark.django_db
def test_a_lost_index_is_made_again(home: Path) -> None:
    factories.dataset("Chouettes")
    drain_all("me")
    for file in sorted((home / "index").rglob("*"), reverse=True):
        file.unlink() if file.is_file() else file.rmdir()
    drain_all("me")
    assert find("chouette").total == 1


@pytest.mark.django_db
def test_damaged_segments_are_noticed_and_the_index_made_again(home: Path) -> None:
    factories.dataset("Chouettes")
    drain_all("me")
    for file in (home / "index").rglob("*"):
        if file.is_file() and file.suffix in (".json", ".idx", ".term", ".store", ".fast"):
            file.write_bytes(b"\x00" * 64)
    factories.dataset("Hiboux")
    drain_all("me")
    drain_all("me")
    assert {find("chouette").total, find("hibou").total} == {1}


def test_when_a_source_is_due() -> None:
    noon = datetime(2026, 5, 4, 12, 0, tzinfo=timezone.get_current_timezone())
    assert next_after("0 3 * * *", noon) == noon + timedelta(hours=15)
    assert next_after("", noon) is None
    with pytest.raises(BadSchedule, match="Exemple"):
        next_after("tous les jours", noon)


@pytest.mark.django_db
def test_due_sources_run_once_and_are_planned_again(tmp_path: Path) -> None:
    path = tmp_path / "catalogue.ttl"
    path.write_bytes(catalogue(range(3)))
    source = HarvestSource.objects.create(key=str(path), owner=home_body(), schedule="0 3 * * *")
    assert due(timezone.now()) == []
    HarvestSource.objects.update(next_at=timezone.now() - timedelta(minutes=1))
    [run] = run_due(client_for)
    assert (run.status, run.created) == (HarvestRun.Status.DONE, 3)
    source.refresh_from_db()
    assert source.next_at is not None and source.next_at > timezone.now()
    assert run_due(client_for) == []


@pytest.mark.django_db
@pytest.mark.parametrize("planned", [None, timezone.now() - timedelta(minutes=1)])
@pytest.mark.parametrize("schedule", ["tous les jours", "0 3 31 2 *", "99 * * * *", "* * * * * * * *", "x" * 100])
def test_a_schedule_that_cannot_be_read_is_told_and_keeps_no_other_source_from_its_turn(
    tmp_path: Path, schedule: str, planned: datetime | None
) -> None:
    path = tmp_path / "catalogue.ttl"
    path.write_bytes(catalogue(range(3)))
    past = timezone.now() - timedelta(minutes=1)
    bad = HarvestSource.objects.create(key="/mauvaise", owner=home_body(), schedule=schedule, next_at=planned)
    good = HarvestSource.objects.create(key=str(path), owner=home_body(), schedule="0 3 * * *", next_at=past)
    runs = run_due(client_for)
    assert [run.status for run in runs if run.source == good] == [HarvestRun.Status.DONE]
    [told] = [run for run in runs if run.source == bad]
    assert told.status == HarvestRun.Status.FAILED
    assert f"« {schedule} » n’est pas un rythme" in told.messages[0]
    assert "corrigez son rythme" in told.messages[0]
    # Said once, not at each look at the schedule.
    assert run_due(client_for) == [told]
    assert bad.runs.count() == 1
    HarvestSource.objects.filter(pk=bad.pk).update(schedule="0 3 * * *")
    assert run_due(client_for) == []
    bad.refresh_from_db()
    assert bad.next_at is not None


@pytest.mark.django_db
def test_due_harvests_fail_aloud_when_a_schedule_cannot_be_read(capsys: pytest.CaptureFixture[str]) -> None:
    HarvestSource.objects.create(key="/mauvaise", owner=home_body(), schedule="tous les jours")
    with pytest.raises(SystemExit):
        call_command("harvest", "--due")
    assert "n’est pas un rythme" in capsys.readouterr().err


@pytest.mark.django_db
def test_a_dead_worker_s_sources_are_taken_over_at_once(tmp_path: Path) -> None:
    path = tmp_path / "catalogue.ttl"
    path.write_bytes(catalogue(range(3)))
    dead = subprocess.Popen(["sleep", "0"])
    dead.wait()
    now = timezone.now()
    source = HarvestSource.objects.create(
        key=str(path),
        owner=home_body(),
        schedule="0 3 * * *",
        holder=f"{socket.gethostname()}:{dead.pid}:0123abcd",
        held_until=now + timedelta(minutes=9),
    )
    left = HarvestRun.objects.create(source=source, started_at=now, heartbeat_at=now)
    HarvestSource.objects.update(next_at=now - timedelta(minutes=1))
    [run] = run_due(client_for)
    assert (run.status, run.created) == (HarvestRun.Status.DONE, 3)
    left.refresh_from_db()
    assert left.status == HarvestRun.Status.KILLED
    assert "interrompue" in left.messages[0]


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_work_that_falls_over_starts_again() -> None:
    stop, fell, went = threading.Event(), threading.Event(), threading.Event()

    def work() -> None:
        if not fell.is_set():
            fell.set()
            raise ZeroDivisionError
        went.set()

    job = Job("essai", work, every=0.01)
    job.tend(stop)
    assert job.thread is not None
    job.thread.join(10)
    assert fell.is_set() and not went.is_set()
    job.tend(stop, rest=0.01)
    assert went.wait(10)
    stop.set()
    job.join(10)
    assert not job.thread.is_alive()


@pytest.mark.django_db
def test_a_source_that_is_switched_off_or_busy_is_left_alone(tmp_path: Path) -> None:
    past = timezone.now() - timedelta(minutes=1)
    for number, more in enumerate(({"active": False}, {"holder": "x:1:y", "held_until": past.replace(year=2100)})):
        HarvestSource.objects.create(key=f"/{number}", owner=home_body(), schedule="0 3 * * *", next_at=past, **more)  # type: ignore[arg-type]
    assert due(timezone.now()) == []


def environment(home: Path) -> dict[str, str]:
    """For a process that shares the test's own base."""
    given = connection.settings_dict
    url = f"sqlite:///{given['NAME']}"
    if connection.vendor == "postgresql":
        url = f"postgres://{given['USER']}:{given['PASSWORD']}@{given['HOST']}:{given['PORT']}/{given['NAME']}"
    return {**os.environ, "BOUTURE_HOME": str(home), "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "portal.settings"}


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_the_work_process_indexes_harvests_and_stops_when_asked(home: Path, tmp_path: Path) -> None:
    path = tmp_path / "catalogue.ttl"
    path.write_bytes(catalogue(range(3)))
    past = timezone.now() - timedelta(minutes=1)
    HarvestSource.objects.create(key=str(path), owner=home_body(), schedule="0 3 * * *", next_at=past)
    factories.dataset("Chouettes")
    worker = subprocess.Popen([sys.executable, "manage.py", "work"], cwd=PROJECT, env=environment(home))
    try:
        eventually(lambda: Cursor.objects.filter(reader=READER, number=log.last_number()).exists())
        eventually(lambda: HarvestRun.objects.filter(status=HarvestRun.Status.DONE).exists())
        eventually(lambda: find("jeu").total >= 3)
    finally:
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(timeout=20) == 0
    assert Cursor.objects.get(reader=READER).holder == ""


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_outright_is_replaced_at_once(home: Path) -> None:
    factories.dataset("Chouettes")
    worker = subprocess.Popen([sys.executable, "manage.py", "work"], cwd=PROJECT, env=environment(home))
    try:
        eventually(lambda: find_quietly("chouette") == 1)
    finally:
        worker.kill()
        worker.wait(timeout=20)
    factories.dataset("Hiboux")
    assert drain_all("next") > 0
    assert find("hibou").total == 1


def find_quietly(text: str) -> int:
    from catalogue.search.contract import IndexBroken

    try:
        return find(text).total
    except IndexBroken:
        return 0


@pytest.mark.redis
@pytest.mark.django_db(transaction=True)
def test_celery_takes_the_place_of_the_worker(home: Path) -> None:
    factories.dataset("Chouettes")
    command = [
        sys.executable,
        "-m",
        "celery",
        "-A",
        "portal.celery",
        "worker",
        "--beat",
        "--pool",
        "solo",
        "--loglevel",
        "warning",
    ]
    worker = subprocess.Popen(command, cwd=PROJECT, env={**environment(home), "REDIS_URL": settings.REDIS_URL})
    try:
        eventually(lambda: find_quietly("chouette") == 1, seconds=60)
    finally:
        worker.send_signal(signal.SIGTERM)
        worker.wait(timeout=30)


def test_beat_calls_what_exists_and_forgets_what_is_late() -> None:
    from portal.celery import app

    app.loader.import_default_modules()
    assert {entry["task"] for entry in app.conf.beat_schedule.values()} <= set(app.tasks)
    assert all(entry["options"]["expires"] <= entry["schedule"] for entry in app.conf.beat_schedule.values())


@pytest.mark.django_db
def test_a_harvest_of_a_missing_file_says_so(tmp_path: Path) -> None:
    source = HarvestSource.objects.create(key=str(tmp_path / "absent.ttl"), owner=home_body())
    with client_for(source) as client:
        run = harvest(source, client)
    assert run.status == HarvestRun.Status.FAILED
    assert "absent.ttl" in run.messages[0]
