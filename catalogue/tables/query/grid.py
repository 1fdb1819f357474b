"""Where all the rows of a question are: how far they spread, and how many there are in each cell of a grid of degrees."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from catalogue.tables.contract import BadQuestion
from catalogue.tables.query.places import NOWHERE, Place
from catalogue.tables.query.plan import Plan, planned
from catalogue.tables.query.question import Box, Readable, TableQuery
from catalogue.tables.store import Stored, asking

MOST_CELLS: Final = 20_000
Gone = Callable[[], bool] | None


@dataclass(frozen=True)
class Extent:
    """Of `rows` rows, `located` are somewhere; `box`: all of these, None when there is none."""

    rows: int
    located: int
    box: Box | None


@dataclass(frozen=True)
class Spot:
    """The rows of one cell: how many, and where they are in the mean. `across`, `up`: the number of the cell from 0° 0°."""

    across: int
    up: int
    count: int
    longitude: float
    latitude: float


def extent(table: Readable, query: TableQuery, gone: Gone = None) -> Extent:
    """Raises BadQuestion (no column says where its rows are), TooMuch and Unreadable."""
    with asking(table.path, gone=gone) as asked:
        plan, place = _plan(table, query, asked.stored)
        sql = f"SELECT count(x), min(w), min(s), max(e), max(n) FROM ({_centres(plan, place)}) AS placed"
        [[located, *edges]] = asked.all(sql, plan.values)
        if query.box:
            rows = located  # what is in it is somewhere
        elif query.filters or query.near:
            [[rows]] = asked.all(plan.count, plan.values)
        else:
            rows = table.rows
    return Extent(rows, located, (edges[0], edges[1], edges[2], edges[3]) if located else None)


def spots(table: Readable, query: TableQuery, step: tuple[float, float], gone: Gone = None) -> tuple[Spot, ...]:
    """`step`: degrees of longitude and of latitude of a cell. A shape is where the middle of its outline is.

    Raises BadQuestion, also for cells so small that there are too many; TooMuch and Unreadable.
    """
    across, up = step
    if not (across > 0 and up > 0):
        raise BadQuestion("Une case de la grille a une largeur et une hauteur.")
    with asking(table.path, gone=gone) as asked:
        plan, place = _plan(table, query, asked.stored)
        cell = "CAST(floor(x / $across) AS BIGINT) AS i, CAST(floor(y / $up) AS BIGINT) AS j"
        inner = f"SELECT {cell}, count(*) AS c, avg(x) AS x, avg(y) AS y FROM ({_centres(plan, place)}) AS placed"
        sql = f"{inner} GROUP BY i, j ORDER BY i, j LIMIT {MOST_CELLS + 1}"
        found = asked.all(sql, {**plan.values, "across": float(across), "up": float(up)})
    if len(found) > MOST_CELLS:
        raise BadQuestion("Cette grille est trop fine pour l’étendue de ces lignes : prenez un cadre plus petit.")
    return tuple(Spot(*row) for row in found)


def _plan(table: Readable, query: TableQuery, stored: Stored) -> tuple[Plan, Place]:
    bare = replace(query, select=(table.columns[0].name,), sort=(), group=(), measures=(), cursor="", limit=0)
    plan = planned(table, bare, stored)
    if plan.place is None:
        raise BadQuestion(NOWHERE)
    return plan, plan.place


def _centres(plan: Plan, place: Place) -> str:
    """SQL of the edges of each row and of the middle between them; nothing of what is not on the Earth."""
    if (place.west, place.south) == (place.east, place.north):
        # Of a point, its text is read once and not for each edge.
        there = f"SELECT {place.west} AS x, {place.south} AS y {plan.body}"
        on_earth = "abs(x) <= 180 AND abs(y) <= 90"
        return f"SELECT x, y, x AS w, y AS s, x AS e, y AS n FROM ({there}) AS there WHERE {on_earth}"
    edges = f"{place.west} AS w, {place.south} AS s, {place.east} AS e, {place.north} AS n"
    middle = "(w + e) / 2 AS x, (s + n) / 2 AS y"
    on_earth = "w >= -180 AND e <= 180 AND s >= -90 AND n <= 90"
    return f"SELECT w, s, e, n, {middle} FROM (SELECT {edges} {plan.body}) AS there WHERE {on_earth}"
