"""What a new version of a file changes: rows by their key, or whole; columns that came, went, or are called otherwise."""

from __future__ import annotations

from pathlib import Path

import pytest

from catalogue.tables.contract import Options, Order
from catalogue.tables.examples import LONGEST
from catalogue.tables.plain import plain
from catalogue.tables.sides import Side
from catalogue.tables.taking import take
from catalogue.tables.versions import Difference, difference_from

FIRST = "id,nom,hauteur\n1,Tilleul,12\n2,Hêtre,8\n3,Chêne,20\n"


def difference(tmp_path: Path, first: str, second: str, *, shown: bool = False) -> Difference:
    folders = [tmp_path / "first", tmp_path / "second"]
    before: Side | None = None
    for folder, text in zip(folders, (first, second), strict=True):
        folder.mkdir()
        (folder / "original").write_text(text, "utf-8")
        found = take(folder / "original", folder, Order(Options(name="t.csv")), before=before)
        before = Side(folder / "rows.parquet", found.columns, shown)
    assert found.difference is not None
    assert difference_from(plain(found.difference)) == found.difference
    return found.difference


def test_rows_are_known_again_by_their_identifier(tmp_path: Path) -> None:
    found = difference(tmp_path, FIRST, "id,nom,hauteur\n4,If,3\n3,Chêne,21\n1,Tilleul,12\n")
    assert (found.added, found.removed, found.changed, found.same, found.key) == (1, 1, 1, 1, ("id",))
    assert found.told == ("1 ligne ajoutée.", "1 ligne retirée.", "1 ligne modifiée.")


def test_the_key_of_a_schema_may_be_of_several_columns(tmp_path: Path) -> None:
    head = "collectivite_siren,collectivite_nom,annee,flux,mode_collecte,tonnage,population_desservie,valorisation\n"
    rows = [
        f"243500139,Métropole,{year},verre,apport volontaire,{10 + year % 7},1000,matière" for year in range(2010, 2020)
    ]
    after = [rows[0].replace("verre,", "verre,", 1), *(row.replace(",1000,", ",1001,") for row in rows[1:])]
    found = difference(tmp_path, head + "\n".join(rows) + "\n", head + "\n".join(after) + "\n")
    assert found.key == ("collectivite_siren", "annee", "flux", "mode_collecte")
    assert (found.added, found.removed, found.changed, found.same) == (0, 0, 9, 1)


def test_without_a_key_a_row_is_all_that_it_says_and_may_come_twice(tmp_path: Path) -> None:
    found = difference(tmp_path, "a,b\nx,1\nx,1\ny,2\n", "a,b\nx,1\ny,2\ny,2\nz,3\n")
    assert (found.added, found.removed, found.changed, found.same, found.key) == (2, 1, 0, 2, ())


def test_an_identifier_that_comes_twice_is_no_key(tmp_path: Path) -> None:
    assert difference(tmp_path, FIRST, FIRST.replace("3,Chêne", "2,Chêne")).key == ()


def test_columns_that_came_went_and_are_called_otherwise(tmp_path: Path) -> None:
    found = difference(tmp_path, FIRST, "ID,espece,quartier\n1,Tilleul,Nord\n2,Hêtre,Sud\n3,Chêne,Nord\n")
    assert set(found.renamed) == {("id", "ID"), ("nom", "espece")}
    assert (found.new_columns, found.gone_columns) == (("quartier",), ("hauteur",))
    assert (found.added, found.removed, found.changed, found.same) == (0, 0, 0, 3)
    assert "Colonne « nom » renommée « espece »." in found.told


def test_a_column_whose_values_are_of_another_type_is_told(tmp_path: Path) -> None:
    found = difference(tmp_path, FIRST, FIRST.replace(",20", ",vingt"))
    assert found.retyped == (("hauteur", "integer", "text"),)
    assert found.changed == 1


def test_the_same_again_says_that_nothing_changed(tmp_path: Path) -> None:
    found = difference(tmp_path, FIRST, FIRST)
    assert not found
    assert found.told == ("Rien n’a changé dans les lignes ni dans les colonnes.",)
    assert difference_from({}) is None


@pytest.mark.parametrize("name", ['a"b', "file_row_number", "SELECT", "é è"])
def test_a_column_may_have_any_name(tmp_path: Path, name: str) -> None:
    written = '"' + name.replace('"', '""') + '"'
    found = difference(tmp_path, f"id,{written}\n1,x\n2,y\n", f"id,{written}\n1,x\n2,z\n")
    assert (found.changed, found.same) == (1, 1)


def shown(tmp_path: Path, first: str, second: str) -> list[tuple[str, tuple[tuple[str, str, str], ...]]]:
    return [(one.kind, one.cells) for one in difference(tmp_path, first, second, shown=True).examples]


def test_rows_are_shown_with_what_they_said_and_what_they_say(tmp_path: Path) -> None:
    found = shown(tmp_path, FIRST, "id,NOM,hauteur\n1,Tilleul,12\n3,Chêne,21\n4,If,\n")
    assert found == [
        ("added", (("id", "", "4"), ("NOM", "", "If"))),
        ("changed", (("id", "3", "3"), ("hauteur", "20", "21"))),
        ("removed", (("id", "2", ""), ("nom", "Hêtre", ""), ("hauteur", "8", ""))),
    ]


def test_of_rows_that_come_several_times_those_in_excess_are_shown(tmp_path: Path) -> None:
    found = shown(tmp_path, "a,b\nx,1\nx,1\ny,2\n", "a,b\nx,1\ny,2\ny,2\n")
    assert found == [("added", (("a", "", "y"), ("b", "", "2"))), ("removed", (("a", "x", ""), ("b", "1", "")))]


def test_few_rows_are_shown_and_long_cells_are_cut(tmp_path: Path) -> None:
    rows = "".join(f"{number},{'é' * 500}\n" for number in range(100, 150))
    found = shown(tmp_path, "id,texte\n1,a\n2,b\n", f"id,texte\n1,a\n2,b\n{rows}")
    assert [cells[0][2] for _, cells in found] == ["100", "101", "102", "103", "104"]
    assert {len(cells[1][2]) for _, cells in found} == {LONGEST}


@pytest.mark.parametrize("name", ["k", "n", "r", "t", "file_row_number", 'a"b'])
def test_a_column_of_any_name_is_shown(tmp_path: Path, name: str) -> None:
    column = '"' + name.replace('"', '""') + '"'
    found = shown(tmp_path, f"{column},v\n1,a\n2,b\n3,c\n", f"{column},v\n1,a\n2,b\n4,d\n")
    assert [kind for kind, _ in found] == ["added", "removed"]


def test_no_row_is_kept_where_none_is_asked_for(tmp_path: Path) -> None:
    assert difference(tmp_path, FIRST, FIRST + "4,If,3\n").examples == ()
