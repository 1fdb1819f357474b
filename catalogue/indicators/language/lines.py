"""The length of a GeoJSON line in SQL: the spatial extension of DuckDB would have to be fetched at run time."""

from __future__ import annotations

from typing import Final

RADIUS: Final = 6371.0088  # km, mean of the Earth (IUGG): within 0.3 % of the ellipsoid over a town
_STEP: Final = (
    f"2 * {RADIUS} * asin(sqrt(least(1.0, "
    "power(sin(radians(p[i + 1][2] - p[i][2]) / 2), 2) + cos(radians(p[i][2])) * cos(radians(p[i + 1][2])) "
    "* power(sin(radians(p[i + 1][1] - p[i][1]) / 2), 2)))) + 0 * (p[i][1] + p[i][2] + p[i + 1][1] + p[i + 1][2])"  # least skips NULL
)
# A line is a list of one line. Anything else than a line, or several, has no length: NULL.
_LINES: Final = (
    "CASE try_cast({0} AS JSON)->>'$.type' "
    "WHEN 'LineString' THEN [try_cast(try_cast({0} AS JSON)->'$.coordinates' AS DOUBLE[][])] "
    "WHEN 'MultiLineString' THEN try_cast(try_cast({0} AS JSON)->'$.coordinates' AS DOUBLE[][][]) END"
)
# Of a line whose coordinates are not two numbers the length is infinite, and no figure comes of it: looking at all of them
# first would cost as much as the lengths themselves.
_NEVER: Final = "CAST('Infinity' AS DOUBLE)"
_LENGTH: Final = f"coalesce(list_sum(list_transform(range(1, len(p)), lambda i: coalesce({_STEP}, {_NEVER}))), 0)"
_EACH: Final = f"CASE WHEN p IS NULL THEN {_NEVER} ELSE {_LENGTH} END"
LENGTH_KM: Final = f"list_sum(list_transform({_LINES}, lambda p: {_EACH}))"
NO_LINE: Final = "coalesce(try_cast({0} AS JSON)->>'$.type' NOT IN ('LineString', 'MultiLineString'), true)"
