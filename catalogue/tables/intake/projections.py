"""Coordinates in another system than longitude and latitude (WGS 84), brought to it. PROJ computes; only codes of EPSG are taken."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import Any, Final

Geometry = dict[str, Any]
Bringer = Callable[[Geometry], Geometry | None]

EPSG: Final = re.compile(r"EPSG\D{1,20}(\d{4,6})\b", re.I)
# Longitude first, as GeoJSON has it, whatever the order of the axes in the register: WGS 84, CRS84, RGF93.
GEOGRAPHIC: Final = frozenset({4326, 4171, 4979, 9777, 4258})
LAMBERT_93: Final = 2154
# Where Lambert 93 puts metropolitan France, in metres: nothing else falls there.
LAMBERT_X, LAMBERT_Y = (0, 1_400_000), (6_000_000, 7_300_000)
DECIMALS: Final = 7  # one centimetre
UNKNOWN: Final = (
    "Les coordonnées sont dans un système inconnu ({}) : elles sont gardées telles quelles, sans carte. "
    "Exportez le fichier en WGS 84 (EPSG:4326)."
)
BROUGHT: Final = "Les coordonnées étaient en EPSG:{} ({}) : elles ont été converties en longitude et latitude (WGS 84)."
INVALID: Final = (
    "Des géométries sont incomplètes ou mal formées : leurs lignes sont gardées, sans géométrie. "
    "Réparez-les dans le logiciel de cartographie."
)
KINDS: Final = {"Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon"}


def code(name: str) -> int | None:
    """The EPSG code in the name of a system; 4326 for CRS84. None when there is none."""
    if "CRS84" in name.upper():  # also CRS84h, with heights
        return 4326
    match = EPSG.search(name)
    return int(match[1]) if match else None


def told(wkt: str) -> int | None:
    """The EPSG code of a system described in WKT, in ESRI's words too (.prj); None when PROJ finds none that is alike."""
    from pyproj import CRS
    from pyproj.exceptions import ProjError

    try:
        found: int | None = CRS.from_wkt(wkt).to_epsg(min_confidence=60)
    except ProjError:
        return None
    return found


def bringer(epsg: int) -> Bringer | None:
    """What brings a geometry from this system to WGS 84; None when PROJ does not know it.

    The bringer gives None for a geometry that is none, or that falls nowhere on Earth.
    """
    if epsg in GEOGRAPHIC:
        return lambda geometry: geometry if sound(geometry) else None
    from pyproj import Transformer
    from pyproj.exceptions import ProjError

    try:
        transformer = Transformer.from_crs(epsg, 4326, always_xy=True)
    except ProjError:
        return None

    def bring(geometry: Geometry) -> Geometry | None:
        if not sound(geometry):
            return None
        if geometry["type"] == "GeometryCollection":
            parts = [bring(each) for each in geometry["geometries"]]
            return {"type": "GeometryCollection", "geometries": parts} if all(parts) else None
        points = _points(geometry["coordinates"])
        xs, ys = transformer.transform([point[0] for point in points], [point[1] for point in points])
        if not all(map(math.isfinite, (*xs, *ys))):
            return None
        brought = iter(zip(xs, ys, strict=True))
        return {**geometry, "coordinates": _replaced(geometry["coordinates"], brought)}

    return bring


def sound(geometry: Any) -> bool:
    """Is it a geometry with coordinates (RFC 7946 §3.1)?"""
    if not isinstance(geometry, dict):
        return False
    if geometry.get("type") == "GeometryCollection":
        parts = geometry.get("geometries")
        return isinstance(parts, list) and bool(parts) and all(map(sound, parts))
    if geometry.get("type") not in KINDS:
        return False
    coordinates = geometry.get("coordinates")
    return isinstance(coordinates, list) and bool(coordinates) and _numeric(coordinates)


def first(geometry: Geometry) -> list[float]:
    """The first point of a sound geometry."""
    while geometry["type"] == "GeometryCollection":
        geometry = geometry["geometries"][0]
    coordinates: Any = geometry["coordinates"]
    while isinstance(coordinates[0], list):
        coordinates = coordinates[0]
    point: list[float] = coordinates
    return point


def lambert(point: list[float]) -> bool:
    """Are these metres of Lambert 93, whatever the file says or does not say?"""
    return LAMBERT_X[0] <= point[0] <= LAMBERT_X[1] and LAMBERT_Y[0] <= point[1] <= LAMBERT_Y[1]


def on_earth(point: list[float]) -> bool:
    return abs(point[0]) <= 180 and abs(point[1]) <= 90


def _numeric(coordinates: list[Any]) -> bool:
    if isinstance(coordinates[0], list):
        return all(isinstance(each, list) and each and _numeric(each) for each in coordinates)
    return len(coordinates) > 1 and all(isinstance(each, int | float) for each in coordinates)


def _points(coordinates: list[Any]) -> list[list[float]]:
    if isinstance(coordinates[0], list):
        return [point for each in coordinates for point in _points(each)]
    return [coordinates]


def _replaced(coordinates: list[Any], brought: Any) -> list[Any]:
    if isinstance(coordinates[0], list):
        return [_replaced(each, brought) for each in coordinates]
    x, y = next(brought)
    return [round(x, DECIMALS), round(y, DECIMALS), *coordinates[2:]]
