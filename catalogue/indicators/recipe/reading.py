"""A recipe's text becomes a Recipe, or the list of all that is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from catalogue.indicators.contract import Axis, Binding, Divisor, Mark, Recipe, RecipeError, Sense, Spread, Words
from catalogue.indicators.language.nearest import nearest
from catalogue.indicators.recipe import coherence, dividing
from catalogue.indicators.recipe.digests import digest
from catalogue.indicators.recipe.faults import Faults
from catalogue.indicators.recipe.fields import Fields, number_of, text_of, words_of
from catalogue.indicators.recipe.formulas import Formulas
from catalogue.indicators.recipe.yaml_tree import Items, Pairs, Text, Tree, tree
from catalogue.indicators.themes import THEMES
from catalogue.indicators.units import UNITS

KEYS: Final = (
    "id", "version", "title", "definition", "formula", "theme", "unit", "sense", "schema", "versions", "beyond", "prepare",
    "where", "sound", "numerator", "denominator", "factor", "period", "territory", "axes", "together", "levels", "plausible",
    "least", "target", "threshold", "reference", "caveats", "words", "breaks", "internal",
)  # fmt: skip
NOTHING: Final = Words("", "")
IDENTIFIER: Final = re.compile(r"[a-z][a-z0-9-]*(\.[a-z0-9][a-z0-9-]*)+")
LEVELS: Final = ("commune", "epci", "departement", "region", "syndicat")


def read(text: str, name: str = "") -> Recipe:
    """Raises RecipeError, the first one; `faults_of` gives all of them."""
    recipe, faults = attempt(text, name)
    if recipe is None:
        raise faults[0]
    return recipe


def attempt(text: str, name: str = "") -> tuple[Recipe | None, tuple[RecipeError, ...]]:
    """The recipe, or None and all that is wrong with it in the order of its lines."""
    faults = Faults(name, text)
    try:
        root = tree(text, name)
    except RecipeError as error:
        return None, (error,)
    recipe = _Reading(root, faults).recipe()
    found = sorted(faults.found, key=lambda each: (each.line, each.column))
    return (None if found else recipe), tuple(found)


class _Reading:
    def __init__(self, root: Pairs, faults: Faults) -> None:
        self._root, self._faults = root, faults
        self._fields = Fields(root, KEYS, faults)

    def recipe(self) -> Recipe:
        """What could not be read has something in its place: the faults say that the recipe is not to be used."""
        fields = self._fields
        expressions = Formulas(fields, self._faults).expressions()
        divisor = dividing.divisor(fields.get("denominator"), self._faults)
        unit = UNITS.get(self._known("unit", UNITS))
        factor, places = fields.number("factor"), expressions.place if expressions else ()
        recipe = Recipe(
            key=self._key(),
            version=fields.whole("version", 1, wanted=True) or 0,
            title=fields.words("title", wanted=True) or NOTHING,
            definition=fields.words("definition", wanted=True) or NOTHING,
            theme=self._known("theme", THEMES),
            unit=(unit or UNITS["number"]).unit,
            sense=fields.choice("sense", Sense, wanted=True) or Sense.CONTEXT,
            schema=expressions.scope.schema if expressions else "",
            versions=tuple(each.value for each in fields.texts("versions")),
            binding=places[0][0] if places else Binding.PUBLISHER,
            also=tuple(binding for binding, _ in places[1:]),
            divisor=divisor.kind if divisor else Divisor.NOTHING,
            factor=1.0 if factor is None else factor,
            spread=fields.choice("together", Spread, wanted=True) or Spread.NONE,
            timed=expressions is not None and expressions.period is not None,
            population=divisor.population if divisor else None,
            constant=divisor.constant if divisor else None,
            axes=self._axes(),
            levels=self._levels(),
            plausible=self._bounds(),
            unsound=expressions.sound.otherwise if expressions else None,
            least_rows=fields.whole("least") or 0,
            internal=fields.yes("internal"),
            digest=digest(self._root),
            expressions=expressions,
        )
        recipe = self._explained(recipe)
        if expressions and divisor and unit:
            coherence.check(recipe, unit, fields, self._faults)
        return recipe

    def _explained(self, recipe: Recipe) -> Recipe:
        """With what is told to people and changes no value."""
        return replace(
            recipe,
            formula=self._fields.words("formula", wanted=True),
            reference=self._fields.words("reference"),
            caveats=self._caveats(),
            words=tuple(each.value for each in self._fields.texts("words")),
            breaks=self._breaks(),
            target=self._mark("target"),
            threshold=self._mark("threshold"),
        )

    def _key(self) -> str:
        said = self._fields.text("id", wanted=True)
        if said is None:
            return ""
        if not IDENTIFIER.fullmatch(said.value) or len(said.value) > 100:
            self._faults.at(
                said, "l’identifiant s’écrit famille.nom, en minuscules, chiffres et tirets : budget.epargne"
            )
        return said.value

    def _known(self, key: str, among: Mapping[str, object]) -> str:
        said = self._fields.text(key, wanted=True)
        if said is None:
            return ""
        if said.value not in among:
            near = nearest(said.value, among) or f" On attend : {', '.join(among)}"
            self._faults.at(said, f"« {said.value} » n’est pas connu pour « {key} ».{near}")
            return ""
        return said.value

    def _levels(self) -> tuple[str, ...]:
        levels = self._fields.texts("levels")
        for each in levels:
            if each.value not in LEVELS:
                self._faults.at(each, f"« {each.value} » n’est pas un échelon : {', '.join(LEVELS)}")
        return tuple(each.value for each in levels)

    def _bounds(self) -> tuple[float | None, float | None]:
        said = self._fields.get("plausible")
        if said is None:
            return (None, None)
        if not isinstance(said, Items) or len(said.items) != 2:
            self._faults.at(said, "« plausible » s’écrit [la plus petite valeur, la plus grande], ~ pour aucune")
            return (None, None)
        low, high = (self._bound(each) for each in said.items)
        if low is not None and high is not None and low >= high:
            self._faults.at(said, f"la plus petite valeur plausible ({low:g}) n’est pas sous la plus grande ({high:g})")
        return low, high

    def _bound(self, said: Tree) -> float | None:
        if isinstance(said, Text) and said.value in {"", "~", "null"}:
            return None
        found = text_of(said, self._faults, "il faut ici un nombre")
        return None if found is None else number_of(found, self._faults, "une borne est un nombre")

    def _caveats(self) -> tuple[Words, ...]:
        said = self._fields.get("caveats")
        listed = said.items if isinstance(said, Items) else [] if said is None else [said]
        return tuple(each for item in listed if (each := words_of(item, self._faults)) is not None)

    def _breaks(self) -> dict[str, Words]:
        said = self._fields.get("breaks")
        if said is None:
            return {}
        if not isinstance(said, Pairs):
            self._faults.at(said, "« breaks » dit, pour l’année où la série change, pourquoi : 2024: {fr: …, en: …}")
            return {}
        breaks = {}
        for year, why in said.pairs:
            if not re.fullmatch(r"[12]\d{3}", year.value):
                self._faults.at(year, f"« {year.value} » n’est pas une année")
            if (words := words_of(why, self._faults)) is not None:
                breaks[year.value] = words
        return breaks

    def _mark(self, key: str) -> Mark | None:
        said = self._fields.get(key)
        if said is None:
            return None
        fields = Fields(said, ("value", "source", "legal", "levels"), self._faults)
        value = fields.number("value")
        source = fields.words("source", wanted=True)  # a target that nobody set is an opinion
        if value is None:
            self._faults.at(said, f"« {key} » veut sa valeur (value) et qui la fixe (source)")
            return None
        levels = tuple(each.value for each in fields.texts("levels"))
        return None if source is None else Mark(value, source, fields.yes("legal"), levels)

    def _axes(self) -> tuple[Axis, ...]:
        said = self._fields.get("axes")
        if said is None:
            return ()
        if not isinstance(said, Pairs):
            self._faults.at(
                said, "« axes » dit, pour chaque colonne, comment on la nomme : nature: {fr: Nature, en: Kind}"
            )
            return ()
        found = ((key.value, words_of(words, self._faults)) for key, words in said.pairs)
        return tuple(Axis(name, words) for name, words in found if words is not None)
