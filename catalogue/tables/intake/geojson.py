"""GeoJSON (RFC 7946): the properties as columns, then the geometry as GeoJSON text, longitude first, WGS 84."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from catalogue.tables.contract import Note, Options, TableError, Type, Unreadable
from catalogue.tables.intake import encodings, projections
from catalogue.tables.intake.jsontext import Text, nested
from catalogue.tables.intake.projections import Geometry
from catalogue.tables.intake.reading import Found, Row
from catalogue.tables.intake.records import Columns, elements, lined, lines, told, written

GEOMETRY: Final = "geometry"
EDGE: Final = 2**16  # bytes at each end of a file, where a collection says what it is
KINDS: Final = frozenset({"FeatureCollection", "Feature", "Topology"})
SYSTEM: Final = re.compile(rb'"crs"\s*:\s*\{[^{}]*\{[^{}]*"(?:name|code)"\s*:\s*"?([^"}]+)')
# Features read before the first is given, so that their columns stand before the geometry.
AHEAD, AHEAD_SIZE = 200, 2**22  # how many, and how many characters


def recognised(path: Path) -> str:
    """What this JSON is, of `KINDS`, by the members of its outermost object; "" for any other: records may hold features too."""
    with path.open("rb") as file:
        text = Text(iter([file.read(EDGE).decode("utf-8-sig", "replace")]))
    try:
        if text.peek() != "{":
            return ""
        for key in text.keys():  # noqa: SIM118
            if key == "features" and text.peek() == "[":
                return "FeatureCollection"
            value = text.value()
            if key == "type" and value in KINDS:
                return str(value)
    except TableError:
        pass  # cut at the edge, or broken: its reader says so
    return ""


def read(path: Path, options: Options) -> Found:
    """Raises Unreadable with the line of the fault, and TooMuch. A geometry that is none is reported, and its row kept."""
    head, tail = _edges(path)
    kind = recognised(path)
    if kind == "Topology":
        raise Unreadable("Ce fichier est en TopoJSON, qui n’est pas lu. Exportez-le en GeoJSON.", "topojson")
    source = encodings.opened(path, options)
    said = SYSTEM.search(head) or SYSTEM.search(tail)
    columns = Columns()
    found = Found(
        iter(()), "geojson", columns.names, encoding=source.name, notes=list(source.notes), known=columns.known
    )
    text = Text(source.characters())
    if lined(source):
        every = lines(text)
    elif kind == "Feature":
        every = iter([None])
    else:
        every = elements(text, ("features",))
    place = _Place(said[1].decode("utf-8", "replace").strip() if said else "")
    found.rows = _rows(text, every, columns, place, found.notes)
    return found


@dataclass
class _Place:
    """Brings geometries to WGS 84, from the system that the file names or that its first coordinates betray."""

    said: str
    invalid: int = 0
    notes: list[Note] = field(default_factory=list)
    _bring: projections.Bringer | None = None
    _settled: bool = False

    @property
    def known(self) -> bool:
        return not self._settled or self._bring is not None

    def text(self, geometry: Any) -> str | None:
        if geometry is None:
            return None
        if not projections.sound(geometry):
            self.invalid += 1
            return None
        if not self._settled:
            self._settle(geometry)
        brought = self._bring(geometry) if self._bring else geometry
        self.invalid += brought is None
        return None if brought is None else json.dumps(brought, ensure_ascii=False, separators=(",", ":"))

    def _settle(self, geometry: Geometry) -> None:
        self._settled = True
        point = projections.first(geometry)
        epsg = projections.code(self.said) if self.said else 4326
        guessed = epsg in projections.GEOGRAPHIC and projections.lambert(point)
        if guessed:
            epsg = projections.LAMBERT_93
        if epsg in projections.GEOGRAPHIC and not projections.on_earth(point):
            epsg = None
        self._bring = None if epsg is None else projections.bringer(epsg)
        if self._bring is None:
            self.notes.append(Note("crs", projections.UNKNOWN.format(self.said or "non dit")))
        elif epsg not in projections.GEOGRAPHIC:
            how = "reconnues à leurs valeurs" if guessed else "dit par le fichier"
            self.notes.append(Note("crs", projections.BROUGHT.format(epsg, how)))


def _rows(text: Text, every: Iterator[None], columns: Columns, place: _Place, notes: list[Note]) -> Iterator[Row]:
    nulls = 0
    ahead: list[tuple[Row, str | None]] = []
    at = -1
    size = 0
    for _ in every:
        line = text.line
        feature = text.value()
        if feature is None:
            nulls += 1
            continue
        try:
            row, geometry = columns.row(_properties(feature, line)), place.text(feature.get("geometry"))
        except RecursionError as error:
            raise nested(line) from error
        if at >= 0:
            yield _with(row, at, geometry)
            continue
        ahead.append((row, geometry))
        size += len(geometry or "")
        if len(ahead) >= AHEAD or size > AHEAD_SIZE:
            at = _geometry(columns)
            yield from (_with(row, at, geometry) for row, geometry in ahead)
            ahead.clear()
    text.ended()
    at = at if at >= 0 else _geometry(columns)
    yield from (_with(row, at, geometry) for row, geometry in ahead)
    if place.known:
        columns.known[columns.names[at]] = Type.GEOMETRY
    notes.extend([*place.notes, *told(text, columns, nulls), *_invalid(place.invalid)])


def _properties(feature: Any, line: int) -> Mapping[str, Any]:
    if not isinstance(feature, dict) or feature.get("type") != "Feature":
        raise Unreadable(f"Ligne {line} : ce GeoJSON contient autre chose que des objets « Feature ».", "geojson")
    properties = feature.get("properties")
    properties = properties if isinstance(properties, dict) else {}
    if feature.get("id") is None:
        return properties
    # The feature's own identifier is a member beside its properties (§3.2).
    if properties.get("id") is None:
        return {"id": feature["id"], **{key: value for key, value in properties.items() if key != "id"}}
    if written(properties["id"]) == written(feature["id"]):
        return properties
    return {"feature.id": feature["id"], **properties}


def _geometry(columns: Columns) -> int:
    name = GEOMETRY
    while name in columns.names:
        name = "_" + name
    return columns.place(name)


def _with(row: Row, at: int, geometry: str | None) -> Row:
    cells = [*row, *[None] * (at + 1 - len(row))]
    cells[at] = geometry
    return cells


def _invalid(count: int) -> Iterator[Note]:
    if count:
        yield Note("geometries", projections.INVALID, count=count)


def _edges(path: Path) -> tuple[bytes, bytes]:
    size = path.stat().st_size
    with path.open("rb") as file:
        head = file.read(EDGE)
        file.seek(max(0, size - EDGE))
        return head, file.read(EDGE)
