"""A town among its peers: counts, ranks, who is missing, and nothing of what the reader may not see."""

from __future__ import annotations

import pytest
from pytest_django import DjangoAssertNumQueries

from catalogue import permissions
from catalogue.comparing.contract import Comparison
from catalogue.comparing.groups import Group, group_named
from catalogue.comparing.peers import compared
from catalogue.indicators.contract import Recipe, Sense, Spread, Status
from catalogue.models import PUBLIC, Audience, Dataset, Indicator, Territory
from tests import factories
from tests.comparing.places import communes, recipe
from tests.observed import figure, indicator

pytestmark = pytest.mark.django_db
NBSP = "\N{NO-BREAK SPACE}"


@pytest.fixture
def measure() -> Indicator:
    return indicator("essai.depenses-hab")


@pytest.fixture
def published() -> Dataset:
    return factories.dataset("Budgets")


def asked(measure: Indicator, town: Territory, reader: Audience = PUBLIC, of: Recipe | None = None) -> Comparison:
    return compared(measure, of or recipe(), town, "2021", group_named("taille", town), reader)


def test_by_hand(measure: Indicator, published: Dataset) -> None:
    """Seven towns of 500 to 1,999 inhabitants; six publish 10 to 320 euros each."""
    towns = communes([600, 700, 800, 900, 1_000, 1_100, 1_200])
    communes([50], first=50)  # of another size
    values = [10.0, 20.0, 40.0, 80.0, 160.0, 320.0]
    for town, value in zip(towns, values, strict=False):
        people = float(town.inhabitants or 0)
        figure(measure, town, "2021", value, published, numerator=value * people, denominator=people)
    found = asked(measure, towns[2])
    assert found.group.words == "communes de 500 à 1\N{NARROW NO-BREAK SPACE}999 habitants"
    assert (found.peers, found.valued) == (6, 5)
    assert found.distribution is not None
    assert (found.distribution.lower, found.distribution.median, found.distribution.upper) == (25.0, 60.0, 140.0)
    assert found.rank is not None
    assert found.rank.words == "4e sur 6, du plus haut au plus bas"
    assert found.against == "33\N{NARROW NO-BREAK SPACE}% de moins"
    assert [peer.name for peer in found.least] == ["Bourg 1"]
    assert [(peer.name, peer.value) for peer in found.most] == [("Bourg 6", 320.0)]
    assert [peer.value for peer in found.nearest] == values
    assert [peer.itself for peer in found.nearest] == [False, False, True, False, False, False]
    assert found.missing.names == ("Bourg 7",)
    assert (found.missing.unpublished, found.missing.schema) == (1, "scdl/budget")
    assert found.missing.words == f"1 sans valeur{NBSP}: 1 n’a rien publié"
    assert found.covered == pytest.approx(5_100 / 6_300)
    total = 10 * 600 + 20 * 700 + 40 * 800 + 80 * 900 + 160 * 1_000 + 320 * 1_100
    assert found.together == pytest.approx(total / 5_100)


def test_four_peers_give_no_rank(measure: Indicator, published: Dataset) -> None:
    towns = communes([600] * 6)
    for number, town in enumerate(towns[:5]):
        figure(measure, town, "2021", 100.0 + number, published)
    found = asked(measure, towns[0])
    assert (found.valued, found.rank) == (4, None)
    assert "4 autres territoires ont une valeur, et il en faut 5" in found.unranked
    figure(measure, towns[5], "2021", 90.0, published)
    found = asked(measure, towns[0])
    assert (found.valued, found.unranked) == (5, "")
    assert found.rank is not None
    assert asked(measure, towns[0], of=recipe(sense=Sense.LOWER)).rank != found.rank


def test_who_has_no_value_has_no_rank_and_is_told_why(measure: Indicator, published: Dataset) -> None:
    towns = communes([600] * 8)
    for town in towns[2:]:
        figure(measure, town, "2021", 10.0, published)
    figure(measure, towns[1], "2021", None, published, reason="deux fichiers")
    found = asked(measure, towns[0])
    assert (found.own, found.rank, found.nearest, found.against) == (None, None, (), "")
    assert "schéma scdl/budget" in found.unranked
    assert (found.missing.not_computable, found.missing.unpublished, found.missing.names) == (1, 0, ())
    assert [(one.name, one.reason) for one in found.missing.refused] == [("Bourg 2", "deux fichiers")]
    unreadable = asked(measure, towns[1])
    assert unreadable.own is not None
    assert (unreadable.own.value, unreadable.own.status) == (None, Status.NOT_SIGNIFICANT)
    assert "pas calculable" in unreadable.unranked
    assert (unreadable.missing.unpublished, unreadable.missing.names) == (1, ("Bourg 1",))


def test_a_secret_has_neither_value_nor_weight(measure: Indicator, published: Dataset) -> None:
    towns = communes([600] * 7)
    for town in towns[1:]:
        figure(measure, town, "2021", 10.0, published, numerator=6_000.0, denominator=600.0)
    figure(measure, towns[0], "2021", 99.0, published, status="Q", numerator=9.0, denominator=600.0)
    found = asked(measure, towns[1])
    assert (found.valued, found.missing.suppressed) == (5, 1)
    assert found.together == 10.0
    assert found.missing.names == ()
    assert {peer.value for peer in (*found.nearest, *found.most)} == {10.0}
    hidden = asked(measure, towns[0])
    assert hidden.own is not None
    assert (hidden.own.value, hidden.rank) == (None, None)
    assert "secret" in hidden.unranked


