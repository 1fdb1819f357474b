"""Invented communes in an invented département, for tests of comparisons."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from catalogue.indicators.contract import Binding, Divisor, Recipe, Sense, Spread, Unit, Words
from catalogue.models import Population, Territory
from catalogue.models.territories import Level, sort_key
from catalogue.reference.classing import classify

SOURCE = "recensement d’essai"


def place(code: str, name: str, level: Level = Level.COMMUNE, people: int | None = None, **facts: object) -> Territory:
    made = Territory.objects.create(level=level, code=code, name=name, sort_name=sort_key(name), liaison=0, **facts)
    if people is not None:
        count(made, people)
    return made


def count(where: Territory, people: int, year: int = 2023) -> None:
    Population.objects.create(territory=where, year=year, kind="municipale", value=people, source=SOURCE)


def communes(peoples: Iterable[int], parents: Iterable[Territory] = (), first: int = 1) -> list[Territory]:
    """Communes of so many inhabitants each, of 10 km², named after their place in the list; classes are made."""
    parents = list(parents)
    made = []
    for number, people in enumerate(peoples, first):
        made.append(place(f"{99000 + number}", f"Bourg {number}", people=people, area_km2=10.0))
        made[-1].parents.set(parents)
    classify()
    for each in made:
        each.refresh_from_db()
    return made


EUROS = Unit("EUR_INH", Words("€ par habitant", "€ per inhabitant"), "€/hab.", 0)
PERCENT = Unit("PC", Words("pour cent", "per cent"), "%", 1)


def recipe(key: str = "essai.depenses-hab", **given: Any) -> Recipe:
    """Euros per inhabitant, of which nothing is better than less or more."""
    values: dict[str, Any] = {
        "version": 1,
        "title": Words("Dépenses par habitant", "Spending per inhabitant"),
        "definition": Words("Ce que la commune dépense.", "What it spends."),
        "theme": "finances",
        "unit": EUROS,
        "sense": Sense.CONTEXT,
        "schema": "scdl/budget",
        "versions": (),
        "binding": Binding.SIREN,
        "divisor": Divisor.POPULATION,
        "factor": 1.0,
        "spread": Spread.RATIO,
        "timed": True,
    }
    return Recipe(key=key, **values | given)
