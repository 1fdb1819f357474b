"""Crac'h, 2021: the recipes of the budget on the real file, with the population that the reference figures were made with."""

from __future__ import annotations

from pathlib import Path

import pytest

from catalogue.indicators import recipe, saying
from catalogue.indicators.contract import Status
from tests.indicators.asked import asked

POPULATION = 3458
FIGURES = {"budget.depenses-fonctionnement-hab": (2280279.65, 659.42)}


@pytest.mark.parametrize("key", FIGURES)
def test_the_figures_of_crach(key: str, shared_data: Path, tmp_path: Path) -> None:
    numerator, value = FIGURES[key]
    file = asked(shared_data / "samples" / "budget__crach_ca2021.csv", tmp_path)
    (part,) = file.totals(recipe.shipped()[key])
    assert (part.place, part.period, part.numerator) == ("215600461", "2021", numerator)
    figure = saying.figure(recipe.shipped()[key], part, POPULATION, 2021)
    assert figure.status is Status.NORMAL
    assert figure.value == pytest.approx(value, abs=0.005)


def test_a_budget_that_is_not_yet_executed_gives_nothing(shared_data: Path, tmp_path: Path) -> None:
    file = asked(shared_data / "samples" / "budget__crach_dm2_2021.csv", tmp_path)
    found = file.reckoned(recipe.shipped()["budget.depenses-fonctionnement-hab"])
    assert (found.problem, found.parts, found.kept) == ("", (), 0)
    assert found.rows > 100
