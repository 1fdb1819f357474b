"""Tokens of programs: rights are those of the person and those of the token, never more, and nothing comes in by another door."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.utils import timezone

from catalogue import permissions
from catalogue.accounts import tokens
from catalogue.errors import Refused
from catalogue.models import ApiToken, Organisation, User
from catalogue.permissions import audience_of, bodies_where, may, runs_the_instance
from tests import factories
from tests.pages.conftest import said

pytestmark = pytest.mark.django_db
PASSWORD = "un mot de passe d’essai"
PAGE = "/compte/jetons/"


@pytest.fixture
def town() -> Organisation:
    return factories.body("Ville d’essai")


def given(user: User, *, publishes: bool = False, body: Organisation | None = None, days: int = 30) -> str:
    return tokens.make(user, "essai", days, publishes=publishes, body=body)[1]


def speaking(user: User, **more: Any) -> User:
    found = tokens.find(given(user, **more))
    assert found is not None
    return tokens.speaker(found)


def ask(text: str, address: str, **more: Any) -> HttpResponse:
    return Client().get(address, headers={"authorization": f"Bearer {text}", "accept": "text/turtle"}, **more)


def test_a_token_reads_what_its_person_reads(town: Organisation) -> None:
    private = factories.dataset("Secret", town, private=True)
    member, stranger = factories.person("reader", town), factories.person()
    address = f"/id/{private.pk}.ttl"
    answer = ask(given(member), address)
    assert answer.status_code == 200 and b"Secret" in b"".join(answer)
    assert answer["Cache-Control"] == "private, no-store" and "Authorization" in answer["Vary"]
    assert ask(given(stranger), address).status_code == 404
    assert Client().get(address).status_code == 404


def test_search_and_exports_serve_who_may(town: Organisation, home: Path) -> None:
    factories.dataset("Secret des arbres", town, private=True)
    factories.bring_index_up_to_date()
    text = given(factories.person("reader", town))
    for address in ("/api/search?q=arbres", "/catalogue.ttl", "/jeux-de-donnees.atom"):
        assert b"Secret des arbres" in b"".join(ask(text, address)), address
        assert b"Secret des arbres" not in b"".join(Client().get(address)), address


def test_rights_that_are_taken_are_gone_at_once(town: Organisation) -> None:
    private = factories.dataset("Secret", town, private=True)
    member = factories.person("reader", town)
    text, address = given(member), f"/id/{private.pk}.ttl"
    assert ask(text, address).status_code == 200
    permissions.remove_role(member, town)
    assert ask(text, address).status_code == 404


@pytest.mark.parametrize("end", ["revoked", "expired", "closed", "removed"])
def test_a_token_that_ended_is_refused_in_the_same_words(town: Organisation, end: str) -> None:
    user = factories.person("reader", town)
    text = given(user)
    found = ApiToken.objects.get()
    if end == "revoked":
        assert tokens.revoke(user, found.pk) and not tokens.revoke(user, found.pk)
    elif end == "expired":
        ApiToken.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    elif end == "closed":
        User.objects.update(is_active=False)
    else:
        found.delete()
    answer = ask(text, "/catalogue.ttl")
    unknown = ask(tokens.PREFIX + "x" * 40, "/catalogue.ttl")
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"] == 'Bearer error="invalid_token"'
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.content == unknown.content


def test_a_token_is_no_cookie_and_no_word_of_an_address(town: Organisation) -> None:
    private = factories.dataset("Secret", town, private=True)
    text = given(factories.person("reader", town))
    client = Client()
    client.cookies["sessionid"] = client.cookies["Authorization"] = text
    for address in (f"?access_token={text}", f"?token={text}", f"?authorization=Bearer%20{text}"):
        assert client.get(f"/id/{private.pk}.ttl{address}").status_code == 404
    assert ask("Basic", f"/id/{private.pk}.ttl").status_code == 404
    basic = Client().get(f"/id/{private.pk}.ttl", headers={"authorization": f"Basic {text}"})
    assert basic.status_code == 404


@pytest.mark.parametrize("address", ["/compte/", "/compte/jetons/", "/moissons/", "/", "/synonymes/"])
def test_pages_for_people_open_to_no_token(address: str) -> None:
    text = given(factories.person(is_superuser=True), publishes=True)
    for method in ("get", "post"):
        answer = getattr(Client(enforce_csrf_checks=True), method)(address, headers={"authorization": f"Bearer {text}"})
        assert answer.status_code == 403
        assert answer["Content-Type"] == "application/problem+json"


def test_the_session_of_the_browser_is_not_mixed_with_the_token(town: Organisation) -> None:
    private = factories.dataset("Secret", town, private=True)
    client = Client()
    client.force_login(factories.person("reader", town))
    text = given(factories.person())
    assert client.get(f"/id/{private.pk}.ttl").status_code == 200
    assert client.get(f"/id/{private.pk}.ttl", headers={"authorization": f"Bearer {text}"}).status_code == 404


def test_only_a_token_leaves_the_form_token_out() -> None:
    from portal.api.tokens import Tokens

    seen: list[HttpRequest] = []

    def view(request: HttpRequest) -> HttpResponse:
        seen.append(request)
        return HttpResponse()

    make = RequestFactory()
    text = given(factories.person())
    for words in (f"Bearer {text}", f"bearer  {text}", "Bearer autre", ""):
        Tokens(view)(make.post("/api/x", headers={"authorization": words}))
    assert [getattr(one, "_dont_enforce_csrf_checks", False) for one in seen] == [True, True, False, False]


CASES = [
    # role, publishes, held to that body -> sees, edits, publishes, administers
    ("reader", True, False, (True, False, False, False)),
    ("publisher", False, False, (True, False, False, False)),
    ("publisher", True, False, (True, True, True, False)),
    ("publisher", True, True, (True, True, True, False)),
    ("administrator", True, False, (True, True, True, False)),
    ("instance", False, False, (True, False, False, False)),
    ("instance", True, False, (True, True, True, False)),
    ("instance", True, True, (True, True, True, False)),
]


@pytest.mark.parametrize(("role", "publishes", "held", "expected"), CASES)
def test_rights_are_those_of_the_person_and_those_of_the_token(
    town: Organisation, role: str, publishes: bool, held: bool, expected: tuple[bool, ...]
) -> None:
    person = factories.person(is_superuser=True) if role == "instance" else factories.person(role, town)
    private = factories.dataset("Secret", town, private=True)
    user = speaking(person, publishes=publishes, body=town if held else None)
    for thing in (town, private):
        found = tuple(may(user, action, thing) for action in ("see", "edit", "publish", "administer"))
        assert found == expected
    for action, allowed in zip(("edit", "publish", "administer"), expected[1:], strict=True):
        where = bodies_where(user, action)
        assert (where.everything or town.pk in where.organisations) is allowed
    assert not runs_the_instance(user)
    # An account itself is not held to anything.
    assert User.objects.get(pk=person.pk).limits is None


@pytest.mark.parametrize("instance", [False, True])
def test_a_token_of_one_body_knows_nothing_of_the_others(town: Organisation, instance: bool) -> None:
    other = factories.body("Ailleurs")
    person = factories.person("publisher", town, is_superuser=instance)
    permissions.assign_role(person, other, "publisher")
    elsewhere = factories.dataset("Ailleurs secret", other, private=True)
    granted = factories.dataset("Prêté", factories.body("Tiers"), private=True)
    permissions.add_grant(person, granted)
    user = speaking(person, publishes=True, body=town)
    for hidden in (elsewhere, granted):
        assert not may(user, "see", hidden)
    audience = audience_of(user)
    assert (audience.everything, audience.organisations, audience.datasets) == (False, {town.pk}, frozenset())
    assert audience.tokens == {"public", f"org:{town.pk}"}
    assert bodies_where(user, "publish").organisations == {town.pk}
    if not instance:
        assert [body.pk for body in permissions.organisations_of(user)] == [town.pk]
        assert may(speaking(person), "see", granted)


def test_its_use_is_noted_and_a_second_one_writes_nothing() -> None:
    text = given(factories.person())
    now = timezone.now()
    tokens.find(text, now)
    tokens.find(text, now + timedelta(minutes=1))
    assert ApiToken.objects.get().used_at == now
    tokens.find(text, now + timedelta(minutes=6))
    assert ApiToken.objects.get().used_at == now + timedelta(minutes=6)


def test_a_person_makes_lists_and_revokes_them(town: Organisation, client: Client) -> None:
    user = factories.person("publisher", town)
    client.force_login(user)
    typed = {"geste": "creer", "usage": "Nuit", "droits": "ecrire", "organisation": town.slug, "duree": "365"}
    refused = client.post(PAGE, {**typed, "password": "faux"})
    assert "mot de passe de ce compte" in said(refused) and not ApiToken.objects.exists()
    page = said(client.post(PAGE, {**typed, "password": PASSWORD}))
    text = re.search(r'value="(bouture_[\w-]{40})"', page)
    assert text
    made = ApiToken.objects.get()
    assert (made.label, made.publishes, made.body, made.person) == ("Nuit", True, town, user)
    assert text[1] not in {made.digest, made.start} and made.start == text[1][:12]
    listed = said(client.get(PAGE))
    assert "Nuit" in listed and text[1] not in listed and f"pour {town.name}" in listed
    client.post(PAGE, {"geste": "revoquer", "jeton": made.pk})
    assert ask(text[1], "/catalogue.ttl").status_code == 401


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"usage": " \x00 "}, "Dites à quoi il servira"),
        ({"organisation": "ailleurs"}, "Choisissez une organisation"),
        ({"duree": "9999999"}, ""),
        ({"droits": "administrer"}, ""),
    ],
)
def test_what_is_typed_wrong_is_told_or_read_as_the_least(client: Client, change: dict[str, str], says: str) -> None:
    factories.body("Ailleurs")
    client.force_login(factories.person())
    page = said(client.post(PAGE, {"geste": "creer", "usage": "Nuit", "password": PASSWORD, **change}))
    assert says in page
    made = ApiToken.objects.first()
    assert (made is None) is bool(says)
    if made:
        assert not made.publishes and made.expires_at < timezone.now() + timedelta(days=91)


def test_nobody_revokes_the_token_of_another(client: Client) -> None:
    text = given(factories.person())
    client.force_login(factories.person())
    for number in (ApiToken.objects.get().pk, "x", "-1", "9" * 30):
        client.post(PAGE, {"geste": "revoquer", "jeton": number})
    assert tokens.find(text)


def test_a_person_has_twenty_at_most() -> None:
    user = factories.person()
    for _ in range(tokens.MOST):
        given(user)
    with pytest.raises(Refused):
        given(user)
    with pytest.raises(ValueError, match="31"):
        given(factories.person(), days=31)
