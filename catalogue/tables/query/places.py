"""Where the rows are, from the columns that say it, and the filters by place.

A row has an outline of four numbers, west, south, east, north; of a point, the same twice.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from catalogue.tables.contract import BadQuestion, Column, Type
from catalogue.tables.query.bound import Bound, Columns
from catalogue.tables.query.question import TableQuery

NUMBER: Final = r"-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?"
PAIR: Final = r"-?\d+(?:\.\d+)? *, *-?\d+(?:\.\d+)?"
# South, north, west, east of where French data lies: which of two numbers in a cell is the latitude.
FRANCE: Final = (
    (41, 52, -6, 10), (-22, -20, 54, 57), (-14, -11, 44, 46), (14, 19, -64, -60), (2, 6, -55, -51),
    (46, 48, -57, -55), (-24, -19, 158, 170), (-28, -7, -155, -134), (-15, -12, -179, -175), (-50, -36, 50, 78),
)  # fmt: skip
NOWHERE: Final = (
    "Cette table ne dit pas où sont ses lignes : il lui faut une colonne de latitude et une de longitude, "
    "une colonne de points ou une de géométries."
)
EARTH: Final = 6_371_008.8  # metres, mean radius
WIDEST: Final = 20_100_000  # metres, half of the way round


@dataclass(frozen=True)
class Place:
    """SQL of the four edges of a row, and of its GeoJSON geometry (RFC 7946); all NULL where it has none."""

    west: str
    south: str
    east: str
    north: str
    geometry: str
    columns: tuple[Column, ...]  # those that say it


def place(columns: Columns) -> Place | None:
    """The first pair of latitude and longitude; else the first column of points; else of geometries."""
    first = {column.type: column for column in reversed(columns.all)}
    if Type.LATITUDE in first and Type.LONGITUDE in first:
        pair = (first[Type.LONGITUDE], first[Type.LATITUDE])
        longitude, latitude = (f"CAST({columns.sql(each)} AS DOUBLE)" for each in pair)
        return _point(longitude, latitude, pair)
    if point := first.get(Type.POINT):
        return _written(columns.sql(point), point)
    if shape := first.get(Type.GEOMETRY):
        return _shape(columns.sql(shape), shape)
    return None


def _point(longitude: str, latitude: str, columns: tuple[Column, ...]) -> Place:
    geometry = (
        f"CASE WHEN isfinite({longitude}) AND isfinite({latitude}) THEN "
        f"concat('{{\"type\":\"Point\",\"coordinates\":[', {longitude}, ',', {latitude}, ']}}') END"
    )
    return Place(longitude, latitude, longitude, latitude, geometry, columns)


def _written(here: str, column: Column) -> Place:
    """Two numbers in one cell: the first is the latitude, unless they lie in France the other way round."""
    spelled = f"CASE WHEN contains({here}, ';') THEN replace({here}, ',', '.') ELSE {here} END"
    found = f"regexp_extract_all({spelled}, '{NUMBER}')"
    # A list of one, so that the text is read once for a position: written out, DuckDB read it forty times.
    pair = f"list_transform([{found}], lambda x: [TRY_CAST(x[1] AS DOUBLE), TRY_CAST(x[2] AS DOUBLE)])"
    swapped = " OR ".join(
        f"(p[2] BETWEEN {south} AND {north} AND p[1] BETWEEN {west} AND {east})" for south, north, west, east in FRANCE
    )
    south, north, west, east = FRANCE[0]
    usual = f"p[1] BETWEEN {south} AND {north} AND p[2] BETWEEN {west} AND {east}"
    longitude_first = f"CASE WHEN {usual} THEN false ELSE abs(p[1]) > 90 OR {swapped} END"
    latitude = f"list_transform({pair}, lambda p: CASE WHEN {longitude_first} THEN p[2] ELSE p[1] END)[1]"
    longitude = f"list_transform({pair}, lambda p: CASE WHEN {longitude_first} THEN p[1] ELSE p[2] END)[1]"
    # « 44.89, -0.58 » in mainland France is what nearly all cells are, and is cut at its comma in a third of the time.
    # What it must look like is asked last: it costs the most.
    first, second = (f"TRY_CAST(string_split({here}, ',')[{number}] AS DOUBLE)" for number in (1, 2))
    plain = (
        f"{first} BETWEEN {south} AND {north} AND {second} BETWEEN {west} AND {east} "
        f"AND regexp_full_match({here}, '{PAIR}')"
    )
    return _point(
        f"(CASE WHEN {plain} THEN {second} ELSE {longitude} END)",
        f"(CASE WHEN {plain} THEN {first} ELSE {latitude} END)",
        (column,),
    )


def _shape(here: str, column: Column) -> Place:
    """GeoJSON: every position begins a bracket, longitude first."""

    def edge(which: str, pattern: str) -> str:
        return (
            f"list_{which}(list_transform(regexp_extract_all({here}, '{pattern}', 1), lambda x: TRY_CAST(x AS DOUBLE)))"
        )

    longitudes, latitudes = rf"\[\s*({NUMBER})\s*,", rf"\[\s*{NUMBER}\s*,\s*({NUMBER})"
    edges = (edge("min", longitudes), edge("min", latitudes), edge("max", longitudes), edge("max", latitudes))
    return Place(*edges, f"CASE WHEN json_valid({here}) THEN {here} END", (column,))


def within(query: TableQuery, columns: Columns, bound: Bound) -> Iterator[str]:
    """The conditions of `near` and `box`. Raises BadQuestion."""
    if query.near is None and query.box is None:
        return
    where = place(columns)
    if where is None:
        raise BadQuestion(NOWHERE)
    if query.box is not None:
        yield _in_box(where, query, bound)
    if query.near is not None:
        yield _near(where, query, bound)


def _in_box(where: Place, query: TableQuery, bound: Bound) -> str:
    """Outlines that touch it. West of more than east goes over the antimeridian (RFC 7946 §5.2)."""
    assert query.box is not None
    west, south, east, north = query.box
    if not (all(abs(each) <= 180 for each in (west, east)) and -90 <= south <= north <= 90):
        raise BadQuestion("Un cadre s’écrit ouest,sud,est,nord en degrés, comme -1.5,44.2,-0.4,45.1.")
    if (where.west, where.south) == (where.east, where.north) and west <= east:
        # Of a point, each number is read once.
        return (
            f"({where.west} BETWEEN {bound(west)} AND {bound(east)} "
            f"AND {where.south} BETWEEN {bound(south)} AND {bound(north)})"
        )
    joined = "AND" if west <= east else "OR"
    across = f"({where.east} >= {bound(west)} {joined} {where.west} <= {bound(east)})"
    return f"({across} AND {where.north} >= {bound(south)} AND {where.south} <= {bound(north)})"


def _near(where: Place, query: TableQuery, bound: Bound) -> str:
    """Distance over the sphere (haversine) to the nearest edge of the outline: of a point, to the point."""
    assert query.near is not None
    near = query.near
    if not (abs(near.latitude) <= 90 and abs(near.longitude) <= 180 and 0 <= near.metres <= WIDEST):
        raise BadQuestion("« near » s’écrit latitude,longitude,mètres, comme 44.89,-0.58,500.")
    latitude, longitude = bound(near.latitude), bound(near.longitude)
    nearest_latitude = f"greatest({where.south}, least({where.north}, {latitude}))"
    nearest_longitude = f"greatest({where.west}, least({where.east}, {longitude}))"
    half = (
        f"pow(sin(radians({nearest_latitude} - {latitude}) / 2), 2) + cos(radians({latitude})) "
        f"* cos(radians({nearest_latitude})) * pow(sin(radians({nearest_longitude} - {longitude}) / 2), 2)"
    )
    # greatest and least skip NULL: a row that is nowhere is not near.
    known = f"{where.west} IS NOT NULL AND {where.south} IS NOT NULL"
    return f"({known} AND 2 * {EARTH} * asin(sqrt(least(1, {half}))) <= {bound(near.metres)})"
