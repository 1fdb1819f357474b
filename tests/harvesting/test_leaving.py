"""Ceasing to follow a source: its records stay or go, as was asked, and nothing of it is lost."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from catalogue.models import Change, Dataset, Organisation
from harvesters import leaving, schedule
from harvesters.engine import harvest
from harvesters.following import discard, follow_again, leave
from harvesters.lease import Closed
from harvesters.models import HarvestRecord, HarvestRun, HarvestSource
from harvesters.registry import client_for
from tests import factories
from tests.harvesting.test_engine import catalogue

Status = HarvestRun.Status


@pytest.fixture
def town(db: None) -> Organisation:
    return factories.body()


@pytest.fixture
def source(town: Organisation, tmp_path: Path) -> HarvestSource:
    path = tmp_path / "catalogue.ttl"
    path.write_bytes(catalogue(range(5)))
    made = HarvestSource.objects.create(key=str(path), owner=town, schedule="0 3 * * *")
    run(made)
    return made


def run(source: HarvestSource) -> HarvestRun:
    with client_for(source) as client:
        return harvest(source, client)


def rows() -> list[tuple[object, ...]]:
    return list(Dataset.objects.order_by("pk").values_list("pk", "uri", "status", "title"))


def test_records_that_are_kept_stay_as_they_are(source: HarvestSource) -> None:
    before = rows()
    leave(source, withdraw=False)
    assert schedule.run_due(client_for) == [] and rows() == before
    source.refresh_from_db()
    assert not source.active and source.left_at and source.runs.count() == 1
    with pytest.raises(Closed, match="--resume"):
        run(source)
    schedule.resume(source)
    assert not HarvestSource.objects.get().active


def test_records_are_withdrawn_by_the_worker_and_come_back_as_themselves(source: HarvestSource) -> None:
    before, actor = rows(), factories.person("publisher", source.owner)
    leave(source, withdraw=True, actor=actor)
    assert Dataset.objects.published().count() == 5
    assert schedule.due(timezone.now(), only=source.pk) == [source] and schedule.due(timezone.now(), only=0) == []
    [told] = schedule.run_due(client_for)
    assert (told.status, told.withdrawn, told.dry) == (Status.DONE, 5, False) and "ne plus" not in told.messages[0]
    assert not Dataset.objects.published().exists() and Dataset.objects.count() == 5
    assert set(Dataset.objects.values_list("withdrawn_reason", flat=True)) == {leaving.REASON}
    assert Change.objects.filter(verb=Change.Verb.WITHDRAW, actor=actor).count() == 5
    assert schedule.run_due(client_for) == []
    source.refresh_from_db()
    follow_again(source)
    source.refresh_from_db()
    assert source.active and source.next_at and source.left_at is None and source.left_by is None
    back = run(source)
    assert (back.status, back.created) == (Status.DONE, 0) and rows() == before


def test_one_that_was_asked_for_and_then_not_withdraws_nothing(source: HarvestSource) -> None:
    leave(source, withdraw=True)
    follow_again(source)
    assert schedule.run_due(client_for) == [] and Dataset.objects.published().count() == 5


def test_killed_on_the_way_the_next_round_does_what_remains(
    source: HarvestSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("catalogue.publishing.BATCH", 2)
    leave(source, withdraw=True)
    real, beats = leaving.renew, []

    def die(*given: object) -> None:
        beats.append(given)
        if len(beats) == 2:
            raise KeyboardInterrupt
        real(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(leaving, "renew", die)
    with pytest.raises(KeyboardInterrupt):
        schedule.run_due(client_for)
    assert Dataset.objects.published().count() == 1
    [told] = schedule.run_due(client_for)
    assert (told.withdrawn, Dataset.objects.published().count()) == (1, 0)
    assert list(source.runs.values_list("status", flat=True)[:2]) == [Status.DONE, Status.KILLED]


def test_what_another_source_gives_too_stays(source: HarvestSource, town: Organisation) -> None:
    other = HarvestSource.objects.create(key="https://autre.example/", owner=town)
    [first, *_] = source.records.order_by("pk")
    HarvestRecord.objects.create(source=other, key="k", record=first.record, stamp="x")
    leave(source, withdraw=True)
    [told] = schedule.run_due(client_for)
    assert told.withdrawn == 4 and "restent en ligne : 1" in told.messages[1]
    assert [row.pk for row in Dataset.objects.published()] == [first.record]


def test_a_source_that_another_process_runs_waits(source: HarvestSource) -> None:
    leave(source, withdraw=True)
    soon = timezone.now() + timedelta(minutes=5)
    HarvestSource.objects.filter(pk=source.pk).update(holder="elsewhere:1:x", held_until=soon)
    assert schedule.run_due(client_for) == [] and Dataset.objects.published().count() == 5


def test_only_a_source_on_trial_is_deleted(source: HarvestSource, town: Organisation) -> None:
    assert not discard(source)
    new = HarvestSource.objects.create(key="https://neuve.example/", owner=town, trial=True)
    now = timezone.now()
    HarvestRun.objects.create(source=new, dry=True, started_at=now, heartbeat_at=now)
    assert discard(new) and HarvestSource.objects.get() == source


def test_the_command_leaves_and_follows_again(source: HarvestSource, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("schedule", source.key, "--leave", "keep")
    assert "n’est plus suivie" in capsys.readouterr().out
    with pytest.raises(CommandError, match="plus suivie"):
        call_command("harvest", source.key)
    call_command("schedule", source.key, "--resume", "--json")
    [told] = json.loads(capsys.readouterr().out)
    assert told["active"] and told["left_at"] is None
    call_command("harvest", source.key)
