"""The second step of a log-in, from the page that sets it up to the codes of a lost telephone."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from typing import Any

import pyotp
import pytest
from django.core.management import call_command
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from catalogue import permissions
from catalogue.accounts import second_step
from catalogue.accounts.sealing import seal, unseal
from catalogue.models import RecoveryCode, SecondStep, User
from portal.pages.accounts import entering
from portal.pages.accounts.attempts import ATTEMPTS
from tests import factories
from tests.pages.conftest import said

pytestmark = pytest.mark.django_db
PASSWORD = "un mot de passe d’essai"
CODE, FIRST, OWN = "/connexion/code/", "/connexion/protection/", "/compte/code/"


def log_in(client: Client, user: User, then: str = "/moissons/") -> str:
    answer = client.post("/connexion/", {"username": user.email, "password": PASSWORD, "next": then})
    assert answer.status_code == 302
    return answer["Location"]


def inside(client: Client) -> bool:
    return "_auth_user_id" in client.session


def secret_on(page: HttpResponse) -> str:
    found = re.search(r"cette clé dans l’application : <code>([A-Z2-7 ]+)</code>", said(page))
    assert found
    return found[1].replace(" ", "")


def code_of(secret: str, steps: int = 0) -> str:
    return pyotp.TOTP(secret).at(timezone.now(), counter_offset=steps)


def codes_on(page: HttpResponse) -> list[str]:
    return re.findall(r"<li><code>([a-z0-9-]{19})</code></li>", page.content.decode())


def protected(user: User) -> tuple[str, list[str]]:
    """Its second step, set up an hour ago."""
    secret = second_step.new_secret()
    ago = timezone.now() - timedelta(hours=1)
    return secret, second_step.keep(user, secret, pyotp.TOTP(secret).at(ago), ago)


@pytest.mark.parametrize("who", ["instance", "body"])
def test_an_administrator_sets_it_up_before_anything_else(client: Client, who: str) -> None:
    user = (
        factories.person(is_superuser=True)
        if who == "instance"
        else factories.person("administrator", factories.body())
    )
    assert log_in(client, user) == FIRST
    assert not inside(client)
    assert client.get("/compte/").status_code == 302
    page = client.get(FIRST)
    secret = secret_on(page)
    assert "<svg" in page.content.decode() and "no-store" in page["Cache-Control"]
    assert secret_on(client.get(FIRST)) == secret
    assert "n’est pas, ou n’est plus, le bon" in said(client.post(FIRST, {"code": "000000"}))
    assert not inside(client)
    codes = client.post(FIRST, {"code": code_of(secret)})
    assert len(set(codes_on(codes))) == second_step.CODES
    assert 'href="/moissons/"' in codes.content.decode()
    assert inside(client)
    assert secret not in SecondStep.objects.get(person=user).sealed
    stored = set(RecoveryCode.objects.values_list("digest", flat=True))
    assert not stored & set(codes_on(codes))
    assert client.get(FIRST).status_code == 302


def test_the_others_need_none(client: Client) -> None:
    user = factories.person("publisher", factories.body())
    assert log_in(client, user) == "/moissons/"
    assert inside(client)


def test_the_password_alone_opens_nothing_and_the_code_does_once(client: Client) -> None:
    user = factories.person()
    secret, _ = protected(user)
    assert log_in(client, user) == CODE
    assert not inside(client) and client.get("/compte/").status_code == 302
    used = code_of(secret)
    assert client.post(CODE, {"code": f" {used[:3]} {used[3:]}"})["Location"] == "/moissons/"
    assert inside(client)
    other = Client()
    log_in(other, user)
    assert other.post(CODE, {"code": used}).status_code == 200
    assert not inside(other)


@pytest.mark.parametrize(("steps", "good"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_clock_may_be_half_a_minute_wrong(steps: int, good: bool) -> None:
    user = factories.person()
    secret, _ = protected(user)
    now = timezone.now()
    assert second_step.passes(user, pyotp.TOTP(secret).at(now, counter_offset=steps), now) is good


def test_an_older_code_than_the_last_one_is_refused() -> None:
    user = factories.person()
    secret, _ = protected(user)
    now = timezone.now()
    assert second_step.passes(user, pyotp.TOTP(secret).at(now), now)
    assert not second_step.passes(user, pyotp.TOTP(secret).at(now, counter_offset=-1), now)
    assert second_step.passes(user, pyotp.TOTP(secret).at(now, counter_offset=1), now)


@pytest.mark.parametrize("write", [str, str.upper, lambda code: code.replace("-", " ")])
def test_a_recovery_code_serves_once_however_it_is_written(client: Client, write: Callable[[str], str]) -> None:
    user = factories.person()
    _, codes = protected(user)
    log_in(client, user)
    assert client.post(CODE, {"code": write(codes[0])}).status_code == 302
    assert inside(client)
    other = Client()
    log_in(other, user)
    assert other.post(CODE, {"code": codes[0]}).status_code == 200
    assert other.post(CODE, {"code": codes[1]}).status_code == 302


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "abcdef", "١٢٣٤٥٦", "\x00" * 6, "9" * 5000, "-" * 16])
def test_what_is_no_code_is_refused_in_french(client: Client, typed: str) -> None:
    user = factories.person()
    protected(user)
    log_in(client, user)
    answer = client.post(CODE, {"code": typed})
    assert answer.status_code == 200 and "le bon" in said(answer)
    assert not inside(client)


def test_codes_cannot_be_tried_for_ever(client: Client) -> None:
    user = factories.person()
    secret, codes = protected(user)
    log_in(client, user)
    for _ in range(ATTEMPTS):
        client.post(CODE, {"code": "000000"})
    refused = client.post(CODE, {"code": code_of(secret)})
    assert refused.status_code == 429 and refused["Retry-After"]
    assert client.post(CODE, {"code": codes[0]}).status_code == 302


def test_from_anywhere_thirty_wrong_codes_a_day_leave_recovery_codes_alone() -> None:
    user = factories.person()
    secret, codes = protected(user)
    now = timezone.now()
    for _ in range(second_step.MOST_FAILURES):
        assert not second_step.passes(user, "000000", now)
    assert not second_step.passes(user, pyotp.TOTP(secret).at(now), now)
    assert second_step.passes(user, codes[0], now)
    tomorrow = now + second_step.FORGIVEN_AFTER + timedelta(minutes=1)
    assert second_step.passes(user, pyotp.TOTP(secret).at(tomorrow), tomorrow)


def test_who_is_on_the_way_must_not_take_too_long(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    user = factories.person()
    secret, _ = protected(user)
    log_in(client, user)
    late = entering.time.time() + entering.PATIENCE + 1
    monkeypatch.setattr(entering.time, "time", lambda: late)
    assert client.post(CODE, {"code": code_of(secret)})["Location"] == "/connexion/"
    assert not inside(client)


@pytest.mark.parametrize("change", ["closed", "password"])
def test_an_account_that_changes_meanwhile_does_not_get_in(client: Client, change: str) -> None:
    user = factories.person()
    secret, _ = protected(user)
    log_in(client, user)
    if change == "closed":
        User.objects.filter(pk=user.pk).update(is_active=False)
    else:
        user.set_password("un autre mot de passe")
        user.save()
    assert client.post(CODE, {"code": code_of(secret)})["Location"] == "/connexion/"
    assert not inside(client)


def test_the_session_of_before_the_password_is_worth_nothing(client: Client) -> None:
    user = factories.person()
    secret, _ = protected(user)
    client.get("/connexion/")
    log_in(client, user)
    before = client.session.session_key
    client.post(CODE, {"code": code_of(secret)})
    assert client.session.session_key != before


def test_a_person_sets_it_up_makes_new_codes_and_removes_it(client: Client) -> None:
    user = factories.person()
    client.force_login(user)
    secret = secret_on(client.get(OWN))
    assert "mot de passe de ce compte" in said(client.post(OWN, {"code": code_of(secret), "password": "faux"}))
    assert not second_step.has(user)
    first = codes_on(client.post(OWN, {"code": code_of(secret), "password": PASSWORD}))
    assert len(first) == second_step.CODES and second_step.has(user)
    assert "10 codes de secours" in said(client.get("/compte/"))
    again = codes_on(client.post(OWN, {"code": first[0], "geste": "codes"}))
    assert len(again) == second_step.CODES and not set(first) & set(again)
    assert not second_step.passes(user, first[1])
    assert "le bon" in said(client.post(OWN, {"code": "123456", "geste": "retirer"}))
    assert client.post(OWN, {"code": again[0], "geste": "retirer"})["Location"] == "/compte/"
    assert not second_step.has(user) and not RecoveryCode.objects.exists()


def test_an_administrator_cannot_remove_it(client: Client) -> None:
    user = factories.person(is_superuser=True)
    _, codes = protected(user)
    client.force_login(user)
    client.post(OWN, {"code": codes[0], "geste": "retirer"})
    assert second_step.has(user)


def test_who_becomes_administrator_is_asked_at_the_next_log_in(client: Client) -> None:
    user, town = factories.person(), factories.body()
    permissions.assign_role(user, town, "administrator")
    assert log_in(client, user) == FIRST


def test_the_command_forgets_a_lost_telephone(client: Client) -> None:
    user = factories.person()
    protected(user)
    out = StringIO()
    call_command("account", user.email, "--reset-totp", stdout=out)
    assert "remis à zéro" in out.getvalue()
    assert log_in(client, user) == "/moissons/"


def test_a_copy_of_the_base_without_the_key_opens_nothing(settings: Settings) -> None:
    user = factories.person()
    secret, _ = protected(user)
    sealed = SecondStep.objects.get(person=user).sealed
    assert unseal(sealed) == secret
    settings.SECRET_KEY = "another-" + "0123456789abcdef" * 4
    assert unseal(sealed) == ""
    assert not second_step.passes(user, code_of(secret))


def test_a_sealed_text_that_was_changed_is_nothing() -> None:
    sealed = seal("secret")
    assert unseal(sealed[:-2] + "AA") == "" and unseal("") == ""


@pytest.mark.parametrize("page", [CODE, FIRST])
def test_nobody_on_the_way_is_sent_to_the_log_in(client: Client, page: str) -> None:
    for ask in (client.get, client.post):
        answer: Any = ask(page)
        assert (answer.status_code, answer["Location"]) == (302, "/connexion/")


def test_who_has_no_password_is_asked_for_none(client: Client) -> None:
    user = factories.person()
    user.set_unusable_password()
    user.save()
    client.force_login(user)
    page = client.get(OWN)
    assert 'type="password"' not in page.content.decode()
    assert len(codes_on(client.post(OWN, {"code": code_of(secret_on(page))}))) == second_step.CODES
    assert 'type="password"' not in client.get("/compte/jetons/").content.decode()
    assert client.get("/compte/mot-de-passe/")["Location"] == "/compte/"
    assert "Changer de mot de passe" not in said(client.get("/compte/"))
