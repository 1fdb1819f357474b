"""A forgotten password: the same answer and the same work whether the address has an account or not."""

from __future__ import annotations

import re
from datetime import timedelta
from io import StringIO

import pytest
from django.core import mail
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings

from catalogue.accounts import resets
from catalogue.models import ResetRequest, User
from portal.pages.accounts.attempts import ATTEMPTS
from tests import factories
from tests.pages.conftest import said
from tests.pages.samples import remember

pytestmark = pytest.mark.django_db
ASK = "/connexion/oubli/"
PASSWORD = "un mot de passe d’essai"
NEW = "quatre mots sans lien"


@pytest.fixture(autouse=True)
def mailing(settings: Settings) -> None:
    settings.BOUTURE_MAIL = True


def link_of(client: Client, email: str) -> str:
    client.post(ASK, {"email": email})
    assert resets.mail_resets() == 1
    found = re.search(r"https?://[^/\s]+(/connexion/nouveau/\S+)", mail.outbox[-1].body)
    assert found
    return found[1]


def test_the_answer_and_the_work_are_the_same_for_any_address(client: Client) -> None:
    remember()
    pages, work = set(), set()
    for email in (factories.person().email, "nul@x.example", factories.person(is_active=False).email):
        with CaptureQueriesContext(
            connection,
        ) as asked:
            page = said(client.post(ASK, {"email": email}))
        pages.add(re.sub(r'value="\w{64}"', "", page).replace(email, "X"))
        work.add(tuple(re.sub(r"'[^']*'", "?", query["sql"]) for query in asked))
    assert len(pages) == len(work) == 1
    assert not mail.outbox
    assert resets.mail_resets() == 1 and len(mail.outbox) == 1
    assert resets.mail_resets() == 0


def test_a_link_serves_once_and_closes_the_sessions(client: Client) -> None:
    user = factories.person()
    inside = Client()
    inside.force_login(user)
    link = link_of(client, user.email.upper())
    assert link.split("/")[-2] not in client.get(link, follow=True).request["PATH_INFO"]
    page = client.get(link, follow=True)
    assert "trop court" in said(client.post(page.request["PATH_INFO"], {"new": "court"}))
    assert client.post(page.request["PATH_INFO"], {"new": NEW})["Location"] == "/connexion/"
    user.refresh_from_db()
    assert user.check_password(NEW)
    assert "_auth_user_id" not in client.session and inside.get("/compte/").status_code == 302
    assert "Ce lien ne vaut plus" in said(Client().get(link, follow=True))


@pytest.mark.parametrize(
    "link", ["/connexion/nouveau/MQ/abc-def/", "/connexion/nouveau/x/nouveau/", "/connexion/nouveau/OTk5/a-b/"]
)
def test_a_link_that_is_none_says_what_to_do(client: Client, link: str) -> None:
    page = client.get(link, follow=True)
    assert page.status_code == 200 and "Demandez-en un autre" in said(page)


def test_a_link_lives_two_hours(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.contrib.auth.tokens import default_token_generator

    link = link_of(client, factories.person().email)
    later = default_token_generator._now() + timedelta(hours=2, minutes=1)
    monkeypatch.setattr(default_token_generator, "_now", lambda: later)
    assert "Ce lien ne vaut plus" in said(client.get(link, follow=True))


def test_three_messages_an_hour_for_one_account() -> None:
    user = factories.person()
    for _ in range(5):
        resets.ask(user.email)
    assert resets.mail_resets() == resets.MOST
    ResetRequest.objects.update(taken_at=timezone.now() - timedelta(hours=2))
    resets.ask(user.email)
    assert resets.mail_resets() == 1


def test_a_source_that_asks_too_often_is_refused_whatever_the_address(client: Client) -> None:
    for email in (factories.person().email, "nul@x.example"):
        for _ in range(ATTEMPTS):
            assert client.post(ASK, {"email": email}).status_code == 200
        assert client.post(ASK, {"email": email}).status_code == 429


@pytest.mark.parametrize("email", ["", "rien", "a\x00@b.example", "a@b\r\nBcc: c@d.example"])
def test_what_is_no_address_asks_nothing(client: Client, email: str) -> None:
    assert "Écrivez l’adresse électronique" in said(client.post(ASK, {"email": email}))
    assert not ResetRequest.objects.exists()


def test_without_mail_the_page_says_whom_to_ask_and_the_command_gives_a_link(
    client: Client, settings: Settings
) -> None:
    settings.BOUTURE_MAIL = False
    user = factories.person()
    assert "n’envoie pas de courriel" in said(client.post(ASK, {"email": user.email}))
    assert not ResetRequest.objects.exists()
    out = StringIO()
    call_command("account", user.email, "--reset-link", stdout=out)
    found = re.search(r"https?://[^/\s]+(/connexion/nouveau/\S+)", out.getvalue())
    assert found
    page = client.get(found[1], follow=True)
    client.post(page.request["PATH_INFO"], {"new": NEW})
    assert User.objects.get(pk=user.pk).check_password(NEW)
