"""What a schema says of a column's type, in the words of `catalogue.tables.contract`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from catalogue.tables.contract import Type
from catalogue.tables.schemas.national import Field, folded

TYPES: Final[Mapping[str, Type]] = {
    "integer": Type.INTEGER,
    "number": Type.DECIMAL,
    "boolean": Type.BOOLEAN,
    "date": Type.DATE,
    "datetime": Type.DATETIME,
    "time": Type.TIME,
    "year": Type.YEAR,
    "array": Type.LIST,
    "object": Type.LIST,
    "geopoint": Type.POINT,
}
FORMATS: Final[Mapping[str, Type]] = {"uri": Type.URL, "email": Type.EMAIL}
PATTERNS: Final[Mapping[str, Type]] = {
    r"^\d{14}$": Type.SIRET,
    r"^\d{9}$": Type.SIREN,
    r"^([013-9]\d|2[AB1-9])\d{3}$": Type.COMMUNE,
    r"^\d{5}$": Type.POSTCODE,
}
LATITUDES: Final = frozenset({"latitude", "lat", "ylat", "ylatwgs84", "equiplat"})
LONGITUDES: Final = frozenset({"longitude", "long", "lon", "xlong", "xlongwgs84", "equiplong"})


def meant(field: Field) -> Type:
    """What the values of a field are. A text stays one whatever its figures: account « 012 » keeps its zero."""
    name = folded(field.name)
    if field.type == "number" and name in LATITUDES | LONGITUDES:
        return Type.LATITUDE if name in LATITUDES else Type.LONGITUDE
    if field.type == "date" and field.format == "%Y":
        return Type.YEAR
    if field.type != "string":
        return TYPES.get(field.type, Type.TEXT)
    by_pattern = PATTERNS.get(field.constraints.get("pattern", ""))
    if by_pattern == Type.COMMUNE and ("postal" in name or name.endswith("cp")):
        return Type.POSTCODE
    return by_pattern or FORMATS.get(field.format, Type.TEXT)
