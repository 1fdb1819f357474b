"""Observations as CSV: our own with the concepts of SDMX, SDMX-CSV 2.0, and the layout of the national hub of indicators.

Written by blocks: memory does not grow with the lines.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final

from catalogue.indicators.exports.line import TOTAL, Cube, Line, frequency

BLOCK: Final = 2_000  # lines written at once
# Of our own CSV. Those that SDMX has bear its names (cross-domain concepts, 2009 and 2022).
COLUMNS: Final = (
    "INDICATOR", "REF_AREA", "REF_AREA_LEVEL", "REF_AREA_LABEL", "FREQ", "TIME_PERIOD", "AXIS", "MEMBER", "OBS_VALUE", "UNIT_MEASURE",
    "OBS_STATUS", "NUMERATOR", "DENOMINATOR", "OBS_ROWS", "POPULATION_YEAR", "POPULATION_SOURCE", "RECIPE_VERSION", "SOURCE",
    "SOURCE_FILE", "SOURCE_VERSION", "COMMENT_OBS",
)  # fmt: skip
AGENCY: Final = "BOUTURE"
# What the hub calls its levels, by ours.
MESHES: Final = {
    "commune": "commune", "epci": "epci", "departement": "departement", "region": "region", "fr": "country",
}  # fmt: skip
VALUE: Final = "valeur"  # the column of values of the national layout
FORMULAS: Final = tuple("=+-@\t\r")

Cells = Sequence[object]


def own(cube: Cube, lines: Iterable[Line]) -> Iterator[bytes]:
    """A line an observation, those without a value too: with why there is none."""
    key, unit = cube.recipe.key, cube.recipe.unit.code

    def cells(line: Line) -> Cells:
        return (
            key, line.code, line.level, _safe(line.name), frequency(line.period), line.period,
            _safe(line.axis or TOTAL), _safe(line.member_of(line.axis)), line.value, unit, line.status, line.numerator, line.denominator,
            line.rows, line.population_year, _safe(line.population_source), line.recipe_version, line.source, line.file, line.version,
            _safe(line.reason),
        )  # fmt: skip

    return _written(COLUMNS, map(cells, lines))


def sdmx(cube: Cube, lines: Iterable[Line]) -> Iterator[bytes]:
    """SDMX-CSV 2.0.0 (field guide of the format, SDMX 3.0): each axis is a dimension, TOTAL where it is not broken down."""
    recipe = cube.recipe
    axes = [axis.name for axis in recipe.axes]
    flow = f"{AGENCY}:{identifier(recipe.key)}({recipe.version}.0)"
    head = (
        "STRUCTURE", "STRUCTURE_ID", "ACTION", "FREQ", "REF_AREA", "REF_AREA_LEVEL", *map(identifier, axes), "TIME_PERIOD", "OBS_VALUE",
        "UNIT_MEASURE", "OBS_STATUS", "NUMERATOR", "DENOMINATOR", "COMMENT_OBS",
    )  # fmt: skip

    def cells(line: Line) -> Cells:
        members = [line.member_of(axis) for axis in axes]
        return (
            "dataflow", flow, "I", frequency(line.period), line.code, line.level, *members, line.period, line.value, recipe.unit.code,
            line.status, line.numerator, line.denominator, line.reason,
        )  # fmt: skip

    return _written(head, map(cells, lines))


def national(lines: Iterable[Line], mesh: str, axis: str = "") -> Iterator[bytes]:
    """The file of one level (a key of MESHES), as ecologie.data.gouv.fr reads it: values alone, of totals or of one axis.

    The lines given are those of that level; others are passed over.
    """
    level = MESHES[mesh]
    head = [f"geocode_{mesh}", f"libelle_{mesh}"] if level != "country" else []
    more = [axis] if axis else []

    def kept() -> Iterator[Cells]:
        for line in lines:
            if line.value is not None and line.level == level and line.axis == axis:
                where = [line.code, _safe(line.name)] if head else []
                broken = [_safe(line.member_of(axis))] if axis else []
                yield (*where, _day(line.period), *broken, line.value)

    return _written([*head, "date_mesure", *more, VALUE], kept())


def identifier(name: str) -> str:
    """As SDMX names things: letters, digits, hyphens and underscores (common types, IDType)."""
    return re.sub(r"[^A-Z0-9_@$-]", "_", name.upper())


def _day(period: str) -> str:
    """The first day of a period."""
    if re.match(r"\d{4}-Q[1-4]\Z", period):
        return f"{period[:4]}-{int(period[-1]) * 3 - 2:02}-01"
    return period + "-01-01"[len(period) - 4 :] if re.match(r"\d{4}(-\d\d){0,2}\Z", period) else period


def _safe(text: str) -> str:
    """What a spreadsheet would take for a formula gets an apostrophe: rows of files are not trusted."""
    return f"'{text}" if text.startswith(FORMULAS) else text


def _written(head: Cells, lines: Iterable[Cells]) -> Iterator[bytes]:
    """RFC 4180, UTF-8. None is an empty cell; a whole number is written without decimals."""
    out = io.StringIO()
    write: Callable[[Cells], object] = csv.writer(out, lineterminator="\r\n").writerow
    write(head)
    for number, cells in enumerate(lines, 1):
        write([_said(cell) for cell in cells])
        if not number % BLOCK:
            yield out.getvalue().encode("utf-8", "replace")
            out.seek(0)
            out.truncate()
    yield out.getvalue().encode("utf-8", "replace")


def _said(cell: object) -> object:
    return int(cell) if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15 else cell
