"""The length of a GeoJSON line in SQL: the spatial extension of DuckDB would have to be fetched at run time."""

from __future__ import annotations

from typing import Final

RADIUS: Final = 6371.0088  # km, mean of the Earth (IUGG): within 0.3 % of the ellipsoid over a town
_STEP: Final = (
    f"2 * {RADIUS} * asin(sqrt(least(1.0, "
    "power(sin(radians(p[i + 1][2] - p[i][2]) / 2), 2) + cos(radians(p[i][2])) * cos(radians(p[i + 1][2])) "
    "* power(sin(radians(p[i + 1][1] - p[i][1]) / 2), 2))))"
)
# A line is a list of one line. Anything else than a line, or several, has no length: NULL.
_LINES: Final = (
    "CASE try_cast({0} AS JSON)->>'$.type' "
    "WHEN 'LineString' THEN [try_cast(try_cast({0} AS JSON)->'$.coordinates' AS DOUBLE[][])] "
    "WHEN 'MultiLineString' THEN try_cast(try_cast({0} AS JSON)->'$.coordinates' AS DOUBLE[][][]) END"
)
_LENGTH: Final = f"coalesce(list_sum(list_transform(range(1, len(p)), lambda i: {_STEP})), 0)"
LENGTH_KM: Final = f"list_sum(list_transform({_LINES}, lambda p: CASE WHEN p IS NOT NULL THEN {_LENGTH} END))"
