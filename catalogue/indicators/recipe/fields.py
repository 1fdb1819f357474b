"""The keys of a mapping, taken one by one: what is unknown, repeated, missing or of another nature is told at its place."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from enum import StrEnum
from typing import Final, TypeVar

from catalogue.indicators.contract import Words
from catalogue.indicators.language.nearest import nearest
from catalogue.indicators.recipe.faults import Faults
from catalogue.indicators.recipe.yaml_tree import Items, Pairs, Text, Tree

Choice = TypeVar("Choice", bound=StrEnum)
YES_NO: Final[Mapping[str, bool]] = {"true": True, "false": False, "yes": True, "no": False, "oui": True, "non": False}


class Fields:
    """Of `tree`. Each getter gives None, and tells why, when what is there cannot be used; None too when nothing is there."""

    def __init__(self, tree: Tree, known: Collection[str], faults: Faults) -> None:
        self.tree, self._faults = tree, faults
        self._values: dict[str, Tree] = {}
        if not isinstance(tree, Pairs):
            faults.at(tree, f"il faut ici des lignes « clé: valeur » : {', '.join(known)}")
            return
        for key, value in tree.pairs:
            if key.value not in known:
                near = nearest(key.value, known) or f" On attend : {', '.join(known)}"
                faults.at(key, f"la clé « {key.value} » n’existe pas ici.{near}")
            elif key.value in self._values:
                faults.at(key, f"la clé « {key.value} » est écrite deux fois : gardez-en une")
            else:
                self._values[key.value] = value

    def get(self, key: str, wanted: bool = False) -> Tree | None:
        """`wanted`: its absence is told."""
        found = self._values.get(key)
        if found is None and wanted and isinstance(self.tree, Pairs):
            self._faults.at(self.tree, f"il manque la clé « {key} »")
        return found

    def text(self, key: str, wanted: bool = False) -> Text | None:
        found = self.get(key, wanted)
        if found is None:
            return None
        return text_of(found, self._faults, f"« {key} » est un texte")

    def words(self, key: str, wanted: bool = False) -> Words | None:
        found = self.get(key, wanted)
        return None if found is None else words_of(found, self._faults)

    def texts(self, key: str) -> list[Text]:
        """A list; one text alone is a list of one."""
        return texts_of(self.get(key), self._faults)

    def number(self, key: str) -> float | None:
        said = self.text(key)
        return None if said is None else number_of(said, self._faults, f"« {key} » est un nombre")

    def whole(self, key: str, least: int = 0, wanted: bool = False) -> int | None:
        said = self.text(key, wanted)
        if said is None:
            return None
        if not re.fullmatch(r"-?[0-9]{1,9}", said.value) or int(said.value) < least:
            self._faults.at(said, f"« {key} » est un nombre entier, à partir de {least}")
            return None
        return int(said.value)

    def choice(self, key: str, among: type[Choice], wanted: bool = False) -> Choice | None:
        said = self.text(key, wanted)
        if said is None:
            return None
        try:
            return among(said.value)
        except ValueError:
            self._faults.at(said, f"« {said.value} » n’est pas un choix de « {key} » : {', '.join(among)}")
            return None

    def yes(self, key: str) -> bool:
        said = self.text(key)
        if said is not None and said.value.lower() not in YES_NO:
            self._faults.at(said, f"« {key} » se dit true ou false")
        return said is not None and YES_NO.get(said.value.lower(), False)


def text_of(tree: Tree, faults: Faults, wanted: str) -> Text | None:
    if isinstance(tree, Text) and tree.value.strip():
        return tree
    faults.at(tree, f"{wanted}, et il n’y en a pas ici")
    return None


def texts_of(tree: Tree | None, faults: Faults) -> list[Text]:
    if tree is None:
        return []
    trees = tree.items if isinstance(tree, Items) else [tree]
    found = [text_of(each, faults, "il faut ici un texte") for each in trees]
    return [each for each in found if each is not None]


def number_of(said: Text, faults: Faults, wanted: str) -> float | None:
    try:
        value = float(said.value.replace("_", "x"))
    except ValueError:
        value = float("nan")
    if abs(value) < 1e15:  # neither infinite nor no number
        return value
    faults.at(said, f"{wanted}, avec un point s’il a des décimales : « {said.value} » n’en est pas un")
    return None


def words_of(tree: Tree, faults: Faults) -> Words | None:
    fields = Fields(tree, ("fr", "en"), faults)
    french, english = fields.text("fr", wanted=True), fields.text("en", wanted=True)
    if french is None or english is None:
        return None
    return Words(" ".join(french.value.split()), " ".join(english.value.split()))
