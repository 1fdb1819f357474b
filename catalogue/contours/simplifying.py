"""Lighter outlines whose borders still meet: the only door to shapely (GEOS), that nothing but the loading of a file opens.

A border that two neighbours share is made lighter once for both (Visvalingam-Whyatt over the whole coverage), so that
no gap opens between them and no commune laps over the next.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, TypeAlias

import shapely

from catalogue.contours.reading import Polygon, Position
from catalogue.models.territories import Level

# Degrees; a vertex goes when the triangle with its neighbours is smaller than the square of that. A degree is 111 km:
# on a map of an intercommunalité a pixel is 40 m, on one of a région 400 m, on one of France 2 km.
TOLERANCE: Final = {Level.COMMUNE: 0.0008, Level.EPCI: 0.0025, Level.DEPARTEMENT: 0.004, Level.REGION: 0.008}
Shape: TypeAlias = Any  # a (multi)polygon of shapely, that has no types of its own


def shape(polygons: Sequence[Polygon]) -> Shape | None:
    """Valid, with a surface; None when there is none."""
    made = [_polygon(polygon) for polygon in polygons]
    whole = shapely.MultiPolygon([one for one in made if one is not None])
    if not whole.is_valid:
        whole = _surfaces(shapely.make_valid(whole))
    return whole if whole is not None and not whole.is_empty and whole.area > 0 else None


def together(shapes: Sequence[Shape]) -> Shape:
    """Of one territory that a file gives in several features."""
    return shapes[0] if len(shapes) == 1 else shapely.union_all(list(shapes))


def lighter(shapes: Sequence[Shape], level: Level) -> list[Shape]:
    """In the same order. All of one file together: what neighbours share is found among them.

    A coverage that GEOS cannot follow (neighbours that lap over one another) comes back as it was: heavier, never torn.
    """
    try:
        return list(shapely.coverage_simplify(shapes, TOLERANCE[level]))
    except shapely.errors.GEOSException:
        return list(shapes)


def rings(whole: Shape, level: Level) -> list[list[Position]]:
    """All outlines and holes, without the position that closes each. Islets smaller than what is seen go, but the largest."""
    least = TOLERANCE[level] ** 2
    parts = sorted(shapely.get_parts(whole), key=lambda one: -one.area)
    kept = parts[:1] + [one for one in parts[1:] if one.area > least]
    every = [ring for one in kept for ring in (one.exterior, *one.interiors)]
    return [[(float(x), float(y)) for x, y in ring.coords[:-1]] for ring in every]


def vertices(shapes: Sequence[Shape]) -> int:
    return int(sum(shapely.get_num_coordinates(shapes)))


def _polygon(polygon: Polygon) -> Shape | None:
    closed = [ring for ring in polygon if len(ring) > 3]
    return shapely.Polygon(closed[0], closed[1:]) if closed and closed[0] is polygon[0] else None


def _surfaces(mended: Shape) -> Shape | None:
    """What is left of a shape that crossed itself: lines and points are nothing that one colours."""
    parts = [one for one in shapely.get_parts(mended) if one.geom_type in ("Polygon", "MultiPolygon")]
    return shapely.union_all(parts) if parts else None
