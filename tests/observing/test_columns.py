"""What is packed of a whole country: the same comparison as from the observations, and void as soon as one of them moves."""

from __future__ import annotations

import uuid
from dataclasses import replace
from typing import Any

import pytest

from catalogue import permissions
from catalogue.comparing import reading
from catalogue.comparing.contract import Comparison
from catalogue.comparing.groups import group_named
from catalogue.comparing.peers import compared
from catalogue.indicators.contract import Status
from catalogue.models import PUBLIC, Audience, Dataset, Indicator, Observation, ObservedColumn, Territory
from catalogue.observing import columns, keeping
from tests import factories
from tests.comparing.places import communes, recipe
from tests.observed import figure, indicator

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """A country of a dozen towns."""
    monkeypatch.setattr(columns, "LEAST", 3)
    monkeypatch.setattr(reading, "MANY", 3)


@pytest.fixture
def measure() -> Indicator:
    return indicator("essai.depenses-hab")


@pytest.fixture
def towns() -> list[Territory]:
    return communes([600 + number for number in range(12)])


@pytest.fixture
def published(measure: Indicator, towns: list[Territory]) -> Dataset:
    """Nine of them, of which one estimated, one secret, one not computable, one of the year before; a tenth without denominator."""
    dataset = factories.dataset("Budgets")
    for number, town in enumerate(towns[:6]):
        figure(measure, town, "2021", 10.0 * number, dataset, numerator=600.0 * number, denominator=60.0)
    figure(measure, towns[6], "2021", 35.0, dataset, status="E", numerator=35.0, denominator=1.0)
    figure(measure, towns[7], "2021", 99.0, dataset, status="Q", numerator=9.0)
    figure(measure, towns[8], "2021", None, dataset, reason="deux fichiers")
    figure(measure, towns[9], "2020", 77.0, dataset)
    figure(measure, towns[10], "2021", 5.0, dataset, denominator=None)
    figure(measure, towns[11], "2021", 7.0, dataset, axis="section", member="F")
    return dataset


def asked(measure: Indicator, town: Territory, reader: Audience = PUBLIC, period: str = "2021") -> Comparison:
    return compared(measure, recipe(), town, period, group_named("taille", town), reader)


def packed(measure: Indicator, *periods: str) -> None:
    columns.void(measure, periods or ("2021", "2020"))
    columns.fill()


