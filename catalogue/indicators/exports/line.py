"""One observation as it leaves, whatever the form."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, NamedTuple

from catalogue.indicators.contract import Recipe

TOTAL: Final = "_T"  # SDMX's code of what is not broken down
# FREQ of SDMX (code list CL_FREQ 2.1), by the shape of the period.
SHAPES: Final = (
    ("A", re.compile(r"\d{4}\Z")),
    ("M", re.compile(r"\d{4}-\d\d\Z")),
    ("Q", re.compile(r"\d{4}-Q\d\Z")),
    ("D", re.compile(r"\d{4}-\d\d-\d\d\Z")),
)
UNSAID: Final = "_U"  # and of what is not known


class Line(NamedTuple):
    """`uri`: the territory's address. `source`: the dataset's; `file`: of its table here; `version`: that table's.

    `axis`, `member`: "" for the total. A tuple, since there may be a million.
    """

    code: str
    level: str
    name: str
    uri: str
    period: str
    axis: str
    member: str
    value: float | None
    status: str
    numerator: float | None
    denominator: float | None
    rows: int
    source: str
    file: str
    version: int
    recipe_version: int
    population_year: int | None
    population_source: str
    reason: str

    def member_of(self, axis: str) -> str:
        """Its place on an axis: TOTAL where it is not broken down by it, UNSAID where the rows say nothing."""
        return (self.member or UNSAID) if self.axis == axis and axis else TOTAL


@dataclass(frozen=True)
class Cube:
    """Of what the lines are: the recipe, and its address here (`…/api/indicateurs/<key>`)."""

    recipe: Recipe
    address: str


def frequency(period: str) -> str:
    """FREQ of a TIME_PERIOD."""
    return next((code for code, shape in SHAPES if shape.match(period)), UNSAID)
