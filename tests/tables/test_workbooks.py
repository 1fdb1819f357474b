"""Workbooks: what a spreadsheet shows is what is read, sheet by sheet."""

from pathlib import Path

import pytest

from catalogue.tables.contract import BadQuestion, Options, Unreadable
from tests.tables.books import book, compound, ods, ods_cell, ods_row, sheet, xls, xlsx
from tests.tables.taken import codes, taken

TOWNS = [["commune", "code", "population"], ["Crac’h", "56046", 3446], ["Antibes", "06004", 72915.0]]
AS_READ = [("Crac’h", "56046", "3446"), ("Antibes", "06004", "72915")]


def test_a_sheet_of_texts_and_numbers(tmp_path: Path) -> None:
    raw, rows = taken(tmp_path, book(TOWNS))
    assert (raw.format, raw.sheet, raw.sheets) == ("xlsx", "Feuille 1", ("Feuille 1",))
    assert raw.names == ("commune", "code", "population")
    assert rows == AS_READ


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("<c><v>75</v></c>", "75"),
        ("<c><v>75.0</v></c>", "75"),
        ("<c><v>0.30000000000000004</v></c>", "0.3"),
        ("<c><v>1234.5600000000002</v></c>", "1234.56"),
        ("<c><v>1E+16</v></c>", "10000000000000000"),
        ("<c><v>1.5E-7</v></c>", "0.00000015"),
        ("<c><v>21560046100010</v></c>", "21560046100010"),
        ('<c t="b"><v>1</v></c>', "true"),
        ('<c t="b"><v>0</v></c>', "false"),
        ('<c t="str"><f>A1</f><v>calculé</v></c>', "calculé"),
        ('<c t="d"><v>2025-12-31T08:30:00</v></c>', "2025-12-31T08:30:00"),
        ('<c t="inlineStr"><is><t>01000</t></is></c>', "01000"),
        ('<c t="e"><v>#N/A</v></c>', None),
        ("<c/>", None),
    ],
)
def test_what_a_cell_says(tmp_path: Path, cell: str, text: str | None) -> None:
    _, rows = taken(tmp_path, book([["a", "b"], ["x", cell], ["y", "z"]]))
    assert rows[0] == ("x", text)


STYLES = (
    '<numFmts><numFmt numFmtId="164" formatCode="dd/mm/yyyy"/><numFmt numFmtId="165" formatCode="00000"/>'
    '<numFmt numFmtId="166" formatCode="[h]:mm"/></numFmts><cellXfs><xf numFmtId="0"/><xf numFmtId="164"/>'
    '<xf numFmtId="165"/><xf numFmtId="166"/></cellXfs>'
)


def test_dates_durations_and_codes_that_the_format_of_a_cell_makes(tmp_path: Path) -> None:
    rows = [
        ["jour", "code postal", "durée"],
        *[
            [f'<c s="1"><v>{46022 + day}</v></c>', '<c s="2"><v>1000</v></c>', '<c s="3"><v>1.25</v></c>']
            for day in (0, 1)
        ],
    ]
    raw, read = taken(tmp_path, xlsx({"F": sheet(rows)}, styles=STYLES))
    assert read == [("2025-12-31", "01000", "30:00:00"), ("2026-01-01", "01000", "30:00:00")]
    assert "zeros" in codes(raw)


def test_errors_and_lost_digits_are_reported(tmp_path: Path) -> None:
    raw, rows = taken(
        tmp_path, book([["a", "b"], ['<c t="e"><v>#REF!</v></c>', "<c><v>12345678901234567890</v></c>"], ["x", "y"]])
    )
    assert codes(raw) == {"formula-errors", "rounded"}
    assert rows[0][0] is None


def test_the_first_sheet_that_holds_a_table_is_taken_and_the_others_are_told(tmp_path: Path) -> None:
    sheets = {
        "Lisez-moi": sheet([["Ce classeur…"]]),
        "Cachée": sheet(TOWNS),
        "Données": sheet(TOWNS),
        "Autre": sheet(TOWNS),
    }
    content = xlsx(sheets, hidden=["Cachée"])
    raw, rows = taken(tmp_path, content)
    assert (raw.sheet, raw.sheets) == ("Données", ("Lisez-moi", "Cachée", "Données", "Autre"))
    assert rows == AS_READ
    assert "sheets" in codes(raw)
    assert taken(tmp_path, content, Options(sheet="Cachée"))[0].sheet == "Cachée"


