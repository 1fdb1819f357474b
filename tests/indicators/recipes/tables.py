"""Small tables written in a test, as a town would send them, and the figures that recipes make of them.

A table is taken in once, whatever the number of recipes that a module asks of it: taking in is what costs.
"""

from __future__ import annotations

import csv
import re
import tempfile
from functools import cache
from pathlib import Path
from typing import Final

from catalogue.indicators import recipe, saying
from catalogue.indicators.contract import Figure, Part, Reckoned
from tests.indicators.asked import Asked, asked

KEPT: Final = tempfile.TemporaryDirectory(prefix="bouture-recipes-")  # goes with the process


@cache
def _table(schema: str, lines: tuple[str, ...]) -> Asked:
    folder = Path(tempfile.mkdtemp(dir=KEPT.name))
    path = folder / "table.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([re.sub(r"\s*\|\s*", "|", line.strip()).split("|") for line in lines])
    return asked(path, folder / "taken", schema)


@cache
def _file(path: Path, schema: str) -> Asked:
    return asked(path, Path(tempfile.mkdtemp(dir=KEPT.name)), schema)


def reckoned(key: str, *lines: str) -> Reckoned:
    """Of a file that says to follow the schema of the recipe: a line of names, then the rows; cells stand between bars."""
    return _table(recipe.shipped()[key].schema, lines).reckoned(recipe.shipped()[key])


def parts(key: str, *lines: str) -> dict[tuple[str, str], Part]:
    """The totals, by place and period."""
    found = reckoned(key, *lines)
    assert found.problem == ""
    return {(part.place, part.period): part for part in found.parts if not part.axis}


def two(key: str, *lines: str) -> tuple[float | None, float | None]:
    """Numerator and denominator of a table of one place and one period."""
    (part,) = parts(key, *lines).values()
    return part.numerator, part.denominator


def of_file(key: str, path: Path, *, declared: bool = False) -> list[Part]:
    """The totals of a sample. `declared`: its record says which schema it follows; else its columns do."""
    made = recipe.shipped()[key]
    return _file(path, made.schema if declared else "").totals(made)


def said(key: str, part: Part, headcount: float | None = None) -> Figure:
    """`headcount`: inhabitants, of the part's year."""
    return saying.figure(recipe.shipped()[key], part, headcount, int(part.period or 2026))
