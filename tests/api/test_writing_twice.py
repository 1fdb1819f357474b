"""The same key at the same moment, in two threads with a connection each: one effect, on either database."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection

from catalogue.models import Dataset, KeptAnswer, Table
from tests import factories
from tests.api.test_writing import Program, new

ROUNDS = 8


def at_once(*asked: Any) -> list[Any]:
    """What each answers, all let go together."""
    gate = threading.Barrier(len(asked))

    def go(one: Any) -> Any:
        try:
            gate.wait(30)
            return one()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(asked)) as pool:
        return list(pool.map(go, asked))


def one_effect(answers: list[Any]) -> None:
    """The other is told to come back, or gets the very answer."""
    done = [answer for answer in answers if answer.status_code == 201]
    assert done, [answer.content for answer in answers]
    assert len({answer.content for answer in done}) == 1
    assert sum("Idempotency-Replayed" not in answer for answer in done) == 1
    for answer in answers:
        if answer not in done:
            assert (answer.status_code, answer.json()["code"]) == (409, "key-busy") and answer["Retry-After"]


@pytest.mark.django_db(transaction=True)
def test_two_at_once_make_one_record() -> None:
    town = factories.body("Ville d’essai")
    program = Program(factories.person("publisher", town))
    for number in range(ROUNDS):
        key = f"nuit-{number}"

        def ask(key: str = key) -> Any:
            return program("POST", "/api/datasets", new(town), idempotency_key=key)

        one_effect(at_once(ask, ask))
        assert Dataset.objects.count() == KeptAnswer.objects.count() == number + 1
        assert ask()["Idempotency-Replayed"] == "true"


@pytest.mark.django_db(transaction=True)
def test_two_at_once_deposit_one_file() -> None:
    town = factories.body("Ville d’essai")
    program = Program(factories.person("publisher", town))
    found = factories.dataset("Arbres", town, distribution=[])
    address = f"/api/datasets/{found.pk}/files?name=arbres.csv"

    def ask() -> Any:
        return program("POST", address, b"num;espece\n01;Tilleul\n", content_type="text/csv", idempotency_key="a")

    one_effect(at_once(ask, ask))
    assert Table.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_changes_of_one_version_one_is_refused() -> None:
    town = factories.body("Ville d’essai")
    program = Program(factories.person("publisher", town))
    found = factories.dataset("Arbres", town)

    def ask(title: str) -> Any:
        return program("PATCH", f"/api/datasets/{found.pk}", {"title": {"fr": title}}, if_match='"1"')

    answers = at_once(lambda: ask("Un"), lambda: ask("Deux"))
    assert sorted(answer.status_code for answer in answers) == [200, 412]
    found.refresh_from_db()
    assert found.version == 2 and found.title == next(a.json()["title"] for a in answers if a.status_code == 200)
