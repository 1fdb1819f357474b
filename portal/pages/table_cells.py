"""A cell as people read it: figures and dates in words, links only where the type says so, everything else as text."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalogue.tables.contract import Column, Type
from portal.charts.figures import decimals_of, figure
from portal.pages import prose

LONGEST: Final = 160  # characters of a cell
CARDS: Final = 30  # rows, up to which a telephone shows each of them as a card
FIGURES: Final = frozenset({Type.INTEGER, Type.DECIMAL, Type.LATITUDE, Type.LONGITUDE})
TYPES: Final = {
    Type.TEXT: gettext_lazy("texte"),
    Type.INTEGER: gettext_lazy("nombre entier"),
    Type.DECIMAL: gettext_lazy("nombre"),
    Type.BOOLEAN: gettext_lazy("oui ou non"),
    Type.DATE: gettext_lazy("date"),
    Type.DATETIME: gettext_lazy("date et heure"),
    Type.TIME: gettext_lazy("heure"),
    Type.YEAR: gettext_lazy("année"),
    Type.LIST: gettext_lazy("liste"),
    Type.SIREN: gettext_lazy("numéro SIREN"),
    Type.SIRET: gettext_lazy("numéro SIRET"),
    Type.COMMUNE: gettext_lazy("code de commune"),
    Type.DEPARTMENT: gettext_lazy("code de département"),
    Type.REGION: gettext_lazy("code de région"),
    Type.POSTCODE: gettext_lazy("code postal"),
    Type.LATITUDE: gettext_lazy("latitude"),
    Type.LONGITUDE: gettext_lazy("longitude"),
    Type.POINT: gettext_lazy("point"),
    Type.GEOMETRY: gettext_lazy("forme géographique"),
    Type.EMAIL: gettext_lazy("adresse électronique"),
    Type.TELEPHONE: gettext_lazy("téléphone"),
    Type.URL: gettext_lazy("adresse web"),
}
SHAPES: Final = {
    "Point": gettext_lazy("Point"),
    "MultiPoint": gettext_lazy("Points"),
    "LineString": gettext_lazy("Ligne"),
    "MultiLineString": gettext_lazy("Lignes"),
    "Polygon": gettext_lazy("Surface"),
    "MultiPolygon": gettext_lazy("Surfaces"),
    "GeometryCollection": gettext_lazy("Formes"),
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
        return _("oui") if value in (True, "true") else _("non") if value in (False, "false") else str(value)
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
        kind = str(value.get("type"))
        name = str(SHAPES.get(kind) or _("Forme"))
        if kind == "Point" and isinstance(value.get("coordinates"), list):
            longitude, latitude = [*value["coordinates"], 0, 0][:2]
            return Cell(
                _("Point %(latitude)s ; %(longitude)s")
                % {"latitude": _degrees(latitude), "longitude": _degrees(longitude)}
            )
        count = json.dumps(value.get("coordinates", ""), default=str).count(",")
        positions = {"shape": name, "count": figure((count + 1) // 2)}
        return Cell(_("%(shape)s de %(count)s positions") % positions if count else name)
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
