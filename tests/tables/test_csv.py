"""CSV as people make it: a table and a report, or a refusal in French; never anything else."""

import contextlib
import random
import time
from pathlib import Path

import pytest

from catalogue.tables import intake
from catalogue.tables.contract import Options, TableError, TooMuch, Unreadable
from catalogue.tables.store import as_parquet
from tests.tables.taken import codes, taken


@pytest.mark.parametrize("separator", [",", ";", "\t", "|", "^"])
@pytest.mark.parametrize("quote", ['"', "'"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\r\r\n"])
def test_separators_quotes_and_ends(tmp_path: Path, separator: str, quote: str, end: str) -> None:
    lines = [
        ["nom", "ville", "n"],
        *(
            [f"{quote}Rue{separator} des {quote * 2}Prés{quote * 2}{quote}", f"{quote}Caen{quote}", str(n)]
            for n in range(5)
        ),
    ]
    raw, rows = taken(tmp_path, end.join(separator.join(line) for line in lines) + end)
    assert raw.separator == separator
    assert rows[3] == (f"Rue{separator} des {quote}Prés{quote}", "Caen", "3")


@pytest.mark.parametrize(
    ("encoding", "said"),
    [
        ("utf-8", "UTF-8"),
        ("utf-8-sig", "UTF-8"),
        ("cp1252", "Windows-1252"),
        ("mac_roman", "Mac Roman"),
        ("cp850", "CP850"),
        ("utf-16", "UTF-16"),
        ("utf-16-le", "UTF-16"),
        ("utf-16-be", "UTF-16"),
    ],
)
def test_encodings(tmp_path: Path, encoding: str, said: str) -> None:
    text = "école;libellé\nSaint-Étienne-à-l’Œuvre;Hôtel d’été\nGarçon;déjà\n"
    if encoding == "cp850":
        text = text.replace("’", "'").replace("Œ", "O")
    raw, rows = taken(tmp_path, text.encode(encoding))
    assert raw.encoding == said
    assert raw.names == ("école", "libellé")
    assert rows[1] == ("Garçon", "déjà")
    assert (codes(raw) & {"encoding", "bom"} != set()) == (encoding != "utf-8")


def test_two_encodings_in_one_file_are_told_by_line(tmp_path: Path) -> None:
    lines = [f"{n};été".encode("cp1252" if n in (7, 9) else "utf-8") for n in range(20)]
    raw, rows = taken(tmp_path, b"\n".join([b"n;saison", *lines]))
    assert {row[1] for row in rows} == {"été"}
    note = next(note for note in raw.notes if note.code == "mixed-encoding")
    assert (note.line, note.count) == (9, 2)


def test_title_lines_and_units_are_notes(tmp_path: Path) -> None:
    raw, rows = taken(
        tmp_path,
        "Budget de la commune;;\nExercice 2024;;\n;;\nCompte;Dépense;Date\n;€;\n6411;1 200,50;31/12/2024\n6413;3,00;01/01/2024\n",
    )
    assert raw.names == ("Compte", "Dépense", "Date")
    assert rows == [("6411", "1 200,50", "31/12/2024"), ("6413", "3,00", "01/01/2024")]
    assert raw.first_line == 6
    assert {"title-lines", "units"} <= codes(raw)
    assert next(note for note in raw.notes if note.code == "title-lines").examples == (
        "Budget de la commune",
        "Exercice 2024",
    )


@pytest.mark.parametrize(
    "header",
    [
        "Commune;Population;;Logements;\n;2019;2020;2019;2020\n",
        ";Population;;Logements;\nCommune;2019;2020;2019;2020\n",
    ],
)
def test_a_header_of_two_levels_is_joined(tmp_path: Path, header: str) -> None:
    raw, rows = taken(tmp_path, f"{header}Caen;105000;106000;50;51\nBayeux;13000;12000;8;9\n")
    assert raw.names == ("Commune", "Population – 2019", "Population – 2020", "Logements – 2019", "Logements – 2020")
    assert rows[0] == ("Caen", "105000", "106000", "50", "51")
    assert "two-level-header" in codes(raw)


def test_years_may_be_names_of_columns(tmp_path: Path) -> None:
    raw, rows = taken(tmp_path, "commune,2022,2023\nCaen,10,11\nBayeux,5,6\n")
    assert raw.names == ("commune", "2022", "2023")
    assert len(rows) == 2


def test_no_header(tmp_path: Path) -> None:
    raw, rows = taken(tmp_path, "1;Caen;31/12/2024\n2;Bayeux;01/01/2024\n3;Lisieux;02/01/2024\n")
    assert raw.names == ("colonne_1", "colonne_2", "colonne_3")
    assert (len(rows), raw.first_line) == (3, 1)
    assert "no-header" in codes(raw)


@pytest.mark.parametrize(("lines", "names", "count"), [(0, ("colonne_1", "colonne_2"), 4), (2, ("x", "y"), 2)])
def test_the_publisher_may_say_where_the_header_is(
    tmp_path: Path, lines: int, names: tuple[str, ...], count: int
) -> None:
    raw, rows = taken(tmp_path, "a;b\nx;y\n1;2\n3;4\n", Options(header_lines=lines))
    assert (raw.names, len(rows)) == (names, count)


def test_a_total_that_is_the_sum_is_left_out_and_told(tmp_path: Path) -> None:
    raw, rows = taken(tmp_path, "poste;montant\nA;1 000,50\nB;2,00\nTotal;1 002,50\n")
    assert [row[0] for row in rows] == ["A", "B"]
    assert next(note for note in raw.notes if note.code == "total-line").line == 4


def test_a_total_may_stand_under_an_empty_cell_and_debts(tmp_path: Path) -> None:
    content = "chapitre;poste;montant;part\n011;A;1 000,50;97,2 %\n65;B;(2,00);2,8 %\n;TOTAL DÉPENSES;998,50;\n;;;\nSource : mairie;;;\n"
    raw, rows = taken(tmp_path, content.encode("cp1252"))
    assert [row[0] for row in rows] == ["011", "65"]
    assert {"total-line", "footnotes"} <= codes(raw)


def test_a_total_that_is_no_sum_stays(tmp_path: Path) -> None:
    raw, rows = taken(tmp_path, "poste;montant\nA;1 000,50\nB;2,00\nTotal énergies;7,00\n")
    assert len(rows) == 3
    assert "total-line-perhaps" in codes(raw)


def test_footnotes_are_notes(tmp_path: Path) -> None:
    raw, rows = taken(tmp_path, "poste;montant;date\nA;1;2\nB;2;3\nTotal;3;\n\nSource : mairie\n(*) provisoire\n")
    assert len(rows) == 2
    assert {"footnotes", "total-line"} <= codes(raw)
    assert next(note for note in raw.notes if note.code == "footnotes").examples == (
        "Source : mairie",
        "(*) provisoire",
    )


def test_a_last_row_that_is_half_empty_stays(tmp_path: Path) -> None:
    raw, rows = taken(tmp_path, "poste;montant;date\nA;1;2\nB;2;3\nC;;\n")
    assert len(rows) == 3
    assert "footnotes-perhaps" in codes(raw)


def test_a_quote_that_is_never_closed_costs_its_own_line_alone(tmp_path: Path) -> None:
    lines = [f"{n};x{n};z" for n in range(2000)]
    lines[1000] = '1000;"rue des Prés;z'
    raw, rows = taken(tmp_path, "\n".join(["a;b;c", *lines]))
    assert len(rows) == 2000
    assert rows[1000] == ("1000", '"rue des Prés', "z")
    assert rows[1001] == ("1001", "x1001", "z")
    assert next(note for note in raw.notes if note.code == "open-quotes").line == 1002


def test_many_open_quotes_take_no_time(tmp_path: Path) -> None:
    lines = [f'{n};"x{n};z' if n % 3 else f'{n};""";z' for n in range(20_000)]
    started = time.process_time()
    raw, rows = taken(tmp_path, "\n".join(["a;b;c", *lines]))
    assert time.process_time() - started < 5
    assert "open-quotes" in codes(raw)
    assert sum((cell or "").count("z") for row in rows for cell in row) == 20_000


def test_a_cell_may_hold_lines_and_quotes(tmp_path: Path) -> None:
    raw, rows = taken(tmp_path, 'a,b\n1,"une\nligne\n\net ""deux"""\n2,y\n')
    assert rows == [("1", 'une\nligne\n\net "deux"'), ("2", "y")]
    assert codes(raw) == set()


def test_nul_bytes_are_told(tmp_path: Path) -> None:
    raw, rows = taken(tmp_path, b"nom;ville\nA\x00B;Caen\n" + b"C;Bayeux\n" * 20)
    assert rows[0] == ("AB", "Caen")
    assert next(note for note in raw.notes if note.code == "nul").count == 1


def test_ragged_lines_lose_nothing(tmp_path: Path) -> None:
    raw, rows = taken(tmp_path, "a;b;c\n1;2;3\n4;5\n6;7;8;9;10\n11;12;13;;\n")
    assert raw.names == ("a", "b", "c", "surplus")
    assert rows == [("1", "2", "3", None), ("4", "5", None, None), ("6", "7", "8", "9;10"), ("11", "12", "13", None)]
    notes = {note.code: note for note in raw.notes}
    assert (notes["short-lines"].line, notes["short-lines"].count) == (3, 1)
    assert (notes["long-lines"].line, notes["long-lines"].count) == (4, 1)


def test_lines_of_the_file_are_known_beyond_blank_ones(tmp_path: Path) -> None:
    raw, rows = taken(tmp_path, "a;b\n1;2\n\n;\n3;4\n5;6\n\n")
    assert len(rows) == 3
    assert [raw.line_of(row) for row in range(3)] == [2, 5, 6]
    assert "blank-lines" in codes(raw)


def test_names_are_unique_and_never_empty(tmp_path: Path) -> None:
    raw, rows = taken(tmp_path, 'id; DROP TABLE x,,Nom,nom,"a ""b""","c\nd"\n1,2,3,4,5,6\n', Options(separator=","))
    assert raw.names == ("id; DROP TABLE x", "colonne_2", "Nom", "nom_2", 'a "b"', "c d")
    assert raw.written[1] == "" and raw.written[3] == "nom"
    assert {"unnamed-columns", "repeated-columns"} <= codes(raw)
    assert rows == [("1", "2", "3", "4", "5", "6")]


def test_html_formulas_and_leading_zeros_stay_texts(tmp_path: Path) -> None:
    cells = ("<b onclick='x'>gras</b>", "=cmd|' /C calc'!A0", "00123", " espaces ")
    _, rows = taken(tmp_path, "a;b;c;d\n" + ";".join(cells) + "\nx;y;z;t\n")
    assert rows[0] == cells


def test_the_line_of_excel_that_says_the_separator(tmp_path: Path) -> None:
    raw, rows = taken(tmp_path, "sep=;\na;b\n1,5;2\n3,5;4\n")
    assert (raw.names, raw.first_line, len(rows)) == (("a", "b"), 3, 2)


def test_one_column_without_separator(tmp_path: Path) -> None:
    raw, rows = taken(tmp_path, "prénom\nLouise\nJade, Marie\nAmbre\nZoé\n")
    assert (raw.separator, raw.names) == ("", ("prénom",))
    assert rows[1] == ("Jade, Marie",)


@pytest.mark.parametrize(("columns", "rows"), [(32, 122_880), (200, 20_000), (2_000, 2_048)])
def test_groups_of_rows_are_shorter_in_wide_tables(columns: int, rows: int) -> None:
    assert as_parquet(columns).endswith(f"ROW_GROUP_SIZE {rows}")


def test_a_table_of_many_columns(tmp_path: Path) -> None:
    lines = [";".join(f"{start}{n}" for n in range(1_500)) for start in ("c", "1", "2")]
    raw, rows = taken(tmp_path, "\n".join(lines))
    assert (len(raw.names), rows[1][1_499]) == (1_500, "21499")


@pytest.mark.parametrize("content", ["nom;ville;date", "nom;ville;date\n", "nom;ville;date\r\n\r\n"])
def test_a_header_without_rows(tmp_path: Path, content: str) -> None:
    raw, rows = taken(tmp_path, content)
    assert (raw.names, raw.rows, rows) == (("nom", "ville", "date"), 0, [])


def test_a_line_of_ten_megabytes(tmp_path: Path) -> None:
    _, rows = taken(tmp_path, "a;b\n1;" + "x" * 10_000_000 + "\n2;y\n")
    assert [len(row[1] or "") for row in rows] == [10_000_000, 1]


REFUSED = {
    "empty": b"",
    "spaces": b" \n\n  \n",
    "separators": b";;;\n;;;\n",
    "binary": bytes(range(256)) * 50,
    "zeros": b"\0" * 5000,
    "image": b"\x89PNG\r\n\x1a\n" + bytes(200),
    "pdf": b"%PDF-1.7\n" + b"x" * 200,
    "long line": b"a;b\n1;" + b"x" * 20_000_000,
    "columns": b";".join(b"c%d" % n for n in range(3000)) + b"\n",
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_no_table_is_refused_and_leaves_nothing(tmp_path: Path, case: str) -> None:
    with pytest.raises((Unreadable, TooMuch)) as refusal:
        taken(tmp_path, REFUSED[case])
    assert len(refusal.value.message) > 40
    assert [each.name for each in tmp_path.iterdir()] == ["given.csv"]


def test_a_file_above_the_limit_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "large.csv"
    with path.open("wb") as file:
        file.truncate(2 * 2**30 + 1)
    with pytest.raises(TooMuch, match="2 Gio"):
        intake.read(path, tmp_path / "out.parquet")


@pytest.mark.parametrize("encoding", ["utf-8", "klingon"])
def test_an_encoding_that_is_not_the_file_s(tmp_path: Path, encoding: str) -> None:
    with pytest.raises(Unreadable, match=r"UTF-8|klingon"):
        taken(tmp_path, "été;hiver\n1;2\n".encode("cp1252"), Options(encoding=encoding))


@pytest.mark.parametrize("seed", range(60))
def test_noise_gives_a_table_or_a_refusal(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    alphabet = [
        b";",
        b",",
        b'"',
        b"'",
        b"\n",
        b"\r",
        b"\t",
        b"a",
        b"1",
        b"\xe9",
        "é".encode(),
        b"\\",
        b" ",
        b"\0",
        b"total",
    ]
    content = b"".join(chance.choices(alphabet, k=chance.randrange(1, 400)))
    with contextlib.suppress(TableError):
        taken(tmp_path, content)


def test_columns_that_a_spreadsheet_added_are_left_out(tmp_path: Path) -> None:
    raw, rows = taken(tmp_path, "a;b;;;\n1;2;;;\n3;4;;;\n;;;;\n")
    assert (raw.names, rows) == (("a", "b"), [("1", "2"), ("3", "4")])
    assert "empty-columns" in codes(raw) and "unnamed-columns" not in codes(raw)


def test_what_was_there_stays_when_a_new_file_is_refused(tmp_path: Path) -> None:
    into = tmp_path / "out.parquet"
    into.write_bytes(b"before")
    (tmp_path / "given.csv").write_bytes(b";;;\n")
    with pytest.raises(Unreadable):
        intake.read(tmp_path / "given.csv", into)
    assert into.read_bytes() == b"before"
