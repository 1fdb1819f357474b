"""Shapefiles in archives: attributes with their encoding, geometries in WGS 84."""

import contextlib
import json
import random
from io import BytesIO
from pathlib import Path

import pytest
import shapefile

from catalogue.tables import intake
from catalogue.tables.contract import Options, TableError, Type, Unreadable
from tests.tables.books import zipped
from tests.tables.taken import codes, taken

LAMBERT = (
    'PROJCS["RGF_1993_Lambert_93",GEOGCS["GCS_RGF_1993",DATUM["D_RGF_1993",SPHEROID["GRS_1980",6378137.0,298.257222101]],'
    'PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]],PROJECTION["Lambert_Conformal_Conic"],'
    'PARAMETER["False_Easting",700000.0],PARAMETER["False_Northing",6600000.0],PARAMETER["Central_Meridian",3.0],'
    'PARAMETER["Standard_Parallel_1",49.0],PARAMETER["Standard_Parallel_2",44.0],PARAMETER["Latitude_Of_Origin",46.5],'
    'UNIT["Meter",1.0]]'
)
WGS = (
    'GEOGCS["GCS_WGS_1984",DATUM["D_WGS_1984",SPHEROID["WGS_1984",6378137.0,298.257223563]],PRIMEM["Greenwich",0.0],'
    'UNIT["Degree",0.0174532925199433]]'
)


def layer(name: str = "forets", encoding: str = "utf-8", metres: bool = True) -> dict[str, str | bytes]:
    parts = {".shp": BytesIO(), ".dbf": BytesIO(), ".shx": BytesIO()}
    writer = shapefile.Writer(**{key[1:]: part for key, part in parts.items()}, encoding=encoding)
    for field in (
        ("nom", "C", 40),
        ("insee", "C", 5),
        ("n", "N", 10),
        ("part", "N", 12, 3),
        ("jour", "D"),
        ("vu", "L"),
    ):
        writer.field(*field)
    x, y, side = (652_000, 6_862_000, 1_000) if metres else (2.35, 48.85, 0.01)
    writer.poly([[[x, y], [x, y + side], [x + side, y + side], [x, y]]])
    writer.record("Forêt", "01004", 75, 1.5, "20251231", True)
    writer.null()
    writer.record("Été", "2A004", None, None, None, None)
    writer.close()
    return {f"dossier/{name}{key}": part.getvalue() for key, part in parts.items()}


@pytest.mark.parametrize(
    ("encoding", "more"),
    [
        ("utf-8", {}),
        ("cp1252", {}),
        ("cp1252", {".cpg": "1252"}),
        ("utf-8", {".cpg": "UTF-8"}),
        ("cp1252", {".cpg": "inconnu"}),
    ],
)
def test_attributes_then_the_geometry(tmp_path: Path, encoding: str, more: dict[str, str]) -> None:
    files = (
        layer(encoding=encoding)
        | {"dossier/forets.prj": LAMBERT}
        | {f"dossier/forets{key}": said for key, said in more.items()}
    )
    raw, rows = taken(tmp_path, zipped(files), name="given.zip")
    assert (raw.format, raw.names) == ("shapefile", ("nom", "insee", "n", "part", "jour", "vu", "geometry"))
    assert raw.known == {"geometry": Type.GEOMETRY} and codes(raw) == {"crs"}
    assert rows[0][:6] == ("Forêt", "01004", "75", "1.5", "2025-12-31", "true")
    assert rows[1] == ("Été", "2A004", None, None, None, None, None)
    shape = json.loads(rows[0][6] or "")
    assert shape["type"] == "Polygon"
    assert shape["coordinates"][0][0] == pytest.approx([2.3458, 48.8562], abs=0.001)


def test_degrees_stay_as_they_are(tmp_path: Path) -> None:
    raw, rows = taken(tmp_path, zipped(layer(metres=False) | {"dossier/forets.prj": WGS}), name="given.zip")
    assert codes(raw) == set() and raw.known == {"geometry": Type.GEOMETRY}
    assert json.loads(rows[0][6] or "")["coordinates"][0][0] == [2.35, 48.85]


@pytest.mark.parametrize("system", [{}, {"dossier/forets.prj": "n’importe quoi"}])
def test_a_system_that_is_not_known_is_told(tmp_path: Path, system: dict[str, str]) -> None:
    raw, rows = taken(tmp_path, zipped(layer() | system), name="given.zip")
    assert codes(raw) == {"crs"} and raw.known == {}
    assert json.loads(rows[0][6] or "")["coordinates"][0][0] == [652_000.0, 6_862_000.0]


def test_one_layer_of_several(tmp_path: Path) -> None:
    content = zipped(layer() | layer("autres") | {"a.csv": "x;y\n1;2\n"})
    raw, _ = taken(tmp_path, content, Options(sheet="dossier/autres.shp"), name="given.zip")
    assert raw.sheet == "dossier/autres.shp"
    assert set(raw.sheets) == {"dossier/autres.shp", "dossier/forets.shp", "a.csv"}


def test_shapes_without_attributes(tmp_path: Path) -> None:
    files = {name: part for name, part in layer().items() if not name.endswith(".dbf")}
    raw, rows = taken(tmp_path, zipped(files), name="given.zip")
    assert (raw.names, len(rows)) == (("geometry",), 2)


@pytest.mark.parametrize("part", [".shp", ".dbf"])
@pytest.mark.parametrize("kept", [0, 20, 150])
def test_what_is_cut_is_told(tmp_path: Path, part: str, kept: int) -> None:
    files = layer()
    name = f"dossier/forets{part}"
    whole = files[name]
    assert isinstance(whole, bytes)
    with pytest.raises(Unreadable, match="coupé"):
        taken(tmp_path, zipped(files | {name: whole[:kept]}), name="given.zip")
    assert [each.name for each in tmp_path.iterdir()] == ["given.zip"]


def test_no_byte_that_changes_brings_up_what_has_no_name(tmp_path: Path) -> None:
    dice = random.Random(20261125)
    path = tmp_path / "given.zip"
    for _ in range(60):
        files = layer() | {"dossier/forets.prj": LAMBERT}
        for name, part in files.items():
            wrong = bytearray(part.encode() if isinstance(part, str) else part)
            wrong[dice.randrange(len(wrong))] = dice.randrange(256)
            files[name] = bytes(wrong)
        path.write_bytes(zipped(files))
        with contextlib.suppress(TableError):
            intake.read(path, tmp_path / "out.parquet")
        (tmp_path / "out.parquet").unlink(missing_ok=True)
        assert [each.name for each in tmp_path.iterdir()] == ["given.zip"]