@pytest.mark.parametrize(
    "name", ["Notice", "LISEZ-MOI", "Lisez_moi", "Légende", "À propos", "Métadonnées", "Dictionnaire des champs"]
)
def test_a_sheet_that_tells_of_others_comes_after_them(tmp_path: Path, name: str) -> None:
    words = sheet([["colonne", "sens"], ["code", "code INSEE"], ["population", "habitants"]])
    assert taken(tmp_path, xlsx({name: words, "REI": sheet(TOWNS)}))[0].sheet == "REI"
    assert taken(tmp_path, xlsx({name: words}))[0].sheet == name


def test_a_hidden_sheet_is_taken_when_there_is_no_other(tmp_path: Path) -> None:
    raw, _ = taken(tmp_path, xlsx({"Titre": sheet([["Bonjour"]]), "Base": sheet(TOWNS)}, hidden=["Base"]))
    assert raw.sheet == "Base"


@pytest.mark.parametrize("content", [xlsx({"A": sheet(TOWNS)}), ods({"A": ods_row(ods_cell("x"), ods_cell("y")) * 2})])
def test_a_sheet_that_is_not_there_is_told_with_those_that_are(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(BadQuestion, match="parmi : A"):
        taken(tmp_path, content, Options(sheet="B"))


def test_merged_cells_of_a_header_name_all_their_columns(tmp_path: Path) -> None:
    rows = [
        ["Budget de la commune", None, None, None],
        ["commune", "code", "Année 2024", None],
        ["", "", "dépenses", "recettes"],
        ["Crac’h", "56046", 10, 20],
        ["Antibes", "06004", 30, 40],
    ]
    raw, read = taken(tmp_path, book(rows, merged=["A1:D1", "C2:D2"]))
    assert read == [("Crac’h", "56046", "10", "20"), ("Antibes", "06004", "30", "40")]
    assert raw.names == ("commune", "code", "Année 2024 – dépenses", "Année 2024 – recettes")


def test_a_cell_merged_over_several_lines_counts_for_each(tmp_path: Path) -> None:
    rows = [["canton", "commune"], ["Auray", "Crac’h"], [None, "Brech"], [None, "Ploemel"], ["Vannes", "Séné"]]
    raw, read = taken(tmp_path, book(rows, merged=["A2:A4"]))
    assert [row[0] for row in read] == ["Auray", "Auray", "Auray", "Vannes"]
    assert "merged" in codes(raw)


def test_an_open_document(tmp_path: Path) -> None:
    table = (
        ods_row(ods_cell("commune"), ods_cell("code"), ods_cell("population"))
        + ods_row(ods_cell("Crac’h"), ods_cell("56046"), ods_cell(3446))
        + ods_row(ods_cell("Antibes"), ods_cell("06004"), ods_cell(72915))
        + ods_row(ods_cell(None, 'table:number-columns-repeated="16384"'), repeated=1_048_000)
    )
    raw, rows = taken(tmp_path, ods({"Vide": "", "Communes": table}))
    assert (raw.format, raw.sheet, raw.sheets) == ("ods", "Communes", ("Vide", "Communes"))
    assert rows == AS_READ


def test_merged_cells_of_an_open_document(tmp_path: Path) -> None:
    wide = 'table:number-columns-spanned="2" table:number-rows-spanned="1"'
    high = 'table:number-columns-spanned="1" table:number-rows-spanned="2"'
    table = (
        ods_row(ods_cell("canton"), ods_cell("Année 2024", wide), "<table:covered-table-cell/>")
        + ods_row(ods_cell(""), ods_cell("dépenses"), ods_cell("recettes"))
        + ods_row(ods_cell("Auray", high), ods_cell(1), ods_cell(2))
        + ods_row("<table:covered-table-cell/>", ods_cell(3), ods_cell(4))
    )
    raw, rows = taken(tmp_path, ods({"F": table}))
    assert rows == [("Auray", "1", "2"), ("Auray", "3", "4")]
    assert raw.names == ("canton", "Année 2024 – dépenses", "Année 2024 – recettes")


def test_the_old_format(tmp_path: Path) -> None:
    raw, rows = taken(
        tmp_path, xls([["commune", "code", "population"], ["Crac’h", "56046", 3446], ["Antibes", "06004", 72915]])
    )
    assert raw.format == "xls"
    assert rows == AS_READ


@pytest.mark.parametrize(
    "content",
    [
        compound({"EncryptedPackage": b"x" * 5000, "EncryptionInfo": b"y" * 5000}),
        ods({"F": ods_row(ods_cell("x"))}, manifest="<manifest:encryption-data/>"),
    ],
    ids=["xlsx", "ods"],
)
def test_a_workbook_with_a_password_says_so(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(Unreadable, match="mot de passe"):
        taken(tmp_path, content)


@pytest.mark.parametrize("content", [xlsx({"A": sheet([])}), ods({"A": ""})], ids=["xlsx", "ods"])
def test_an_empty_workbook_says_so(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(Unreadable, match="vide"):
        taken(tmp_path, content)
