"""When a source is harvested, whatever starts it: once, at its own minute, and again when its process died."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from harvesters import schedule
from harvesters.models import HarvestRun, HarvestSource
from harvesters.registry import client_for, home_body
from harvesters.tasks import harvest_one
from tests.conftest import PROJECT
from tests.harvesting.test_engine import catalogue
from tests.test_tasks import environment

PARIS = ZoneInfo("Europe/Paris")
Make = Callable[..., HarvestSource]


@pytest.fixture
def make(db: None, tmp_path: Path) -> Make:
    """A source whose file holds three datasets, due since an hour."""

    def make(name: str = "catalogue", **fields: Any) -> HarvestSource:
        path = tmp_path / f"{name}.ttl"
        path.write_bytes(catalogue(range(3)))
        past = timezone.now() - timedelta(hours=1)
        given = {"schedule": "0 3 * * *", "next_at": past, "owner": home_body(), **fields}
        return HarvestSource.objects.create(key=str(path), **given)

    return make


def at(source: HarvestSource, moment: datetime) -> datetime:
    found = schedule.next_run(source, moment)
    assert found is not None
    return found


def test_a_time_zone_says_whose_three_o_clock_it_is() -> None:
    noon = datetime(2026, 5, 4, 12, tzinfo=UTC)
    assert schedule.next_after("0 3 * * *", noon, "Europe/Paris") == datetime(2026, 5, 5, 1, tzinfo=UTC)
    assert schedule.next_after("0 3 * * *", noon, "Indian/Reunion") == datetime(2026, 5, 4, 23, tzinfo=UTC)
    for wrong in ("Europe/Atlantide", "../../etc/passwd", "/etc/passwd", "Europe", "a\0b"):
        with pytest.raises(schedule.BadSchedule, match="fuseau"):
            schedule.next_after("0 3 * * *", noon, wrong)


def test_nights_when_clocks_change_have_one_run_each() -> None:
    source = HarvestSource(key="x", schedule="30 2 * * *", spread=0)
    spring, autumn = datetime(2026, 3, 28, 12, tzinfo=PARIS), datetime(2026, 10, 24, 12, tzinfo=PARIS)
    first = at(source, spring)
    assert (first.astimezone(PARIS).day, at(source, first).astimezone(PARIS).day) == (29, 30)
    first = at(source, autumn)
    assert (first.astimezone(PARIS).day, at(source, first).astimezone(PARIS).day) == (25, 26)


@pytest.mark.parametrize("rhythm", ["0 3 * * *", "*/5 * * * *", "0 0 1 * *"])
def test_each_source_keeps_its_own_minute_within_its_spread(rhythm: str) -> None:
    noon = datetime(2026, 5, 4, 12, tzinfo=PARIS)
    sources = [HarvestSource(key=f"https://essai.example/{n}", schedule=rhythm, spread=30) for n in range(60)]
    shifts = [schedule.shift_of(source) for source in sources]
    assert shifts == [schedule.shift_of(source) for source in sources]
    assert all(timedelta() <= shift <= timedelta(minutes=30) for shift in shifts) and len(set(shifts)) > 15
    for source, shift in zip(sources, shifts, strict=True):
        first = at(source, noon)
        plain = schedule.next_after(rhythm, first - shift - timedelta(seconds=1))
        assert first > noon and plain == first - shift
        assert at(source, first) > first


def test_hours_missed_for_a_week_are_made_up_for_once(make: Make) -> None:
    source = make(schedule="0 * * * *", next_at=timezone.now() - timedelta(days=7))
    assert len(schedule.run_due(client_for)) == 1
    assert schedule.run_due(client_for) == []
    source.refresh_from_db()
    assert source.next_at is not None and timezone.now() < source.next_at < timezone.now() + timedelta(minutes=76)


def test_who_read_the_list_before_another_ran_it_runs_nothing(make: Make) -> None:
    make()
    [stale] = schedule.due(timezone.now())
    assert len(schedule.run_due(client_for)) == 1
    assert schedule.run_one(stale, client_for) is None
    assert HarvestRun.objects.count() == 1


def test_a_pause_outlives_the_list_that_was_read_before_it(make: Make) -> None:
    source = make()
    [stale] = schedule.due(timezone.now())
    schedule.pause(source)
    assert schedule.run_one(stale, client_for) is None
    assert schedule.run_due(client_for) == []
    assert not schedule.run_soon(source)
    schedule.resume(source)
    assert schedule.run_due(client_for) == [] and source.next_at is not None
    assert schedule.run_soon(source) and len(schedule.run_due(client_for)) == 1


def test_a_source_harvested_by_hand_can_be_asked_for_once(make: Make) -> None:
    source = make(schedule="", next_at=None)
    assert schedule.run_due(client_for) == []
    assert schedule.run_soon(source)
    assert len(schedule.run_due(client_for)) == 1
    source.refresh_from_db()
    assert source.next_at is None and schedule.run_due(client_for) == []


def leave_running(source: HarvestSource, *, dry: bool = False, holder: str = "") -> None:
    """What a process that was killed leaves behind."""
    dead = subprocess.Popen(["sleep", "0"])
    dead.wait()
    now = timezone.now()
    HarvestSource.objects.filter(pk=source.pk).update(
        next_at=now + timedelta(hours=5),
        holder=holder or f"{socket.gethostname()}:{dead.pid}:0123abcd",
        held_until=now + timedelta(minutes=9),
    )
    HarvestRun.objects.create(source=source, started_at=now, heartbeat_at=now, dry=dry)


def test_a_run_whose_process_died_is_taken_over_before_its_next_hour(make: Make) -> None:
    source = make()
    leave_running(source)
    [run] = schedule.run_due(client_for)
    assert run.status == HarvestRun.Status.DONE
    assert schedule.run_due(client_for) == []
    source.refresh_from_db()
    assert source.takeovers == 0


def test_what_kills_its_process_again_and_again_waits_for_its_hour(make: Make) -> None:
    source = make()
    for _ in range(schedule.TAKEOVERS):
        leave_running(source)
        [stale] = schedule.due(timezone.now())
        assert schedule._claim(stale, timezone.now())
        assert not schedule._claim(stale, timezone.now())
    assert schedule.due(timezone.now()) == []
    HarvestSource.objects.update(next_at=timezone.now())
    assert schedule.due(timezone.now()) == [source]


@pytest.mark.parametrize("kept", ["dry", "alive"])
def test_a_rehearsal_and_a_living_run_are_not_taken_over(make: Make, kept: str) -> None:
    source = make()
    leave_running(source, dry=kept == "dry", holder="elsewhere:1:aaaa" if kept == "alive" else "")
    assert schedule.due(timezone.now()) == []


def test_a_task_runs_its_source_once_however_often_it_was_sent(make: Make) -> None:
    source, other = make("a"), make("b")
    harvest_one(source.pk)
    harvest_one(source.pk)
    harvest_one(other.pk + 1000)
    assert [run.source for run in HarvestRun.objects.all()] == [source]


def test_a_round_writes_one_line_and_why_on_the_side(make: Make, capsys: pytest.CaptureFixture[str]) -> None:
    make("a")
    call_command("harvest", "--due")
    out, err = capsys.readouterr()
    assert (out, err) == ("Moissons dues : 1 (1 terminée) ; fiches changées : 3.\n", "")
    Path(make("b").key).unlink()
    with pytest.raises(SystemExit):
        call_command("harvest", "--due")
    out, err = capsys.readouterr()
    assert out == "Moissons dues : 1 (1 échouée) ; fiches changées : 0.\n"
    assert "b.ttl" in err and err.count("\n") == 1
    call_command("harvest", "--due")
    assert capsys.readouterr() == ("Moissons dues : 0 (rien à faire) ; fiches changées : 0.\n", "")


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_two_rounds_started_at_once_run_each_source_once(make: Make, home: Path) -> None:
    for number in range(6):
        make(f"source-{number}")
    command = [sys.executable, "manage.py", "harvest", "--due", "--json"]
    rounds = [
        subprocess.Popen(command, cwd=PROJECT, env=environment(home), stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    told = [json.loads(one.communicate(timeout=120)[0]) for one in rounds]
    assert [one.returncode for one in rounds] == [0, 0]
    assert len({run["source"] for runs in told for run in runs}) == sum(map(len, told)) == 6
    assert HarvestRun.objects.filter(status=HarvestRun.Status.DONE).count() == 6


def ask(*words: str) -> None:
    call_command("schedule", *words)


def test_the_command_sets_pauses_and_tells(make: Make, capsys: pytest.CaptureFixture[str]) -> None:
    key = make(schedule="", next_at=None).key
    ask(
        key,
        "--cron",
        "0 4 * * 1",
        "--zone",
        "Europe/Paris",
        "--spread",
        "0",
        "--contact",
        "agent@essai.example",
        "--json",
    )
    [told] = json.loads(capsys.readouterr().out)
    when = datetime.fromisoformat(told["next_at"]).astimezone(PARIS)
    assert (when.hour, when.minute, when.weekday(), told["shift"]) == (4, 0, 0, 0)
    assert told["contact"] == "agent@essai.example"
    ask(key, "--pause")
    assert "en pause" in capsys.readouterr().out
    with pytest.raises(CommandError, match="reprenez"):
        ask(key, "--now")
    ask(key, "--resume")
    ask()
    assert "prochain passage" in capsys.readouterr().out


def test_the_command_sets_what_a_source_may_lose(make: Make, capsys: pytest.CaptureFixture[str]) -> None:
    key = make().key
    ask(key, "--title", "Le port", "--grace-days", "7", "--max-withdrawn", "0.005", "--json")
    [told] = json.loads(capsys.readouterr().out)
    assert (told["title"], told["grace_days"], told["max_withdrawn"]) == ("Le port", 7, 0.005)
    ask(key, "--grace-days", "", "--spread", "3", "--json")
    [told] = json.loads(capsys.readouterr().out)
    assert (told["grace_days"], told["max_withdrawn"], told["spread"], told["schedule"]) == (
        None,
        0.005,
        3,
        "0 3 * * *",
    )


@pytest.mark.parametrize(
    "words",
    [
        ("--cron", "tous les jours"),
        ("--zone", "Mars/Cydonia"),
        ("--spread", "100000"),
        ("--spread", "-1"),
        ("--contact", "personne"),
        ("--contact", "a@b.example\nBcc: c@d.example"),
        ("--title", "a\0b"),
        ("--grace-days", "une semaine"),
        ("--grace-days", "4000"),
        ("--max-withdrawn", "20"),
        ("--max-withdrawn", "nan"),
    ],
)
def test_the_command_refuses_what_it_cannot_keep(make: Make, words: tuple[str, str]) -> None:
    source = make()
    with pytest.raises(CommandError) as caught:
        ask(source.key, *words)
    assert caught.value.returncode == 2
    before = HarvestSource.objects.get(pk=source.pk)
    assert (before.schedule, before.zone, before.spread, before.contact) == ("0 3 * * *", "", 15, "")
    assert (before.title, before.grace_days, before.max_withdrawn) == (source.title, None, 0.2)


def test_the_command_changes_no_source_that_it_is_not_given(db: None) -> None:
    with pytest.raises(CommandError, match="adresse"):
        ask("--pause")
