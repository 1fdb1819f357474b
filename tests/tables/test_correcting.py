"""What is corrected on a page becomes a file of our own; the one that came is not touched."""

from __future__ import annotations

from pathlib import Path

import pytest

from catalogue.tables.contract import Level, Options, Order, Taken, Unreadable
from catalogue.tables.taking import take
from catalogue.tables.versions import CORRECTED, Correction, Corrections

BROKEN = "subventions__invalide_cellules.csv"


def taken(original: Path, folder: Path, corrections: Corrections, name: str = "t.csv") -> tuple[Taken, list[str]]:
    folder.mkdir()
    found = take(original, folder, Order(Options(name=name)), corrections)
    return found, (folder / CORRECTED).read_text("utf-8").splitlines()


@pytest.fixture
def broken(shared_data: Path) -> Path:
    return shared_data / "samples" / BROKEN


def test_each_wrong_cell_can_be_typed_anew_by_its_line(broken: Path, tmp_path: Path) -> None:
    before = broken.read_bytes()
    first = take(broken, tmp_path, Order(Options(name=BROKEN)))
    assert first.verdict is not None
    wrong = [one for one in first.verdict.found if one.column == "dateConvention" and one.rule == "type"]
    assert len(wrong) == 1
    cells = tuple(Correction(one.column, one.value, "2017-03-09", one.line) for one in wrong)
    after, _ = taken(broken, tmp_path / "after", Corrections(cells))
    assert after.verdict is not None
    assert after.corrected == 1
    assert ("type", "dateConvention") not in after.verdict.counts
    assert after.verdict.counts[("type", "montant")] == first.verdict.counts[("type", "montant")]
    assert broken.read_bytes() == before


def test_a_cell_that_is_no_longer_what_was_shown_stays(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("a,b\n1,x\n2,x\n", "utf-8")
    found, lines = taken(
        path, tmp_path / "after", Corrections((Correction("b", "y", "z", 2), Correction("b", "x", "w", 9)))
    )
    assert found.corrected == 0
    assert lines == ["a,b", "1,x", "2,x"]


def test_all_the_same_are_corrected_at_once_and_lines_left_blank_are_counted(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("nom;ville\nA;Orvaut\n\nB;Nantes\nC;Orvaut\nD;Vannnes\n", "utf-8")
    cells = (Correction("ville", "Orvaut", "Orvault"), Correction("ville", "Vannnes", "Vannes", 6))
    found, lines = taken(path, tmp_path / "after", Corrections(cells))
    assert found.corrected == 3
    assert lines == ["nom;ville", "A;Orvault", "B;Nantes", "C;Orvault", "D;Vannes"]


def test_what_the_schema_wants_is_written_where_it_is_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "elus.csv"
    path.write_text(
        "siren;insee;nom;prenom;sexe;fonction;delegation;groupe politique;date_debut_mandat;date_fin_mandat\n"
        "214 401 143;44114;DURAND;Anne;f;maire;;;22/03/2026;\n214401143;44114;MARTIN;Paul;M;adjoint;;;1er avril 2026;nc\n",
        "utf-8",
    )
    found, lines = taken(path, tmp_path / "after", Corrections((), ("date_debut_mandat", "siren"), headings=True))
    head = lines[0].split(";")
    assert "groupe_politique" in head
    first = dict(zip(head, lines[1].split(";"), strict=True))
    assert (first["date_debut_mandat"], first["siren"], first["sexe"]) == ("2026-03-22", "214401143", "f")
    assert dict(zip(head, lines[2].split(";"), strict=True))["date_debut_mandat"] == "2026-04-01"
    assert found.corrected == 3 + 2  # a column has another name


def test_a_table_that_can_be_recovered_is_valid_once_corrected(shared_data: Path, tmp_path: Path) -> None:
    original = shared_data / "samples" / BROKEN
    first = take(original, tmp_path, Order(Options(name=BROKEN)))
    assert first.verdict is not None
    columns = tuple(dict.fromkeys(one.column for one in first.verdict.found if one.recovered and one.line))
    after, _ = taken(original, tmp_path / "after", Corrections((), columns, headings=True))
    assert after.verdict is not None
    assert sum(after.verdict.counts.values()) < sum(first.verdict.counts.values())
    assert after.rows == first.rows
    assert first.verdict.level == Level.INVALID


def test_quotes_breaks_and_other_alphabets_come_through(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    text = 'a,b\n"dit ""oui"", puis\nnon",Ελλάδα\n=1+1,x\n'
    path.write_text(text, "utf-8")
    _, lines = taken(path, tmp_path / "after", Corrections((Correction("b", "x", 'y,"z"', 3),)))
    assert "\n".join(lines) + "\n" == text.replace("=1+1,x", '=1+1,"y,""z"""')


def test_what_is_more_than_rows_and_columns_is_corrected_where_it_was_made(tmp_path: Path) -> None:
    path = tmp_path / "t.json"
    path.write_text('[{"a": 1, "b": "x"}, {"a": 2, "b": "y"}]', "utf-8")
    (tmp_path / "after").mkdir()
    with pytest.raises(Unreadable, match="l’outil qui l’a fait"):
        take(path, tmp_path / "after", Order(Options(name="t.json")), Corrections((Correction("b", "x", "z", 2),)))
