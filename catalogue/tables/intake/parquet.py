"""Parquet and GeoParquet, read by DuckDB: types kept, nested values as JSON text, geometries as GeoJSON in WGS 84."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from catalogue.tables.contract import Note, Options, Raw, Type, Unreadable
from catalogue.tables.intake import headers, projections
from catalogue.tables.intake.reading import Found, Row
from catalogue.tables.intake.shaping import checked, shaped
from catalogue.tables.store import Connection, Fault, as_parquet, connected, quoted

NESTED: Final = re.compile(r".*\[\d*\]\Z|(?:STRUCT|MAP|UNION|JSON|VARIANT)\b", re.S)
SPATIAL: Final = re.compile(r"GEOMETRY(?:\('(.*)'\))?\Z", re.S)
BATCH: Final = 1_000  # rows
# How the values of a type are written as text (§ "as the file says": no exponent, 75.0 is 75), and what they are for sure.
FLOAT: Final = (
    "CASE WHEN NOT isfinite({0}) THEN NULL WHEN {0} = trunc({0}) AND abs({0}) < 1e18 THEN CAST(CAST({0} AS BIGINT) AS VARCHAR) "
    "WHEN abs({0}) >= 1e18 THEN format('{{:.0f}}', CAST({0} AS DOUBLE)) "
    "WHEN abs({0}) < 1e-4 THEN rtrim(format('{{:.20f}}', CAST({0} AS DOUBLE)), '0') ELSE CAST({0} AS VARCHAR) END"
)
TEXT: Final = "NULLIF(CAST({0} AS VARCHAR), '')"
WRITTEN: Final[tuple[tuple[re.Pattern[str], str, Type | None], ...]] = (
    (re.compile(r"U?(?:TINY|SMALL|BIG|HUGE)?INT(?:EGER)?\Z"), TEXT, Type.INTEGER),
    (re.compile(r"DECIMAL\("), TEXT, Type.DECIMAL),
    (re.compile(r"DOUBLE|FLOAT"), FLOAT, None),  # pandas makes one of whole numbers as soon as one is missing
    (re.compile(r"BOOLEAN\Z"), TEXT, Type.BOOLEAN),
    (re.compile(r"DATE\Z"), TEXT, Type.DATE),
    (re.compile(r"TIMESTAMP WITH TIME ZONE"), "CAST(timezone('UTC', {0}) AS VARCHAR) || '+00:00'", Type.DATETIME),
    (re.compile(r"TIMESTAMP"), TEXT, Type.DATETIME),
    (re.compile(r"TIME\Z"), TEXT, Type.TIME),
    (NESTED, "CAST(to_json({0}) AS VARCHAR)", Type.LIST),
    (SPATIAL, "CAST(TRY(ST_AsGeoJSON({0})) AS VARCHAR)", Type.GEOMETRY),
    (re.compile(r"BLOB\Z"), "to_base64({0})", None),
)


@dataclass(frozen=True)
class _Column:
    name: str  # as the file has it
    expression: str
    type: Type | None
    system: str = ""  # of coordinates, as the file names it


def read(path: Path, into: Path, _: Options) -> Raw:
    """Raises Unreadable for a file that is cut, broken or lies about what it holds, and TooMuch."""
    try:
        with connected([path], [into]) as connection:
            columns = _columns(connection, path)
            if elsewhere := {each.name: bring for each in columns if (bring := _bringer(each))}:
                found = Found(
                    _brought(connection, path, columns, elsewhere), "parquet", [each.name for each in columns]
                )
                raw = shaped(found, into)
            else:
                raw = _straight(connection, path, columns, into)
    except Fault as error:
        raise _broken() from error
    except Unreadable as error:
        raise (_broken() if isinstance(error.__cause__, Fault) else error) from error
    if not raw.rows:
        raise Unreadable("Ce fichier Parquet ne contient aucune ligne. Déposez celui qui contient les lignes.", "empty")
    names = dict(zip((each.name for each in columns), raw.names, strict=True))
    known = {names[each.name]: each.type for each in columns if each.type and not _nowhere(each)}
    return replace(raw, known=known, notes=(*_notes(columns), *raw.notes))


def _columns(connection: Connection, path: Path) -> list[_Column]:
    described = connection.execute("DESCRIBE SELECT * FROM read_parquet($path)", {"path": str(path)}).fetchall()
    columns = []
    for name, kind, *_ in described:
        expression, meaning = next((each[1:] for each in WRITTEN if each[0].match(kind)), (TEXT, None))
        if kind == "BLOB" and _wkb(connection, path, name):
            expression, meaning = "CAST(TRY(ST_AsGeoJSON(ST_GeomFromWKB({0}))) AS VARCHAR)", Type.GEOMETRY
        system = match[1] if (match := SPATIAL.match(kind)) else ""
        columns.append(_Column(name, expression.format(quoted(name)), meaning, system or ""))
    return columns


def _wkb(connection: Connection, path: Path, name: str) -> bool:
    """Are the bytes of this column geometries (OGC 06-103r4 §8), though no metadata say so?"""
    column = quoted(name)
    row = connection.execute(
        f"SELECT count({column}), count(TRY(ST_GeomFromWKB({column}))) FROM (SELECT {column} FROM read_parquet($path) "
        f"WHERE {column} IS NOT NULL LIMIT 100)",
        {"path": str(path)},
    ).fetchone()
    return row is not None and row[0] == row[1] > 0


def _straight(connection: Connection, path: Path, columns: Sequence[_Column], into: Path) -> Raw:
    written = tuple(each.name for each in columns)
    names, notes = headers.named(written)
    checked(names)
    chosen = ", ".join(f"{each.expression} AS {quoted(name)}" for each, name in zip(columns, names, strict=True))
    count = connection.execute(
        f"COPY (SELECT {chosen} FROM read_parquet($path)) TO $into ({as_parquet(len(names))})",
        {"path": str(path), "into": str(into)},
    ).fetchone()
    return Raw(into, names, written, count[0] if count else 0, "parquet", notes=notes)


def _brought(
    connection: Connection, path: Path, columns: Sequence[_Column], elsewhere: dict[str, projections.Bringer]
) -> Iterator[Row]:
    """The rows, geometries brought to WGS 84: what DuckDB does not do by itself."""
    chosen = ", ".join(f"{each.expression} AS {quoted(each.name)}" for each in columns)
    places = {place: elsewhere[each.name] for place, each in enumerate(columns) if each.name in elsewhere}
    cursor = connection.execute(f"SELECT {chosen} FROM read_parquet($path)", {"path": str(path)})
    while rows := cursor.fetchmany(BATCH):
        for row in rows:
            cells = list(row)
            for place, bring in places.items():
                if cells[place]:
                    brought = bring(json.loads(cells[place]))
                    cells[place] = brought and json.dumps(brought, separators=(",", ":"))
            yield cells


def _epsg(column: _Column) -> int | None:
    """Of the system of coordinates, told by a name or by PROJJSON. Without one it is WGS 84 (GeoParquet 1.1, "crs")."""
    if not column.system:
        return 4326
    if not column.system.startswith("{"):
        return projections.code(column.system)
    try:
        said = json.loads(column.system).get("id")
        return projections.code(f"{said['authority']}:{said['code']}")
    except (ValueError, RecursionError, TypeError, KeyError):
        return None


def _bringer(column: _Column) -> projections.Bringer | None:
    epsg = _epsg(column) if column.type is Type.GEOMETRY else 4326
    return projections.bringer(epsg) if epsg and epsg not in projections.GEOGRAPHIC else None


def _nowhere(column: _Column) -> bool:
    """Coordinates in a system that we do not know: kept, and no geometry for a map."""
    return column.type is Type.GEOMETRY and _epsg(column) not in projections.GEOGRAPHIC and not _bringer(column)


def _notes(columns: Sequence[_Column]) -> Iterator[Note]:
    for each in columns:
        if each.type is Type.GEOMETRY and _nowhere(each):
            yield Note("crs", projections.UNKNOWN.format(each.system[:60]), column=each.name)
        elif _bringer(each):
            yield Note("crs", projections.BROUGHT.format(_epsg(each), "dit par le fichier"), column=each.name)
        elif each.expression.startswith("to_base64"):
            yield Note(
                "binary",
                "Cette colonne contient des octets, pas du texte : ils sont écrits en base 64.",
                column=each.name,
            )


def _broken() -> Unreadable:
    return Unreadable(
        "Ce fichier Parquet est coupé, abîmé, ou ne contient pas ce que son index annonce. Écrivez-le et déposez-le de nouveau.",
        "damaged",
    )
