"""Crac'h, 2021: the recipes of the budget on the real file, with the population that the reference figures were made with."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from catalogue.indicators import recipe, saying
from catalogue.indicators.contract import Status
from tests.indicators.asked import asked

POPULATION = 3458
FIGURES = {
    "budget.depenses-fonctionnement-hab": (2280279.65, 659.42),
    "budget.recettes-fonctionnement-hab": (3000508.37, 867.70),
    "budget.taux-epargne-brute": (720228.72, 24.00),
    "budget.depenses-equipement-hab": (671391.58, 194.16),
    "budget.part-personnel": (1127513.94, 49.45),
    "budget.taux-realisation-investissement": (671391.58, 36.27),
}


def test_the_figures_of_crach(shared_data: Path, tmp_path: Path) -> None:
    file = asked(shared_data / "samples" / "budget__crach_ca2021.csv", tmp_path)
    for key, (numerator, value) in FIGURES.items():
        (part,) = file.totals(recipe.shipped()[key])
        assert (key, part.place, part.period, part.numerator) == (key, "215600461", "2021", numerator)
        figure = saying.figure(recipe.shipped()[key], part, POPULATION, 2021)
        assert figure.status is Status.NORMAL
        assert figure.value == pytest.approx(value, abs=0.005)


def test_a_town_that_fills_no_function_has_no_spending_on_culture(shared_data: Path, tmp_path: Path) -> None:
    file = asked(shared_data / "samples" / "budget__crach_ca2021.csv", tmp_path)
    (part,) = file.totals(recipe.shipped()["budget.culture-hab"])
    figure = saying.figure(recipe.shipped()["budget.culture-hab"], part, POPULATION, 2021)
    assert figure.value is None and "fonction" in figure.reason


def test_the_section_may_be_empty(shared_data: Path, tmp_path: Path) -> None:
    """In this very file no row of real operating revenue says its section: the account does."""
    sample = shared_data / "samples" / "budget__crach_ca2021.csv"
    emptied = tmp_path / "budget.csv"
    emptied.write_text(sample.read_text().replace(",fonctionnement,", ",,").replace(",investissement,", ",,"))
    file = asked(emptied, tmp_path / "out", "scdl/budget")
    for key, (numerator, _) in FIGURES.items():
        assert [part.numerator for part in file.totals(recipe.shipped()[key])] == [numerator]


def test_a_file_written_by_hand_gives_the_figure_that_a_hand_computes(tmp_path: Path) -> None:
    """Spending 60 + 40, of which staff 60; revenue 150 + 10 refunded; equipment 30 of 50 open; culture 25."""
    columns = "BGT_NATDEC,BGT_ANNEE,BGT_SIRET,BGT_NATURE,BGT_FONCTION,BGT_OPBUDG,BGT_CODRD,BGT_MTREAL,BGT_CREDOUV"
    lines = [
        "COMPTE FINANCIER UNIQUE,2022,21560046100010,6411,311,réel,dépense,60,70",
        "Compte financier unique,2022,21560046100010,60611,,réel,Dépense,40,45",
        "compte financier unique,2022,21560046100010,7311,,réel,recette,150,150",
        "compte financier unique,2022,21560046100010,6419,,Réel,RECETTE,10,0",
        "compte financier unique,2022,21560046100010,2131,3,réel,dépense,30,50",
        "compte financier unique,2022,21560046100010,20421,3,réel,dépense,500,500",
        "compte financier unique,2022,21560046100010,6811,,ordre,dépense,1000,1000",
        "budget primitif,2022,21560046100010,6411,,réel,dépense,9000,9000",
    ]
    (tmp_path / "budget.csv").write_text("\n".join([columns, *lines]))
    file = asked(tmp_path / "budget.csv", tmp_path / "out", "scdl/budget")
    expected = {
        "depenses-fonctionnement-hab": 100 / 50,
        "recettes-fonctionnement-hab": 160 / 50,
        "taux-epargne-brute": 100 * (160 - 100) / 160,
        "depenses-equipement-hab": 30 / 50,
        "part-personnel": 60.0,
        "taux-realisation-investissement": 60.0,
        "culture-hab": (60 + 30 + 500) / 50,
    }
    for name, value in expected.items():
        one = replace(recipe.shipped()[f"budget.{name}"], plausible=(None, None))
        (part,) = file.totals(one)
        assert (part.place, part.period) == ("215600461", "2022")
        assert saying.figure(one, part, 50).value == pytest.approx(value)


def test_a_budget_that_is_not_yet_executed_gives_nothing(shared_data: Path, tmp_path: Path) -> None:
    file = asked(shared_data / "samples" / "budget__crach_dm2_2021.csv", tmp_path)
    found = file.reckoned(recipe.shipped()["budget.depenses-fonctionnement-hab"])
    assert (found.problem, found.parts, found.kept) == ("", (), 0)
    assert found.rows > 100


def test_a_principal_and_an_annexed_budget_are_not_added(shared_data: Path, tmp_path: Path) -> None:
    """They have one SIREN and two SIRET: 2,280,279.65 € and what the annexed one spends are of two bodies."""
    samples = shared_data / "samples"
    principal = (samples / "budget__crach_ca2021.csv").read_text()
    annexed = (samples / "budget__crach_annexe_ca2021.csv").read_text().split("\n", 1)[1]
    (tmp_path / "budget.csv").write_text(principal.rstrip("\n") + "\n" + annexed)
    file = asked(tmp_path / "budget.csv", tmp_path / "out", "scdl/budget")
    for key in FIGURES:
        (part,) = file.totals(recipe.shipped()[key])
        figure = saying.figure(recipe.shipped()[key], part, POPULATION, 2021)
        assert (figure.value, figure.status) == (None, Status.NOT_SIGNIFICANT)
        assert "budget principal" in figure.reason


def test_an_annexed_budget_alone_is_not_that_of_a_town(shared_data: Path, tmp_path: Path) -> None:
    file = asked(shared_data / "samples" / "budget__crach_annexe_ca2021.csv", tmp_path)
    for key in FIGURES:
        (part,) = file.totals(recipe.shipped()[key])
        figure = saying.figure(recipe.shipped()[key], part, POPULATION, 2021)
        assert (figure.value, figure.status) == (None, Status.NOT_SIGNIFICANT)
        assert "budget principal" in figure.reason
