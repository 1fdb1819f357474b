"""The columns that are remembered: few, and never those of another version."""

from __future__ import annotations

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from catalogue.models import Table, TableVersion
from catalogue.tables.contract import Column, Type
from catalogue.tables.plain import plain
from catalogue.tabling.remembering import Remembered
from tests import factories

pytestmark = pytest.mark.django_db


def version(table: Table, number: int, columns: int = 3) -> TableVersion:
    those = plain([Column(f"{number}.{place}", Type.TEXT) for place in range(columns)])
    made = TableVersion.objects.create(
        table=table, number=number, at=timezone.now(), name="t.csv", size=1, room=1, rows=1, columns=those
    )
    return TableVersion.objects.defer("columns").get(pk=made.pk)


@pytest.fixture
def table() -> Table:
    found = factories.dataset()
    return Table.objects.create(dataset=found)


def test_they_are_read_once_for_each_version(table: Table, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    remembered = Remembered(most=10)
    first, second = version(table, 1), version(table, 2)
    with django_assert_num_queries(2):
        for number in (1, 2, 1, 2):
            found = remembered.of(first if number == 1 else second)
            assert found is not None
            assert [column.name for column in found] == [f"{number}.{place}" for place in range(3)]


def test_those_that_were_not_asked_for_longest_are_forgotten(
    table: Table, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    remembered = Remembered(most=6)
    first, second, third = (version(table, number) for number in (1, 2, 3))
    for each in (first, second, first, third):
        assert remembered.of(each)
    with django_assert_num_queries(0):
        assert remembered.of(first)
        assert remembered.of(third)
    with django_assert_num_queries(1):
        assert remembered.of(second)
    wide = version(table, 4, 7)
    with django_assert_num_queries(2):  # too wide to be remembered, and given all the same
        assert len(remembered.of(wide) or ()) == len(remembered.of(wide) or ()) == 7


def test_a_version_that_has_gone_has_none(table: Table, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    gone = version(table, 1)
    TableVersion.objects.all().delete()
    assert Remembered().of(gone) is None
    read = TableVersion(table=table, number=2, columns=plain([Column("a", Type.TEXT)]))
    with django_assert_num_queries(0):  # it has them with it
        assert Remembered().of(read) == (Column("a", Type.TEXT),)


def test_a_table_that_was_taken_away_and_comes_again_is_another(table: Table) -> None:
    remembered = Remembered()
    assert remembered.of(version(table, 1))
    TableVersion.objects.all().delete()
    again = remembered.of(version(table, 1, columns=1))
    assert again is not None
    assert len(again) == 1
