"""Messages are in the language of who asked, whoever sends them; to staff, in the portal's own."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core import mail
from django.test import Client
from django.utils import translation
from pytest_django.fixtures import Settings

from catalogue import alerting, following, posting, questioning, reusing
from catalogue.accounts import resets
from catalogue.models import FigureAlert, Question, Reuse, ReusedDataset
from catalogue.questioning import mailing
from tests import factories
from tests.pages.indicators import invented
from tests.test_following import EMAIL, SEARCH, asks, days, tells
from tests.test_reusing import declares

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def sending(settings: Settings) -> None:
    settings.BOUTURE_MAIL = True
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


@pytest.fixture
def english() -> Client:
    return Client(headers={"accept-language": "en"})


def sent() -> tuple[str, str]:
    [message] = mail.outbox
    mail.outbox.clear()
    return str(message.subject), str(message.body)


def test_a_followed_search(english: Client, searched: Path) -> None:
    factories.bring_index_up_to_date()
    assert "Check your inbox" in asks(english)
    following.mail_confirmations()
    subject, text = sent()
    assert subject == "Confirm that you follow this search"
    assert "within seven days" in text
    search = following.FollowedSearch.objects.get(email=EMAIL)
    following.confirm(search)
    factories.dataset("Tilleuls du mail")
    factories.dataset("Tilleuls de la gare")
    [text] = tells(2)
    assert mail.outbox[0].subject == "2 new datasets"
    assert "You follow a search: “tilleuls”. These have arrived:" in text
    assert "once a day at most" in text
    assert "jour" not in text
    page = english.get(f"/suivre/{search.link}/").content.decode()
    assert "“tilleuls”. We write at most every day, if there is something new." in page


def test_a_search_followed_in_french_from_an_english_worker(client: Client) -> None:
    asks(client, address=SEARCH)
    with translation.override("en"):
        following.mail_confirmations()
    assert sent()[0] == "Confirmez que vous suivez cette recherche"


def test_a_question_answered_by_who_reads_french() -> None:
    town = factories.body()
    found = Question.objects.create(
        dataset=factories.dataset("Bancs", owner=town), kind="question", text="Which ones?", author="Ann",
        email="ann@essai.example", language="en",
    )  # fmt: skip
    mailing.mail_authors()
    assert sent()[0] == "Confirm your message"
    questioning.confirm(found)
    person = factories.person("publisher", town)
    with translation.override("en"):  # of whoever makes the worker run
        mailing.mail_publishers()
    assert sent()[0] == "Un message attend une réponse"
    questioning.settle(found, questioning.State.ANSWERED, "Ceux du mail.", person)
    mailing.mail_authors(days(0))
    subject, text = sent()
    assert subject == "Answer to your message"
    assert f"{town.name} answers your message about “Bancs”:\n\nCeux du mail." in text


def test_a_reuse_accepted_by_who_reads_french(english: Client) -> None:
    town = factories.body()
    person = factories.person("publisher", town)
    declares(english, factories.dataset("Ombre", owner=town))
    reusing.mail_declarations()
    assert sent()[0] == "Confirm your reuse"
    reuse = Reuse.objects.get()
    assert english.post(f"/reutilisations/{reuse.link}/", {"faire": "confirmer"}).status_code == 200
    posting.deliver()
    assert sent()[0] == "Une réutilisation à examiner"
    with translation.override("fr"):
        reusing.review(ReusedDataset.objects.get(), ReusedDataset.Status.SHOWN, "", person)
    posting.deliver()
    subject, text = sent()
    assert subject == "Your reuse is shown"
    assert "Your reuse of “Ombre” is shown." in text


def test_a_forgotten_password(english: Client) -> None:
    person = factories.person()
    person.set_password("correct horse battery")
    person.save()
    for client in (english, Client(headers={"accept-language": "fr"})):
        client.post("/connexion/oubli/", {"email": person.email})
    with translation.override("fr"):
        assert resets.mail_resets() == 2
    first, second = mail.outbox
    assert first.subject == "Choose a new password"
    assert "within two hours" in first.body
    assert second.subject == "Choisir un nouveau mot de passe"
    assert "dans les deux heures" in second.body


def test_an_alert(db: None) -> None:
    found = invented.everything(factories.body("Ville d’essai"))
    person, row = factories.person(), found.indicators[invented.SPENDING.key]
    alert = FigureAlert(person=person, indicator=row, territory=found.home, bound=1000.5, above=True, language="en")
    subject, text = alerting._message(alert, invented.SPENDING, alerting.Last(1234.5, "2023"))
    assert invented.SPENDING.title.en in subject
    assert "1,234.5" in text
    assert "This is above 1,000.5, the value you gave us." in text
    alert.language, alert.above = "", False
    assert (
        "C’est au-dessous de 1\N{NARROW NO-BREAK SPACE}000,5"
        in alerting._message(alert, invented.SPENDING, alerting.Last(900, "2023"))[1]
    )
