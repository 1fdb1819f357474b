"""What is said of two parts: a value, or none and why. Outside of what is plausible there is no figure."""

from __future__ import annotations

from dataclasses import replace

import pytest

from catalogue.indicators import recipe, saying
from catalogue.indicators.contract import Divisor, Part, Recipe, Status, Words
from tests.indicators.test_recipes import GOOD, SHARE

BY_PEOPLE = replace(recipe.read(GOOD), least_rows=0)
OF_ROWS = replace(recipe.read(SHARE), least_rows=0)


def part(numerator: float | None, denominator: float | None = None, rows: int = 10, period: str = "2021") -> Part:
    return Part("40192", period, "", "", numerator, denominator, rows)


def said(recipe_: Recipe, given: Part, **known: float) -> tuple[float | None, Status, str]:
    figure = saying.figure(recipe_, given, **known)  # type: ignore[arg-type]
    return figure.value, figure.status, figure.reason


def test_a_value() -> None:
    assert said(BY_PEOPLE, part(500), headcount=200) == (2.5, Status.NORMAL, "")
    assert said(OF_ROWS, part(1, 3)) == (pytest.approx(100 / 3), Status.NORMAL, "")
    assert said(replace(BY_PEOPLE, divisor=Divisor.AREA), part(500), area=10.0)[0] == 50
    assert said(replace(BY_PEOPLE, divisor=Divisor.CONSTANT, constant=5.0), part(500))[0] == 100
    assert said(replace(BY_PEOPLE, divisor=Divisor.NOTHING, factor=0.5), part(500))[0] == 250


def test_zero_is_a_value() -> None:
    assert said(OF_ROWS, part(0, 3)) == (0, Status.NORMAL, "")


def test_the_population_of_another_year_is_told() -> None:
    value, status, reason = said(BY_PEOPLE, part(500), headcount=200, year=2019, estimated=True)
    assert (value, status) == (2.5, Status.ESTIMATED)
    assert "2019" in reason


def test_a_year_from_which_the_series_is_another_is_told() -> None:
    assert said(BY_PEOPLE, part(500, period="2024"), headcount=200) == (2.5, Status.BREAK, "Périmètre changé")


@pytest.mark.parametrize(
    ("recipe_", "given", "known", "status", "reason"),
    [
        (replace(OF_ROWS, least_rows=3), part(1, 3, rows=2), {}, Status.SUPPRESSED, "Moins de 3 unités"),
        (OF_ROWS, part(None, 3), {}, Status.MISSING, "sont vides"),
        (
            OF_ROWS,
            part(1, None),
            {},
            Status.NOT_SIGNIFICANT,
            "Non significatif : les cellules du dénominateur sont vides",
        ),
        (OF_ROWS, part(0, 0), {}, Status.NOT_SIGNIFICANT, "Non significatif : le dénominateur est nul"),
        (
            OF_ROWS,
            part(3, -2.5),
            {},
            Status.NOT_SIGNIFICANT,
            "Non significatif : le dénominateur est négatif (\N{MINUS SIGN}2,5)",
        ),
        (BY_PEOPLE, part(3), {}, Status.NOT_SIGNIFICANT, "population de ce territoire n’est pas connue"),
        (BY_PEOPLE, part(3), {"headcount": 0}, Status.NOT_SIGNIFICANT, "population de ce territoire n’est pas connue"),
        (replace(BY_PEOPLE, divisor=Divisor.AREA), part(3), {}, Status.NOT_SIGNIFICANT, "superficie"),
        (
            OF_ROWS,
            part(3525.2, 1588),
            {},
            Status.NOT_SIGNIFICANT,
            "Le calcul donne 221,99 %, plus que le plausible (100 %). Vérifiez les colonnes",
        ),
        (
            BY_PEOPLE,
            part(-3),
            {"headcount": 2},
            Status.NOT_SIGNIFICANT,
            "Le calcul donne \N{MINUS SIGN}1,5 €/hab., moins que le plausible (0 €/hab.)",
        ),
        (
            BY_PEOPLE,
            part(12_345_678),
            {"headcount": 2},
            Status.NOT_SIGNIFICANT,
            "6\u202f172\u202f839 €/hab., plus que le plausible (1\u202f000 €/hab.)",
        ),
    ],
)
def test_no_value_and_why(recipe_: Recipe, given: Part, known: dict[str, float], status: Status, reason: str) -> None:
    value, found, why = said(recipe_, given, **known)
    assert (value, found) == (None, status)
    assert reason in why


def test_a_rate_that_is_written_from_0_to_1_is_told() -> None:
    floor = replace(OF_ROWS, divisor=Divisor.NOTHING, factor=1.0, plausible=(1.5, 100.0))
    value, status, reason = said(floor, part(0.4))
    assert (value, status) == (None, Status.NOT_SIGNIFICANT)
    assert "entre 0 et 1" in reason
    assert "entre 0 et 1" not in said(floor, part(-4))[2]


def test_all_of_it_is_not_above_all_of_it() -> None:
    assert said(OF_ROWS, part(0.1 + 0.2, 0.3)) == (pytest.approx(100), Status.NORMAL, "")


def test_rounding_is_for_the_eye() -> None:
    assert (
        said(replace(BY_PEOPLE, breaks={"2024": Words("x", "x")}), part(2280279.65), headcount=3458)[0]
        == 2280279.65 / 3458
    )
