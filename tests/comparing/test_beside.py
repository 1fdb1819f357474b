"""Territories side by side."""

from __future__ import annotations

import pytest
from pytest_django import DjangoAssertNumQueries

from catalogue import permissions
from catalogue.comparing.beside import beside
from catalogue.models import PUBLIC
from tests import factories
from tests.comparing.places import communes, recipe
from tests.observed import figure, indicator

pytestmark = pytest.mark.django_db


def test_each_indicator_of_a_theme_in_the_period_that_most_have(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    towns = communes([600, 700, 800])
    published = factories.dataset("Budgets")
    private = factories.dataset("Projet", private=True)
    first, second, third = (indicator(f"essai.{name}") for name in ("a", "b", "c"))
    indicator("essai.autre", theme="dechets")
    indicator("essai.interne", internal=True)
    indicator("essai.fautif", problem="une colonne manque")
    recipes = {
        key: recipe(key) for key in ("essai.a", "essai.b", "essai.c", "essai.autre", "essai.interne", "essai.fautif")
    }
    figure(first, towns[0], "2020", 1.0, published)
    figure(first, towns[1], "2020", 2.0, published)
    figure(first, towns[2], "2019", 3.0, published)
    figure(first, towns[0], "2021", 4.0, published)
    figure(first, towns[1], "2021", 5.0, private)
    figure(second, towns[1], "2021", None, published)
    with django_assert_max_num_queries(4):
        found = beside(towns, "finances", recipes, PUBLIC)
    assert [line.recipe.key for line in found.lines] == ["essai.a", "essai.b"]
    line = found.lines[0]
    assert line.period == "2020"
    assert [cell and (cell.value, cell.period, cell.earlier) for cell in line.cells] == [
        (1.0, "2020", False),
        (2.0, "2020", False),
        (3.0, "2019", True),
    ]
    assert [cell and cell.value for cell in found.lines[1].cells] == [None, None, None]
    assert found.lines[1].cells[1] is not None
    assert [each.key for each in found.without] == [third.key]


def test_what_is_internal_is_for_the_members_of_the_body() -> None:
    towns = communes([600, 700])
    published = factories.dataset("Budgets")
    figure(indicator("essai.interne", internal=True), towns[0], "2021", 1.0, published)
    recipes = {"essai.interne": recipe("essai.interne")}
    member = permissions.audience_of(factories.person("reader", published.owner))
    [line] = beside(towns, "finances", recipes, member).lines
    assert [cell and cell.restricted for cell in line.cells] == [True, None]
    stranger = beside(towns, "finances", recipes, PUBLIC)
    assert (stranger.lines, stranger.without) == ((), ())


def test_from_two_to_six() -> None:
    towns = communes([600] * 7)
    for some in (towns[:1], towns):
        with pytest.raises(ValueError, match="2 to 6"):
            beside(some, "finances", {}, PUBLIC)
