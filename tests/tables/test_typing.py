"""What a column of texts becomes, and what is said of it."""

import csv
import datetime as dt
import json
from collections.abc import Sequence
from decimal import Decimal
from itertools import zip_longest
from pathlib import Path
from typing import Any

import pytest

from catalogue.tables import intake
from catalogue.tables.contract import Note, Options, Type, Typed
from catalogue.tables.store import connected
from catalogue.tables.typing import typed


def moment(*parts: int) -> dt.datetime:
    """As a town's clock shows it: without a zone."""
    return dt.datetime(*parts)  # type: ignore[arg-type]  # noqa: DTZ001


NBSP, THIN = "\u00a0", "\u202f"
SIRENS = ["215600461", "552100554", "130025265"]
SIRETS = ["21560046100010", "55210055400013", "35600000000048"]


def column(
    tmp_path: Path, cells: Sequence[str], name: str = "valeur", hint: Type | None = None
) -> tuple[Type, list[Any], dict[str, Note]]:
    """The type, values and notes of one column beside another."""
    path = tmp_path / "given.csv"
    rows = "".join(f'{number}\t"{cell.replace(chr(34), chr(34) * 2)}"\n' for number, cell in enumerate(cells))
    path.write_text(f"numero\t{name}\n{rows}", "utf-8")
    raw = intake.read(path, tmp_path / "raw.parquet", Options(separator="\t", header_lines=1))
    table = typed(raw, tmp_path / "typed.parquet", {name: hint} if hint else {})
    assert sorted(each.name for each in tmp_path.iterdir()) == ["given.csv", "raw.parquet", "typed.parquet"]
    return table.columns[1].type, values(table), {note.code: note for note in table.notes if note.column == name}


def values(table: Typed) -> list[Any]:
    with connected([table.path]) as connection:
        found = connection.execute("SELECT * FROM read_parquet($path)", {"path": str(table.path)}).fetchall()
    return [row[1] for row in found]


