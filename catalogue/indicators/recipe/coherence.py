"""Whether the parts of a recipe go together: the unit and what divides, the bounds, how territories are put together."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from catalogue.indicators.contract import Divisor, Recipe, Spread
from catalogue.indicators.language import Node
from catalogue.indicators.language.checking import aggregates_of
from catalogue.indicators.language.functions import OVER
from catalogue.indicators.recipe.expressions import Expressions
from catalogue.indicators.recipe.faults import Faults
from catalogue.indicators.recipe.fields import Fields
from catalogue.indicators.units import Measure, Per
from catalogue.tables.schemas.national import folded, schemas

PEOPLE: Final = re.compile("popul|habitant")
MONEY: Final = re.compile("montant|^bgtmt|^bgtcredouv|prix|cout")


def check(recipe: Recipe, measure: Measure, fields: Fields, faults: Faults) -> None:
    """Each fault is told at the key that is to be changed."""
    written = recipe.expressions
    if written is None:
        return
    for key, message in (*_unit(recipe, measure, written), *_together(recipe, written), *_rest(recipe, written)):
        faults.at(fields.get(key) or fields.tree, message)


Told = Iterator[tuple[str, str]]


def _unit(recipe: Recipe, measure: Measure, written: Expressions) -> Told:
    sign, divisor = measure.unit.sign or measure.unit.words.fr, recipe.divisor
    by_people = divisor == Divisor.POPULATION or (
        divisor == Divisor.ROWS and any(PEOPLE.search(folded(name)) for name in _named(written, written.denominator))
    )
    if measure.per == Per.INHABITANT and not by_people:
        yield (
            "unit",
            f"l’unité « {sign} » divise par une population : mettez « denominator: population », ou une autre unité",
        )
    if divisor == Divisor.POPULATION and measure.per != Per.INHABITANT:
        yield "unit", f"le résultat est par habitant, et l’unité « {sign} » ne le dit pas : prenez-en une qui le dit"
    if (measure.per == Per.AREA) != (divisor == Divisor.AREA) and not (
        measure.per == Per.SHARE and divisor == Divisor.AREA
    ):
        yield "unit", f"l’unité « {sign} » et le dénominateur ne vont pas ensemble : area va avec une unité par km²"
    if measure.factor is not None and recipe.factor != measure.factor:
        yield "factor", f"l’unité « {sign} » veut « factor: {measure.factor:g} », et c’est {recipe.factor:g}"
    if measure.per == Per.SHARE:
        yield from _share(recipe, written)
    if measure.money and _of_money(written, written.numerator) is False:
        yield "unit", f"l’unité « {sign} » dit de l’argent, et le numérateur compte des lignes : prenez une autre unité"


def _share(recipe: Recipe, written: Expressions) -> Told:
    if recipe.divisor == Divisor.ROWS and recipe.factor != 100:
        yield "factor", "une part s’exprime en pour cent : mettez « factor: 100 »"
    if recipe.divisor == Divisor.CONSTANT:
        yield "denominator", "une part se rapporte à un ensemble : mettez-le au dénominateur"
    if recipe.plausible == (None, None):
        yield "plausible", "une part a des bornes : mettez « plausible: [0, 100] »"
    if written.denominator is not None:
        one, other = _of_money(written, written.numerator), _of_money(written, written.denominator)
        if one is not None and other is not None and one != other:
            yield (
                "unit",
                "une part compare deux grandeurs de même nature, et l’une est de l’argent, l’autre un nombre de lignes",
            )


def _together(recipe: Recipe, written: Expressions) -> Told:
    alone = [each.function for each in aggregates_of(written.numerator) if not OVER[each.function].sums]
    if alone and recipe.spread != Spread.NONE:
        yield (
            "together",
            f"« {alone[0]} » de plusieurs territoires ne se déduit pas des leurs : mettez « together: none »",
        )
    if recipe.spread == Spread.SUM and recipe.divisor in {Divisor.ROWS, Divisor.POPULATION, Divisor.AREA}:
        yield "together", "un rapport ne s’additionne pas d’un territoire à l’autre : mettez « together: ratio »"
    if recipe.spread == Spread.RATIO and recipe.divisor in {Divisor.NOTHING, Divisor.CONSTANT}:
        yield "together", "il n’y a pas de rapport ici : mettez « together: sum », ou none"


def _rest(recipe: Recipe, written: Expressions) -> Told:
    shipped = [each.version for each in schemas() if each.key == recipe.schema]
    if recipe.versions and not any(each.startswith(recipe.versions) for each in shipped):
        yield "versions", f"aucune version livrée du schéma ne commence ainsi : {', '.join(shipped)}"
    if not recipe.factor:
        yield "factor", "multiplier par zéro donne toujours zéro"
    if written.keep is not None and not written.once:
        yield "prepare", "« keep » dit quelle ligne garder de chaque clé : ajoutez « once_per »"
    low, high = recipe.plausible
    for key, mark in (("target", recipe.target), ("threshold", recipe.threshold)):
        if mark is not None and not ((low is None or mark.value >= low) and (high is None or mark.value <= high)):
            yield key, f"{mark.value:g} est hors des valeurs plausibles : corrigez l’un ou l’autre"
    if not written.columns and recipe.divisor == Divisor.NOTHING and not written.place:
        yield "numerator", "ce calcul ne lit aucune colonne"


def _named(written: Expressions, node: Node | None) -> tuple[str, ...]:
    return () if node is None else tuple(written.columns_of(node))


def _of_money(written: Expressions, node: Node) -> bool | None:
    """Whether it adds amounts (True) or counts rows (False); None when its columns do not say."""
    over = list(aggregates_of(node))
    if over and all(each.function in {"count", "most_frequent"} for each in over):
        return False
    names = {name for each in over if each.subject is not None for name in written.columns_of(each.subject)}
    return True if names and all(MONEY.search(folded(name)) for name in names) else None
