"""Searches followed by mail: confirmed by a link, each new dataset told once, stopped by the same link."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.core import mail, signing
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from catalogue import following, publishing
from catalogue.models import FollowedSearch, User
from catalogue.publishing import Draft
from tests import factories

pytestmark = pytest.mark.django_db
EMAIL = "elise@essai.example"
SEARCH = "/suivre/?q=tilleuls"


@pytest.fixture(autouse=True)
def sending(settings: Settings) -> None:
    settings.BOUTURE_MAIL = True
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


def stamped(client: Client, address: str = SEARCH, seconds: float = 10) -> str:
    """The stamp of a page that was opened so long ago."""
    with pytest.MonkeyPatch.context() as clock:
        then = signing.time.time() - seconds
        clock.setattr(signing.time, "time", lambda: then)
        page = client.get(address).content.decode()
    found = re.search('name="cachet" value="([^"]+)"', page)
    assert found
    return found[1]


def asks(client: Client, email: str = EMAIL, address: str = SEARCH, **more: str) -> str:
    given = {"email": email, "rythme": "daily", "cachet": stamped(client, address), **more}
    return client.post(address, given).content.decode()


def followed(client: Client, address: str = SEARCH) -> FollowedSearch:
    """Asked and confirmed, as a person does."""
    asks(client, address=address)
    assert following.mail_confirmations() == 1
    link = re.search(r"/suivre/[^/]+/", str(mail.outbox.pop().body))
    assert link and "Oui, la suivre" in client.get(link[0]).content.decode()
    assert "Vous suivez cette recherche" in client.post(link[0], {"faire": "confirmer"}).content.decode()
    return FollowedSearch.objects.latest("pk")


def days(number: int) -> datetime:
    return timezone.now() + timedelta(days=number, minutes=1)


def tells(day: int) -> list[str]:
    """What the messages of that day say, once the index has come to the end of the log."""
    factories.bring_index_up_to_date()
    mail.outbox.clear()
    following.mail_news(days(day))
    return [str(message.body) for message in mail.outbox]


def test_what_is_new_is_told_once(client: Client, searched: Path) -> None:
    factories.dataset("Tilleuls d’avant")
    factories.bring_index_up_to_date()
    kept = followed(client)
    assert tells(1) == []  # what was there is no news
    new, other = factories.dataset("Tilleuls du mail"), factories.dataset("Hêtres")
    assert following.mail_news(days(1)) == 0  # not due again
    [said] = tells(2)
    assert "Tilleuls du mail" in said and new.get_absolute_url() in said and other.label not in said
    [message] = mail.outbox
    assert message.subject == "Un nouveau jeu de données" and message.to == [EMAIL]
    assert message.extra_headers["List-Unsubscribe"] == f"<{following.link_of(kept)}>"
    publishing.publish([Draft("dataset", {"title": {"fr": "Tilleuls du mail, revus"}}, new.owner_id, id=new.pk)])
    publishing.withdraw([new], "Le temps de corriger.")
    assert tells(3) == []


def test_what_is_not_public_is_told_once_it_is(client: Client, searched: Path) -> None:
    factories.bring_index_up_to_date()
    followed(client)
    hidden = factories.dataset("Tilleuls réservés", private=True)
    assert tells(1) == []
    publishing.set_private(hidden, False)
    assert "Tilleuls réservés" in tells(2)[0]
    publishing.set_private(hidden, True)
    publishing.set_private(hidden, False)
    assert tells(3) == []


def test_a_member_follows_with_the_rights_of_now(client: Client, searched: Path) -> None:
    town = factories.body()
    member = factories.person("reader", town)
    client.force_login(member)
    page = client.post(SEARCH, {"rythme": "daily"}, follow=True).content.decode()
    assert "Recherche suivie." in page and "« tilleuls »" in page
    factories.dataset("Tilleuls secrets", town, private=True)
    assert "Tilleuls secrets" in tells(1)[0] and mail.outbox[0].to == [member.email]
    factories.dataset("Tilleuls encore secrets", town, private=True)
    User.objects.filter(pk=member.pk).update(is_active=False)
    assert tells(2) == []


def test_filters_count_and_some_of_the_words_are_not_enough(client: Client, searched: Path) -> None:
    town = factories.body("Port-Lanvern")
    factories.bring_index_up_to_date()
    followed(client, f"/suivre/?q=tilleuls+argentés&organisme={town.slug}")
    factories.dataset("Tilleuls argentés d’ailleurs")
    factories.dataset("Tilleuls", town)
    assert tells(1) == []
    factories.dataset("Tilleuls argentés", town)
    assert "- Tilleuls argentés\n" in tells(2)[0]


def test_a_message_that_does_not_leave_is_tried_again(client: Client, searched: Path, settings: Settings) -> None:
    factories.bring_index_up_to_date()
    followed(client)
    factories.dataset("Tilleuls")
    settings.EMAIL_BACKEND, settings.EMAIL_HOST, settings.EMAIL_PORT = (
        "django.core.mail.backends.smtp.EmailBackend",
        "127.0.0.1",
        1,
    )
    assert tells(1) == []
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert len(tells(2)) == 1


def test_the_link_stops_and_erases_without_a_session(client: Client, searched: Path) -> None:
    kept = followed(client)
    strict = Client(enforce_csrf_checks=True)
    assert strict.get(f"/suivre/{kept.link}/").status_code == 200 and FollowedSearch.objects.exists()
    page = strict.post(f"/suivre/{kept.link}/", {"List-Unsubscribe": "One-Click"})
    assert "n’est plus suivie" in page.content.decode() and page["Referrer-Policy"] == "same-origin"
    assert not FollowedSearch.objects.exists()


def test_the_answer_tells_nothing_of_what_is_followed_already(client: Client, searched: Path) -> None:
    first = asks(client)
    following.mail_confirmations()
    following.confirm(FollowedSearch.objects.get())
    assert asks(client) == first
    FollowedSearch.objects.update(mailed_at=days(-2))
    assert following.mail_confirmations() == 1
    assert "déjà" in mail.outbox[-1].subject


def test_nobody_is_written_to_again_and_again(client: Client, searched: Path) -> None:
    for word in "abcdefgh":
        asks(client, address=f"/suivre/?q={word}")
    assert following.mail_confirmations() == following.UNCONFIRMED
    asks(client, address="/suivre/?q=a")
    assert following.mail_confirmations() == 0
    assert all("confirmez" in str(message.body) and "«" not in str(message.body) for message in mail.outbox)
    assert following.mail_confirmations(days(8)) == 0 and not FollowedSearch.objects.exists()


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"email": "elise"}, "Écrivez votre adresse électronique"),
        ({"email": f"{EMAIL}\nBcc: autre@essai.example"}, "Écrivez votre adresse électronique"),
        ({"cachet": "faux"}, "ouverte depuis longtemps"),
        ({"rythme": "hourly"}, "trop longue à suivre"),
        ({"site": "https://essai.example"}, "Regardez votre messagerie"),
        ({"filler": "x" * 20_000}, "trop long"),
    ],
)
def test_machines_and_mistakes_keep_nothing(given: dict[str, str], said: str, client: Client, searched: Path) -> None:
    assert said in asks(client, **{"email": EMAIL, **given})
    assert not FollowedSearch.objects.exists()


def test_too_quick_too_late_too_often(client: Client, searched: Path) -> None:
    # A minute ahead: between the page and what is sent, a busy machine takes more than the three seconds.
    assert "très rapide" in asks(client, cachet=stamped(client, seconds=-60))
    assert "depuis longtemps" in asks(client, cachet=stamped(client, seconds=13 * 3600))
    for _ in range(10):
        asks(client)
    assert "Trop d’essais" in asks(client)


def test_without_mail_the_page_says_what_else_there_is(client: Client, settings: Settings) -> None:
    settings.BOUTURE_MAIL = False
    page = client.get(SEARCH).content.decode()
    assert "n’envoie pas de courriel" in page and "/jeux-de-donnees.atom?q=tilleuls" in page
    client.post(SEARCH, {"email": EMAIL})
    assert not FollowedSearch.objects.exists() and following.mail_news() == 0
