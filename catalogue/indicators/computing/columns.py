"""The columns that a recipe needs, found in a file: how each is read, or what is to be said of what is not there."""

from __future__ import annotations

from collections.abc import Mapping

from catalogue.indicators.contract import Recipe
from catalogue.indicators.language import Cell
from catalogue.indicators.language.cells import absent, cell
from catalogue.indicators.language.nodes import Call, Known, Name, Node, walked
from catalogue.indicators.recipe.expressions import Expressions
from catalogue.tables.contract import Type
from catalogue.tables.schemas.national import schema
from catalogue.tables.store import Stored


def cells_of(
    stored: Stored, recipe: Recipe, written: Expressions, fields: Mapping[str, tuple[int, Type]]
) -> tuple[dict[str, Cell], str]:
    """How each column is read; then the problem, "" when there is none.

    A column that the schema does not require and the file lacks is empty in each of its rows, if the recipe says what a
    missing cell means (`is missing`, `coalesce`). Axes that the file lacks are not in `written` any more.
    """
    cells: dict[str, Cell] = {}
    lacking = []
    excused = _excused(recipe, written)
    for name in written.columns:
        kind = written.scope.columns[name]
        if name in fields:
            found = cell(fields[name][0], stored.types[fields[name][0]], kind)
            if found is None:
                return {}, f"La colonne « {name} » n’a pas le type que son schéma demande : corrigez-la."
            cells[name] = found
        elif name in excused:
            cells[name] = absent(kind)
        else:
            lacking.append(name)
    return cells, _lacking(recipe, lacking) if lacking else ""


def _excused(recipe: Recipe, written: Expressions) -> frozenset[str]:
    required = {each.name for each in schema(recipe.schema).fields if each.required}
    nodes = [*written.all, *written.scope.derived.values()]
    foreseen = {name for node in nodes for name in _foreseen(node)}
    return frozenset(foreseen - required)


def _foreseen(node: Node) -> set[str]:
    """The names of which the expression asks whether they are known."""
    asked = [
        part
        for each in walked(node)
        if isinstance(each, Known) or (isinstance(each, Call) and each.function == "coalesce")
        for part in each.parts
    ]
    return {each.name for each in asked if isinstance(each, Name)}


def _lacking(recipe: Recipe, names: list[str]) -> str:
    one = len(names) == 1
    return (
        f"{'Il manque la colonne' if one else 'Il manque les colonnes'} {', '.join(f'« {each} »' for each in names)} "
        f"du schéma {recipe.schema} : ajoutez-{'la' if one else 'les'} au fichier."
    )
