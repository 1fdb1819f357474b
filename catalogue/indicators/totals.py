"""The total beside a figure by inhabitant: its numerator, in the unit that is left when nobody divides."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from catalogue.indicators.contract import Divisor, Recipe, Sense, Spread, Unit, Words
from catalogue.indicators.units import UNITS, Measure, Per

KG: Final = 0.001  # in tonnes
# What is left of a unit by inhabitant, and how many of it one of its numerator's is.
LEFT: Final[Mapping[str, tuple[Unit, float]]] = {
    "EUR/hab": (UNITS["EUR"].unit, 1.0),
    "kg/hab": (UNITS["t"].unit, KG),
    "kWh/hab": (UNITS["kWh"].unit, 1.0),
    "km/1000hab": (UNITS["km"].unit, 1.0),
    "m2/hab": (Unit("M2", Words("mètres carrés", "square metres"), "m²", 0), 1.0),
    **{f"per-{people}": (UNITS["number"].unit, 1.0) for people in (100, 1_000, 10_000, 100_000)},
}
BY_CODE: Final[Mapping[str, tuple[Measure, Unit, float]]] = {
    UNITS[key].unit.code: (UNITS[key], *left) for key, left in LEFT.items()
}
DIVIDED: Final = re.compile(r"\s+(par habitant|pour [\d\s]+ habitants|per inhabitant|per [\d,]+ inhabitants)\b")


def total_of(recipe: Recipe) -> Recipe | None:
    """The same without the inhabitants: its value is the numerator times its `factor`. None when nothing is divided by them.

    No total is better than another, and targets by inhabitant do not count for it.
    """
    found = BY_CODE.get(recipe.unit.code)
    if recipe.divisor != Divisor.POPULATION or found is None or found[0].per != Per.INHABITANT:
        return None
    measure, unit, worth = found
    return replace(
        recipe,
        title=Words(*(f"{DIVIDED.sub('', said)} (total)" for said in (recipe.title.fr, recipe.title.en))),
        unit=unit,
        sense=Sense.CONTEXT,
        divisor=Divisor.NOTHING,
        factor=recipe.factor / (measure.factor or 1.0) * worth,
        spread=recipe.spread if recipe.spread == Spread.NONE else Spread.SUM,
        population=None,
        plausible=(None, None),
        target=None,
        threshold=None,
    )
