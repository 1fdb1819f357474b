"""The index is compared with the base: each way in which it can differ is found, told and repaired, on both backends."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.utils import timezone
from pytest_django import Settings

from catalogue import log, permissions, publishing
from catalogue.draining import drain_all
from catalogue.models import Change, Dataset, IndexCheck, Organisation
from catalogue.quality.reader import ScoreReader
from catalogue.search import comparing, find, nightly
from catalogue.search.comparing import Verdict, check
from catalogue.search.instance import backend
from catalogue.search.kinds import BY_NAME
from catalogue.search.reader import READER, IndexReader, everything
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def rows(searched: Path) -> list[Dataset]:
    """Three public datasets and a private one, indexed."""
    owner = factories.body()
    made = [factories.dataset(f"Chouettes {number}", owner) for number in range(3)]
    made.append(factories.dataset("Hiboux", owner, private=True))
    factories.bring_index_up_to_date()
    return made


def found() -> dict[Verdict, int]:
    findings = check("me")
    assert not check("me").counts  # what was found is repaired
    return dict(findings.counts)


def indexed() -> int:
    """Documents of all kinds."""
    return sum(1 for _ in everything(lambda: None))


def document(row: Dataset) -> comparing.Document:
    [made] = BY_NAME["dataset"].documents([str(row.pk)])
    return made


def test_an_index_that_follows_the_log_does_not_differ(rows: list[Dataset]) -> None:
    findings = check("me")
    assert (findings.documents, findings.counts, findings.drift) == (indexed(), Counter(), 0)


def test_what_is_missing_is_written(rows: list[Dataset]) -> None:
    backend().remove([str(rows[0].pk)])
    assert found() == {Verdict.MISSING: 1}
    assert find("chouette").total == 3


def test_what_should_not_be_there_is_removed(rows: list[Dataset]) -> None:
    backend().add(
        [replace(document(rows[0]), id=other) for other in ("8d2b3c5e-0000-4000-8000-000000000000", "bizarre")]
    )
    backend().add([replace(document(rows[0]), id="bizarre aussi", kind="inconnu")])
    assert find("chouette").total == 5  # what is of no kind is not listed
    assert found() == {Verdict.EXTRA: 3}
    assert find("chouette").total == 3


def test_a_withdrawn_record_that_stayed_is_removed(rows: list[Dataset]) -> None:
    kept = document(rows[0])
    publishing.withdraw([rows[0]], "Erreur.")
    factories.bring_index_up_to_date()
    backend().add([kept])
    assert found() == {Verdict.EXTRA: 1}
    assert find("chouette").total == 2


def test_what_says_something_else_is_written_again(rows: list[Dataset]) -> None:
    backend().add([replace(document(rows[0]), titles=("Ratons",))])
    assert found() == {Verdict.STALE: 1}
    assert find("raton").total == 0


def test_who_may_see_it_and_does_not_find_it_finds_it_again(rows: list[Dataset]) -> None:
    backend().add([replace(document(rows[0]), audience=())])
    assert found() == {Verdict.STALE: 1}
    assert find("chouette").total == 3


def test_what_strangers_find_and_may_not_see_is_the_worst(rows: list[Dataset]) -> None:
    backend().add([replace(document(rows[3]), audience=("public",))])
    assert find("hibou").total == 1
    assert found() == {Verdict.EXPOSED: 1}
    assert find("hibou").total == 0


def test_a_right_that_was_taken_back_behind_the_log_is_seen(rows: list[Dataset]) -> None:
    person = factories.person()
    publishing.grant(rows[3], person)
    factories.bring_index_up_to_date()
    permissions.remove_grant(person, rows[3])
    assert found() == {Verdict.EXPOSED: 1}


def test_a_token_that_nobody_bears_any_more_shows_nothing(rows: list[Dataset]) -> None:
    person = factories.person()
    publishing.grant(rows[3], person)
    factories.bring_index_up_to_date()
    person.delete()
    assert found() == {Verdict.STALE: 1}


def test_a_body_renamed_behind_the_log_is_drift_of_it_and_all_its_records(rows: list[Dataset]) -> None:
    Organisation.objects.filter(pk=rows[0].owner_id).update(name="Un autre nom")
    assert found() == {Verdict.STALE: 4 + 1}


def test_a_score_whose_line_was_lost_is_refreshed_without_alarm(rows: list[Dataset]) -> None:
    factories.follow(ScoreReader())
    Change.objects.filter(kind=Change.Kind.DERIVED).delete()
    findings = check("me")
    assert (findings.counts, findings.drift) == (Counter({Verdict.DERIVED: 4}), 0)
    assert not check("me").counts


def test_lag_is_no_drift(rows: list[Dataset]) -> None:
    publishing.set_private(rows[0], True)
    publishing.withdraw([rows[1]], "Erreur.")
    factories.dataset("Chouettes encore")
    assert not check("me").counts
    assert log.cursor_of(READER) == log.last_number()
    assert find("chouette").total == 2


def test_with_very_many_differences_a_new_index_is_made(rows: list[Dataset], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(comparing, "MANY", 2)
    before = backend().identity()
    backend().remove([str(row.pk) for row in rows])
    findings = check("me")
    assert findings.rebuilt and findings.drift == 2
    assert backend().identity() != before
    assert not check("me").counts
    assert find("chouette").total == 3


def test_many_differences_that_are_lag_make_no_new_index(rows: list[Dataset], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(comparing, "MANY", 2)
    before = backend().identity()
    for row in rows[:3]:
        publishing.set_private(row, True)
    findings = check("me")
    assert not findings.rebuilt and not findings.drift
    assert backend().identity() == before


def test_the_walk_through_the_index_is_by_parts(rows: list[Dataset], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(comparing, "PART", 2)
    backend().add([replace(document(rows[0]), id=f"faux-{number}") for number in range(20)])
    assert found() == {Verdict.EXTRA: 20}


def test_while_another_process_writes_it_waits_then_says_so(
    rows: list[Dataset], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(comparing, "PATIENCE", 0.0)
    backend().remove([str(rows[0].pk)])
    log.take_lease(READER, "elsewhere:1:ab")
    with pytest.raises(CommandError, match="Un autre processus") as refused:
        call_command("index", "--check")
    assert refused.value.returncode == 2
    log.release(READER, "elsewhere:1:ab")
    assert found() == {Verdict.MISSING: 1}


def test_the_worker_keeps_nobody_from_comparing(rows: list[Dataset], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(comparing, "PATIENCE", 0.0)
    factories.dataset("Chouettes encore")
    assert drain_all("worker") > 0
    backend().remove([str(rows[0].pk)])
    assert found()[Verdict.MISSING] == 1
    assert not log.behind(IndexReader())


def test_the_command_tells_repairs_and_ends_with_1(rows: list[Dataset], capsys: pytest.CaptureFixture[str]) -> None:
    backend().write([replace(document(rows[3]), audience=("public",))], [str(rows[0].pk)])
    with pytest.raises(SystemExit) as ended:
        call_command("index", "--check", "--json")
    assert ended.value.code == 1
    told = json.loads(capsys.readouterr().out)
    assert (told["documents"], told["exposed"], told["missing"], told["extra"], told["stale"]) == (
        indexed(),
        1,
        1,
        0,
        0,
    )
    assert {each["id"] for each in told["examples"]} == {str(rows[0].pk), str(rows[3].pk)}
    call_command("index", "--check")
    assert "dit la même chose que la base" in capsys.readouterr().out
    assert [row.drift for row in IndexCheck.objects.all()] == [0, 2]


@pytest.mark.parametrize("wrong", [["--json"], ["--rebuild", "--json"]])
def test_a_wrong_call_changes_nothing(home: Path, wrong: list[str]) -> None:
    with pytest.raises(CommandError):
        call_command("index", *wrong)
    assert not IndexCheck.objects.exists()


NIGHT = timezone.make_aware(timezone.datetime(2026, 3, 4, 3, 10))  # type: ignore[attr-defined]


def test_once_a_night_whoever_asks_first(rows: list[Dataset]) -> None:
    assert nightly.check_nightly(NIGHT - timedelta(hours=1)) is None
    first = nightly.check_nightly(NIGHT)
    assert first is not None and (first.documents, first.drift) == (indexed(), 0)
    assert nightly.check_nightly(NIGHT + timedelta(hours=9)) is None
    assert nightly.check_nightly(NIGHT + timedelta(days=1, hours=9)) is not None


def test_drift_is_an_alarm_that_names_no_record(
    rows: list[Dataset], settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    settings.BOUTURE_MAIL = True
    chief, agent = factories.person(is_superuser=True), factories.person("administrator", rows[0].owner)
    backend().write([replace(document(rows[3]), audience=("public",))], [str(rows[0].pk)])
    row = nightly.check_nightly(NIGHT)
    assert row is not None and (row.exposed, row.missing) == (1, 1)
    assert [message.to for message in mail.outbox] == [[chief.email]]
    assert agent.email not in mail.outbox[0].to
    said = mail.outbox[0].body + caplog.text
    assert str(rows[3].pk) in said and "1" in said
    assert "Hiboux" not in said and "Chouettes" not in said
    assert "il est réparé" in caplog.text
    nightly.check_nightly(NIGHT + timedelta(days=1))
    assert len(mail.outbox) == 1


def test_what_cannot_be_compared_now_is_tried_again(home: Path) -> None:
    assert nightly.check_nightly(NIGHT) is None  # there is no index yet
    assert not IndexCheck.objects.exists()
    factories.dataset()
    drain_all("me")
    assert nightly.check_nightly(NIGHT) is not None


def test_an_index_far_behind_has_better_to_do(rows: list[Dataset], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nightly, "LAG", 0)
    factories.dataset()
    assert nightly.check_nightly(NIGHT) is None


def test_one_that_was_killed_is_taken_over(rows: list[Dataset]) -> None:
    IndexCheck.objects.create(night=NIGHT.date(), started_at=NIGHT)
    assert nightly.check_nightly(NIGHT + timedelta(hours=2)) is None
    assert nightly.check_nightly(NIGHT + timedelta(hours=5)) is not None


def test_the_oldest_are_forgotten(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nightly, "KEPT", 3)
    for _ in range(5):
        nightly.keep(IndexCheck(started_at=timezone.now()), comparing.Findings())
    assert IndexCheck.objects.count() == 3


def test_an_id_of_the_wrong_kind_is_made_right(rows: list[Dataset], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(comparing, "BATCH", 1)
    backend().add([replace(document(rows[0]), kind="inconnu"), replace(document(rows[1]), id="faux")])
    assert found() == {Verdict.STALE: 1, Verdict.EXTRA: 1}
    assert find("chouette").total == 3
