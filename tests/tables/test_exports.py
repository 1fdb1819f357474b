"""All that a question finds, in each form: read again by the usual readers, it is the same rows."""

from __future__ import annotations

import csv
import gc
import io
import json
import tracemalloc
import xml.etree.ElementTree as ET
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from catalogue.tables.contract import BadQuestion, Column, TooMuch, Type
from catalogue.tables.exports import FORMS, Style, export, workbook
from catalogue.tables.query import Filter, Function, Group, Measure, Op, Sort, TableQuery
from catalogue.tables.store import as_parquet, asking, put_away
from tests.tables.rows import Written, written

TYPES = {
    "=nom": Type.TEXT, "montant": Type.DECIMAL, "habitants": Type.INTEGER, "jour": Type.DATE, "vu": Type.DATETIME,
    "ouvert": Type.BOOLEAN, "heure": Type.TIME, "lat": Type.LATITUDE, "lon": Type.LONGITUDE, "tel": Type.TELEPHONE,
}  # fmt: skip
AT = datetime.fromisoformat("2024-01-31 09:30:00")
ROWS: list[tuple[Any, ...]] = [
    ('Mar"ché;\n', Decimal("-1200.50"), 30, date(2024, 1, 31), AT, True, time(8), 43.89, -0.5, "+33 5 58 00 00 00"),
    ("=cmd|' /C calc'!A0", Decimal("9999999999999999.99"), 2**53 + 1, date(1802, 2, 26), None, False, None, None, None, "05"),
    ("@x,1", None, None, None, None, None, None, 49.49, 0.11, None),
    ("-12,5", None, -5, None, None, None, None, None, None, None),
    (None,) * 10,
]  # fmt: skip
ALL = TableQuery()


@pytest.fixture(autouse=True)
def closed() -> Iterator[None]:
    yield
    put_away()


@pytest.fixture
def table(tmp_path: Path) -> Written:
    return written(tmp_path / "t.parquet", TYPES, ROWS)


def made(table: Written, form: str, query: TableQuery = ALL, **style: Any) -> bytes:
    return b"".join(export(table, query, form, Style(**style)))


def lines(table: Written, query: TableQuery = ALL, separator: str = ",", **style: Any) -> list[list[str]]:
    text = made(table, "csv", query, separator=separator, **style).decode()
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True))


def test_csv_is_that_of_the_standard(table: Written) -> None:
    text = made(table, "csv").decode()
    assert text.endswith("\r\n")
    assert not text.startswith("\ufeff")
    head, *rows = lines(table, safe=False)
    assert head == list(TYPES)
    assert rows[0] == [
        'Mar"ché;\n', "-1200.50", "30", "2024-01-31", "2024-01-31T09:30:00", "true", "08:00:00", "43.89", "-0.5", "+33 5 58 00 00 00",
    ]  # fmt: skip
    assert rows[4] == [""] * 10


def test_csv_for_french_spreadsheets(table: Written) -> None:
    text = made(table, "csv", separator=";", decimal=",", bom=True)
    assert text.startswith(b"\xef\xbb\xbf'=nom;montant;")
    assert lines(table, separator=";", decimal=",")[1][:2] == ['Mar"ché;\n', "-1200,50"]


def test_texts_that_a_spreadsheet_would_compute_are_made_harmless(table: Written) -> None:
    head, *rows = lines(table)
    assert head[0] == "'=nom"
    assert [row[0] for row in rows] == ['Mar"ché;\n', "'=cmd|' /C calc'!A0", "'@x,1", "-12,5", ""]
    assert rows[0][-1] == "+33 5 58 00 00 00", "a telephone computes nothing"
    assert rows[0][1] == "-1200.50", "a number is untouched"
    assert lines(table, safe=False)[2][0] == ROWS[1][0]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_each_beginning_of_a_formula(tmp_path: Path, start: str) -> None:
    table = written(tmp_path / "f.parquet", {"a": Type.TEXT}, [(f"{start}A1+B2",)])
    assert lines(table)[1] == [f"'{start}A1+B2"]