def read_from_columns(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Each time that a column was read."""
    seen: list[object] = []

    def watched(*given: Any) -> Any:
        seen.append(given[0])
        return unpacked(*given)

    unpacked = columns.unpacked
    monkeypatch.setattr(columns, "unpacked", watched)
    return seen


def test_a_column_gives_the_same_comparison(
    measure: Indicator, towns: list[Territory], published: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = [asked(measure, town) for town in towns]
    packed(measure)
    seen = read_from_columns(monkeypatch)
    assert [asked(measure, town) for town in towns] == before
    assert seen
    assert before[0].valued == 8
    assert before[0].earlier == 1


def test_rights_are_those_of_now(measure: Indicator, towns: list[Territory], published: Dataset) -> None:
    """The stranger, the member, the colleague of another body, the administrator; before and after a dataset is shut."""
    owner, other = factories.body(), factories.body()
    private = factories.dataset("Projet", owner=owner, private=True)
    figure(measure, towns[11], "2021", 999.0, private)
    figure(measure, towns[1], "2021", 500.0, private)
    second = factories.dataset("Autres budgets")
    Observation.objects.filter(territory__in=towns[:2], dataset=published).update(dataset=second)
    people = [factories.person("reader", owner), factories.person("reader", other), factories.person(is_superuser=True)]
    readers = [PUBLIC, *map(permissions.audience_of, people)]
    plain = [[asked(measure, town, reader) for reader in readers] for town in towns]
    packed(measure)
    assert [[asked(measure, town, reader) for reader in readers] for town in towns] == plain
    assert [one.most[0].value for one in plain[3]] == [77.0, 999.0, 77.0, 999.0]
    for shut in ({"private": True}, {"private": False, "status": "withdrawn"}):
        Dataset.objects.filter(pk=second.pk).update(**shut)
        assert ObservedColumn.objects.exclude(cells=None).count() == 2
        found = [asked(measure, towns[3], reader) for reader in readers]
        ObservedColumn.objects.update(cells=None)
        assert [asked(measure, towns[3], reader) for reader in readers] == found
        assert found[0].valued == plain[3][0].valued - 2
        packed(measure)


def test_what_moves_voids_its_period_alone(measure: Indicator, towns: list[Territory], published: Dataset) -> None:
    packed(measure)
    row = Observation.objects.get(territory=towns[0])
    row.numerator = 1_200.0
    row.save()
    keeping.settle_again(measure, recipe(factor=1.0), [towns[0].pk], "essai", lambda: None)
    left = dict(ObservedColumn.objects.values_list("period", "stamp"))
    assert (left["2021"], bool(left["2020"])) == ("", True)
    found = asked(measure, towns[0]).own
    assert found is not None
    assert found.value == 20.0
    assert columns.wanting()
    assert columns.fill() == 1
    assert not columns.wanting()
    again = asked(measure, towns[0]).own
    assert again == replace(found)


def test_what_moves_while_it_is_packed_is_not_kept(
    measure: Indicator, towns: list[Territory], published: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = columns.packed

    def interrupted(rows: Any) -> bytes:
        columns.void(measure, ["2021"])
        return whole(rows)

    monkeypatch.setattr(columns, "packed", interrupted)
    columns.void(measure, ["2021"])
    assert columns.fill() == 0
    assert ObservedColumn.objects.get().cells is None
    assert columns.wanting()


def test_few_figures_are_not_worth_a_column(measure: Indicator, towns: list[Territory], published: Dataset) -> None:
    packed(measure)
    assert bytes(ObservedColumn.objects.get(period="2020").cells or b"?") == b"?"
    assert not columns.wanting()


def test_nothing_of_an_internal_indicator_is_read_from_a_column(towns: list[Territory]) -> None:
    measure = indicator("essai.interne", internal=True)
    dataset = factories.dataset("Projet")
    for town in towns:
        figure(measure, town, "2021", 1.0, dataset)
    packed(measure, "2021")
    assert asked(measure, towns[0]).valued == 0


def test_the_worker_packs_once_nothing_is_left_to_reckon(
    measure: Indicator, towns: list[Territory], published: Dataset
) -> None:
    from catalogue.observing.reckoning import reckon_asked

    columns.void(measure, ["2021"])
    assert reckon_asked() == 0
    assert ObservedColumn.objects.get().cells
    cells = bytes(ObservedColumn.objects.get().cells or b"")
    secret = (towns[7].pk, 99.0, Status.SUPPRESSED.value, 9.0, 1.0, "2021")
    assert columns.unpacked(cells, "2021", {towns[7].pk}, ()) == {towns[7].pk: secret}


def test_a_piece_of_a_column_has_those_that_are_wanted_wherever_they_lie() -> None:
    """Sizes move after a column is packed: the order of its rows is never an answer."""
    dataset = uuid.UUID(int=7 << 64)
    rows = [(place, dataset, place / 2, None, 4.0, "A" if place % 2 else "Q") for place in (9, 3, 5, 1, 7, 2)]
    cells = columns.packed(rows)
    whole = {place: (place, value, status, top, low, "2021") for place, _, value, top, low, status in rows}
    for wanted in ({3, 1}, {9, 2}, {5}, set(whole), {4}, set[int]()):
        found = columns.unpacked(cells, "2021", wanted, ())
        assert found == {place: whole[place] for place in wanted & whole.keys()}
    assert columns.unpacked(cells, "2021", set(whole), {7}) == {}