def test_an_older_figure_stands_in_for_two_years_and_is_marked(measure: Indicator, published: Dataset) -> None:
    towns = communes([600] * 8)
    for town in towns[:4]:
        figure(measure, town, "2021", 10.0, published)
    figure(measure, towns[0], "2020", 5.0, published)
    figure(measure, towns[4], "2020", 20.0, published, status="E")
    figure(measure, towns[4], "2019", 21.0, published)
    figure(measure, towns[5], "2019", 30.0, published)
    figure(measure, towns[6], "2018", 40.0, published)
    figure(measure, towns[7], "2022", 50.0, published)
    found = asked(measure, towns[0])
    assert (found.valued, found.earlier, found.estimated) == (5, 2, 1)
    assert [(peer.value, peer.period, peer.earlier) for peer in found.most] == [(30.0, "2019", True)]
    assert found.nearest[-2].estimated
    assert found.missing.unpublished == 2


def test_a_year_that_is_not_computable_is_not_replaced_by_an_older_one(measure: Indicator, published: Dataset) -> None:
    towns = communes([600] * 2)
    figure(measure, towns[0], "2021", None, published)
    figure(measure, towns[0], "2020", 5.0, published)
    found = asked(measure, towns[0])
    assert found.own is not None
    assert (found.own.value, found.own.period) == (None, "2021")


def test_a_month_is_compared_with_that_month_alone(measure: Indicator, published: Dataset) -> None:
    towns = communes([600] * 2)
    figure(measure, towns[0], "2021-03", 5.0, published)
    figure(measure, towns[1], "2021-02", 6.0, published)
    found = compared(measure, recipe(), towns[0], "2021-03", group_named("taille", towns[0]), PUBLIC)
    assert (found.valued, found.missing.unpublished) == (0, 1)


def test_what_one_may_not_see_does_not_count(measure: Indicator, published: Dataset) -> None:
    """The member, the colleague of another body, the stranger, the administrator."""
    owner, other = factories.body(), factories.body()
    private = factories.dataset("Projet de budget", owner=owner, private=True)
    towns = communes([600] * 7)
    for town in towns[:5]:
        figure(measure, town, "2021", 10.0, published)
    figure(measure, towns[5], "2021", 999.0, private)
    figure(measure, towns[0], "2021", 500.0, private)  # a draft beside the public figure
    member = permissions.audience_of(factories.person("reader", owner))
    colleague = permissions.audience_of(factories.person("reader", other))
    administrator = permissions.audience_of(factories.person(is_superuser=True))
    for reader in (PUBLIC, colleague):
        found = asked(measure, towns[0], reader)
        assert (found.valued, found.rank, found.missing.unpublished) == (4, None, 2)
        assert "Bourg 6" in found.missing.names
        assert found.distribution is not None
        assert found.distribution.most == 10.0
    for reader in (member, administrator):
        found = asked(measure, towns[0], reader)
        assert (found.valued, found.missing.names) == (5, ("Bourg 7",))
        assert [(peer.name, peer.restricted) for peer in found.most] == [("Bourg 6", True)]
        assert found.own is not None
        assert (found.own.value, found.own.restricted) == (10.0, False)  # what everybody sees comes first
    Dataset.objects.filter(pk=published.pk).update(status="withdrawn")
    assert asked(measure, towns[0]).valued == 0


def test_an_internal_indicator_is_for_the_members_of_the_body(published: Dataset) -> None:
    measure = indicator("essai.interne", internal=True)
    towns = communes([600] * 2)
    figure(measure, towns[0], "2021", 10.0, published)
    member = permissions.audience_of(factories.person("reader", published.owner))
    assert asked(measure, towns[0]).own is None
    assert asked(measure, towns[0], permissions.audience_of(factories.person("reader", factories.body()))).own is None
    own = asked(measure, towns[0], member).own
    assert own is not None
    assert own.restricted


def test_figures_by_axis_and_those_not_shown_are_left_out(measure: Indicator, published: Dataset) -> None:
    towns = communes([600] * 2)
    figure(measure, towns[0], "2021", 10.0, published, axis="section", member="F")
    figure(measure, towns[1], "2021", 11.0, published, shown=False)
    found = asked(measure, towns[0])
    assert (found.own, found.valued) == (None, 0)


def test_the_nearest_are_ten_on_each_side(measure: Indicator, published: Dataset) -> None:
    towns = communes([600] * 30)
    for number, town in enumerate(towns):
        figure(measure, town, "2021", float(number), published)
    found = asked(measure, towns[15])
    assert [peer.value for peer in found.nearest] == [float(number) for number in range(5, 26)]
    assert [peer.value for peer in asked(measure, towns[2]).nearest] == [float(number) for number in range(13)]


def test_a_few_queries_whatever_is_compared(
    measure: Indicator, published: Dataset, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    towns = communes([600] * 30)
    for town in towns[:20]:
        figure(measure, town, "2021", 1.0, published)
    group = Group("taille", "communes", "commune", size=3)
    with django_assert_max_num_queries(5):
        compared(measure, recipe(), towns[0], "2021", group, PUBLIC)


def test_a_sum_adds_the_values_of_the_group(measure: Indicator, published: Dataset) -> None:
    towns = communes([600] * 3)
    for town in towns:
        figure(measure, town, "2021", 4.0, published, denominator=None)
    assert asked(measure, towns[0], of=recipe(spread=Spread.SUM)).together == 12.0
    assert asked(measure, towns[0], of=recipe(spread=Spread.NONE)).together is None