def test_json_in_one_array_and_by_lines(table: Written) -> None:
    rows = json.loads(made(table, "json"))
    assert rows == [json.loads(line) for line in made(table, "ndjson").decode().splitlines()]
    assert rows[0]["=nom"] == ROWS[0][0]
    assert json.loads(made(table, "json"), parse_float=Decimal)[1]["montant"] == Decimal("9999999999999999.99")
    assert rows[1]["habitants"] == 2**53 + 1
    assert rows[4] == dict.fromkeys(TYPES)


def test_geojson_has_the_rows_with_and_without_a_place(table: Written) -> None:
    said = json.loads(made(table, "geojson"))
    assert said["type"] == "FeatureCollection"
    assert [feature["geometry"] for feature in said["features"][:3]] == [
        {"type": "Point", "coordinates": [-0.5, 43.89]}, None, {"type": "Point", "coordinates": [0.11, 49.49]},
    ]  # fmt: skip
    assert said["features"][0]["properties"]["habitants"] == 30


def test_geojson_of_shapes_and_of_what_is_nowhere(tmp_path: Path) -> None:
    shape = '{"type":"LineString","coordinates":[[0,1],[2,3]]}'
    table = written(tmp_path / "g.parquet", {"nom": Type.TEXT, "geom": Type.GEOMETRY}, [("Voie", shape), ("?", "rien")])
    first, second = json.loads(made(table, "geojson"))["features"]
    assert first == {"type": "Feature", "geometry": json.loads(shape), "properties": {"nom": "Voie"}}
    assert second["geometry"] is None
    nowhere = written(tmp_path / "n.parquet", {"nom": Type.TEXT}, [("x",)])
    with pytest.raises(BadQuestion, match="latitude"):
        export(nowhere, ALL, "geojson")
    with pytest.raises(BadQuestion, match="groupes"):
        export(table, TableQuery(group=(Group("nom"),)), "geojson")


def test_parquet_keeps_names_types_and_values(table: Written, tmp_path: Path) -> None:
    path = tmp_path / "again.parquet"
    path.write_bytes(made(table, "parquet"))
    relation = duckdb.connect().execute("SELECT * FROM read_parquet(?)", [str(path)])
    assert [column[0] for column in relation.description or ()] == list(TYPES)
    assert relation.fetchall() == ROWS


def cells(workbook_bytes: bytes) -> list[dict[str, tuple[str, str]]]:
    """Of each row: column letter -> (type, text)."""
    with zipfile.ZipFile(io.BytesIO(workbook_bytes)) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
    space = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
    return [
        {c.get("r", "")[0]: (c.get("t", "n"), text) for c in row.iter(f"{space}c") if (text := "".join(c.itertext()))}
        for row in ET.fromstring(sheet).iter(f"{space}row")
    ]


def test_xlsx_has_numbers_as_numbers_and_no_formula(table: Written) -> None:
    book = made(table, "xlsx")
    assert b"<f>" not in zipfile.ZipFile(io.BytesIO(book)).read("xl/worksheets/sheet1.xml")
    head, first, second, third, *_ = cells(book)
    assert [text for _, text in head.values()] == list(TYPES)
    assert first["A"] == ("inlineStr", ROWS[0][0])
    assert first["B"] == ("n", "-1200.5")
    assert first["D"] == ("n", "45322")
    assert first["F"] == ("b", "1")
    assert second["A"][1] == "'=cmd|' /C calc'!A0"
    assert second["B"] == ("inlineStr", "9999999999999999.99"), "not rounded"
    assert second["C"] == ("inlineStr", str(2**53 + 1))
    assert second["D"] == ("inlineStr", "1802-02-26"), "Excel has no such day"
    assert third["A"][1] == "'@x,1"


def test_xlsx_says_what_does_not_fit(table: Written, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "MOST_ROWS", 4)
    with pytest.raises(TooMuch, match="4 lignes"):
        export(table, ALL, "xlsx")
    assert len(cells(made(table, "xlsx", limit=3))) == 4
    long = Written(table.path, tuple(Column(c.name, c.type, longest=40_000) for c in table.columns), 5)
    with pytest.raises(BadQuestion, match="CSV"):
        export(long, ALL, "xlsx")


