"""A cell as people read it: figures and dates in French, links only where the type says so, everything else as text."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Final

from catalogue.tables.contract import Column, Type
from portal.charts.figures import decimals_of, figure
from portal.pages import prose

LONGEST: Final = 160  # characters of a cell
CARDS: Final = 30  # rows, up to which a telephone shows each of them as a card
FIGURES: Final = frozenset({Type.INTEGER, Type.DECIMAL, Type.LATITUDE, Type.LONGITUDE})
TYPES: Final = {
    Type.TEXT: "texte",
    Type.INTEGER: "nombre entier",
    Type.DECIMAL: "nombre",
    Type.BOOLEAN: "oui ou non",
    Type.DATE: "date",
    Type.DATETIME: "date et heure",
    Type.TIME: "heure",
    Type.YEAR: "année",
    Type.LIST: "liste",
    Type.SIREN: "numéro SIREN",
    Type.SIRET: "numéro SIRET",
    Type.COMMUNE: "code de commune",
    Type.DEPARTMENT: "code de département",
    Type.REGION: "code de région",
    Type.POSTCODE: "code postal",
    Type.LATITUDE: "latitude",
    Type.LONGITUDE: "longitude",
    Type.POINT: "point",
    Type.GEOMETRY: "forme géographique",
    Type.EMAIL: "adresse électronique",
    Type.TELEPHONE: "téléphone",
    Type.URL: "adresse web",
}
SHAPES: Final = {
    "Point": "Point",
    "MultiPoint": "Points",
    "LineString": "Ligne",
    "MultiLineString": "Lignes",
    "Polygon": "Surface",
    "MultiPolygon": "Surfaces",
    "GeometryCollection": "Formes",
}


@dataclass(frozen=True)
class Cell:
    """`whole`: what was cut; `link`: where it leads; `soft`: said of the cell, not in it."""

    text: str
    link: str = ""
    whole: str = ""
    right: bool = False
    head: str = ""  # the name of its column, where rows may be cards


@dataclass(frozen=True)
class Values:
    """Rows of an answer, with the decimals that each column of figures needs to stand in line."""

    types: Mapping[str, Type]
    rows: Sequence[Mapping[str, Any]]
    decimals: Mapping[str, int]

    @classmethod
    def read(cls, outputs: Iterable[tuple[str, Type]], rows: Iterable[str]) -> Values:
        """`rows`: JSON objects, as the questions give them."""
        types = dict(outputs)
        read = [json.loads(row, parse_float=Decimal) for row in rows]
        decimals = {
            name: max((decimals_of(row[name]) for row in read if row[name] is not None), default=0)
            for name, type_ in types.items()
            if type_ in FIGURES
        }
        return cls(types, read, decimals)

    def lines(self) -> list[list[Cell]]:
        named = len(self.rows) <= CARDS
        return [
            [
                replace(cell(row[name], type_, self.decimals.get(name)), head=name if named else "")
                for name, type_ in self.types.items()
            ]
            for row in self.rows
        ]


def cell(value: Any, type_: Type, decimals: int | None = None) -> Cell:
    """`value` as JSON has it: dates in ISO 8601, geometries as GeoJSON objects."""
    if value is None or value == "":
        return Cell("", right=type_.numeric)
    if type_.numeric:
        return Cell(str(value) if type_ == Type.YEAR else figure(value, decimals), right=True)
    if type_ in (Type.GEOMETRY, Type.LIST):
        return _structured(value, type_)
    text = words(value, type_)
    shown = text if len(text) <= LONGEST else f"{text[:LONGEST].rstrip()}…"
    return Cell(shown, _link(text, type_), text if shown != text else "")


def words(value: Any, type_: Type) -> str:
    """Of a value that is no figure."""
    if type_ == Type.BOOLEAN:
        return "oui" if value in (True, "true") else "non" if value in (False, "false") else str(value)
    if type_.moment:
        return _day(str(value))
    if type_ == Type.TIME:
        return str(value)[:5] if str(value)[5:] in ("", ":00") else str(value)
    return str(value)


def _day(said: str) -> str:
    """« 31/12/2025 », « 31/12/2025 14:05 »; what is no such date as it is."""
    day, _, hour = said.replace(" ", "T", 1).partition("T")
    parts = day.split("-")
    if len(parts) != 3 or not all(map(str.isdigit, parts)):
        return said
    short = hour.split(".", maxsplit=1)[0].removesuffix("Z")
    short = short.removesuffix(":00") if short.count(":") == 2 else short
    return f"{parts[2]}/{parts[1]}/{parts[0]}" + (f" {short}" if short else "")


def _link(text: str, type_: Type) -> str:
    if type_ == Type.URL:
        return prose.web_link(text)
    if type_ == Type.EMAIL:
        return f"mailto:{address}" if (address := prose.mail_link(text)) else ""
    return ""


def _structured(value: Any, type_: Type) -> Cell:
    if type_ == Type.GEOMETRY and isinstance(value, dict):
        name = SHAPES.get(str(value.get("type")), "Forme")
        if name == "Point" and isinstance(value.get("coordinates"), list):
            longitude, latitude = [*value["coordinates"], 0, 0][:2]
            return Cell(f"Point {_degrees(latitude)} ; {_degrees(longitude)}")
        count = json.dumps(value.get("coordinates", ""), default=str).count(",")
        return Cell(f"{name} de {figure((count + 1) // 2)} positions" if count else name)
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    shown = text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
    return Cell(shown)


def _degrees(value: Any) -> str:
    return figure(value, 5) if isinstance(value, (int, float, Decimal)) else "?"


def shown(value: Any, column: Column) -> str:
    """One value of a profile or of a filter in words: ISO dates, numbers and texts alike."""
    if value is None:
        return ""
    if column.type.numeric and isinstance(value, (int, float, Decimal)):
        return str(int(value)) if column.type == Type.YEAR else figure(value)
    return words(value, column.type)
