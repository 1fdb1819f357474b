"""From what rows gave to what is said of a territory: codes become territories, and what divides is brought.

Values alone; what is in the base came before (`places`, `headcounts`), what goes there comes after (`keeping`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from catalogue.indicators import saying
from catalogue.indicators.contract import Divisor, Figure, Part, Recipe, Reckoned, Spread, Status
from catalogue.observing.headcounts import Headcounts
from catalogue.observing.places import Place

EXAMPLES: Final = 10  # codes that nobody knows, as they are told
TOO_FEW: Final = "Secret statistique : ce chiffre porte sur trop peu d’unités (moins de {least}) pour être dit."


@dataclass(frozen=True, slots=True)
class Cell:
    """What one figure of one file and one indicator is of. `territory`: a primary key."""

    territory: int
    period: str
    axis: str = ""
    member: str = ""


@dataclass(frozen=True, slots=True)
class Parts:
    """The two parts of a figure. `denominator`: what divides, wherever it came from; None when nothing does or nobody knows."""

    numerator: float | None
    denominator: float | None
    rows: int
    population_year: int | None = None
    population_source: str = ""
    secret: bool = False  # too few units: nothing of them is kept, not even how many


@dataclass(frozen=True)
class Gathered:
    """What one file gives of one indicator, by territory; and its rows that no territory takes."""

    parts: Mapping[Cell, Parts] = field(default_factory=dict)
    unknown: int = 0
    unknown_codes: tuple[str, ...] = ()
    outside: int = 0


def gathered(
    recipe: Recipe, reckoned: Reckoned, places: Mapping[str, Place], year: int, headcounts: Headcounts | None
) -> Gathered:
    """`year`: of the file, for rows that say no period. Two codes that are one territory today are added up."""
    sums: dict[Cell, Part] = {}
    areas: dict[int, float | None] = {}
    unknown: Counter[str] = Counter()
    outside = 0
    for part in reckoned.parts:
        place = places.get(part.place)
        if place is None or not _said_of(recipe, place):
            if not part.axis:
                unknown[part.place] += part.rows if place is None else 0
                outside += part.rows if place is not None else 0
            continue
        period = part.period or ("" if recipe.timed else str(year))
        if not period:
            continue
        cell = Cell(place.pk, period, part.axis, part.member)
        sums[cell] = _added(recipe, sums[cell], part) if cell in sums else part
        areas[place.pk] = place.area_km2
    codes = [code for code, count in unknown.most_common(EXAMPLES) if code and count]
    parts = {cell: _divided(recipe, cell, part, areas[cell.territory], headcounts) for cell, part in sums.items()}
    if recipe.least_rows:
        parts = {cell: _kept(recipe, cell, one) for cell, one in parts.items()}
    return Gathered(parts, sum(unknown.values()), tuple(codes), outside)


def figure(recipe: Recipe, cell: Cell, parts: Parts) -> Figure:
    """What is said of these parts: the same whenever it is asked."""
    if parts.secret:
        return Figure(None, Status.SUPPRESSED, TOO_FEW.format(least=recipe.least_rows))
    counted = recipe.divisor == Divisor.POPULATION
    part = Part("", cell.period, cell.axis, cell.member, parts.numerator, parts.denominator, parts.rows)
    return saying.figure(
        recipe,
        part,
        headcount=parts.denominator if counted else None,
        year=parts.population_year,
        estimated=counted and parts.population_year is not None and parts.population_year != wanted_year(recipe, cell),
        area=parts.denominator if recipe.divisor == Divisor.AREA else None,
    )


def wanted_year(recipe: Recipe, cell: Cell) -> int:
    """Whose inhabitants divide."""
    return int(cell.period[:4]) + (recipe.population.shift if recipe.population else 0)


def _kept(recipe: Recipe, cell: Cell, parts: Parts) -> Parts:
    secret = figure(recipe, cell, parts).status == Status.SUPPRESSED
    return Parts(None, None, 0, secret=True) if secret else parts


def _said_of(recipe: Recipe, place: Place) -> bool:
    return not recipe.levels or place.level in recipe.levels


def _added(recipe: Recipe, one: Part, other: Part) -> Part:
    """Of two communes that became one: what cannot be had from theirs is not known."""
    if recipe.spread == Spread.NONE:
        return Part(one.place, one.period, one.axis, one.member, None, None, one.rows + other.rows)
    numerator, denominator = _sum((one.numerator, other.numerator)), _sum((one.denominator, other.denominator))
    return Part(one.place, one.period, one.axis, one.member, numerator, denominator, one.rows + other.rows)


def _sum(values: Iterable[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) if known else None


def _divided(recipe: Recipe, cell: Cell, part: Part, area: float | None, headcounts: Headcounts | None) -> Parts:
    if recipe.divisor == Divisor.POPULATION:
        found = headcounts.of(cell.territory, wanted_year(recipe, cell)) if headcounts else None
        if found is None:
            return Parts(part.numerator, None, part.rows)
        return Parts(part.numerator, float(found.value), part.rows, found.year, found.source)
    given = {Divisor.AREA: area, Divisor.CONSTANT: recipe.constant, Divisor.ROWS: part.denominator}
    return Parts(part.numerator, given.get(recipe.divisor), part.rows)