# The name of a column, its cells, its type, and what they are read as.
CASES: list[tuple[str, list[str], Type, list[Any]]] = [
    ("valeur", ["1", "-2", "+3", "0"], Type.INTEGER, [1, -2, 3, 0]),
    ("valeur", ["1 234", f"1{NBSP}234", f"12{THIN}345", "1'234"], Type.INTEGER, [1234, 1234, 12345, 1234]),
    ("valeur", ["1 234,56 €", "−3", "0,5", "12 €"], Type.DECIMAL, [Decimal("1234.56"), Decimal(-3), Decimal("0.5"), Decimal(12)]),
    ("valeur", ["(1 234,50)", "- 3 €", "2"], Type.DECIMAL, [Decimal("-1234.5"), Decimal(-3), Decimal(2)]),
    ("valeur", ["1.234,50", "12,00"], Type.DECIMAL, [Decimal("1234.5"), Decimal(12)]),
    ("valeur", ["12,5 %", "3%"], Type.DECIMAL, [Decimal("12.5"), Decimal(3)]),
    ("valeur", ["1e-3", "2,5E3"], Type.DECIMAL, [0.001, 2500.0]),
    ("valeur", ["0.1", "48.83185379190816"], Type.DECIMAL, [Decimal("0.1"), Decimal("48.83185379190816")]),
    ("valeur", ["1234567890123456.789", "0.5"], Type.DECIMAL, [1234567890123456.8, 0.5]),
    ("valeur", ["9007199254740993", "12"], Type.TEXT, ["9007199254740993", "12"]),
    ("valeur", ["12345678901234567890", "1"], Type.TEXT, ["12345678901234567890", "1"]),
    ("valeur", ["007", "12"], Type.TEXT, ["007", "12"]),
    ("code", ["7", "12"], Type.TEXT, ["7", "12"]),
    ("valeur", ["oui", "NON", "Vrai", "false"], Type.BOOLEAN, [True, False, True, False]),
    ("valeur", ["31/12/2025", "1/2/2024"], Type.DATE, [dt.date(2025, 12, 31), dt.date(2024, 2, 1)]),
    ("valeur", ["31-12-25", "01.02.69"], Type.DATE, [dt.date(2025, 12, 31), dt.date(1969, 2, 1)]),
    ("valeur", ["2025-12-31", "2013.01.26"], Type.DATE, [dt.date(2025, 12, 31), dt.date(2013, 1, 26)]),
    ("valeur", ["31 décembre 2025", "1er août 2024", "Lundi 3 févr. 2020"], Type.DATE, [dt.date(2025, 12, 31), dt.date(2024, 8, 1), dt.date(2020, 2, 3)]),
    ("valeur", ["12/31/2025", "01/02/2025"], Type.DATE, [dt.date(2025, 12, 31), dt.date(2025, 1, 2)]),
    ("valeur", ["31/12/2025", "30/02/2025"], Type.TEXT, ["31/12/2025", "30/02/2025"]),
    ("date", ["20251231", "20240229"], Type.DATE, [dt.date(2025, 12, 31), dt.date(2024, 2, 29)]),
    ("valeur", ["2025-12-31 00:00:00"], Type.DATE, [dt.date(2025, 12, 31)]),
    ("valeur", ["2025-12-31T08:00:00+02:00", "2025-01-01 09:30"], Type.DATETIME, [moment(2025, 12, 31, 8), moment(2025, 1, 1, 9, 30)]),
    ("valeur", ["31/12/2025 8h30", "01/01/2025 23:59:58"], Type.DATETIME, [moment(2025, 12, 31, 8, 30), moment(2025, 1, 1, 23, 59, 58)]),
    ("valeur", ["8h30", "23:00", "8h"], Type.TIME, [dt.time(8, 30), dt.time(23), dt.time(8)]),
    ("annee", ["2024", "1999"], Type.YEAR, [2024, 1999]),
    ("places", ["2024", "1999"], Type.INTEGER, [2024, 1999]),
    ("valeur", SIRENS, Type.SIREN, SIRENS),
    ("siren", ["215 600 461"], Type.SIREN, ["215600461"]),
    ("valeur", SIRETS, Type.SIRET, SIRETS),
    ("SIRET", ["215 600 461 00010"], Type.SIRET, ["21560046100010"]),
    ("codeInsee", ["01001", "2A004", "76351"], Type.COMMUNE, ["01001", "2A004", "76351"]),
    ("Code INSEE", ["1001", "76351"], Type.COMMUNE, ["01001", "76351"]),
    ("code_postal", ["01000", "76600"], Type.POSTCODE, ["01000", "76600"]),
    ("CP", ["1000", "76600"], Type.POSTCODE, ["01000", "76600"]),
    ("département", ["01", "2A", "971"], Type.DEPARTMENT, ["01", "2A", "971"]),
    ("region", ["28", "01", "94"], Type.REGION, ["28", "01", "94"]),
    ("tel", ["02 35 19 45 45", "+33 6 12 34 56 78", "3975"], Type.TELEPHONE, ["02 35 19 45 45", "+33 6 12 34 56 78", "3975"]),
    ("courriel", ["mairie@ville.example", "a.b@c.fr"], Type.EMAIL, ["mairie@ville.example", "a.b@c.fr"]),
    ("valeur", ["https://ville.example/x?y=1", "www.ville.example"], Type.URL, ["https://ville.example/x?y=1", "www.ville.example"]),
    ("valeur", ["48.83,2.23", "[5.71, 45.19]"], Type.POINT, ["48.83,2.23", "[5.71, 45.19]"]),
    ("valeur", ['["a", "b"]', "[]"], Type.LIST, ['["a", "b"]', "[]"]),
    ("montant", ["10", "1,5", ""], Type.DECIMAL, [Decimal(10), Decimal("1.5"), None]),
    ("nom", ["NC", "Le Havre"], Type.TEXT, ["NC", "Le Havre"]),
    ("nom", ["", ""], Type.TEXT, [None, None]),
]  # fmt: skip


@pytest.fixture(scope="module")
def together(tmp_path_factory: pytest.TempPathFactory) -> tuple[Typed, list[tuple[Any, ...]]]:
    """All cases as the columns of one table: a number after each name tells them apart."""
    folder = tmp_path_factory.mktemp("together")
    with (folder / "given.csv").open("w", encoding="utf-8", newline="") as file:
        write = csv.writer(file, delimiter="\t").writerow
        write([f"{name} {number}" for number, (name, *_) in enumerate(CASES)])
        for cells in zip_longest(*(cells for _, cells, _, _ in CASES), fillvalue=""):
            write(cells)
    raw = intake.read(folder / "given.csv", folder / "raw.parquet", Options(separator="\t", header_lines=1))
    table = typed(raw, folder / "typed.parquet")
    with connected([table.path]) as connection:
        rows = connection.execute("SELECT * FROM read_parquet($path)", {"path": str(table.path)}).fetchall()
    return table, rows


