"""What an outline covers, as four numbers: from WKT or GeoJSON, as records say them. Values, no database."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from catalogue.dcat.terms import Values

LONGEST: Final = 200_000  # characters of an outline; a longer one says nothing
SHARE: Final = 0.5  # of the smaller of two outlines that must be common: neighbours overlap at their borders
NUMBER: Final = r"[-+]?\d{1,3}(?:\.\d+)?(?:[eE][-+]?\d+)?"
FARTHEST: Final = 1e9  # what Lambert 93 and its like need not
PAIR: Final = re.compile(rf"({NUMBER})\s+({NUMBER})")
LATITUDE_FIRST: Final = re.compile(r"\s*<[^>]*/EPSG/(?:\d[\d.]*)/4326>", re.I)


@dataclass(frozen=True)
class Box:
    """Four numbers, in degrees, WGS84."""

    west: float
    south: float
    east: float
    north: float

    @property
    def size(self) -> float:
        """In square degrees."""
        return (self.east - self.west) * (self.north - self.south)

    def common(self, other: Box) -> float | None:
        """What both cover, in square degrees; None when they do not touch."""
        width = min(self.east, other.east) - max(self.west, other.west)
        height = min(self.north, other.north) - max(self.south, other.south)
        return width * height if width >= 0 and height >= 0 else None

    def mostly(self, other: Box) -> bool:
        """Whether at least half of the smaller of both is common; a point lies inside or not."""
        common, smaller = self.common(other), min(self.size, other.size)
        return common is not None and (smaller == 0 or common >= SHARE * smaller)


def around(boxes: Iterable[Box]) -> Box | None:
    """The box of boxes."""
    every = list(boxes)
    if not every:
        return None
    return Box(
        min(b.west for b in every),
        min(b.south for b in every),
        max(b.east for b in every),
        max(b.north for b in every),
    )


def box_of(place: Values) -> Box | None:
    """The smallest box around what a place says of its outline, from WKT or GeoJSON; None when nothing of it is legible."""
    said = (place.get(name) for name in ("bbox", "geometry", "centroid"))
    return next((box for one in said if isinstance(one, dict) and (box := _box(str(one.get("value", ""))))), None)


def _box(text: str) -> Box | None:
    if len(text) > LONGEST:
        return None
    pairs = list(_positions(text))
    lons, lats = [lon for lon, _ in pairs], [lat for _, lat in pairs]
    if not pairs or min(lons) < -180 or max(lons) > 180 or min(lats) < -90 or max(lats) > 90:
        return None
    return Box(min(lons), min(lats), max(lons), max(lats))


def _positions(text: str) -> Iterator[tuple[float, float]]:
    """Longitude and latitude of each position (RFC 7946 §3.1.1; WKT, GeoSPARQL 1.1 §8.5.1)."""
    if text.lstrip()[:1] == "{":
        try:
            yield from _geojson(json.loads(text))
        except (ValueError, RecursionError):
            return
    elif not text.lstrip().startswith("<gml"):
        swapped = LATITUDE_FIRST.match(text) is not None
        for x, y in PAIR.findall(re.sub(r"^\s*<[^>]*>", "", text)):
            yield (float(y), float(x)) if swapped else (float(x), float(y))


def _geojson(said: Any) -> Iterator[tuple[float, float]]:
    if isinstance(said, dict):
        yield from _geojson(said.get("coordinates", said.get("geometries")))
    elif isinstance(said, list):
        if len(said) in (2, 3) and all(isinstance(n, int | float) and not isinstance(n, bool) for n in said):
            if all(-FARTHEST <= n <= FARTHEST for n in said[:2]):  # else metres, or no number
                yield float(said[0]), float(said[1])
        else:
            for each in said:
                yield from _geojson(each)
