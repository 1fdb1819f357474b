"""Open sessions: seen, closed from elsewhere, ended by time and by a change of password."""

from __future__ import annotations

import re
import time

import pytest
from django.test import Client
from django.utils import timezone

from catalogue.accounts import sessions
from catalogue.models import OpenSession, User
from portal.pages.accounts.devices import coarse, device_of
from tests import factories
from tests.pages.conftest import said

pytestmark = pytest.mark.django_db
PASSWORD = "un mot de passe d’essai"
NEW = "quatre mots sans lien"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:150.0) Gecko/20100101 Firefox/150.0"


def opened(user: User, at: str = "203.0.113.77", agent: str = FIREFOX) -> Client:
    client = Client(REMOTE_ADDR=at, headers={"user-agent": agent})
    assert client.post("/connexion/", {"username": user.email, "password": PASSWORD}).status_code == 302
    return client


def inside(client: Client) -> bool:
    return client.get("/compte/").status_code == 200


def test_each_session_is_listed_in_words_and_without_what_opens_it() -> None:
    user = factories.person()
    client, other = opened(user), opened(user, "2001:db8:1:2::3", "curl/8")
    page = said(client.get("/compte/"))
    assert "Firefox sur Windows" in page and "Réseau 203.0.113.x." in page and "203.0.113.77" not in page
    assert "Appareil inconnu" in page and "Réseau 2001:db8:1::x." in page
    for one in (client, other):
        assert one.session.session_key not in page
    assert page.count("(celle-ci)") == 1
    assert inside(opened(factories.person())) and "Fermer toutes les autres" in page


def test_one_is_closed_and_the_others_go_on() -> None:
    user = factories.person()
    client, other = opened(user), opened(user)
    [handle] = re.findall(r'name="session" value="(\w+)"', client.get("/compte/").content.decode())
    client.post("/compte/sessions/", {"session": handle})
    assert inside(client) and not inside(other)
    assert "déjà fermée" in said(client.post("/compte/sessions/", {"session": handle}, follow=True))


def test_all_the_others_are_closed_at_once() -> None:
    user = factories.person()
    client, others, stranger = opened(user), [opened(user), opened(user)], opened(factories.person())
    assert "Sessions fermées ailleurs : 2." in said(client.post("/compte/sessions/", follow=True))
    assert inside(client) and inside(stranger) and not any(map(inside, others))


def test_nobody_closes_the_session_of_another() -> None:
    stranger, victim = opened(factories.person()), opened(factories.person())
    handle = sessions.handle_of(victim.session.session_key or "")
    stranger.post("/compte/sessions/", {"session": handle})
    assert inside(victim)


@pytest.mark.parametrize("seconds", [sessions.IDLE, sessions.ABSOLUTE])
def test_a_session_ends_by_itself(monkeypatch: pytest.MonkeyPatch, seconds: int) -> None:
    client = opened(factories.person())
    start = time.time()
    step = sessions.IDLE - 600 if seconds == sessions.ABSOLUTE else seconds + 1
    for moment in range(step, seconds + step, step):  # used often enough, it lives until the end of the week
        later = start + moment
        monkeypatch.setattr(time, "time", lambda later=later: later)
        monkeypatch.setattr(timezone, "now", lambda later=later: sessions._moment(later))
        still = inside(client)
        assert still is (moment < seconds)
        if not still:
            return
    raise AssertionError("it never ended")


def test_a_request_within_five_minutes_writes_nothing(django_assert_num_queries: object) -> None:
    user = factories.person()
    client = opened(user)
    before = OpenSession.objects.get(person=user).seen_at
    inside(client)
    assert OpenSession.objects.get(person=user).seen_at == before


def test_a_new_password_closes_the_other_sessions_and_keeps_this_one() -> None:
    user = factories.person()
    client, other = opened(user), opened(user)
    answer = client.post("/compte/mot-de-passe/", {"old": PASSWORD, "new": NEW}, follow=True)
    assert "Vos autres sessions sont fermées" in said(answer)
    assert inside(client) and not inside(other)
    assert OpenSession.objects.filter(person=user).count() == 1
    user.refresh_from_db()
    assert user.check_password(NEW)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("faux", NEW, "mot de passe de ce compte"),
        (PASSWORD, "", "douze signes"),
        (PASSWORD, "court", "trop court"),
        (PASSWORD, "123456789012", "entièrement numérique"),
    ],
)
def test_a_password_that_may_not_be_is_told_beside_its_field(old: str, new: str, says: str) -> None:
    user = factories.person()
    client = opened(user)
    answer = client.post("/compte/mot-de-passe/", {"old": old, "new": new})
    assert answer.status_code == 200 and says in said(answer)
    user.refresh_from_db()
    assert user.check_password(PASSWORD)


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (FIREFOX, "Firefox sur Windows"),
        ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0", "Edge sur Linux"),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile Safari/604.1",
            "Safari sur iPhone",
        ),
        ("Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36", "Chrome sur Android"),
        ("curl/8", ""),
        ("", ""),
        ("<script>", ""),
    ],
)
def test_a_device_is_said_in_words(agent: str, words: str) -> None:
    assert device_of(agent) == words


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.77", "203.0.113.x"),
        ("::ffff:203.0.113.77", "203.0.113.x"),
        ("2001:db8:1:2::3", "2001:db8:1::x"),
        ("", ""),
    ],
)
def test_an_address_is_kept_as_its_network(address: str, network: str) -> None:
    assert coarse(address) == network
