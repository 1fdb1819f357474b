"""Datasets older than the rhythm that they state, and telling who publishes them."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from pytest_django import Settings

from catalogue.late import EU, PERIODS, late, mail_late
from catalogue.models import Concept, Dataset, LateNotice
from catalogue.reference.loader import load_vocabularies
from catalogue.tasks import remind
from tests import factories

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)


def found() -> list[str]:
    return sorted(row.label for row in late(Dataset.objects.published(), NOW))


def make(rhythm: str, modified: str, **values: Any) -> Dataset:
    return factories.dataset(
        f"{rhythm} {modified}", frequency=EU + rhythm if rhythm else "", modified=modified, **values
    )


@pytest.mark.parametrize(
    ("rhythm", "modified", "expected"),
    [
        ("MONTHLY", "2026-10-01", True),
        ("MONTHLY", "2026-10-26", False),
        ("MONTHLY", "2026-10-01T10:00:00+02:00", True),
        ("MONTHLY", "2026-11", False),
        ("MONTHLY", "2026-10", False),  # until the 31st, perhaps
        ("MONTHLY", "2026-08", True),
        ("MONTHLY", "2026", False),
        ("MONTHLY", "2025", True),
        ("ANNUAL", "2025", False),
        ("ANNUAL", "2024", True),
        ("DAILY", "2026-11-24", False),
        ("DAILY", "2026-11-20", True),
        ("1MIN", "2026-11-20", True),
        ("WEEKLY", "2026-11-17", False),
        ("IRREG", "1999-01-01", False),
        ("NEVER", "1999-01-01", False),
        ("UNKNOWN", "1999-01-01", False),
        ("", "1999-01-01", False),
        ("MONTHLY", "", False),
        ("MONTHLY", "2050-01-01", False),
    ],
)
def test_which_are_late(rhythm: str, modified: str, expected: bool) -> None:
    make(rhythm, modified)
    assert bool(found()) is expected


@pytest.mark.parametrize("said", ["hier", "00/00/2020", "0000-00-00", "12/03/2020", "20", "1", "-", "2020.5"])
def test_a_date_that_is_none_is_held_against_nobody(said: str) -> None:
    row = make("MONTHLY", "2026-11-20")
    Dataset.objects.filter(pk=row.pk).update(modified=said)
    assert found() == []


def test_a_file_that_is_newer_counts() -> None:
    for number, modified in enumerate(("2026-11-20", "2026", "2020-01-01", "")):
        make("MONTHLY", f"2020-01-0{number + 1}", distribution=[factories.file(modified=modified)])
    assert found() == ["MONTHLY 2020-01-03", "MONTHLY 2020-01-04"]


def test_every_rhythm_of_the_vocabulary_is_known_or_has_no_length() -> None:
    load_vocabularies()
    codes = set(Concept.objects.filter(vocabulary__code="frequency").values_list("code", flat=True))
    assert codes - set(PERIODS) == {"AS_NEEDED", "IRREG", "NEVER", "NOT_PLANNED", "OP_DATPRO", "OTHER", "UNKNOWN"}
    assert set(PERIODS) <= codes


@pytest.fixture
def mailing(settings: Settings) -> Settings:
    settings.BOUTURE_MAIL = settings.BOUTURE_LATE_MAILS = True
    return settings


def test_each_publisher_is_told_once_a_month(mailing: Settings) -> None:
    town = factories.body("Ville")
    node = {"name": {"fr": "Ville"}, "email": ["mailto:donnees@ville.example"]}
    for number in range(25):
        factories.dataset(f"Jeu {number}", town, publisher=node, frequency=EU + "MONTHLY", modified="2020-01-01")
    assert (mail_late(NOW), mail_late(NOW), mail_late(NOW + timedelta(days=29))) == (1, 0, 0)
    assert mail_late(NOW + timedelta(days=30)) == 1
    told = mail.outbox[0]
    assert told.to == ["donnees@ville.example"] and told.subject == "25 jeux de données à mettre à jour"
    assert told.body.count("/jeux-de-donnees/") == 20 and "et 5 de plus" in told.body


@pytest.mark.parametrize(
    "email", [["mailto:a@b.example?bcc=c@d.example"], ["mailto:"], ["mailto:a@b.example,c@d.example"]]
)
def test_an_address_with_something_behind_is_not_written_to(mailing: Settings, email: list[str]) -> None:
    row = make("MONTHLY", "2020-01-01", contact_point=[{"name": {"fr": "X"}, "email": ["mailto:x@y.example"]}])
    Dataset.objects.filter(pk=row.pk).update(contact_point=[{"email": email}])
    assert mail_late(NOW) == 0 and mail.outbox == []


def test_private_datasets_are_told_to_nobody(mailing: Settings) -> None:
    contact = [{"name": {"fr": "X"}, "email": ["mailto:x@y.example"]}]
    factories.dataset("Secret", private=True, contact_point=contact, frequency=EU + "DAILY", modified="2020-01-01")
    assert mail_late(NOW) == 0


def test_a_message_that_does_not_leave_is_tried_again(mailing: Settings) -> None:
    make("MONTHLY", "2020-01-01", contact_point=[{"name": {"fr": "X"}, "email": ["mailto:x@y.example"]}])
    mailing.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    mailing.EMAIL_HOST, mailing.EMAIL_PORT, mailing.EMAIL_TIMEOUT = "127.0.0.1", 1, 1
    assert mail_late(NOW) == 0
    assert LateNotice.objects.get().sent_at is None
    mailing.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert mail_late(NOW) == 1


@pytest.mark.parametrize("missing", ["BOUTURE_MAIL", "BOUTURE_LATE_MAILS"])
def test_an_instance_that_did_not_ask_for_it_tells_nobody(mailing: Settings, missing: str) -> None:
    setattr(mailing, missing, False)
    make("MONTHLY", "2020-01-01", contact_point=[{"name": {"fr": "X"}, "email": ["mailto:x@y.example"]}])
    remind()
    assert mail.outbox == []
    with pytest.raises(CommandError) as refused:
        call_command("late", "--mail")
    assert refused.value.returncode == 2 and "il faut d’abord" in str(refused.value)


def test_the_command_names_them(mailing: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    make("MONTHLY", "2020-01-01")
    call_command("late")
    assert "En retard sur leur rythme annoncé : 1." in capsys.readouterr().out
    call_command("late", "--json", "--mail")
    out, err = capsys.readouterr()
    assert json.loads(out)["modified"] == "2020-01-01" and err == "Courriels partis : 0.\n"
