"""Recipes: one YAML file each, read and checked. Those that the product ships, and those of any folder."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Final

from catalogue.indicators.contract import Recipe, RecipeError
from catalogue.indicators.recipe.reading import attempt, read
from catalogue.indicators.recipe.yaml_tree import LARGEST

__all__ = ["SHIPPED", "attempt", "read", "read_folder", "shipped"]
SHIPPED: Final = Path(__file__).resolve().parent.parent / "recipes"
MOST: Final = 1_000  # files of a folder


@lru_cache(maxsize=1)
def shipped() -> Mapping[str, Recipe]:
    """Those of the product by their keys, read once a process. Raises RecipeError: the house is then not whole."""
    recipes, errors = read_folder(SHIPPED)
    if errors:
        raise errors[0]
    return MappingProxyType(recipes)


def read_folder(folder: Path) -> tuple[dict[str, Recipe], list[RecipeError]]:
    """The recipes of a folder and of those within by their keys, and all that is wrong with the others.

    A folder that is not there has none. `RecipeError.name`: the file's path from the folder.
    """
    recipes: dict[str, Recipe] = {}
    errors: list[RecipeError] = []
    for path in sorted(folder.rglob("*.yaml"))[:MOST]:
        name = path.relative_to(folder).as_posix()
        try:
            text = _text(path)
        except (OSError, UnicodeDecodeError):
            errors.append(RecipeError("ce fichier ne se lit pas : enregistrez-le en UTF-8", name=name))
            continue
        recipe, found = attempt(text, name)
        errors += found
        if recipe is not None and recipe.key in recipes:
            errors.append(RecipeError(f"une autre recette s’appelle déjà « {recipe.key} » : changez « id »", name=name))
        elif recipe is not None:
            recipes[recipe.key] = recipe
    return recipes, errors


def _text(path: Path) -> str:
    """No more than what a recipe may hold: a file of gigabytes is not read."""
    with path.open("rb") as file:
        return file.read(4 * LARGEST + 1).decode("utf-8-sig")
