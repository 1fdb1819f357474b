"""Of what kind a value is: what may be compared with what, and how a cell is read as that."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from catalogue.tables.contract import Type


class Kind(StrEnum):
    """The value: as messages say it."""

    TEXT = "texte"
    PLAIN = "texte simplifié"  # without case nor accents (`plain`)
    NUMBER = "nombre"
    BOOLEAN = "oui ou non"
    DATE = "date"
    LIST = "liste"
    LINE = "tracé"  # a GeoJSON geometry


OF_TYPE: Final[Mapping[Type, Kind]] = {
    Type.INTEGER: Kind.NUMBER,
    Type.DECIMAL: Kind.NUMBER,
    Type.YEAR: Kind.NUMBER,
    Type.LATITUDE: Kind.NUMBER,
    Type.LONGITUDE: Kind.NUMBER,
    Type.BOOLEAN: Kind.BOOLEAN,
    Type.DATE: Kind.DATE,
    Type.DATETIME: Kind.DATE,
    Type.LIST: Kind.LIST,
    Type.GEOMETRY: Kind.LINE,
}


def kind_of(type_: Type) -> Kind:
    """A code is a text, whatever its figures."""
    return OF_TYPE.get(type_, Kind.TEXT)
