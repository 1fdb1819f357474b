"""Territories know their class of size and density, and lose it when nobody knows how many live there."""

import pytest

from catalogue.indicators.strata import DENSITIES, SIZES, density_class, density_words, size_class, size_words
from catalogue.models import Population, Territory
from catalogue.models.territories import Level
from catalogue.observing import populations
from catalogue.reference.classing import classify
from tests.comparing.places import communes, count, place

NARROW = "\N{NARROW NO-BREAK SPACE}"


@pytest.mark.parametrize(
    ("people", "expected"),
    [(1, 0), (99, 0), (100, 1), (499, 2), (500, 3), (1_999, 3), (2_000, 4), (99_999, 9), (100_000, 10), (0, None)],
)
def test_communes_have_the_strates_of_the_dgcl(people: int, expected: int | None) -> None:
    assert size_class("commune", people) == expected


def test_what_has_no_class() -> None:
    assert size_class("commune", None) is None
    assert size_class("region", 3_000_000) is None
    assert size_class("epci", 12_000) == 2
    assert density_class("commune", 1_000, None) is None
    assert density_class("commune", 1_000, 0.0) is None
    assert density_class("epci", 1_000, 10.0) is None
    assert density_class("commune", 300, 10.0) == 2


def test_each_class_has_words() -> None:
    assert size_words("commune", 0) == "de moins de 100 habitants"
    assert size_words("commune", 3) == f"de 500 à 1{NARROW}999 habitants"
    assert size_words("commune", 10) == f"de 100{NARROW}000 habitants et plus"
    assert density_words(2) == "de 30 à 60 habitants au km²"
    for level, bounds in SIZES.items():
        assert len({size_words(level, number) for number in range(len(bounds) + 1)}) == len(bounds) + 1
    assert len({density_words(number) for number in range(len(DENSITIES) + 1)}) == len(DENSITIES) + 1


@pytest.mark.django_db
def test_the_latest_year_counts_and_groups_are_the_sum_of_their_communes() -> None:
    group = place("200000001", "CC d’essai", Level.EPCI)
    first, second = communes([400, 600], [group])
    assert (first.size_class, second.size_class, first.density_class) == (2, 3, 2)
    group.refresh_from_db()
    assert (group.inhabitants, group.size_class, group.density_class) == (1_000, 0, None)
    count(first, 700, 2024)
    count(first, 90, 2019)
    assert classify() == 2  # the commune and its group
    first.refresh_from_db()
    assert (first.inhabitants, first.size_class) == (700, 3)
    assert classify() == 0
    count(group, 99_000)
    classify()
    group.refresh_from_db()
    assert group.inhabitants == 99_000  # its own figure, where somebody said it


@pytest.mark.django_db
def test_populations_that_are_loaded_change_classes() -> None:
    [town] = communes([400])
    populations.load("code,year,kind,value,source\n99001,2024,municipale,600,Insee\n")
    town.refresh_from_db()
    assert (town.inhabitants, town.size_class) == (600, 3)


@pytest.mark.django_db
def test_a_figure_that_goes_takes_the_class_along() -> None:
    communes([400])
    Population.objects.all().delete()
    assert classify() == 1
    assert Territory.objects.filter(size_class=None, inhabitants=None, density_class=None).count() == 1
