"""Other populations than those that are shipped: all of a file or nothing, and what they divide is made again."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from catalogue.models import AskedReckoning, FormerObservation, Population, Territory
from catalogue.observing.populations import PopulationsRefused, load
from tests.observing import made

pytestmark = pytest.mark.django_db
HEAD = "code,year,kind,value,source\n"


def test_a_new_population_makes_again_what_it_divides() -> None:
    kerlann, body = made.kerlann()
    made.published(body, made.budget((kerlann.siren, 2020, 5_000)))
    made.worked()
    assert made.said() == [("99101", "2020", 5.0, "E")]
    assert made.rows()[0].population_year == 2021
    assert load(HEAD + "99101,2020,municipale,500,essai\n") == 1
    made.worked()
    assert made.said() == [("99101", "2020", 10.0, "A")]
    [former] = made.own(FormerObservation.objects.all())
    assert (former.value, former.population_year) == (5.0, 2021)
    assert former.ending == "La population de référence a changé"
    assert load(HEAD + "99101,2020,municipale,500,essai\n") == 0
    assert not AskedReckoning.objects.exists()


def test_codes_of_every_level_and_the_separators_of_spreadsheets() -> None:
    made.commune("75101")
    Territory.objects.create(level="region", code="75", name="r", sort_name="r")
    department = Territory.objects.create(level="departement", code="75", name="d", sort_name="d")
    load("Code;Year;Kind;Value;Source\n75101;2021;totale;3;x\nR75;2021;municipale;2;x\n75;2021;municipale;1;x\n;;;;\n")
    found = set(Population.objects.values_list("territory__level", "territory__code", "value", "kind"))
    assert found == {
        ("commune", "75101", 3, "totale"),
        ("region", "75", 2, "municipale"),
        ("departement", "75", 1, "municipale"),
    }
    assert department.populations.count() == 1


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("code,year\n", "Ligne 1 : il manque les colonnes kind, value, source"),
        (HEAD + "99101,2021,municipale,5,x\n99999,2021,municipale,5,x\n", "Ligne 3 : le code « 99999 »"),
        (HEAD + "99101,vingt,municipale,5,x\n", "Ligne 2 : « vingt » n’est pas une année"),
        (HEAD + "99101,2021,légale,5,x\n", "municipale ou totale"),
        (HEAD + "99101,2021,municipale,0,x\n", "Ligne 2 : « 0 » n’est pas un nombre d’habitants"),
        (HEAD + "99101,2021,municipale,1 200,x\n", "sans espace"),
        (HEAD + "99101,2021,municipale,5,\n", "la source manque"),
        (HEAD + "99101,2021,municipale,5,x\n99101,2021,municipale,6,x\n", "Ligne 3 : elle contredit la ligne 2"),
        ("", "il manque les colonnes"),
    ],
)
def test_what_is_wrong_is_told_by_line_and_nothing_is_written(text: str, told: str) -> None:
    made.commune()
    with pytest.raises(PopulationsRefused, match=told):
        load(text)
    assert not Population.objects.exists()


def test_a_commune_that_is_no_more_has_no_population() -> None:
    made.commune("99201", former_communes=[{"code": "99202", "name": "", "kind": "ancienne"}])
    with pytest.raises(PopulationsRefused, match="99202"):
        load(HEAD + "99202,2015,municipale,5,x\n")


def test_the_command_says_what_it_did_and_what_to_mend(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made.commune()
    path = tmp_path / "populations.csv"
    path.write_text("\ufeff" + HEAD + "99101,2021,municipale,5,x\n", "utf-8")
    call_command("load_populations", str(path))
    assert "nouvelle ou autre : 1" in capsys.readouterr().out
    path.write_text(HEAD + "99101,2021,municipale,cinq,x\n")
    with pytest.raises(CommandError, match="Rien n’a changé"):
        call_command("load_populations", str(path))
    with pytest.raises(CommandError, match="UTF-8"):
        call_command("load_populations", str(tmp_path / "absent.csv"))