@pytest.mark.parametrize(
    "number", range(len(CASES)), ids=lambda number: " ".join((CASES[number][0], *CASES[number][1]))
)
def test_types_and_values(together: tuple[Typed, list[tuple[Any, ...]]], number: int) -> None:
    table, rows = together
    _, cells, type_, read = CASES[number]
    assert table.columns[number].type is type_
    assert [row[number] for row in rows[: len(cells)]] == read


@pytest.mark.parametrize(
    ("wkt", "shape"),
    [
        ("POINT (0.1 49.5)", {"type": "Point", "coordinates": [0.1, 49.5]}),
        ("MULTIPOINT ((1 2), (3 4))", {"type": "MultiPoint", "coordinates": [[1, 2], [3, 4]]}),
        ("MULTIPOINT (1 2, 3 4)", {"type": "MultiPoint", "coordinates": [[1, 2], [3, 4]]}),
        ("LineString Z (1 2 3, 4 5 6)", {"type": "LineString", "coordinates": [[1, 2], [4, 5]]}),
        ("POLYGON ((0 0, 1 0, 0 0), (2 2, 3 2, 2 2))", {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [0, 0]], [[2, 2], [3, 2], [2, 2]]]}),
        ("SRID=4326;MULTIPOLYGON (((0 0, 1 0, 1 1, 0 0)))", {"type": "MultiPolygon", "coordinates": [[[[0, 0], [1, 0], [1, 1], [0, 0]]]]}),
    ],
)  # fmt: skip
def test_shapes_become_geojson(tmp_path: Path, wkt: str, shape: dict[str, Any]) -> None:
    type_, read, notes = column(tmp_path, [wkt])
    assert type_ is Type.GEOMETRY
    assert json.loads(read[0]) == shape
    assert "read-as" in notes


@pytest.mark.parametrize("shape", ['{"type": "Point", "coordinates": [652000.5, 6860000.5]}', "POINT (652000 6860000)"])
def test_coordinates_in_metres_are_no_shape_on_earth(tmp_path: Path, shape: str) -> None:
    assert column(tmp_path, [shape])[0] in {Type.TEXT, Type.LIST}


def test_coordinates_go_by_two(tmp_path: Path) -> None:
    path = tmp_path / "given.csv"
    path.write_text("lat;long;VEH_LONG\n49,49;0,10;12\n49,50;0,11;13\n", "utf-8")
    raw = intake.read(path, tmp_path / "raw.parquet")
    table = typed(raw, tmp_path / "typed.parquet")
    assert [each.type for each in table.columns[:2]] == [Type.LATITUDE, Type.LONGITUDE]
    path.write_text("ID;VEH_LONG\n1;12\n2;13\n", "utf-8")
    raw = intake.read(path, tmp_path / "raw.parquet")
    assert [each.type for each in typed(raw, tmp_path / "typed.parquet").columns] == [Type.INTEGER, Type.INTEGER]


def test_what_marks_a_missing_value_is_empty_and_told(tmp_path: Path) -> None:
    type_, read, notes = column(tmp_path, ["12", "NC", "n/a", "-", "3"])
    assert (type_, read) == (Type.INTEGER, [12, None, None, None, 3])
    assert (notes["missing-marks"].count, notes["missing-marks"].examples) == (3, ("-", "NC", "n/a"))


def test_the_cells_that_prevent_a_number_are_named(tmp_path: Path) -> None:
    type_, read, notes = column(tmp_path, [*map(str, range(50)), "environ 12"])
    assert type_ is Type.TEXT
    assert read[-1] == "environ 12"
    assert (notes["prevented"].line, notes["prevented"].count) == (52, 1)
    assert notes["prevented"].examples == ("ligne 52 : « environ 12 »",)


def test_codes_are_not_told_as_numbers_that_failed(tmp_path: Path) -> None:
    assert "prevented" not in column(tmp_path, [*map(str, range(50)), "012"])[2]


def test_a_sample_is_not_believed(tmp_path: Path) -> None:
    cells = [str(n) for n in range(30_000)]
    cells[17_777] = "beaucoup"
    type_, _, notes = column(tmp_path, cells)
    assert type_ is Type.TEXT
    assert notes["prevented"].examples == ("ligne 17779 : « beaucoup »",)


