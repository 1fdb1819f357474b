"""Several files of one figure: which one is said of it, or that none is, since they differ.

What is public is settled among what is public. A private dataset is settled with itself alone: nothing of it may show by
what strangers read.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import isclose
from typing import Final

from catalogue.indicators.contract import Figure, Recipe, Status
from catalogue.models import Observation
from catalogue.observing.figures import Cell, Parts, figure

NAMED: Final = 3  # files, when they differ


@dataclass(frozen=True)
class File:
    """Where observations come from. `homes`: territories of the bodies that publish it and that keep it."""

    table: uuid.UUID
    dataset: uuid.UUID
    name: str
    title: str  # of the dataset
    published: bool
    private: bool
    homes: frozenset[int]
    at: datetime


def cell_of(row: Observation) -> Cell:
    return Cell(row.territory_id, row.period, row.axis, row.member)


def settle(recipe: Recipe, rows: Iterable[Observation], files: Mapping[uuid.UUID, File]) -> None:
    """Says on each row its figure and whether it is shown; the rows are of one indicator, all files of each cell."""
    together: dict[tuple[Cell, uuid.UUID | None], list[Observation]] = defaultdict(list)
    for row in rows:
        file = files[row.table_id]
        _say(row, figure(recipe, cell_of(row), _parts(row)))
        row.shown = False
        if file.published:
            together[cell_of(row), file.dataset if file.private else None].append(row)
    for (cell, _), some in together.items():
        _choose(cell, some, files)


def _choose(cell: Cell, rows: Sequence[Observation], files: Mapping[uuid.UUID, File]) -> None:
    ranked = sorted(rows, key=lambda row: _rank(cell, row, files[row.table_id]), reverse=True)
    shown = ranked[0]
    shown.shown = True
    told = [row for row in ranked if row.numerator is not None]
    if any(not _same(told[0], row) for row in told[1:]):
        _say(shown, Figure(None, Status.NOT_SIGNIFICANT, _differing(told, files)))


def _rank(cell: Cell, row: Observation, file: File) -> tuple[bool, bool, datetime, str]:
    return row.numerator is not None, cell.territory in file.homes, file.at, str(file.table)


def _same(one: Observation, other: Observation) -> bool:
    pairs = ((one.numerator, other.numerator), (one.denominator, other.denominator))
    return all(a == b or (a is not None and b is not None and isclose(a, b)) for a, b in pairs)


def _differing(rows: Sequence[Observation], files: Mapping[uuid.UUID, File]) -> str:
    found = [files[row.table_id] for row in rows]
    named = " ; ".join(f"« {file.name} » (jeu « {file.title} »)" for file in found[:NAMED])
    more = f" ; et {len(found) - NAMED} de plus" if len(found) > NAMED else ""
    return (
        f"{len(found)} fichiers donnent ici des valeurs différentes : {named}{more}. "
        "S’ils se complètent, réunissez-les en un seul ; sinon retirez celui qui ne fait pas foi, ou corrigez-le : la valeur "
        "reviendra aussitôt."
    )


def _parts(row: Observation) -> Parts:
    year, source = row.population_year, row.population_source
    return Parts(row.numerator, row.denominator, row.rows, year, source, secret=row.status == Status.SUPPRESSED)


def _say(row: Observation, said: Figure) -> None:
    row.value, row.status, row.reason = said.value, said.status, said.reason
