"""Figures in French sentences: the value with its unit, what it became, why there is none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from catalogue.indicators.contract import Recipe, Status, Unit
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
class Change:
    """From the value of `since` to the last one. `said`: « +3,2 % », « −1,4 point ». `sentence`: how it is read aloud."""

    since: str
    said: str
    sentence: str


def change(given: Sequence[Value], recipe: Recipe, *, first: bool = False) -> Change | None:
    """To the last value, from the one before (the first comparable one when asked); None across a break or from nothing.

    Shares change by points, the rest by a percentage of what it was.
    """
    known = [one for one in given if one.said]
    if len(known) < 2 or given[-1] is not known[-1]:
        return None
    comparable = known[:1]
    for one in known[1:]:
        broken = one.period in recipe.breaks or one.status is Status.BREAK
        comparable = [one] if broken else [*comparable, one]
    if len(comparable) < 2:
        return None
    before, now = comparable[0 if first else -2], comparable[-1]
    return _between(float(before.value or 0), float(now.value or 0), before.period, recipe.unit)


def since(changed: Change) -> str:
    """« depuis 2020 »."""
    return f"depuis {long(changed.since)}"


def _between(before: float, now: float, since: str, unit: Unit) -> Change | None:
    stable = figure(now, unit.decimals) == figure(before, unit.decimals)
    if stable:
        return Change(since, "stable", f"comme {when(since)}")
    more = "plus" if now > before else "moins"
    if unit.sign.startswith("%"):
        size = abs(now - before)
        word = "points" if size >= 2 else "point"
        said = f"{figure(size, max(1, unit.decimals))}{NARROW}{word}"
    elif before <= 0 or now < 0:
        return None
    else:
        size = abs(now - before) / before * 100
        said = f"{figure(size, 1 if size < 10 else 0)}{NARROW}%"
    sign = "+" if now > before else "\u2212"
    return Change(since, sign + said, f"{said} de {more} qu’{when(since)}")


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