@pytest.mark.parametrize("form", sorted(FORMS))
def test_each_form_follows_the_question(table: Written, form: str) -> None:
    query = TableQuery(
        filters=(Filter("habitants", Op.FILLED),),
        sort=(Sort("habitants"),),
        select=("habitants", "jour"),
        limit=1,
        cursor="x",
    )
    text = made(table, form, query)
    if form == "csv":
        assert [row[0] for row in lines(table, query)] == ["habitants", "-5", "30", str(2**53 + 1)]
    elif form == "json":
        assert [row["habitants"] for row in json.loads(text)] == [-5, 30, 2**53 + 1]
    assert text
    with pytest.raises(BadQuestion, match="pas de colonne"):
        export(table, TableQuery(select=("rien",)), form)


@pytest.mark.parametrize("form", sorted(set(FORMS) - {"geojson"}))
def test_groups_can_be_exported(table: Written, form: str) -> None:
    query = TableQuery(group=(Group("ouvert"),), measures=(Measure(Function.SUM, "montant"),))
    assert made(table, form, query)
    assert lines(table, query) == [
        ["ouvert", "count", "sum_montant"], ["false", "1", "9999999999999999.99"], ["true", "1", "-1200.50"], ["", "3", ""],
    ]  # fmt: skip


@pytest.mark.parametrize("form", sorted(FORMS))
def test_nothing_found_is_an_empty_table(table: Written, form: str) -> None:
    query = TableQuery(filters=(Filter("=nom", Op.EQ, ("nulle part",)),))
    text = made(table, form, query)
    empty = {"csv": 1, "json": "[\n]\n", "ndjson": "", "geojson": '{"type":"FeatureCollection","features":[\n]}\n'}
    if form == "csv":
        assert len(lines(table, query)) == 1
    elif form in empty:
        assert text.decode() == empty[form]
    else:
        assert text


@pytest.mark.parametrize("style", [{"separator": "x"}, {"separator": ""}, {"decimal": "'"}, {"limit": -1}])
def test_a_style_that_does_not_exist(style: dict[str, Any]) -> None:
    with pytest.raises(BadQuestion):
        Style(**style)


@pytest.fixture(scope="module")
def long(tmp_path_factory: pytest.TempPathFactory) -> Written:
    path = tmp_path_factory.mktemp("long") / "long.parquet"
    duckdb.connect().execute(
        f"COPY (SELECT i AS a, 'Libellé ' || i AS b FROM range(400000) AS t(i)) TO '{path}' ({as_parquet(2)})"
    )
    return Written(path, (Column("a", Type.INTEGER), Column("b", Type.TEXT)), 400_000)


def test_a_long_export_keeps_the_order_and_little_memory(long: Written) -> None:
    gc.collect()
    tracemalloc.start()
    try:
        number, left = 0, b""
        for piece in export(long, ALL, "csv"):
            rows = (left + piece).split(b"\r\n")
            left = rows.pop()
            for row in rows:
                if row != b"a,b":
                    assert row.startswith(b"%d," % number), row
                    number += 1
        assert (number, left) == (400_000, b"")
        assert tracemalloc.get_traced_memory()[1] < 8 * 2**20
    finally:
        tracemalloc.stop()


def test_whoever_stops_reading_frees_the_turn_and_the_table(long: Written) -> None:
    for _ in range(5):
        stream = export(long, ALL, "json")
        next(stream)
        stream.close()
    with asking(long.path, "export") as asked:
        assert asked.kept.users == 1


def test_an_export_that_nobody_waits_for_stops(long: Written) -> None:
    assert len(cells(b"".join(export(long, ALL, "xlsx", Style(limit=3))))) == 4
    with pytest.raises(TooMuch) as stopped:
        b"".join(export(long, TableQuery(sort=(Sort("b"),)), "parquet", gone=lambda: True))
    assert stopped.value.code == "gone"
