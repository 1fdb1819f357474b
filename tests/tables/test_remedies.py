"""What was decided about personal data is done in a new file, and said. All persons are invented."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from catalogue.tables.contract import BadQuestion, Match, Type, Typed
from catalogue.tables.personal import Decision, remedied, suspects
from catalogue.tables.personal.finding import REMEDIES
from catalogue.tables.store import connected
from tests.tables.test_personal import IBAN, NIR, table
from tests.tables.test_rules import HOSTILE, STRANGE

SUBSIDIES = Match("scdl/subventions", "2.1.1", 1.0)


def rows(typed: Typed) -> list[tuple[object, ...]]:
    with connected([typed.path]) as connection:
        return connection.execute("SELECT * FROM read_parquet($p)", {"p": str(typed.path)}).fetchall()


def done(typed: Typed, folder: Path, *decisions: tuple[str, str], match: Match | None = None) -> Typed:
    """Each decision on the suspicion of that code that was really found."""
    found = {suspicion.code: suspicion for suspicion in suspects(typed, match)}
    chosen = [Decision(code, found[code].columns, remedy) for code, remedy in decisions]
    return remedied(typed, chosen, folder / "remedied.parquet", match)


def column(folder: Path, name: str, *cells: object) -> Typed:
    return table(folder, [name, "rang"], *([cell, str(rank)] for rank, cell in enumerate(cells)))


def test_a_column_that_is_dropped_is_nowhere_in_the_file(tmp_path: Path) -> None:
    typed = column(tmp_path, "dossier", NIR, "12")
    made = done(typed, tmp_path, ("nir", "drop"))
    assert [each.name for each in made.columns] == ["rang"]
    assert made.rows == 2
    assert NIR.encode() not in made.path.read_bytes()
    assert [note.code for note in made.notes] == ["personal-drop"]
    assert NIR.encode() in typed.path.read_bytes()  # what was read stays


@pytest.mark.parametrize(
    ("name", "cells", "code", "masked"),
    [
        ("dossier", [NIR, "12"], "nir", ["…", "12"]),
        ("compte", [IBAN, "caisse"], "iban", ["…", "caisse"]),
        ("courriel", ["Lucette.Garenne@orange.fr", "mairie@valbelle.example"], "email", ["…@orange.fr", "mairie@valbelle.example"]),
        ("tel", ["+33 6 39 98 12 34", "02 61 91 12 34"], "telephone", ["06 …", "02 61 91 12 34"]),
        ("président", ["Lucette Garenne", "Jean-Paul Tilleul"], "names", ["L. G.", "J. P. T."]),
    ],
)  # fmt: skip
def test_a_mask_takes_the_cells_that_tell_and_leaves_the_others(
    name: str, cells: list[str], code: str, masked: list[str], tmp_path: Path
) -> None:
    made = done(column(tmp_path, name, *cells), tmp_path, (code, "mask"))
    assert [row[0] for row in rows(made)] == masked
    assert made.columns[0].type == Type.TEXT
    assert suspects(made, None) == () or code == "names"  # initials are still in a column of names


def test_births_become_decades_and_addresses_streets(tmp_path: Path) -> None:
    types = {"nom": Type.TEXT, "prenom": Type.TEXT, "date_naissance": Type.DATE, "adresse": Type.TEXT}
    typed = table(
        tmp_path, types, ["Garenne", "Lucette", "1957-03-12", "3 bis rue des Tilleuls"], ["Tilleul", "Jean", None, None]
    )
    made = done(typed, tmp_path, ("birth", "mask"))
    assert rows(made) == [("G.", "L.", "1950-1959", "3 bis rue des Tilleuls"), ("Tilleul", "Jean", None, None)]
    streets = done(typed, tmp_path, ("address", "mask"))
    assert rows(streets)[0] == ("G.", "L.", rows(typed)[0][2], "rue des Tilleuls")


def test_persons_who_receive_a_subsidy_lose_their_name_and_associations_keep_it(tmp_path: Path) -> None:
    names = ["nomBeneficiaire", "idBeneficiaire", "rnaBeneficiaire"]
    typed = table(tmp_path, names, ["Lucette Garenne", None, None], ["Judo club", None, "W123456789"])
    made = done(typed, tmp_path, ("subsidy", "mask"), match=SUBSIDIES)
    assert [row[0] for row in rows(made)] == ["Personne physique", "Judo club"]
    assert suspects(made, SUBSIDIES) == ()


def test_small_counts_are_left_empty(tmp_path: Path) -> None:
    typed = table(tmp_path, {"quartier": Type.TEXT, "nb_allocataires": Type.INTEGER}, ["A", 4], ["B", 0], ["C", 60])
    made = done(typed, tmp_path, ("small", "mask"))
    assert rows(made) == [("A", None), ("B", 0), ("C", 60)]
    assert made.columns[1].missing == 1


def test_rare_first_names_and_names_in_a_deliberation(tmp_path: Path) -> None:
    match = Match("scdl/prenoms", "1.1.6", 1.0)
    typed = table(tmp_path, {"ENFANT_PRENOM": Type.TEXT, "NOMBRE": Type.INTEGER}, ["Lucette", 2], ["Louise", 12])
    assert rows(done(typed, tmp_path, ("rare", "mask"), match=match)) == [("…", None), ("Louise", 12)]
    match = Match("scdl/deliberations", "2.1.5", 1.0)
    typed = table(
        tmp_path, ["DELIB_MATIERE_CODE", "DELIB_OBJET"], ["8.2", "Aide à M. Jean Tilleul, logement"], ["1.1", "Marché"]
    )
    made = done(typed, tmp_path, ("deliberation", "mask"), match=match)
    assert [row[1] for row in rows(made)] == ["Aide à … , logement", "Marché"]


def people(folder: Path, *groups: tuple[str, int]) -> Typed:
    types = {
        "nom": Type.TEXT,
        "prenom": Type.TEXT,
        "quartier": Type.TEXT,
        "montant": Type.DECIMAL,
        "parts": Type.INTEGER,
    }
    lines: list[Sequence[object]] = []
    for quarter, count in groups:
        lines += [[f"Nom{rank}", "Lucette", quarter, 10.5, 2] for rank in range(count)]
    return table(folder, types, *lines)


def test_rows_are_grouped_and_small_groups_say_nothing(tmp_path: Path) -> None:
    made = done(people(tmp_path, ("Nord", 12), ("Sud", 10)), tmp_path, ("names", "aggregate"))
    assert [each.name for each in made.columns] == ["quartier", "montant", "parts", "nombre"]
    assert [(row[0], None if row[1] is None else float(str(row[1])), *row[2:]) for row in rows(made)] == [
        ("Nord", 126.0, 24, 12),
        ("Sud", None, None, None),
    ]
    assert made.rows == 2
    assert "secret statistique" in made.notes[-1].text


def test_places_do_not_group_and_everything_may_be_one_group(tmp_path: Path) -> None:
    types = {"nom": Type.TEXT, "prenom": Type.TEXT, "latitude": Type.LATITUDE, "nombre": Type.INTEGER}
    typed = table(tmp_path, types, *(["Garenne", "Lucette", 48.0 + rank, 1] for rank in range(11)))
    made = done(typed, tmp_path, ("names", "aggregate"))
    assert [each.name for each in made.columns] == ["nombre", "nombre de lignes"]
    assert rows(made) == [(11, 11)]


def test_several_decisions_are_done_together(tmp_path: Path) -> None:
    types = ["nom", "prenom", "courriel", "adresse"]
    typed = table(tmp_path, types, ["Garenne", "Lucette", "lucette.garenne@orange.fr", "3 rue Basse"])
    made = done(typed, tmp_path, ("names", "mask"), ("email", "mask"), ("address", "drop"))
    assert [each.name for each in made.columns] == ["courriel"]
    assert rows(made) == [("…@orange.fr",)]


def test_a_decision_holds_for_the_next_version_of_the_file(tmp_path: Path) -> None:
    decisions = [Decision("names", ("prenom", "nom"), "drop"), Decision("telephone", ("tel",), "mask")]
    typed = table(tmp_path, ["nom", "rue"], ["Garenne", "Basse"])
    assert rows(remedied(typed, decisions, tmp_path / "next.parquet")) == [("Basse",)]
    typed = table(tmp_path, ["tel", "rue"], ["02 61 91 12 34", "Basse"], ["06 39 98 12 34", "Haute"])
    assert [row[0] for row in rows(remedied(typed, decisions, tmp_path / "other.parquet"))] == [
        "02 61 91 12 34",
        "06 …",
    ]
    masked = [Decision("names", ("prenom", "nom"), "mask")]  # there is no pair of names any more: better too much
    typed = table(tmp_path, ["nom", "rue"], ["Garenne", "Basse"])
    assert rows(remedied(typed, masked, tmp_path / "last.parquet")) == [("G.", "Basse")]


@pytest.mark.parametrize(
    "decision",
    [
        Decision("nir", ("dossier",), "aggregate"),
        Decision("nir", ("dossier",), "burn"),
        Decision("what", ("dossier",), "drop"),
    ],
)
def test_a_remedy_that_is_none_is_refused(decision: Decision, tmp_path: Path) -> None:
    with pytest.raises(BadQuestion, match="remède"):
        remedied(column(tmp_path, "dossier", NIR), [decision], tmp_path / "remedied.parquet")
    assert not (tmp_path / "remedied.parquet").exists()


def test_a_table_of_which_nothing_is_left_is_refused(tmp_path: Path) -> None:
    typed = table(tmp_path, ["dossier"], [NIR])
    with pytest.raises(BadQuestion, match="aucune colonne"):
        done(typed, tmp_path, ("nir", "drop"))
    assert {path.suffix for path in tmp_path.iterdir()} == {".parquet"}  # nothing half-written


def test_names_of_columns_are_nothing_to_a_statement(tmp_path: Path) -> None:
    typed = table(tmp_path, ["tel'); DROP TABLE t; --", 'dit "tel"'], ["06 39 98 12 34", "x"])
    made = done(typed, tmp_path, ("telephone", "mask"))
    assert rows(made) == [("06 …", "x")]


def test_each_remedy_of_each_suspicion_can_be_carried_out() -> None:
    assert {remedy for remedies in REMEDIES.values() for remedy in remedies} == {"drop", "mask", "aggregate"}


def test_strange_cells_stop_no_remedy(tmp_path: Path) -> None:
    names = ["nom", "prenom", "tel", "courriel", "adresse", "date_naissance", "president", "nomBeneficiaire"]
    cells = [
        cell.replace("\x00", "") or "x"
        for cell in (*STRANGE, *HOSTILE, "a.durand@orange.fr", NIR, IBAN, "06 39 98 12 34")
    ]
    typed = table(tmp_path, [*names, "rang"], *([*[cell] * len(names), "1"] for cell in cells))
    found = suspects(typed, None)
    assert {"birth", "address", "email", "telephone", "nir", "iban"} <= {suspicion.code for suspicion in found}
    for remedy in ("drop", "mask", "aggregate"):
        decisions = [Decision(each.code, each.columns, remedy) for each in found if remedy in each.remedies]
        assert remedied(typed, decisions, tmp_path / f"{remedy}.parquet").rows > 0
