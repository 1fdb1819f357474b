"""Rows written by `insert` are those that `bulk_create` would have written."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction

from catalogue.inserting import insert
from catalogue.models import Dataset, Distribution
from tests import factories

pytestmark = pytest.mark.django_db


def values(row: Any) -> dict[str, Any]:
    fields = [field for field in row._meta.concrete_fields if not field.primary_key]
    return {field.attname: getattr(row, field.attname) for field in fields}


def twin_of(row: Any, **other: Any) -> Any:
    return type(row)(**{**values(row), **other})


def test_what_is_inserted_reads_as_what_django_writes() -> None:
    row = factories.dataset("L’été « à 100 % »", keyword={"fr": ["a", "b"]}, issued="2024-01-01")
    file = row.distributions.get()
    twin = twin_of(row, uri="https://essai.example/autre")
    copy = twin_of(file, dataset_id=twin.pk, uri="https://essai.example/fichier")
    with transaction.atomic():
        insert([twin])
        insert([copy])
    for made, model in ((twin, Dataset), (copy, Distribution)):
        found = model.objects.get(pk=made.pk)
        assert values(found) == values(made)
    same = {"uri": row.uri, "created_at": row.created_at}  # the moment is that of the insertion
    assert {**values(Dataset.objects.get(pk=twin.pk)), **same} == values(Dataset.objects.get(pk=row.pk))
    assert not twin._state.adding


def test_one_that_is_there_already_is_refused_and_nothing_stays() -> None:
    row = factories.dataset()
    other = twin_of(row, uri="https://essai.example/autre")
    with pytest.raises(IntegrityError), transaction.atomic():
        insert([other, twin_of(row)])
    assert not Dataset.objects.filter(pk=other.pk).exists()


def test_none_is_none() -> None:
    insert([])
