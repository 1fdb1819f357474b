"""Recipes run over the rows of one table: what they give for each place, period and member of an axis."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from catalogue.indicators.computing.columns import cells_of
from catalogue.indicators.computing.reading import read_parts
from catalogue.indicators.computing.statements import Tally, counted, grouped
from catalogue.indicators.contract import Recipe, Reckoned
from catalogue.indicators.language import Cell
from catalogue.indicators.recipe.expressions import Expressions
from catalogue.tables.contract import Type
from catalogue.tables.store import Asking, Fault, asking

__all__ = ["reckoned"]
SECONDS: Final = 60.0  # of one statement
LISTED: Final = 5  # lines that a message names


def reckoned(
    path: Path, fields: Mapping[str, tuple[int, Type]], recipes: Sequence[Recipe], lines: int = 2
) -> list[Reckoned]:
    """One for each recipe, in their order; one that cannot be computed says why and has no parts.

    `path`: the table's rows (Parquet), absolute. `fields`: for each field of the schema that the table has, its column's
    place and type; "geometry" is that of a GeoJSON file. `lines`: where the first row stands in the file, for messages.
    Raises TooMuch ("busy", "time", "memory") and Unreadable: ask again later, nothing is known of any recipe.
    """
    with asking(path, kind="export", seconds=SECONDS) as rows:
        return [_one(rows, path, fields, recipe, lines) for recipe in recipes]


def _one(rows: Asking, path: Path, fields: Mapping[str, tuple[int, Type]], recipe: Recipe, lines: int) -> Reckoned:
    if recipe.expressions is None:
        raise ValueError(f"{recipe.key} was not read by catalogue.indicators.recipe")
    recipe, written = _broken_down(recipe, recipe.expressions, fields)
    cells, problem = cells_of(rows.stored, recipe, written, fields)
    if problem:
        return Reckoned(recipe.key, problem=problem)
    try:
        tally, problem = _tally(rows, path, written, cells, lines)
        if problem:
            return Reckoned(recipe.key, rows=tally.rows, kept=tally.kept, problem=problem)
        statement = grouped(rows.stored, written, cells)
        parts = read_parts(rows.all(statement.sql, {"file": str(path), **statement.values}), recipe)
    except Fault as error:
        return Reckoned(recipe.key, problem=f"Le calcul échoue sur ces données : {str(error).splitlines()[0]}")
    return Reckoned(recipe.key, parts, tally.rows, tally.kept, tally.placeless, tally.undated)


def _broken_down(
    recipe: Recipe, written: Expressions, fields: Mapping[str, tuple[int, Type]]
) -> tuple[Recipe, Expressions]:
    """By the axes that the file has: a town that fills no theme has its total all the same."""
    pairs = zip(recipe.axes, written.axes, strict=True)
    had = [(axis, node) for axis, node in pairs if written.columns_of(node).keys() <= fields.keys()]
    written = replace(written, axes=tuple(node for _, node in had))
    return replace(recipe, axes=tuple(axis for axis, _ in had), expressions=written), written


def _tally(rows: Asking, path: Path, written: Expressions, cells: Mapping[str, Cell], lines: int) -> tuple[Tally, str]:
    """What was counted, and what cannot be read in the rows that count: no figure rather than a wrong one."""
    statement = counted(rows.stored, written, cells)
    (row,) = rows.all(statement.sql, {"file": str(path), **statement.values})
    tally = Tally(*row[:4])
    for name, count, first in zip(statement.doubtful, row[4::2], row[5::2], strict=True):
        if count:
            where = ", ".join(str(lines + number) for number in first[:LISTED])
            return tally, (
                f"{count} {'cellule' if count == 1 else 'cellules'} de la colonne « {name} » ne se "
                f"{'lit' if count == 1 else 'lisent'} pas comme {written.scope.columns[name]} "
                f"({'ligne' if count == 1 else 'lignes'} {where}{'…' if count > LISTED else ''}) : corrigez le fichier."
            )
    return tally, ""
