"""What one source may ask in a minute, and what it is told beyond."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from catalogue.accounts import tokens
from portal import limits
from portal.limits import COSTS, LIMITS, MOST, Minute
from tests import factories
from tests.test_access import get_resolver, names

pytestmark = pytest.mark.django_db
HERE, ELSEWHERE = "92.184.1.1", "92.184.1.2"


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    monkeypatch.setattr(limits, "LIMITS", dict.fromkeys(LIMITS, 2))
    monkeypatch.setattr("portal.limits.time", lambda: 60.0 * 1000 + 15)


def asked(
    client: Client, times: int, address: str = "/suggestions?q=bac", source: str = HERE, **more: str
) -> list[int]:
    return [client.get(address, REMOTE_ADDR=source, headers=more).status_code for _ in range(times)]


def test_beyond_it_is_refused_and_others_are_not(client: Client) -> None:
    assert asked(client, 4)[-2:] == [429, 429]
    assert 429 not in asked(client, 1, source=ELSEWHERE)
    assert 429 not in asked(client, 1, "/robots.txt")  # costs nothing
    assert 429 not in asked(client, 1, "/catalogue/tout.csv")  # counted apart


def test_a_program_is_told_in_its_own_words_and_a_person_in_a_page(client: Client) -> None:
    asked(client, 2, "/api/search")
    answer = client.get("/api/search", REMOTE_ADDR=HERE)
    assert (answer.status_code, answer["Content-Type"]) == (429, "application/problem+json")
    assert answer["Retry-After"] == "45" and answer.json()["status"] == 429
    answer = client.get("/jeux-de-donnees/", REMOTE_ADDR=HERE)
    assert (answer.status_code, answer["Retry-After"]) == (429, "45")
    assert "Attendez une minute" in answer.content.decode()


def test_the_next_minute_begins_anew(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    assert asked(client, 3)[-1] == 429
    monkeypatch.setattr("portal.limits.time", lambda: 60.0 * 1001)
    assert 429 not in asked(client, 2)


def test_forms_are_counted_together(client: Client) -> None:
    sent = [
        client.post(page, REMOTE_ADDR=HERE).status_code for page in ("/connexion/", "/connexion/oubli/", "/connexion/")
    ]
    assert sent[-1] == 429 and 429 not in sent[:-1]


def test_who_says_who_they_are_has_more_and_their_own(client: Client) -> None:
    person = factories.person()
    client.force_login(person)
    assert 429 not in asked(client, 8)
    assert asked(client, 1) == [429]
    text = tokens.make(person, "essai", 30, publishes=False)[1]
    told = asked(Client(), 9, "/api/search", authorization=f"Bearer {text}")
    assert 429 not in told[:-1] and told[-1] == 429


def test_a_cookie_that_nobody_gave_brings_nothing(client: Client) -> None:
    client.cookies["sessionid"] = "x" * 32
    assert asked(client, 3)[-1] == 429


@pytest.mark.parametrize("source", ["127.0.0.1", "::1", "10.0.0.4", "192.168.1.20", "", "nobody"])
def test_what_may_be_a_proxy_is_not_counted(source: str, client: Client) -> None:
    assert 429 not in asked(client, 4, source=source)


def test_what_a_client_says_of_where_it_is_never_counts(client: Client, settings: Settings) -> None:
    for number in range(3):
        last = client.get("/suggestions", REMOTE_ADDR=HERE, headers={"x-forwarded-for": f"92.184.2.{number}"})
    assert last.status_code == 429
    settings.BOUTURE_TRUST_PROXY = True  # then the last word is the proxy's
    for number in range(3):
        last = client.get(
            "/suggestions", REMOTE_ADDR="127.0.0.1", headers={"x-forwarded-for": f"92.184.2.{number}, 92.184.9.9"}
        )
    assert last.status_code == 429


def test_one_subscriber_is_one_source(client: Client) -> None:
    assert [asked(client, 1, source=f"2a01:cb00:1:2::{number}")[0] for number in range(3)][-1] == 429


def test_it_can_be_left_to_the_proxy(client: Client, settings: Settings) -> None:
    settings.BOUTURE_LIMITS = 0
    assert 429 not in asked(client, 4)


def test_many_sources_take_a_bounded_room() -> None:
    minute = Minute()
    for number in range(MOST + 100):
        minute.counted(str(number), "search", 0.0)
    assert minute.counted("0", "search", 0.0) == 2
    assert minute.counted(str(MOST + 1), "search", 0.0) == 1
    assert len(minute._counts) == MOST


def test_only_addresses_that_there_are_have_a_cost() -> None:
    assert set(COSTS) <= set(names(get_resolver().url_patterns))
    assert set(COSTS.values()) | {"form", "write"} == set(LIMITS)
