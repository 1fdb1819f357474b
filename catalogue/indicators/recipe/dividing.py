"""What divides the numerator: inhabitants, an area, a number, or an expression over the same rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from catalogue.indicators.contract import Divisor, Population
from catalogue.indicators.recipe.faults import Faults
from catalogue.indicators.recipe.fields import Fields
from catalogue.indicators.recipe.yaml_tree import Pairs, Text, Tree

KINDS: Final = ("municipale", "totale")  # of a population, as INSEE publishes them


@dataclass(frozen=True)
class Dividing:
    kind: Divisor
    population: Population | None = None
    constant: float | None = None


NAMED: Final = {"population": Dividing(Divisor.POPULATION, Population()), "area": Dividing(Divisor.AREA)}


def expression(said: Tree | None) -> Text | None:
    """What is neither a name of ours nor a number."""
    if not isinstance(said, Text) or said.value in NAMED or _number(said.value) is not None:
        return None
    return said


def divisor(said: Tree | None, faults: Faults) -> Dividing | None:
    """None when it cannot be understood: then it has been told."""
    if said is None:
        return Dividing(Divisor.NOTHING)
    if isinstance(said, Pairs):
        return _population(said, faults)
    if not isinstance(said, Text):
        faults.at(said, "« denominator » est population, area, un nombre ou un calcul : count()")
        return None
    constant = _number(said.value)
    if constant is None:
        return NAMED.get(said.value, Dividing(Divisor.ROWS))
    if not 0 < constant < 1e15:
        faults.at(said, "on ne divise que par un nombre plus grand que zéro")
        return None
    return Dividing(Divisor.CONSTANT, constant=constant)


def _population(said: Pairs, faults: Faults) -> Dividing | None:
    fields = Fields(said, ("population", "years_before"), faults)
    kind, shift = fields.text("population", wanted=True), fields.whole("years_before")
    if kind is None:
        return None
    if kind.value not in KINDS:
        faults.at(kind, f"« {kind.value} » n’est pas une population : {' ou '.join(KINDS)}")
        return None
    return Dividing(Divisor.POPULATION, Population(kind.value, shift or 0))


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
