"""Quartiles, ranks and sums, by hand."""

from catalogue.indicators.compare import apart, distribution, quantile, ranked, together
from catalogue.indicators.contract import Divisor, Sense, Spread
from tests.comparing.places import EUROS, PERCENT, recipe

NARROW = "\N{NARROW NO-BREAK SPACE}"


def test_quartiles_lie_between_two_values_in_proportion() -> None:
    """Type 7: of six values the lower quartile lies at place 1.25, counted from 0."""
    values = [10.0, 20.0, 40.0, 80.0, 160.0, 320.0]
    found = distribution(values)
    assert found is not None
    assert (found.count, found.least, found.most) == (6, 10.0, 320.0)
    assert (found.lower, found.median, found.upper) == (25.0, 60.0, 140.0)  # 20+0.25×20; (40+80)/2; 80+0.75×80
    odd = distribution([1.0, 2.0, 3.0, 4.0, 5.0])
    assert odd is not None
    assert (odd.lower, odd.median, odd.upper) == (2.0, 3.0, 4.0)
    assert quantile([7.0], 0.25) == 7.0


def test_too_few_values_have_no_quartiles() -> None:
    found = distribution([1.0, 2.0, 3.0, 4.0])
    assert found is not None
    assert (found.lower, found.median, found.upper) == (None, None, None)
    assert (found.least, found.most) == (1.0, 4.0)
    assert distribution([]) is None


def test_the_first_is_the_best_and_where_nothing_is_better_the_highest() -> None:
    values = [10.0, 20.0, 30.0, 40.0, 50.0]
    assert ranked(20.0, values, Sense.LOWER).words == "2e sur 5, du plus bas au plus haut"
    assert ranked(20.0, values, Sense.HIGHER).words == "4e sur 5, du plus haut au plus bas"
    assert ranked(50.0, values, Sense.CONTEXT).words == "1er rang sur 5, du plus haut au plus bas"


def test_equal_values_share_a_rank_and_the_next_is_counted_after_them() -> None:
    values = [10.0, 20.0, 20.0, 20.0, 50.0]
    tied = ranked(20.0, values, Sense.LOWER)
    assert (tied.place, tied.tied, tied.words) == (2, 2, "2e ex æquo sur 5, du plus bas au plus haut")
    assert ranked(50.0, values, Sense.LOWER).place == 5
    assert ranked(20.0, values, Sense.HIGHER).place == 2


def test_what_was_added_in_another_order_is_the_same_value() -> None:
    one, other = 0.1 + 0.2 + 0.3, 0.3 + 0.2 + 0.1
    assert one != other
    values = sorted([one, other, 0.5])
    assert {ranked(each, values, Sense.HIGHER).place for each in (one, other)} == {1}


def test_the_figure_of_several_is_that_of_their_sums() -> None:
    """900 € and 100 inhabitants, 100 € and 900: one euro each together, while the mean of both would say 4.56."""
    parts = [9.0, 100 / 900], [900.0, 100.0], [100.0, 900.0]
    assert together(recipe(), *parts) == 1.0
    assert together(recipe(factor=100.0), *parts) == 100.0
    counted = recipe(spread=Spread.SUM, divisor=Divisor.NOTHING)
    assert together(counted, [3.0, 4.0], [3.0, 4.0], [None, None]) == 7.0
    assert together(recipe(spread=Spread.NONE), *parts) is None
    assert together(recipe(), [1.0, 5.0], [2.0, 5.0], [2.0, None]) is None  # a part is lacking
    assert together(recipe(), [0.0], [0.0], [0.0]) is None
    assert together(recipe(), [], [], []) is None


def test_how_far_apart_is_said_in_percent_and_of_percentages_in_points() -> None:
    assert apart(112.0, 100.0, EUROS) == f"12{NARROW}% de plus"
    assert apart(50.0, 100.0, EUROS) == f"50{NARROW}% de moins"
    assert apart(100.0, 100.0, EUROS) == "autant"
    assert apart(100.2, 100.0, EUROS) == "presque autant"
    assert apart(24.0, 20.8, PERCENT) == "3,2 points de plus"
    assert apart(20.0, 20.5, PERCENT) == "0,5 point de moins"
    assert apart(20.0, 20.01, PERCENT) == "autant"
    assert apart(5.0, 0.0, EUROS) == ""
    assert apart(-5.0, 10.0, EUROS) == ""
