"""What the worker sends about questions, once each, and what it erases."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from catalogue import draining, publishing, questioning
from catalogue.models import Dataset, Organisation, Question
from catalogue.quality.reader import ScoreReader
from catalogue.questioning import mailing
from catalogue.tasks import alert, reset
from tests import factories

pytestmark = pytest.mark.django_db
NOW = timezone.now()


@pytest.fixture(autouse=True)
def sending(settings: Settings) -> None:
    settings.BOUTURE_MAIL = True
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


def question(dataset: Dataset | None = None, **values: Any) -> Question:
    """One that its author has confirmed."""
    given = {"kind": "question", "text": "Les piles comptent-elles ?", "author": "Élise", "email": "e@essai.example"}
    given |= {"confirmed_at": NOW, "mail": "", **values}
    return Question.objects.create(dataset=dataset or factories.dataset(), **given)


def body_with(*roles: str) -> Organisation:
    body = factories.body()
    for role in roles:
        factories.person(role, body)
    return body


def days(number: float) -> datetime:
    return NOW + timedelta(days=number)


def reminds(day: float) -> list[str]:
    mail.outbox.clear()
    mailing.mail_publishers(days(day))
    return [message.subject for message in mail.outbox]


def test_who_publishes_is_told_at_three_moments_and_never_more() -> None:
    found = question(factories.dataset(owner=body_with("publisher", "contributor", "reader")))
    assert reminds(0) == ["Un message attend une réponse"]
    assert found.text not in str(mail.outbox[0].body) and "/questions/" in str(mail.outbox[0].body)
    assert reminds(0) == [] and reminds(6.9) == []
    assert reminds(7) == ["Un message attend une réponse depuis 7 jours"] and reminds(8) == [] and reminds(20.9) == []
    assert reminds(21) == ["Un message attend une réponse depuis 21 jours"]
    assert "/qualite/" in str(mail.outbox[0].body)
    assert reminds(22) == [] and reminds(400) == []


def test_many_at_once_are_one_message_and_one_that_is_late_is_told_its_last_step() -> None:
    body = body_with("publisher")
    for _ in range(3):
        question(factories.dataset(owner=body))
    assert reminds(8) == ["3 messages attendent une réponse depuis 7 jours"]
    question(factories.dataset(owner=body), confirmed_at=days(8))
    assert reminds(8.01) == []  # an hour apart
    assert reminds(8.1) == ["Un message attend une réponse"]


def test_what_is_answered_is_no_longer_told() -> None:
    found = question(factories.dataset(owner=body_with("publisher")))
    reminds(0)
    questioning.settle(found, "answered", "Oui.", factories.person())
    assert reminds(30) == []


def test_no_more_than_five_people_are_told() -> None:
    question(factories.dataset(owner=body_with(*["publisher"] * 7)))
    assert len(reminds(0)) == 5


def test_a_body_that_nobody_publishes_for_has_its_questions_told_to_who_runs_the_portal() -> None:
    question(factories.dataset(owner=body_with("reader")))
    runs = factories.person(is_superuser=True)
    assert reminds(0) == ["Un message attend une réponse"] and mail.outbox[0].to == [runs.email]


def test_killed_between_the_note_and_the_message_nobody_is_told_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    class Killed(BaseException):
        pass

    def kill(*_: object) -> bool:
        raise Killed

    question(factories.dataset(owner=body_with("publisher")))
    question(mail="confirm", confirmed_at=None)
    with monkeypatch.context() as patched:
        patched.setattr(mailing, "send", kill)
        for work in (mailing.mail_publishers, mailing.mail_authors):
            with pytest.raises(Killed):
                work(NOW)
    assert mailing.mail_publishers(NOW) == 0 == mailing.mail_authors(NOW)
    assert reminds(7) == ["Un message attend une réponse depuis 7 jours"]


def test_what_the_server_of_mail_refuses_leaves_later(monkeypatch: pytest.MonkeyPatch) -> None:
    question(factories.dataset(owner=body_with("publisher")))
    asked = question(mail="confirm", confirmed_at=None)
    with monkeypatch.context() as patched:
        patched.setattr(mailing, "send", lambda *_: False)
        assert mailing.mail_publishers(NOW) == 0 == mailing.mail_authors(NOW)
    assert mailing.mail_authors(NOW) == 0 and mailing.mail_authors(NOW + timedelta(minutes=6)) == 1
    assert mail.outbox[0].to == [asked.email]
    assert reminds(0) == [] and len(reminds(0.1)) == 1


def test_nothing_is_asked_of_a_portal_without_mail(settings: Settings) -> None:
    settings.BOUTURE_MAIL = False
    found = question(factories.dataset(owner=body_with("publisher")), mail="confirm")
    assert mailing.mail_publishers(NOW) == 0 == mailing.mail_authors(NOW)
    found.refresh_from_db()
    assert (found.told, found.mail) == (0, "confirm")


def test_those_that_wait_too_long_are_counted_for_all(client: Client) -> None:
    late = timezone.now() - timedelta(days=22)
    public, private, gone = factories.dataset(), factories.dataset(private=True), factories.dataset()
    for dataset in (public, private, gone):
        question(dataset, confirmed_at=late)
    question(public)
    publishing.withdraw([gone], "Remplacé.")
    factories.follow(ScoreReader())
    assert "1 question attend une réponse depuis plus de 21 jours" in client.get("/qualite/").content.decode()
    Question.objects.update(state="answered")
    assert "attend une réponse" not in client.get("/qualite/").content.decode()


def test_addresses_and_what_nobody_sees_are_erased() -> None:
    done = {"state": "answered", "answer": "Oui.", "done_at": NOW}
    shown, kept = question(public=True, **done), question(**done)
    waiting, unconfirmed = question(), question(confirmed_at=None)
    mailing.forget(days(29))
    assert not Question.objects.filter(pk=unconfirmed.pk).exists()
    assert set(Question.objects.values_list("email", flat=True)) == {"e@essai.example"}
    mailing.forget(days(31))
    rows = {row.pk: (row.email, row.author) for row in Question.objects.all()}
    assert rows[shown.pk] == ("", "Élise") and rows[kept.pk] == ("", "") and rows[waiting.pk][0]
    mailing.forget(days(181))
    assert {row.pk for row in Question.objects.all()} == {shown.pk, waiting.pk}


def test_both_workers_do_it(monkeypatch: pytest.MonkeyPatch, home: object) -> None:
    question(factories.dataset(owner=body_with("publisher")))
    question(mail="confirm", confirmed_at=None)
    alert()
    reset()
    assert len(mail.outbox) == 2
    question(confirmed_at=None, made_at=days(-8))
    draining.keep_house()
    assert Question.objects.count() == 2
