"""From two parts to the figure that is said, or to why none is. No value is better than a wrong one."""

from __future__ import annotations

from typing import Final

from catalogue.figures import at_most
from catalogue.indicators.contract import Divisor, Figure, Part, Recipe, Status
from catalogue.indicators.units import UNITS, Per
from catalogue.spoken import gettext_noop

DECIMALS: Final = 3
SLACK: Final = 1e-9  # of a bound: 100 % computed in floating point is not above 100 %
SHARES: Final = frozenset(measure.unit.code for measure in UNITS.values() if measure.per == Per.SHARE)


def figure(
    recipe: Recipe,
    part: Part,
    headcount: float | None = None,
    year: int | None = None,
    estimated: bool = False,
    area: float | None = None,
) -> Figure:
    """`headcount`: inhabitants, of the population's `year`; `estimated`: it is not the year that is asked. `area`: km²."""
    if part.rows < recipe.least_rows:
        return Figure(
            None, Status.SUPPRESSED, f"Moins de {recipe.least_rows} unités : le secret statistique s’applique."
        )
    if part.numerator is None and recipe.unsound:
        return Figure(None, Status.NOT_SIGNIFICANT, recipe.unsound.fr)
    if part.numerator is None:
        return Figure(
            None, Status.MISSING, gettext_noop("Les cellules que ce calcul demande sont vides : remplissez-les.")
        )
    return _divided(recipe, part, divisor_of(recipe, part, headcount, area), year if estimated else None)


def _divided(recipe: Recipe, part: Part, divisor: float | None, year: int | None) -> Figure:
    """`year`: of a population that is not of the period's."""
    if part.numerator is None or divisor is None or divisor <= 0:
        return Figure(None, Status.NOT_SIGNIFICANT, _undivided(recipe, divisor))
    value = part.numerator / divisor * recipe.factor
    reason = implausible(recipe, value)
    if reason:
        return Figure(None, Status.NOT_SIGNIFICANT, reason)
    status, reason = Status.NORMAL, ""
    if year is not None and recipe.divisor == Divisor.POPULATION:
        status, reason = Status.ESTIMATED, f"Estimé : divisé par la population de {year}, faute de celle de l’année."
    elif part.period in recipe.breaks:
        status, reason = Status.BREAK, recipe.breaks[part.period].fr
    return Figure(value, status, reason)


def divisor_of(recipe: Recipe, part: Part, headcount: float | None, area: float | None) -> float | None:
    """None when it is not known."""
    match recipe.divisor:
        case Divisor.POPULATION:
            return headcount
        case Divisor.AREA:
            return area
        case Divisor.ROWS:
            return part.denominator
        case Divisor.CONSTANT:
            return recipe.constant
        case Divisor.NOTHING:
            return 1.0


def implausible(recipe: Recipe, value: float) -> str:
    """Why the value cannot be, "" when it can."""
    low, high = recipe.plausible
    under = low is not None and value < low - SLACK * abs(low)
    over = high is not None and value > high + SLACK * abs(high)
    if not under and not over:
        return ""
    said, sign = at_most(value, DECIMALS), f" {recipe.unit.sign}" if recipe.unit.sign else ""
    if under and low is not None:
        reason = f"Le calcul donne {said}{sign}, moins que le plausible ({at_most(low, DECIMALS)}{sign})."
    else:
        reason = f"Le calcul donne {said}{sign}, plus que le plausible ({at_most(high or 0, DECIMALS)}{sign})."
    if under and recipe.unit.code in SHARES and 0 < value <= 1:
        return f"{reason} Le taux est sans doute écrit entre 0 et 1 dans le fichier : écrivez-le entre 0 et 100."
    return f"{reason} Vérifiez les colonnes du fichier et leurs unités."


def _undivided(recipe: Recipe, divisor: float | None) -> str:
    if recipe.divisor == Divisor.POPULATION:
        return gettext_noop(
            "La population de ce territoire n’est pas connue : chargez-la (manage.py load_populations)."
        )
    if recipe.divisor == Divisor.AREA:
        return gettext_noop("La superficie de ce territoire n’est pas connue.")
    if divisor is None:
        return gettext_noop("Non significatif : les cellules du dénominateur sont vides.")
    return f"Non significatif : le dénominateur est {'nul' if divisor == 0 else f'négatif ({at_most(divisor, DECIMALS)})'}."
