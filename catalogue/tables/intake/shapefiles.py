"""Shapefiles (ESRI, 1998): the attributes as columns, then the geometry as GeoJSON in WGS 84.

They come as several files of one name: .shp (shapes), .dbf (attributes), .prj (system of coordinates), .cpg (encoding).
"""

from __future__ import annotations

import codecs
import json
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final

from catalogue.tables.contract import Note, Type, Unreadable
from catalogue.tables.intake import projections
from catalogue.tables.intake.cells import written
from catalogue.tables.intake.reading import Found, Row

PARTS: Final = (".shp", ".dbf", ".prj", ".cpg")
GEOMETRY: Final = "geometry"
SMALL: Final = 2**16  # bytes of a .prj or a .cpg
HEADER: Final = 8  # where a .dbf says how long its own header is


@dataclass(frozen=True)
class _Place:
    bring: projections.Bringer | None
    note: Note | None


def read(files: Mapping[str, Path]) -> Found:
    """`files`: by extension; .shp at least. Raises Unreadable."""
    import shapefile
    from shapefile import Reader, ShapefileException

    shapefile.VERBOSE = False  # it would log each shape that it doubts
    _whole(files[".shp"])
    encoding = _encoding(files)
    opened: list[IO[bytes]] = [files[each].open("rb") for each in (".shp", ".dbf") if each in files]
    try:
        reader = Reader(**dict(zip(("shp", "dbf"), opened, strict=False)), encoding=encoding, encodingErrors="replace")
        names = [field.name for field in reader.fields if field.name != "DeletionFlag"] if ".dbf" in files else []
    except (ShapefileException, struct.error, ValueError, LookupError, OSError, MemoryError) as error:
        _close(opened)
        raise damaged() from error
    geometry = GEOMETRY if GEOMETRY not in names else f"{GEOMETRY}_"
    place = _place(files)
    found = Found(
        iter(()),
        "shapefile",
        [*names, geometry],
        encoding=encoding.upper(),
        notes=[place.note] if place.note else [],
        known={geometry: Type.GEOMETRY} if place.bring else {},
    )
    found.rows = _rows(reader, ".dbf" in files, opened, place, found.notes)
    return found


def _rows(reader: Any, described: bool, opened: list[IO[bytes]], place: _Place, notes: list[Note]) -> Iterator[Row]:
    from shapefile import ShapefileException

    invalid = 0
    try:
        for shape, record in _both(reader, described):
            geometry = _geometry(shape)
            brought = place.bring(geometry) if place.bring and geometry else geometry
            invalid += geometry is not None and brought is None
            cells = [_cell(value) for value in record]
            yield [*cells, None if brought is None else json.dumps(brought, separators=(",", ":"))]
    except (ShapefileException, struct.error, ValueError, TypeError, LookupError, OSError, MemoryError) as error:
        raise damaged() from error
    finally:
        _close(opened)
    if invalid:
        notes.append(Note("geometries", projections.INVALID, count=invalid))


def _both(reader: Any, described: bool) -> Iterator[tuple[Any, Any]]:
    if not described:
        yield from ((shape, ()) for shape in reader.iterShapes())
    else:
        yield from ((each.shape, each.record) for each in reader.iterShapeRecords())


def _geometry(shape: Any) -> dict[str, Any] | None:
    """With lists in place of tuples. None for a shape that is null."""
    if not shape.shapeType or not shape.points:
        return None
    made: dict[str, Any] = json.loads(json.dumps(shape.__geo_interface__))
    return made


def _cell(value: Any) -> str | None:
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace") or None
    if value is None:
        return None
    return written(value.strip() if isinstance(value, str) else value)


def _place(files: Mapping[str, Path]) -> _Place:
    if ".prj" not in files:
        return _Place(None, Note("crs", projections.UNKNOWN.format("le fichier .prj manque")))
    with files[".prj"].open("rb") as file:
        said = file.read(SMALL).decode("utf-8", "replace")
    epsg = projections.told(said)
    bring = projections.bringer(epsg) if epsg else None
    if bring is None:
        return _Place(None, Note("crs", projections.UNKNOWN.format(said[:60])))
    if epsg in projections.GEOGRAPHIC:
        return _Place(bring, None)
    return _Place(bring, Note("crs", projections.BROUGHT.format(epsg, "dit par le fichier .prj")))


def _encoding(files: Mapping[str, Path]) -> str:
    """What the .cpg says; else UTF-8 if all the attributes are, else Windows-1252."""
    if ".cpg" in files:
        with files[".cpg"].open("rb") as file:
            said = file.read(SMALL).decode("ascii", "replace").strip()
        try:
            return codecs.lookup(f"cp{said}" if said.isdigit() else said).name
        except LookupError:
            pass  # a name that only one program knows
    if ".dbf" not in files:
        return "utf-8"
    decoder = codecs.getincrementaldecoder("utf-8")()
    with files[".dbf"].open("rb") as file:
        start = file.read(32)
        file.seek(int.from_bytes(start[HEADER : HEADER + 2], "little"))
        try:
            while piece := file.read(2**20):
                decoder.decode(piece)
        except UnicodeDecodeError:
            return "cp1252"
    return "utf-8"


def _whole(path: Path) -> None:
    """Is the file as long as it says, in words of two bytes (ESRI, "The Main File Header")?"""
    with path.open("rb") as file:
        start = file.read(100)
    if len(start) < 100 or 2 * int.from_bytes(start[24:28], "big") != path.stat().st_size:
        raise damaged()


def _close(opened: list[IO[bytes]]) -> None:
    for each in opened:
        each.close()


def damaged() -> Unreadable:
    return Unreadable(
        "Ce fichier de formes (shapefile) est coupé ou abîmé. Exportez la couche de nouveau, de préférence en GeoJSON.",
        "damaged",
    )
