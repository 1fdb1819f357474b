"""Parquet: types kept, nested values as JSON, geometries as GeoJSON."""

import json
from pathlib import Path

import duckdb
import pytest

from catalogue.tables import intake
from catalogue.tables.contract import Raw, Type, Unreadable
from tests.tables.taken import codes, rows_of, taken

WKB = "'POINT(2.3522 48.8566)'::GEOMETRY"


def made(tmp_path: Path, query: str, options: str = "") -> Path:
    path = tmp_path / "given.parquet"
    duckdb.connect().execute(f"COPY ({query}) TO '{path}' (FORMAT parquet{options})")
    return path


def read(tmp_path: Path, query: str) -> tuple[Raw, list[tuple[str | None, ...]]]:
    raw = intake.read(made(tmp_path, query), tmp_path / "out.parquet")
    assert raw.format == "parquet"
    return raw, rows_of(raw)


@pytest.mark.parametrize(
    ("value", "text", "type"),
    [
        ("CAST(75 AS SMALLINT)", "75", Type.INTEGER),
        ("170141183460469231731687303715884105727::HUGEINT::VARCHAR", "170141183460469231731687303715884105727", None),
        ("12.50::DECIMAL(9, 2)", "12.50", Type.DECIMAL),
        ("75.0::DOUBLE", "75", None),
        ("0.1::FLOAT", "0.1", None),
        ("1e16::DOUBLE", "10000000000000000", None),
        ("1.5e-7::DOUBLE", "0.00000015", None),
        ("1e20::DOUBLE", "100000000000000000000", None),
        ("'nan'::DOUBLE", None, None),
        ("true", "true", Type.BOOLEAN),
        ("DATE '2025-12-31'", "2025-12-31", Type.DATE),
        ("TIMESTAMP '2025-12-31 08:30:00'", "2025-12-31 08:30:00", Type.DATETIME),
        ("TIMESTAMPTZ '2025-12-31 08:30:00+01'", "2025-12-31 07:30:00+00:00", Type.DATETIME),
        ("TIME '08:30:00'", "08:30:00", Type.TIME),
        ("'01000'", "01000", None),
        ("''", None, None),
        ("[1, 2]", "[1,2]", Type.LIST),
        ("{'a': 1, 'b': ['é']}", '{"a":1,"b":["é"]}', Type.LIST),
        ("map {'k': 'v'}", '{"k":"v"}', Type.LIST),
        ("'\\x01\\x02'::BLOB", "AQI=", None),
    ],
)
def test_values_and_their_types(tmp_path: Path, value: str, text: str | None, type: Type | None) -> None:
    raw, rows = read(tmp_path, f"SELECT 'x' AS nom, {value} AS valeur")
    assert rows == [("x", text)]
    assert raw.known.get("valeur") is type


def test_names_are_made_unique(tmp_path: Path) -> None:
    raw, _ = read(tmp_path, 'SELECT 1 AS "id; DROP TABLE x", 2 AS "Nom", 3 AS "été ""chaud"""')
    assert raw.names == ("id; DROP TABLE x", "Nom", 'été "chaud"')


def test_geometries_with_and_without_metadata(tmp_path: Path) -> None:
    for expression in (WKB, f"ST_AsWKB({WKB})"):
        raw, rows = read(tmp_path, f"SELECT 'x' AS nom, {expression} AS geom UNION ALL SELECT 'y', NULL")
        assert raw.known == {"geom": Type.GEOMETRY}
        assert json.loads(rows[0][1] or "") == {"type": "Point", "coordinates": [2.3522, 48.8566]}
        assert rows[1] == ("y", None)


@pytest.mark.parametrize(
    ("system", "told"),
    [
        (
            {"type": "ProjectedCRS", "name": "RGF93 / Lambert-93", "id": {"authority": "EPSG", "code": 2154}},
            Type.GEOMETRY,
        ),
        ({"type": "ProjectedCRS", "name": "inconnu"}, None),
    ],
)
def test_geometries_in_another_system(tmp_path: Path, system: dict[str, object], told: Type | None) -> None:
    geo = {
        "version": "1.1.0",
        "primary_column": "geom",
        "columns": {"geom": {"encoding": "WKB", "geometry_types": [], "crs": system}},
    }
    query = "SELECT 'x' AS nom, ST_AsWKB('POINT(652469.02 6862035.26)'::GEOMETRY)::BLOB AS geom"
    path = made(tmp_path, query, f", KV_METADATA {{geo: '{json.dumps(geo)}'}}")
    raw = intake.read(path, tmp_path / "out.parquet")
    assert raw.known.get("geom") is told and codes(raw) == {"crs"}
    place = json.loads(rows_of(raw)[0][1] or "")["coordinates"]
    assert place == (pytest.approx([2.3522, 48.8566], abs=0.0001) if told else [652469.02, 6862035.26])


def test_an_empty_one_says_so(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="aucune ligne"):
        read(tmp_path, "SELECT 1 AS a WHERE false")


def test_a_file_that_is_cut_or_lies_is_told(tmp_path: Path) -> None:
    content = made(tmp_path, "SELECT range AS a, 'x' || range AS b FROM range(10000)").read_bytes()
    size = int.from_bytes(content[-8:-4], "little")
    for broken in (
        content[:-100],
        content[: len(content) // 2],
        content[: -size - 8] + content[-8:],
        content[:-8] + (2**31 - 1).to_bytes(4, "little") + b"PAR1",
        content[:4] + content[200:],
    ):
        with pytest.raises(Unreadable, match="Parquet"):
            taken(tmp_path / "", broken, name="given.parquet")
        assert sorted(each.name for each in tmp_path.iterdir()) == ["given.parquet"]
