"""The median of the group in each period: what the comparison of that period says."""

from __future__ import annotations

import pytest
from pytest_django import DjangoAssertNumQueries

from catalogue import permissions
from catalogue.comparing import medians as module
from catalogue.comparing.groups import group_named
from catalogue.comparing.medians import medians
from catalogue.comparing.peers import compared
from catalogue.indicators.totals import total_of
from catalogue.indicators.units import UNITS
from catalogue.models import PUBLIC
from tests import factories
from tests.comparing.places import communes, recipe
from tests.observed import figure, indicator

pytestmark = pytest.mark.django_db
PERIODS = ["2019", "2020", "2021"]


def test_it_is_that_of_the_comparison_of_each_period(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    measure, towns = indicator(), communes([600] * 8)
    published, private = factories.dataset(), factories.dataset(private=True)
    for number, town in enumerate(towns[:6]):
        figure(measure, town, "2020", 10.0 * number, published, numerator=1_000.0 * number)
    for number, town in enumerate(towns[:4]):
        figure(measure, town, "2021", 100.0 * number, published, numerator=9_000.0 * number)
    figure(measure, towns[4], "2021", None, published)
    figure(measure, towns[5], "2021", 7.0, published, status="Q")
    figure(measure, towns[6], "2019", 70.0, published, numerator=7.0)
    figure(measure, towns[7], "2021", 5_000.0, private, numerator=1.0)
    figure(measure, towns[0], "2021", 6_000.0, private, numerator=1.0)
    group = group_named("taille", towns[0])
    member = permissions.audience_of(factories.person("reader", private.owner))
    made = recipe(unit=UNITS["EUR/hab"].unit)
    total = total_of(made)
    assert total is not None
    for reader in (PUBLIC, member):
        for what, whole in ((made, False), (total, True)):
            with django_assert_num_queries(2):
                found = medians(measure, what, group, PERIODS, reader, total=whole)
            for period in PERIODS:
                spread = compared(measure, what, towns[1], period, group, reader, total=whole).distribution
                assert found.get(period) == (spread.median if spread else None), (reader, period, whole)
    # 0, 100, 200, 300 of 2021 and the 70 of 2019 that stands in.
    assert medians(measure, made, group, PERIODS, PUBLIC)["2021"] == 100.0
    assert medians(measure, total, group, PERIODS, PUBLIC, total=True)["2021"] == 9_000.0


def test_a_group_of_too_many_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MANY", 5)
    measure, towns, published = indicator(), communes([600] * 6), factories.dataset()
    for town in towns:
        figure(measure, town, "2021", 1.0, published)
    assert medians(measure, recipe(), group_named("taille", towns[0]), PERIODS, PUBLIC) == {}
