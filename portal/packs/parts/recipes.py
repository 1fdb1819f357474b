"""Recipes of this instance's own folder. A field is one of a recipe's keys with its lines as they were written."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from catalogue.indicators.recipe import attempt, shipped
from catalogue.indicators.recipe.reading import KEYS
from catalogue.observing import recipes
from portal.packs import swapping
from portal.packs.refusals import PackRefused

SECTION: Final = re.compile(r"^(?=[a-z]+\s*:)", re.MULTILINE)


class Recipes:
    name = "recipes"
    gone = "retirer"
    gentle = False

    def mine(self) -> tuple[dict[str, dict[str, Any]], list[str]]:
        known = recipes.known()
        notes = [f"La recette {one.file} a un défaut : elle ne voyage pas." for one in known.faults]
        return {
            key: sections((recipes.folder() / file).read_text("utf-8-sig")) for key, file in known.files.items()
        }, notes

    def held(self, wanted: Mapping[str, Any], known: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
        paths = {key: _path(key) for key in wanted}
        return {key: sections(path.read_text("utf-8-sig", "replace")) for key, path in paths.items() if path.is_file()}

    def normal(self, key: str, fields: Mapping[str, Any]) -> dict[str, Any]:
        recipe, errors = attempt(text_of(fields), f"recipes/{key}.yaml")
        if recipe is None or errors:
            raise PackRefused(map(str, errors))
        if recipe.key != key:
            raise PackRefused(f"recipes/{key}.yaml : son « id » est « {recipe.key} ». Donnez-lui le nom du fichier.")
        if key in shipped():
            raise PackRefused(
                f"recipes/{key}.yaml : cet indicateur est livré avec le logiciel. Donnez un autre « id »."
            )
        return sections(text_of(fields))

    def write(self, key: str, before: Mapping[str, Any] | None, fields: Mapping[str, Any]) -> None:
        swapping.put(_path(key), text_of(fields).encode())

    def remove(self, key: str, before: Mapping[str, Any]) -> None:
        swapping.put(_path(key), None)

    def left(self, before: Mapping[str, Any]) -> None:
        return None


def sections(text: str) -> dict[str, Any]:
    """By key; what stands before the first key goes with it."""
    first, *others = SECTION.split(text)[1:] or [text]
    head = text[: text.index(first)] if first else ""
    return {part.removeprefix(head).partition(":")[0].strip(): part for part in (head + first, *others)}


def text_of(fields: Mapping[str, Any]) -> str:
    """In the order in which recipes are written: the base does not keep that of fields."""
    order = {name: number for number, name in enumerate(KEYS)}
    names = sorted(fields, key=lambda name: (order.get(name, len(order)), name))
    return "".join(str(fields[name]).rstrip("\n") + "\n" for name in names)


def _path(key: str) -> Path:
    return recipes.folder() / recipes.known().files.get(key, f"{key}.yaml")
