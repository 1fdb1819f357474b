"""The total beside a figure by inhabitant, by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from catalogue.comparing.peers import total_in
from catalogue.indicators.contract import Divisor, Sense, Spread, Words
from catalogue.indicators.recipe import shipped
from catalogue.indicators.totals import LEFT, total_of
from catalogue.indicators.units import UNITS, Per
from tests.comparing.places import recipe


def test_every_unit_by_inhabitant_has_one() -> None:
    assert {key for key, measure in UNITS.items() if measure.per == Per.INHABITANT} == set(LEFT)


@pytest.mark.parametrize(
    ("unit", "factor", "numerator", "total", "sign"),
    [
        ("EUR/hab", 1.0, 1_594_200.0, 1_594_200.0, "€"),
        ("kg/hab", 1_000.0, 812.5, 812.5, "t"),  # its file is in tonnes
        ("kg/hab", 1.0, 812_500.0, 812.5, "t"),  # in kilograms
        ("per-10000", 10_000.0, 12.0, 12.0, ""),
        ("km/1000hab", 1_000.0, 3.5, 3.5, "km"),
        ("km/1000hab", 1.0, 3_500.0, 3.5, "km"),  # in metres
    ],
)
def test_by_hand(unit: str, factor: float, numerator: float, total: float, sign: str) -> None:
    found = total_of(recipe(unit=UNITS[unit].unit, factor=factor, sense=Sense.LOWER, plausible=(0.0, 9.0)))
    assert found is not None
    assert total_in(found, numerator) == pytest.approx(total)
    assert found.unit.sign == sign
    assert (found.divisor, found.spread, found.sense, found.plausible) == (
        Divisor.NOTHING,
        Spread.SUM,
        Sense.CONTEXT,
        (None, None),
    )


def test_its_title_says_no_inhabitant() -> None:
    made = recipe(
        unit=UNITS["per-10000"].unit, title=Words("Bancs pour 10 000 habitants", "Benches per 10,000 inhabitants")
    )
    found = total_of(made)
    assert found is not None
    assert (found.title.fr, found.title.en) == ("Bancs (total)", "Benches (total)")


def test_what_no_inhabitant_divides_has_none() -> None:
    made = recipe(unit=UNITS["EUR/hab"].unit)
    assert total_of(replace(made, divisor=Divisor.ROWS)) is None
    assert total_of(recipe(unit=UNITS["%"].unit)) is None
    none = total_of(replace(made, spread=Spread.NONE))
    assert none is not None
    assert none.spread == Spread.NONE


def test_those_that_are_shipped() -> None:
    titles = [found.title.fr for each in shipped().values() if (found := total_of(each))]
    assert len(titles) > 15
    assert not [title for title in titles if "habitant" in title]
