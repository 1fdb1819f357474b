"""A figure over the years: what changed, in words, and never across a break."""

from __future__ import annotations

import pytest
from pytest_django import DjangoAssertNumQueries

from catalogue import permissions
from catalogue.comparing.trending import trend
from catalogue.indicators.contract import Status, Words
from catalogue.models import PUBLIC, Dataset, Indicator, Territory
from tests import factories
from tests.comparing.places import PERCENT, communes, recipe
from tests.observed import figure, indicator

pytestmark = pytest.mark.django_db
NARROW = "\N{NARROW NO-BREAK SPACE}"


@pytest.fixture
def town() -> Territory:
    return communes([1_000])[0]


@pytest.fixture
def measure() -> Indicator:
    return indicator("essai.depenses-hab")


@pytest.fixture
def published() -> Dataset:
    return factories.dataset("Budgets")


def test_changes_are_told_per_inhabitant_with_the_totals(
    town: Territory, measure: Indicator, published: Dataset, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for year, value in (("2021", 110.0), ("2019", 100.0), ("2020", 125.0)):
        figure(measure, town, year, value, published, numerator=value * 1_000, denominator=1_000.0)
    with django_assert_num_queries(1):
        found = trend(measure, recipe(), town, PUBLIC)
    assert [(point.period, point.value, point.numerator) for point in found.points] == [
        ("2019", 100.0, 100_000.0),
        ("2020", 125.0, 125_000.0),
        ("2021", 110.0, 110_000.0),
    ]
    assert found.latest is not None
    assert (found.latest.since, found.latest.percent, found.latest.points) == ("2020", pytest.approx(-12.0), None)
    assert found.latest.words == f"12{NARROW}% de moins qu’en 2020"
    assert found.overall is not None
    assert (found.overall.since, found.overall.difference) == ("2019", 10.0)
    assert found.overall.words == f"10{NARROW}% de plus qu’en 2019"
    assert found.notes == ()


def test_percentages_change_by_points(town: Territory, measure: Indicator, published: Dataset) -> None:
    figure(measure, town, "2020", 20.8, published)
    figure(measure, town, "2021", 24.0, published)
    found = trend(measure, recipe(unit=PERCENT), town, PUBLIC)
    assert found.latest is not None
    assert (found.latest.percent, found.latest.points) == (None, pytest.approx(3.2))
    assert found.latest.words == "3,2 points de plus qu’en 2020"


def test_a_year_without_value_is_there_and_says_why(town: Territory, measure: Indicator, published: Dataset) -> None:
    figure(measure, town, "2019", 100.0, published)
    figure(measure, town, "2020", None, published, reason="Deux fichiers disent autre chose.")
    figure(measure, town, "2021", 7.0, published, status="Q", numerator=2.0)
    found = trend(measure, recipe(), town, PUBLIC)
    assert [(point.value, point.numerator) for point in found.points] == [(100.0, 100.0), (None, None), (None, None)]
    assert found.points[1].reason == "Deux fichiers disent autre chose."
    assert found.points[2].status == Status.SUPPRESSED
    assert (found.latest, found.overall) == (None, None)
    assert found.last == found.points[0]
    figure(measure, town, "2022", 150.0, published)
    later = trend(measure, recipe(), town, PUBLIC)
    assert later.latest is not None
    assert later.latest.words == f"50{NARROW}% de plus qu’en 2019"


def test_nothing_is_said_across_a_break(town: Territory, measure: Indicator, published: Dataset) -> None:
    for year, value in (("2019", 100.0), ("2020", 200.0), ("2021", 220.0), ("2022", 230.0)):
        figure(measure, town, year, value, published, status="E" if year == "2019" else "A")
    cut = recipe(breaks={"2020": Words("passage à la M57", "M57"), "2018": Words("avant", "before")})
    found = trend(measure, cut, town, PUBLIC)
    assert [point.breaks for point in found.points] == [(), ("passage à la M57",), (), ()]
    assert found.overall is not None
    assert found.overall.since == "2020"
    first = trend(measure, recipe(breaks={"2022": Words("autre nomenclature", "other")}), town, PUBLIC)
    assert (first.latest, first.overall) == (None, None)
    figure(measure, town, "2023", 240.0, published, status="B")
    flagged = trend(measure, recipe(), town, PUBLIC)
    assert flagged.points[-1].breaks == ("la source signale une rupture de série",)


def test_another_method_or_another_count_of_inhabitants_breaks_it(
    town: Territory, measure: Indicator, published: Dataset
) -> None:
    sources = (
        "Insee, populations de référence 2016",
        "Insee, populations de référence 2017",
        "DGCL d’après Insee, 2018",
    )
    for number, source in enumerate(sources):
        figure(measure, town, str(2019 + number), 1.0, published, population_source=source)
    figure(measure, town, "2022", 1.0, published, population_source=sources[2], recipe_version=2)
    found = trend(measure, recipe(), town, PUBLIC)
    assert [bool(point.breaks) for point in found.points] == [False, False, True, True]
    assert "DGCL d’après Insee, avant" in found.points[2].breaks[0]
    assert found.points[3].breaks == ("la méthode de calcul a changé",)


def test_a_commune_that_united_breaks_where_its_inhabitants_leap(
    town: Territory, measure: Indicator, published: Dataset
) -> None:
    for year, people in (("2018", 1_000.0), ("2019", 1_010.0), ("2020", 1_900.0), ("2021", 1_910.0)):
        figure(measure, town, year, 5.0, published, denominator=people)
    assert not any(point.breaks for point in trend(measure, recipe(), town, PUBLIC).points)
    town.former_communes = [{"code": "99901", "name": "Vieux Bourg", "kind": "deleguee"}]
    found = trend(measure, recipe(), town, PUBLIC)
    assert [bool(point.breaks) for point in found.points] == [False, False, True, False]
    assert "Vieux Bourg" in found.notes[0]
    assert found.overall is not None
    assert (found.overall.since, found.overall.words) == ("2020", "autant qu’en 2020")


def test_what_one_may_not_see_is_no_part_of_it(town: Territory, measure: Indicator, published: Dataset) -> None:
    private = factories.dataset("Projet", owner=published.owner, private=True)
    figure(measure, town, "2021", 10.0, published)
    figure(measure, town, "2021", 99.0, private)
    figure(measure, town, "2022", 12.0, private)
    member = permissions.audience_of(factories.person("reader", published.owner))
    colleague = permissions.audience_of(factories.person("reader", factories.body()))
    for reader in (PUBLIC, colleague):
        assert [point.period for point in trend(measure, recipe(), town, reader).points] == ["2021"]
    seen = [(point.period, point.value, point.restricted) for point in trend(measure, recipe(), town, member).points]
    assert seen == [("2021", 10.0, False), ("2022", 12.0, True)]


def test_figures_of_an_internal_indicator_are_marked(town: Territory, published: Dataset) -> None:
    measure = indicator("essai.interne", internal=True)
    figure(measure, town, "2021", 10.0, published)
    member = permissions.audience_of(factories.person("reader", published.owner))
    assert [point.restricted for point in trend(measure, recipe(), town, member).points] == [True]
    assert trend(measure, recipe(), town, PUBLIC).points == ()


def test_nothing_at_all(town: Territory, measure: Indicator) -> None:
    found = trend(measure, recipe(), town, PUBLIC)
    assert (found.points, found.last, found.latest, found.overall) == ((), None, None, None)
