"""Logging in and out."""

from __future__ import annotations

import re
from time import time

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client, RequestFactory
from pytest_django import Settings

from catalogue.models import User
from portal.pages.accounts.attempts import ATTEMPTS, FROM_ONE_SOURCE, WINDOW, client_address, network_of
from tests import factories

PASSWORD = "un mot de passe d’essai"


@pytest.fixture
def agent(db: None) -> User:
    return factories.person()


def log_in(client: Client, email: str, password: str = PASSWORD, **fields: str) -> HttpResponse:
    address = {"REMOTE_ADDR": fields.pop("at", "127.0.0.1")}
    return client.post("/connexion/", {"username": email, "password": password, **fields}, **address)


def refusal(response: HttpResponse) -> str:
    found = re.search(r'role="alert".*?</div>', response.content.decode(), re.DOTALL)
    return found[0] if found else ""


def test_an_agent_logs_in_whatever_the_case_of_the_address_and_out(agent: User, client: Client) -> None:
    response = log_in(client, agent.email.upper())
    assert (response.status_code, response["Location"]) == (302, "/")
    assert "Se déconnecter" in client.get("/connexion/").content.decode()
    assert client.get("/deconnexion/").status_code == 405
    assert client.post("/deconnexion/").status_code == 302
    assert "_auth_user_id" not in client.session


def test_a_refusal_does_not_tell_whether_the_account_exists(agent: User, client: Client) -> None:
    closed = factories.person(is_active=False)
    refusals = {
        refusal(log_in(client, agent.email, "faux")),
        refusal(log_in(client, "nul@x.example", "faux")),
        refusal(log_in(client, closed.email)),
    }
    assert len(refusals) == 1
    assert "ne vont pas ensemble" in refusals.pop()


@pytest.mark.parametrize(
    ("next_page", "goes"),
    [
        ("/jeux-de-donnees/", "/jeux-de-donnees/"),
        ("https://ailleurs.example/", "/"),
        ("//ailleurs.example/", "/"),
        ("/\\ailleurs.example", "/"),
        ("javascript:alert(1)", "/"),
    ],
)
def test_next_stays_on_our_own_host(agent: User, client: Client, next_page: str, goes: str) -> None:
    assert log_in(client, agent.email, next=next_page)["Location"] == goes


def test_ten_failures_close_that_account_from_that_place_only(agent: User, client: Client) -> None:
    for _ in range(ATTEMPTS):
        assert log_in(client, agent.email, "faux").status_code == 200
    refused = log_in(client, agent.email)
    assert refused.status_code == 429
    assert "Trop d’essais depuis cet endroit" in refusal(refused)
    assert log_in(client, factories.person().email).status_code == 302
    assert log_in(client, agent.email, at="127.0.0.2").status_code == 302


def test_a_success_forgets_the_failures(agent: User, client: Client) -> None:
    for _ in range(ATTEMPTS - 1):
        log_in(client, agent.email, "faux")
    assert log_in(client, agent.email).status_code == 302
    assert log_in(client, agent.email, "faux").status_code == 200
    assert log_in(client, agent.email).status_code == 302


def test_the_closed_door_opens_again(agent: User, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(ATTEMPTS):
        log_in(client, agent.email, "faux")
    assert log_in(client, agent.email).status_code == 429
    cache.clear()  # where Redis counts, whose clock is its own
    monkeypatch.setattr("portal.counts.time", lambda: time() + WINDOW)
    assert log_in(client, agent.email).status_code == 302


@pytest.mark.parametrize(("trusted", "address"), [(False, "10.0.0.1"), (True, "203.0.113.9")])
def test_the_client_s_own_claim_of_where_it_is_never_counts(settings: Settings, trusted: bool, address: str) -> None:
    settings.BOUTURE_TRUST_PROXY = trusted
    claim = "198.51.100.1, 203.0.113.9"
    request = RequestFactory().post("/connexion/", headers={"X-Forwarded-For": claim}, REMOTE_ADDR="10.0.0.1")
    assert client_address(request) == address


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"username": "", "password": "x"}, "Indiquez votre adresse électronique."),
        ({"username": "a@b.example", "password": ""}, "Indiquez votre mot de passe."),
        ({"username": "a\x00b@c.example", "password": "x"}, "ne vont pas ensemble"),
        ({"username": "x" * 5000, "password": "x" * 5000}, "ne vont pas ensemble"),
        ({}, "Indiquez votre mot de passe."),
    ],
)
def test_a_bad_form_says_what_to_do(db: None, client: Client, fields: dict[str, str], says: str) -> None:
    response = client.post("/connexion/", fields)
    assert response.status_code == 200
    assert says in response.content.decode()


def test_a_form_without_its_token_is_refused_in_french(agent: User) -> None:
    response = log_in(Client(enforce_csrf_checks=True), agent.email)
    assert response.status_code == 403
    assert "Ce formulaire n’est plus valable" in response.content.decode()


def test_a_source_that_tries_every_account_is_slowed_down_and_the_others_are_not(agent: User, client: Client) -> None:
    for number in range(FROM_ONE_SOURCE):
        log_in(client, f"inconnu{number}@x.example", "faux", at="203.0.113.7")
    assert log_in(client, agent.email, at="203.0.113.7").status_code == 429
    assert log_in(client, agent.email, at="203.0.113.8").status_code == 302


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2001:db8::1", "2001:db8::ffff:1", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
        ("203.0.113.1", "203.0.113.2", False),
        ("::ffff:203.0.113.1", "::ffff:203.0.113.2", False),
        ("unix", "unix", True),
    ],
)
def test_a_source_is_what_one_subscriber_has(one: str, other: str, same: bool) -> None:
    assert (network_of(one) == network_of(other)) is same


def test_an_unknown_account_costs_as_much_hashing_as_a_known_one(
    agent: User, client: Client, settings: Settings
) -> None:
    settings.PASSWORD_HASHERS = ["tests.pages.test_accounts.Counting"]
    agent.set_password(PASSWORD)
    agent.save()
    closed = factories.person(is_active=False)
    unusable = factories.person()
    unusable.set_unusable_password()
    unusable.save()
    costs = set()
    for email in (agent.email, "nul@x.example", closed.email, unusable.email):
        Counting.calls = 0
        assert log_in(client, email, "faux").status_code == 200
        costs.add(Counting.calls)
    assert costs == {1}


class Counting(MD5PasswordHasher):
    """Counts what is hashed, since a time proves nothing on a busy machine."""

    calls = 0

    def encode(self, password: str, salt: str) -> str:
        Counting.calls += 1
        return str(super().encode(password, salt))
