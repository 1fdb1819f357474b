"""Querysets whose SQL is written once: the same rows as when it is written each time, for each key, in each thread."""

from __future__ import annotations

from threading import Thread
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.models import Exists, OuterRef, QuerySet
from django.test import Client
from django.test.utils import CaptureQueriesContext

from catalogue.models import Change, Dataset, Distribution, Organisation
from catalogue.prepared import Prepared
from tests import factories

pytestmark = pytest.mark.django_db


def of(key: object) -> QuerySet[Any]:
    with_files = Exists(Distribution.objects.filter(dataset=OuterRef("pk"), position=0))
    rows = Dataset.objects.filter(pk=key).select_related("owner", "territory").annotate(with_files=with_files)
    return rows.prefetch_related("distributions").defer("owner__name")


def said(rows: Any) -> list[Any]:
    return [
        (row.pk, row.title, row.owner.slug, row.with_files, sorted(file.pk for file in row.distributions.all()))
        for row in rows
    ]


def test_the_same_rows_for_each_key() -> None:
    files = [factories.file("a.csv"), factories.file("b.csv")]
    datasets = [factories.dataset("Arbres"), factories.dataset("Bancs", distribution=files)]
    read = Prepared(of)
    for key in (datasets[0].pk, datasets[1].pk, datasets[0].pk):
        assert said(read(key)) == said(of(key))
        assert len(read(key)) == 1
    assert read(uuid4()) == []


def test_nothing_is_kept_but_the_words_of_the_question() -> None:
    dataset = factories.dataset("Arbres")
    read = Prepared(of)
    read(dataset.pk)
    Dataset.objects.filter(pk=dataset.pk).update(title={"fr": "Bancs"})
    with CaptureQueriesContext(connection) as asked:
        [found] = read(dataset.pk)
    assert found.title == {"fr": "Bancs"}
    with CaptureQueriesContext(connection) as plain:
        list(of(dataset.pk))
    assert [one["sql"] for one in asked] == [one["sql"] for one in plain]


def test_in_order_and_as_many_as_asked_for() -> None:
    dataset = factories.dataset()
    read = Prepared(lambda record: Change.objects.filter(record=record).order_by("-number")[:2])
    asked = Change.objects.filter(record=dataset.pk).order_by("-number")[:2]
    assert [row.pk for row in read(dataset.pk)] == [row.pk for row in asked]


@pytest.mark.parametrize("count", [0, 1, 2, 3, 5])
def test_several_keys_and_rows_of_values(count: int) -> None:
    owner = factories.body("Ville")
    keys = [factories.dataset(owner=owner).pk for _ in range(count)]
    other = factories.dataset(owner=owner).pk

    def make(*keys: UUID) -> Any:
        return Dataset.objects.filter(pk__in=keys).order_by("pk").values_list("pk", "owner__name")

    assert Prepared(make)(*keys) == [(key, "Ville") for key in sorted(keys)]
    flat = Prepared(lambda *keys: Dataset.objects.filter(pk__in=keys).values_list("pk", flat=True))
    assert set(flat(*keys, other)) == {*keys, other}


def test_keys_that_are_numbers() -> None:
    bodies = [factories.body(name) for name in ("Ville", "Port", "Syndicat")]
    read = Prepared(lambda *keys: Organisation.objects.filter(pk__in=keys).order_by("name"), int)
    assert read(*[body.pk for body in bodies]) == sorted(bodies, key=lambda body: body.name)


@pytest.mark.django_db(transaction=True)
def test_another_thread_has_a_connection_of_its_own() -> None:
    dataset = factories.dataset()
    read = Prepared(of)
    here, there = said(read(dataset.pk)), []

    def look() -> None:
        there.append(said(read(dataset.pk)))
        connection.close()

    thread = Thread(target=look)
    thread.start()
    thread.join()
    assert there == [here]


@pytest.mark.django_db(transaction=True)
def test_a_base_that_was_emptied_is_another_one(client: Client) -> None:
    """Its kinds of things have other numbers, and its people the same."""
    for _ in range(2):
        town = factories.body()
        private = factories.dataset(owner=town, private=True)
        client.force_login(factories.person("reader", town, id=1_000))
        assert client.get(private.get_absolute_url()).status_code == 200
        call_command("flush", interactive=False, verbosity=0)


def test_rows_that_do_not_ask_for_their_key_are_refused() -> None:
    with pytest.raises(ValueError, match="do not depend on their keys"):
        Prepared(lambda _: Dataset.objects.all())(uuid4())
