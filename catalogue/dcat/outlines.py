"""An outline in both of the spellings that programs read: WKT (GeoSPARQL), and GeoJSON as GeoDCAT-AP types it.

data.gouv.fr's harvester reads a polygon in one datatype of GeoJSON and no other, and not in GeoSPARQL's WKT. A node takes
one locn:geometry and one dcat:bbox (DCAT-AP 3.0.1): the other spelling stands at a node of its own, in the same property.
Coordinates are those that were said: longitude and latitude in degrees (OGC CRS84). What says another reference system,
or is no polygon of the Earth, is left as it is.
"""

from __future__ import annotations

import json
import re
from functools import lru_cache
from typing import Any, Final

from catalogue.dcat.classes import content_name
from catalogue.dcat.profile import DCAT, DCT, LOCATION, LOCN
from catalogue.dcat.terms import RDF_TYPE

WKT: Final = "http://www.opengis.net/ont/geosparql#wktLiteral"
GEOJSON: Final = "https://www.iana.org/assignments/media-types/application/vnd.geo+json"
# The other names under which catalogues say the same.
WKT_TOO: Final = (WKT, "http://www.opengis.net/rdf#wktLiteral")
GEOJSON_TOO: Final = (
    GEOJSON,
    "https://www.iana.org/assignments/media-types/application/geo+json",
    "http://www.iana.org/assignments/media-types/application/vnd.geo+json",
    "http://www.opengis.net/ont/geosparql#geoJSONLiteral",
)
CRS84: Final = re.compile(r"(urn:ogc:def:crs:|https?://www\.opengis\.net/def/crs/)OGC[:/]1\.3[:/]CRS84\Z")
LONGEST: Final = 64 * 1024  # characters; a longer outline is not said twice

SAID: Final = re.compile(
    rf'^<([^>]*)> <({re.escape(LOCN)}geometry|{re.escape(DCAT)}bbox)> "((?:[^"\\\n]++|\\.)*+)"\^\^<([^>]*)> \.$',
    re.MULTILINE,
)
TEXT: Final = re.compile(r"\s*(?:<([^>]*)>)?\s*(MULTIPOLYGON|POLYGON)\s*(\([-+.\deE,()\s]*\))\s*\Z", re.IGNORECASE)
NUMBER: Final = r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?"
POINT: Final = re.compile(rf"({NUMBER})\s+({NUMBER})(?:\s+{NUMBER})*")

Polygons = tuple[Any, ...]  # of rings, of points, of two numbers


def beside(text: str, subject: str, base: str) -> str:
    """The lines that say each outline of a record in the spelling that it lacks; "" when there are none.

    `text` is N-Triples, `subject` the record's address in it, `base` where our own nodes of the record are named.
    """
    if "#bbox> " not in text and "locn#geometry> " not in text:
        return ""
    known: dict[tuple[str, Polygons], set[str]] = {}
    spatial = f"<{subject}> <{DCT}spatial> <"
    for node, predicate, escaped, datatype in SAID.findall(text):
        if len(escaped) <= LONGEST and f"{spatial}{node}> ." in text and (outline := read(_plain(escaped), datatype)):
            known.setdefault((predicate, outline), set()).add(datatype)
    lines = []
    for (predicate, outline), datatypes in known.items():
        for datatype, spelled in ((WKT, _as_wkt), (GEOJSON, _as_geojson)):
            if datatype not in datatypes:
                lines += _at_a_node(spatial, base, predicate, spelled(outline), datatype)
    return "".join(lines)


def _at_a_node(spatial: str, base: str, predicate: str, value: str, datatype: str) -> list[str]:
    name = content_name({predicate: {"value": value, "datatype": datatype}})
    node = f"{base}#{LOCATION.name}-{name}"
    said = value.replace("\\", "\\\\").replace('"', '\\"')
    return [
        f"{spatial}{node}> .\n",
        f"<{node}> <{RDF_TYPE.value}> <{LOCATION.type}> .\n",
        f'<{node}> <{predicate}> "{said}"^^<{datatype}> .\n',
    ]


def _plain(escaped: str) -> str:
    """Outlines need no other escapes than these of N-Triples; one that has them is not read."""
    return escaped.replace('\\"', '"').replace("\\n", "\n").replace("\\t", " ").replace("\\r", " ")


@lru_cache(maxsize=256)
def read(value: str, datatype: str) -> Polygons | None:
    """The polygons of a literal; None when it is none. The datasets of one town share theirs, hence the cache."""
    if datatype in WKT_TOO:
        return _from_wkt(value)
    return _from_geojson(value) if datatype in GEOJSON_TOO else None


def _from_wkt(value: str) -> Polygons | None:
    found = TEXT.match(value)
    if found is None or (found[1] and not CRS84.match(found[1])):
        return None
    body = POINT.sub(lambda point: f"[{float(point[1])!r},{float(point[2])!r}]", found[3])
    try:
        rings = json.loads(body.replace("(", "[").replace(")", "]"))
    except (ValueError, RecursionError):
        return None
    return _polygons([rings] if found[2].upper() == "POLYGON" else rings)


def _from_geojson(value: str) -> Polygons | None:
    try:
        said = json.loads(value)
    except (ValueError, RecursionError):
        return None
    if not isinstance(said, dict) or not _is_crs84(said.get("crs")):
        return None
    rings = said.get("coordinates")
    if said.get("type") == "Polygon":
        return _polygons([rings])
    return _polygons(rings) if said.get("type") == "MultiPolygon" else None


def _is_crs84(crs: Any) -> bool:
    """RFC 7946 §4 allows no other; the version before it let one be named."""
    if crs is None:
        return True
    properties = crs.get("properties") if isinstance(crs, dict) else None
    return isinstance(properties, dict) and bool(CRS84.match(str(properties.get("name"))))


def _polygons(said: Any) -> Polygons | None:
    try:
        found = tuple(tuple(tuple(map(_point, ring)) for ring in polygon) for polygon in said)
    except (TypeError, ValueError):
        return None
    rings = [ring for polygon in found for ring in polygon]
    whole = bool(found) and all(found) and all(len(ring) >= 4 and ring[0] == ring[-1] for ring in rings)
    return found if whole else None


def _point(said: Any) -> tuple[float, float]:
    """Raises ValueError, TypeError for what is no point of the Earth."""
    longitude, latitude = (float(number) for number in said[:2] if not isinstance(number, bool | str))
    if not (-180 <= longitude <= 180 and -90 <= latitude <= 90):
        raise ValueError(said)
    return longitude, latitude


def _as_wkt(outline: Polygons) -> str:
    polygons = [f"({', '.join(map(_ring, polygon))})" for polygon in outline]
    return f"POLYGON{polygons[0]}" if len(polygons) == 1 else f"MULTIPOLYGON({', '.join(polygons)})"


def _ring(points: Any) -> str:
    return "(" + ", ".join(f"{_number(x)} {_number(y)}" for x, y in points) + ")"


def _as_geojson(outline: Polygons) -> str:
    single = len(outline) == 1
    said = {"type": "Polygon" if single else "MultiPolygon", "coordinates": outline[0] if single else outline}
    return json.dumps(said, separators=(",", ":")).replace(".0,", ",").replace(".0]", "]")


def _number(value: float) -> str:
    return repr(value).removesuffix(".0")
