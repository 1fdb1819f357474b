"""Personal data is pointed out before publication, with the law and a remedy; public persons and offices are not. All persons are invented."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from catalogue.tables.contract import Column, Match, Suspicion, Type, Typed
from catalogue.tables.personal import suspects
from catalogue.tables.personal.finding import REMEDIES
from catalogue.tables.personal.given_names import GIVEN_NAMES
from catalogue.tables.personal.law import TEXTS
from catalogue.tables.schemas.national import folded
from tests.tables.followed import FOLLOWED, rows_of
from tests.tables.rows import written


def key_of(number: str) -> str:
    """A social security number with its key, of nobody: département 99, order 999."""
    return f"{number}{97 - int(number) % 97:02}"


NIR = key_of("1850399999999")
IBAN = "FR1420041010050500013M02606"  # of every manual


def table(folder: Path, types: dict[str, Type] | Sequence[str], *rows: Sequence[object]) -> Typed:
    kinds = types if isinstance(types, dict) else dict.fromkeys(types, Type.TEXT)
    made = written(folder / f"{len(list(folder.iterdir()))}.parquet", kinds, rows)
    return Typed(made.path, made.columns, made.rows)


def found(typed: Typed, match: Match | None = None, own: Sequence[str] = ()) -> dict[str, Suspicion]:
    return {suspicion.code: suspicion for suspicion in suspects(typed, match, own)}


def told(folder: Path, column: str, *cells: object) -> set[str]:
    return set(found(table(folder, [column], *([cell] for cell in cells))))


@pytest.mark.parametrize(
    "cell", [NIR, f"{NIR[0]} {NIR[1:3]} {NIR[3:5]} {NIR[5:7]} {NIR[7:10]} {NIR[10:13]} {NIR[13:]}"]
)
def test_a_social_security_number_is_known_by_its_key(cell: str, tmp_path: Path) -> None:
    assert told(tmp_path, "dossier", "12", cell) == {"nir"}
    assert told(tmp_path, "dossier", NIR[:-2] + f"{int(NIR[-2:]) % 97 + 1:02}") == set()


def test_a_social_security_number_of_corsica(tmp_path: Path) -> None:
    number = "28507" + "2B" + "999999"
    key = 97 - int(number.replace("2B", "18")) % 97
    assert told(tmp_path, "numero", f"{number}{key:02}") == {"nir"}


@pytest.mark.parametrize("cell", ["123456789012345", "2025", "21990001900018", "185039999999900", "1850399999999"])
def test_other_long_numbers_are_none(cell: str, tmp_path: Path) -> None:
    assert told(tmp_path, "identifiant", cell) == set()


def test_a_bank_account_is_known_by_its_key(tmp_path: Path) -> None:
    assert told(tmp_path, "compte", IBAN, "") == {"iban"}
    assert told(tmp_path, "compte", "FR14 2004 1010 0505 0001 3M02 606") == {"iban"}
    assert told(tmp_path, "compte", IBAN[:-1] + "7") == set()
    assert told(tmp_path, "pdc", "FRA68E680210015", "FR75P10012345678") == set()


@pytest.mark.parametrize(
    ("address", "personal"),
    [
        ("lucette.garenne@gmail.example", True),
        ("l.garenne@valbelle.example", True),
        ("garennelulu@orange.fr", True),
        ("Écrire à lucette.garenne@valbelle.example le matin", True),
        ("mairie@valbelle.example", False),
        ("mairie.valbelle@orange.fr", False),
        ("contact@valbelle.example", False),
        ("accueil-mediatheque@valbelle.example", False),
        ("service.culture@valbelle.example", False),
        ("judoclub.valbelle@gmail.com", False),
        ("hello@entreprise.example", False),
        ("pas une adresse", False),
    ],
)
def test_an_address_that_one_person_reads(address: str, personal: bool, tmp_path: Path) -> None:
    assert told(tmp_path, "courriel", address) == ({"email"} if personal else set())


def test_addresses_of_the_publisher_are_its_own(tmp_path: Path) -> None:
    typed = table(tmp_path, ["courriel"], ["lucette.garenne@valbelle.example"])
    assert set(found(typed)) == {"email"}
    assert found(typed, own=["Valbelle.example"]) == {}


@pytest.mark.parametrize(
    ("column", "number", "personal"),
    [
        ("telephone", "06 39 98 12 34", True),
        ("telephone", "0639981234", True),
        ("telephone", "+33 6 39 98 12 34", True),
        ("tel_portable", "07.39.98.12.34", True),
        ("remarque", "06 39 98 12 34", True),
        ("telephone", "02 61 91 12 34", False),
        ("telephone", "0800 00 12 34", False),
        ("identifiant", "0639981234", False),  # a code of the Alpes-Maritimes
        ("telephone", "1234", False),
    ],
)
def test_a_mobile_number_and_not_that_of_an_office(column: str, number: str, personal: bool, tmp_path: Path) -> None:
    assert told(tmp_path, column, number) == ({"telephone"} if personal else set())


def test_names_with_dates_of_birth(tmp_path: Path) -> None:
    types = {"Nom": Type.TEXT, "Prénom": Type.TEXT, "Date de naissance": Type.DATE, "Adresse": Type.TEXT}
    suspicion = found(
        table(tmp_path, types, ["GARENNE", "Lucette", "1950-03-12", "3 rue des Tilleuls"], ["X", None, None, None])
    )
    assert set(suspicion) == {"birth", "address"}
    assert suspicion["birth"].columns == ("Prénom", "Nom", "Date de naissance")
    assert suspicion["birth"].count == 1
    assert "L. 312-1-2" in suspicion["birth"].text


def test_names_alone_and_those_that_go_together(tmp_path: Path) -> None:
    assert set(found(table(tmp_path, ["nom", "prenom"], ["Garenne", "Lucette"]))) == {"names"}
    pair = found(table(tmp_path, ["porteurNom", "autre", "porteurPrenom"], ["Garenne", "", "Lucette"]))
    assert pair["names"].columns == ("porteurPrenom", "porteurNom")
    assert found(table(tmp_path, ["nom", "type"], ["Médiathèque", "culture"])) == {}
    assert found(table(tmp_path, ["ENFANT_PRENOM", "NOMBRE"], ["Lucette", "12"])) == {}


def test_a_column_of_persons_is_told_by_its_part_and_its_values(tmp_path: Path) -> None:
    assert told(tmp_path, "Président", "Lucette Garenne", "M. Garenne", "Jean-Paul Tilleul") == {"names"}
    assert told(tmp_path, "Responsable", "Service culture", "Direction des sports") == set()
    assert told(tmp_path, "École", "Louise Michel", "Jean Moulin") == set()


def test_elected_people_are_public_but_their_birth_and_home(tmp_path: Path) -> None:
    names = ["nom", "prenom", "mandat"]
    assert found(table(tmp_path, names, ["Garenne", "Lucette", "Maire"])) == {}
    told = found(
        table(tmp_path, [*names, "date_naissance", "adresse"], ["Garenne", "Lucette", "Maire", "1950", "3 rue"])
    )
    assert set(told) == {"birth-elected", "address-elected"}
    assert "D. 312-1-3" in told["birth-elected"].text
    elus = Match("bouture/elus", "0.1.0", 1.0)
    assert found(table(tmp_path, ["nom", "prenom"], ["Garenne", "Lucette"]), elus) == {}


def test_subsidies_to_natural_persons(tmp_path: Path) -> None:
    names = ["nomBeneficiaire", "idBeneficiaire", "rnaBeneficiaire"]
    told = found(
        table(
            tmp_path, names,
            ["Lucette Garenne", None, None],
            ["Mme Tilleul", None, None],
            ["Lucette Garenne", "13002526500013", None],
            ["Judo club", None, None],
            ["Les amis de Louise", None, "W123456789"],
            ["Harmonie municipale", None, None],
        ),
        Match("scdl/subventions", "2.1.1", 1.0),
    )  # fmt: skip
    assert set(told) == {"subsidy"}
    assert told["subsidy"].count == 2
    assert "23 000 €" in told["subsidy"].text
    assert told["subsidy"].remedies[0] == "mask"


def test_deliberations_that_name_somebody(tmp_path: Path) -> None:
    rows = [
        ["4.1", "Recrutement de Mme Garenne"],
        ["8.2", "Aide à M. Tilleul"],
        ["4.2", "Tableau des emplois"],
        ["1.1", "Marché attribué à M. Tilleul"],
    ]
    typed = table(tmp_path, ["DELIB_MATIERE_CODE", "DELIB_OBJET"], *rows)
    assert found(typed, Match("scdl/deliberations", "2.1.5", 1.0))["deliberation"].count == 2
    assert found(typed) == {}


def test_small_counts_of_a_sensitive_subject(tmp_path: Path) -> None:
    types = {"quartier": Type.TEXT, "nb_allocataires_rsa": Type.INTEGER}
    assert found(table(tmp_path, types, ["A", 4], ["B", 0], ["C", 60]))["small"].count == 1
    assert found(table(tmp_path, {"quartier": Type.TEXT, "nb_arbres": Type.INTEGER}, ["A", 4])) == {}


def test_rare_first_names(tmp_path: Path) -> None:
    types = {"ENFANT_SEXE": Type.TEXT, "ENFANT_PRENOM": Type.TEXT, "NOMBRE_OCCURRENCES": Type.INTEGER}
    typed = table(tmp_path, types, ["F", "Lucette", 2], ["F", "Louise", 12], ["I", "Camille", 9])
    assert found(typed, Match("scdl/prenoms", "1.1.6", 1.0))["rare"].count == 2


# What comes out on the samples, and why it is right: anything else is a false alarm.
EXPECTED = {
    "catalogue_donnees__exemple.csv": {"email"},  # jean.martin@…, whom the example names as a contact
    "projets_territoire__exemple.csv": {"email", "names"},  # obligations.md §7 names these very columns
    "synthetique/prenoms.csv": {"rare"},
}


@pytest.mark.parametrize("name", sorted(name for name in FOLLOWED if name.endswith(".csv")))
def test_few_false_alarms_on_the_samples(name: str, shared_data: Path, tmp_path: Path) -> None:
    names, *rows = rows_of(shared_data / "samples" / name)
    counted = "NOMBRE_OCCURRENCES"
    types = {column: Type.INTEGER if column == counted else Type.TEXT for column in names}
    typed = table(tmp_path, types, *([cell or None for cell in row] for row in rows[:200] if row))
    key = FOLLOWED[name]
    assert set(found(typed, Match(key, "", 1.0) if key else None)) == EXPECTED.get(name, set())


def test_a_table_without_rows_says_nothing(tmp_path: Path) -> None:
    path = table(tmp_path, ["nom", "prenom"], ["a", "b"]).path
    assert suspects(Typed(path, (Column("nom", Type.TEXT), Column("prenom", Type.TEXT)), 0), None) == ()


def test_each_suspicion_has_a_text_and_remedies() -> None:
    assert set(TEXTS) == set(REMEDIES)
    assert all(set(remedies) <= {"drop", "mask", "aggregate"} for remedies in REMEDIES.values())
    assert all(folded(name) == name for name in GIVEN_NAMES)


@pytest.mark.parametrize(
    "cell", ["x" * 100_000, "1" * 5000, "@" * 2000, "a@" * 3000, "é\x00ü", "06" * 4000, "FR" + "9" * 28]
)
def test_a_hostile_cell_costs_nothing(cell: str, tmp_path: Path) -> None:
    assert told(tmp_path, "telephone_contact", cell) <= {"iban"}
