"""The features of a GeoJSON (RFC 7946) or a TopoJSON, compressed by gzip or not, one at a time."""

from __future__ import annotations

import codecs
import gzip
import re
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from catalogue.sizes import in_words
from catalogue.tables.contract import TableError
from catalogue.tables.intake.jsontext import Text

LARGEST: Final = 2**30  # bytes, decompressed: all the communes of France take 31 MB at a hundred metres, 300 at five
PIECE: Final = 2**20
GZIP: Final = b"\x1f\x8b"
# What GeoJSON and old tools call longitude and latitude in degrees; RGF93 is the same to the metre.
DEGREES: Final = re.compile(r"CRS84|EPSG:+(?:[\d.]*:)?(?:4326|4171|4258)\b", re.IGNORECASE)
ABOUT: Final = "un GeoJSON ou un TopoJSON de communes, d’intercommunalités, de départements ou de régions"
Position = tuple[float, float]
Polygon = Sequence[Sequence[Position]]  # its outline, then its holes


class ContoursError(Exception):
    """`message` is French, for a person, and says what to do next."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


@dataclass(frozen=True)
class Feature:
    """`key`: its own `id`, "" without. `polygons`: none when it has no surface."""

    properties: Mapping[str, Any]
    polygons: Sequence[Polygon]
    key: str = ""


def features(path: Path) -> Iterator[Feature]:
    """Raises ContoursError, before the first feature or between two."""
    try:
        yield from _features(path)
    except TableError as error:
        raise ContoursError(error.message) from error


def _features(path: Path) -> Iterator[Feature]:
    text = Text(_characters(path))
    if text.peek() != "{":
        raise ContoursError(f"Ce n’est pas un fichier de contours. Donnez {ABOUT}.")
    topology: dict[str, Any] = {}
    seen = False
    for key in text.keys():  # noqa: SIM118
        if key == "features" and text.peek() == "[":
            seen = True
            for _ in text.items():
                yield _feature(text.value())
        elif key == "arcs" and text.peek() == "[":
            topology[key] = [text.value() for _ in text.items()]
        elif key in ("objects", "transform"):
            topology[key] = text.value()
        elif key == "crs":
            _checked(text.value())
        else:
            text.skip()
    text.ended()
    if isinstance(topology.get("objects"), dict):
        yield from _of_topology(topology)
    elif not seen:
        raise ContoursError(f"Ce JSON n’a ni « features » ni « objects » : donnez {ABOUT}.")


def _characters(path: Path) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder("utf-8-sig")()
    size = 0
    try:
        with path.open("rb") as plain:
            packed = plain.read(2) == GZIP
        with gzip.open(path) if packed else path.open("rb") as file:
            while piece := file.read(PIECE):
                size += len(piece)
                if size > LARGEST:
                    raise ContoursError(
                        f"Ce fichier dépasse {in_words(LARGEST)} une fois décompressé. Prenez des contours simplifiés : "
                        "ceux d’Etalab à 100 mètres suffisent à une carte."
                    )
                yield decoder.decode(piece)
            yield decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        raise ContoursError(
            "Ce fichier n’est pas en UTF-8, comme un GeoJSON doit l’être : exportez-le de nouveau."
        ) from error
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise ContoursError("Ce fichier compressé est coupé ou abîmé : téléchargez-le de nouveau.") from error
    except OSError as error:
        raise ContoursError(f"{path} ne se lit pas ({error.strerror}). Vérifiez son chemin et ses droits.") from error


def _checked(crs: Any) -> None:
    """The member that GeoJSON had before RFC 7946, and that tools still write."""
    named = str((crs.get("properties") or {}).get("name", "")) if isinstance(crs, dict) else ""
    if named and not DEGREES.search(named):
        raise ContoursError(projected(named))


def projected(said: str) -> str:
    return (
        f"Ces coordonnées ne sont pas en degrés de longitude et de latitude ({said}). Exportez le fichier en WGS 84 "
        "(EPSG:4326) : dans QGIS, « Exporter, Sauvegarder les entités sous » ; ou « ogr2ogr -t_srs EPSG:4326 »."
    )


def _feature(said: Any) -> Feature:
    if not isinstance(said, dict):
        return Feature({}, ())
    properties = said.get("properties")
    return Feature(properties if isinstance(properties, dict) else {}, _polygons(said.get("geometry")), _key(said))


def _key(said: Mapping[str, Any]) -> str:
    key = said.get("id")
    return str(key) if isinstance(key, (str, int)) else ""


def _polygons(geometry: Any) -> list[Polygon]:
    if not isinstance(geometry, dict):
        return []
    kind, inside = geometry.get("type"), geometry.get("coordinates")
    if kind == "GeometryCollection":
        return [one for each in geometry.get("geometries") or [] for one in _polygons(each)]
    if kind not in ("Polygon", "MultiPolygon") or not isinstance(inside, list):
        return []
    return [_rings(one) for one in ([inside] if kind == "Polygon" else inside) if isinstance(one, list)]


def _rings(said: list[Any]) -> Polygon:
    return [[_position(one) for one in ring] for ring in said if isinstance(ring, list)]


def _position(said: Any) -> Position:
    """Raises ContoursError for what is no place of the Earth: there is no map of it."""
    if not (
        isinstance(said, (list, tuple)) and len(said) > 1 and all(isinstance(one, (int, float)) for one in said[:2])
    ):
        raise ContoursError("Une position de ce fichier n’a pas deux nombres : exportez-le de nouveau en GeoJSON.")
    x, y = float(said[0]), float(said[1])
    if not (abs(x) <= 180 and abs(y) <= 90):
        raise ContoursError(projected(f"{x:.0f} ; {y:.0f}"))
    return x, y


def _of_topology(topology: Mapping[str, Any]) -> Iterator[Feature]:
    """TopoJSON: borders are arcs that neighbours share, as differences of whole numbers when there is a `transform`."""
    try:
        arcs = _arcs(topology.get("arcs") or [], topology.get("transform"))
        for each in topology["objects"].values():
            for geometry in each.get("geometries") or [each]:
                properties = geometry.get("properties")
                polygons = _woven(geometry, arcs)
                yield Feature(properties if isinstance(properties, dict) else {}, polygons, _key(geometry))
    except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
        raise ContoursError("Ce TopoJSON est mal formé : exportez-le de nouveau, ou donnez un GeoJSON.") from error


def _arcs(said: Iterable[Any], transform: Any) -> list[list[Position]]:
    if not transform:
        return [[_position(one) for one in arc] for arc in said]
    (across, up), (west, south) = transform["scale"], transform["translate"]
    return [[_position((x * across + west, y * up + south)) for x, y in _summed(arc)] for arc in said]


def _summed(arc: Iterable[Any]) -> Iterator[tuple[float, float]]:
    x = y = 0
    for step in arc:
        x, y = x + step[0], y + step[1]
        yield x, y


def _woven(geometry: Mapping[str, Any], arcs: list[list[Position]]) -> list[Polygon]:
    kind = geometry.get("type")
    if kind == "GeometryCollection":
        return [one for each in geometry.get("geometries") or [] for one in _woven(each, arcs)]
    if kind not in ("Polygon", "MultiPolygon"):
        return []
    polygons = [geometry["arcs"]] if kind == "Polygon" else geometry["arcs"]
    return [[_ring(numbers, arcs) for numbers in polygon] for polygon in polygons]


def _ring(numbers: Iterable[int], arcs: list[list[Position]]) -> list[Position]:
    """A negative number is the arc of its complement, the other way round; arcs share their ends."""
    ring: list[Position] = []
    for number in numbers:
        arc = arcs[number] if number >= 0 else arcs[~number][::-1]
        ring += arc[1:] if ring else arc
    return ring