def test_every_coercion_is_told(tmp_path: Path) -> None:
    assert column(tmp_path, ["31/12/2025", "01/02/2024"])[2]["read-as"].count == 2
    assert column(tmp_path, ["2025-12-31", "01/02/2024"])[2]["read-as"].count == 1
    assert column(tmp_path, ["1 234", "5"])[2]["read-as"].examples == ("ligne 2 : « 1 234 »",)
    assert column(tmp_path, ["1001", "76351"], "insee")[2]["read-as"].count == 1
    assert column(tmp_path, ["2025-01-01T08:00:00Z"])[2]["offset"].count == 1
    assert "large-integers" in column(tmp_path, ["9007199254740993", "1"])[2]
    assert "rounded" in column(tmp_path, ["1234567890123456.789", "0.5"])[2]
    assert "percent-mixed" in column(tmp_path, ["12 %", "3,5"])[2]


def test_wrong_keys_are_told_once_a_value(tmp_path: Path) -> None:
    type_, _, notes = column(tmp_path, ["215600462", "215600462", "215600461"], "siren")
    assert type_ is Type.SIREN
    assert (notes["check-digit"].count, notes["check-digit"].examples) == (2, ("ligne 2 : « 215600462 »",))


def test_a_schema_s_type_wins_and_what_does_not_follow_is_listed(tmp_path: Path) -> None:
    type_, read, notes = column(tmp_path, ["2025-01-01", "bientôt", "NC", "2025-01-02"], hint=Type.DATE)
    assert (type_, read) == (Type.DATE, [dt.date(2025, 1, 1), None, None, dt.date(2025, 1, 2)])
    assert (notes["not-fitting"].count, notes["not-fitting"].examples) == (1, ("ligne 3 : « bientôt »",))


@pytest.mark.parametrize(
    ("cells", "hint", "type_", "read"),
    [
        (["6411", "6413"], Type.TEXT, Type.TEXT, ["6411", "6413"]),
        (["1", "0", "1"], Type.BOOLEAN, Type.BOOLEAN, [True, False, True]),
        (["O", "n"], Type.BOOLEAN, Type.BOOLEAN, [True, False]),
        (["75.0", "3"], Type.INTEGER, Type.INTEGER, [75, 3]),
        (["75.5", "3"], Type.INTEGER, Type.DECIMAL, [Decimal("75.5"), Decimal(3)]),
        (["75351", "1001"], Type.COMMUNE, Type.COMMUNE, ["75351", "01001"]),
        (["21560046100010", "inconnu 2"], Type.SIRET, Type.SIRET, ["21560046100010", "inconnu 2"]),
        (["un", "deux", "3"], Type.INTEGER, Type.TEXT, ["un", "deux", "3"]),
        (["", ""], Type.DECIMAL, Type.DECIMAL, [None, None]),
        (["NC", ""], Type.DATE, Type.DATE, [None, None]),
        (["12", "13"], Type.DECIMAL, Type.DECIMAL, [Decimal(12), Decimal(13)]),
    ],
)
def test_hints(tmp_path: Path, cells: list[str], hint: Type, type_: Type, read: list[Any]) -> None:
    found, values_read, _ = column(tmp_path, cells, hint=hint)
    assert (found, values_read) == (type_, read)


def test_an_identifier_whose_keys_are_wrong_is_no_number(tmp_path: Path) -> None:
    cells = ["21860194600000", "21860194600001", "01860194600002"]
    found, values_read, _ = column(tmp_path, cells, hint=Type.SIRET)
    assert not found.numeric
    assert values_read == cells


def test_a_table_without_rows(tmp_path: Path) -> None:
    path = tmp_path / "given.csv"
    path.write_text("nom;montant\n", "utf-8")
    table = typed(intake.read(path, tmp_path / "raw.parquet"), tmp_path / "typed.parquet", {"montant": Type.DECIMAL})
    assert [(each.name, each.type) for each in table.columns] == [("nom", Type.TEXT), ("montant", Type.DECIMAL)]
    assert (table.rows, table.columns[1].missing) == (0, 0)


@pytest.mark.parametrize(
    "name", ["id; DROP TABLE x", 'a"b', "l'école", "a.b", "🌳", "x" * 180, "$path", "c", "t", "file_row_number"]
)
def test_strange_names(tmp_path: Path, name: str) -> None:
    assert column(tmp_path, ["1", "2"], name.replace('"', '""') if '"' in name else name)[0] is Type.INTEGER
