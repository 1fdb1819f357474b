"""Every form of every page, filled in by somebody who means harm: never a fault of the server.

`FUZZ_EXAMPLES=500 FUZZ_SEED=7 pytest tests/security/test_forms.py` goes on for an hour or so; the suite tries a few.
"""

from __future__ import annotations

import os
import random
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from catalogue.models import BodyGroup, Dashboard, Grant, Table
from catalogue.tabling.depositing import deposit, deposit_again
from portal.wsgi import Request
from tests import factories
from tests.security.hostile import FORM, Sent
from tests.security.planted import Plant
from tests.security.sending import Tally, post, ways

pytestmark = [pytest.mark.django_db, pytest.mark.each]
EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "2"))
SEED = int(os.environ.get("FUZZ_SEED", "1"))
# Shown to who undoes an edit, and to who puts a file in the place of another.
ELSEWHERE = {"record_before", "service_before", "replacement"}
ARGUMENTS = {"UUIDConverter": uuid.UUID(int=0), "IntConverter": 1}


def written(patterns: list[Any]) -> Iterator[str]:
    """The addresses that a form may be sent to, by the methods that they say they take."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from written(pattern.url_patterns)
        elif isinstance(pattern, URLPattern):
            given = {name: ARGUMENTS.get(type(of).__name__, "a") for name, of in pattern.pattern.converters.items()}
            answer = pattern.callback(RequestFactory().generic("PURGE", "/"), **{**pattern.default_args, **given})
            if "POST" in answer.get("Allow", ""):
                yield str(pattern.name)


@pytest.mark.slow
def test_no_form_is_a_fault_of_the_server(plant: Plant) -> None:
    """Of each address that takes one, so that a new one is filled in too; those of programs are asked by tests/api."""
    chance, tally, found = random.Random(SEED), Tally(), ways(plant)
    pages = {name for name in written(get_resolver().url_patterns) if not name.startswith("api_")}
    assert pages - {way.name for way in found} == ELSEWHERE
    for way in found:
        for _ in range(EXAMPLES):
            tally.send(way, chance)
    assert tally.faults == []
    assert sum(tally.statuses.values()) == len(found) * EXAMPLES


@pytest.mark.parametrize("said", ["rot13", "idna", "base64", "undefined", "utf-16", "a\0b", "x" * 5_000, "*", ""])
def test_a_codec_that_is_no_encoding_of_texts_is_passed_over(said: str) -> None:
    """In what gunicorn serves: the client of tests has requests of its own."""
    sent = RequestFactory().generic("POST", "/connexion/?q=%C3%A9", "a=%C3%A9", FORM)
    asked = Request({**sent.META, "CONTENT_TYPE": f"{FORM}; charset={said}"})
    assert (asked.GET["q"], asked.POST["a"]) == ("é", "é")


def test_an_encoding_of_texts_is_read(rf: RequestFactory) -> None:
    sent = rf.generic("GET", "/?q=%E9", "", FORM)
    assert Request({**sent.META, "CONTENT_TYPE": f"{FORM}; charset=latin-1"}).GET["q"] == "é"


NUL = "a\0b"


def test_a_sign_that_no_base_keeps_is_no_fault(client: Client) -> None:
    """PostgreSQL holds no NUL: in a name of a file, a title, the link of a board, the body of a mandate."""
    town = factories.body("Ville d’essai")
    client.force_login(factories.person("administrator", town))
    key = deposit(factories.dataset("Arbres", town), [b"nom;age"], f"{NUL}.csv", NUL)
    table = Table.objects.get(pk=key)
    assert table.name == "a b.csv"
    deposit_again(table, [b"nom;age;ville"], f"../{NUL}.csv")
    answer: HttpResponse = client.post(reverse("mandates", args=[town.slug]), {"geste": "donner", "par": NUL})  # type: ignore[assignment]
    assert answer.status_code == 422
    assert client.post(reverse("board_keep"), {"titre": NUL, "de": NUL, "i": f"a@35238:{NUL}"}).status_code == 302
    board = Dashboard.objects.get()
    assert board.title == board.items[0]["note"] == "a b"


@pytest.mark.slow
def test_no_field_of_a_form_takes_it(plant: Plant) -> None:
    """Each in turn, beside what a browser would send: on PostgreSQL none is a fault."""
    wrong = []
    for way in ways(plant, plant.ours.people["administrator"], plant.root):
        for name in way.form.names[:12]:  # the long forms of records are read by one reader
            kept = tuple((other, said or "Un motif.") for other, said in way.form.given if other != name)
            status, fault = post(way.browser, Sent(way.form, (*kept, (name, NUL))))
            if status >= 500:
                wrong.append(f"{way.name} {name}: {fault}")
    assert wrong == []


def test_an_address_longer_than_any_is_refused(client: Client) -> None:
    town = factories.body("Ville d’essai")
    client.force_login(factories.person("administrator", town))
    kept = BodyGroup.objects.create(group=Group.objects.create(name="A"), body=town, name="Archivistes")
    given = {"adresse": "x" * 300 + "@b.example", "motif": "Sa thèse.", "groupe": ""}
    access = reverse("dataset_access", args=[factories.dataset("Secret", town, private=True).pk])
    assert client.post(access, {**given, "geste": "donner"}).status_code == 422
    groups = reverse("body_groups", args=[town.slug])
    assert client.post(groups, {**given, "geste": "ajouter", "groupe": str(kept.pk)}).status_code == 422
    assert not Grant.objects.exists() and not kept.members.exists()
