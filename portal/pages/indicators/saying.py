"""Figures in French sentences: the value with its unit, what it became, why there is none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from catalogue.indicators.contract import Recipe, Status, Unit
from catalogue.indicators.course import Point, Seen, breaks, first_unbroken
from catalogue.indicators.course import change as compute_change
from catalogue.models import Territory
from portal.charts.figures import figure
from portal.charts.periods import at, period
from portal.charts.scales import Scale
from portal.pages.indicators.values import Value
from portal.pages.words import NARROW

STATES: Final = {
    Status.BREAK: "rupture de série",
    Status.ESTIMATED: "estimé",
    Status.PROVISIONAL: "provisoire",
    Status.MISSING: "non publié",
    Status.SUPPRESSED: "secret statistique",
    Status.NOT_SIGNIFICANT: "non calculable",
}
LEVELS: Final = {
    "commune": ("commune", "communes"),
    "epci": ("intercommunalité", "intercommunalités"),
    "ept": ("établissement public territorial", "établissements publics territoriaux"),
    "syndicat": ("syndicat", "syndicats"),
    "departement": ("département", "départements"),
    "region": ("région", "régions"),
    "collectivite": ("collectivité d’outre-mer", "collectivités d’outre-mer"),
    "country": ("pays", "pays"),
}


def scale_of(unit: Unit) -> Scale:
    return Scale(unit.sign, unit.decimals)


def state(value: Value) -> str:
    """What is to be known of the value, "" when it is like any other."""
    return STATES.get(value.status, "")


def when(said: str) -> str:
    """« en 2021 », « en mars 2025 »; "" for no period."""
    found = period(said)
    return at(found.long) if found else said and f"en {said}"


def long(said: str) -> str:
    found = period(said)
    return found.long if found else said


@dataclass(frozen=True)
class Changed:
    """From the figure of `since` to the last one. `said`: « +3,2 % », « −1,4 point »; `sentence`: how it is read aloud."""

    since: str
    said: str
    sentence: str


def points(given: Sequence[Value], recipe: Recipe, *, united: bool) -> tuple[Point, ...]:
    """The series with its breaks. `united`: the commune had others in it."""
    seen = [Seen(one.period, one.recipe_version, one.population_source, one.denominator, one.status) for one in given]
    why = breaks(recipe, seen, united=united)
    return tuple(
        Point(
            one.period,
            one.value if one.said else None,
            one.status,
            one.reason,
            one.numerator,
            one.denominator,
            one.private,
            reasons,
        )
        for one, reasons in zip(given, why, strict=True)
    )


def change(given: Sequence[Point], recipe: Recipe, *, first: bool = False) -> Changed | None:
    """To the last figure, from the one before it (from the first comparable one when asked). None across a break."""
    if not given or given[-1].value is None:
        return None
    start = first_unbroken(given)
    if start is None or start is given[-1]:
        return None
    before = start if first else next(one for one in reversed(given[:-1]) if one.value is not None)
    found = compute_change(recipe, before, given[-1])
    if found is None or not found.words:
        return None
    size = found.points if found.points is not None else found.percent
    if size is None:
        return None
    decimals = max(1, recipe.unit.decimals) if found.points is not None else int(abs(size) < 10)
    unit = ("points" if abs(size) >= 2 else "point") if found.points is not None else "%"
    sign = "+" if size > 0 else "\u2212"
    said = f"{figure(abs(size), decimals)}{NARROW}{unit}"
    if not float(f"{abs(size):.{decimals}f}"):
        return Changed(before.period, "stable", f"comme {when(before.period)}")
    return Changed(before.period, sign + said, f"{said} de {'plus' if size > 0 else 'moins'} qu’{when(before.period)}")


def since(changed: Changed) -> str:
    """« depuis 2020 »."""
    return f"depuis {long(changed.since)}"


def headline(recipe: Recipe, place: Territory | None, period_: str) -> str:
    """What is shown: « Dépenses de fonctionnement par habitant, Crac’h, 2021 »."""
    return ", ".join(filter(None, (recipe.title.fr, place.name if place else "", long(period_))))


def why_none(value: Value | None) -> str:
    """Why nothing is said of a territory."""
    if value is None:
        return "Aucun fichier publié ne donne encore ce chiffre."
    return value.reason or f"{STATES.get(value.status, 'Sans valeur').capitalize()}."


def counted(count: int, level: str) -> str:
    """« 27 communes »."""
    one, many = LEVELS.get(level, ("territoire", "territoires"))
    return f"{figure(count)} {many if count > 1 else one}"
