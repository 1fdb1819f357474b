"""Who leads and who is best paid, and what a catalogue lists: by hand, and on the samples."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.indicators.recipes.tables import of_file, parts, said, two

SEATS = (
    "siren | sexe | fonction | date_fin_mandat",
    "219900019 | F | Maire |",
    "219900019 | M | 1er adjoint au maire |",
    "219900019 | F | Deuxième Adjointe au Maire |",
    "219900019 | M | Adjoint au maire | 2025-06-01",  # no longer in office
    "219900019 | F | Conseillère municipale |",
    "219900019 | M | Conseiller municipal délégué auprès de l'adjoint au maire |",
    "219900019 | M | Conseiller municipal |",
)


def test_the_mayor_and_deputies_in_office() -> None:
    # Two women of three.
    assert two("elus.part-femmes-executif", *SEATS) == (2, 3)


def test_the_whole_assembly_in_office() -> None:
    # Three women of six.
    assert two("elus.part-femmes-conseil", *SEATS) == (3, 6)


def test_the_ten_best_paid() -> None:
    lines = (
        "siren | annee | nb_femmes_beneficiaires | nb_hommes_beneficiaires",
        "219900019 | 2023 | 4 | 6",
        "219900019 | 2024 | 6 | 5",  # eleven, since one left during the year
        "219900019 | 2025 | 6 |",  # nobody knows
    )
    found = parts("personnel.femmes-hautes-remunerations", *lines)
    assert {period: (part.numerator, part.denominator) for (_, period), part in found.items()} == {
        "2023": (4, 10),
        "2024": (6, 11),
    }


SAMPLES = {
    "elus.part-femmes-executif": ("synthetique/elus.csv", (5, 8), 62.5),
    "personnel.femmes-hautes-remunerations": ("hautes_remunerations__exemple.csv", (7, 10), 70.0),
    "transparence.jeux-publies": ("synthetique/catalogue.csv", (4, None), 4),
}


@pytest.mark.parametrize("key", SAMPLES)
def test_the_samples(key: str, shared_data: Path) -> None:
    name, expected, value = SAMPLES[key]
    found = of_file(key, shared_data / "samples" / name, declared=True)
    assert {(part.numerator, part.denominator) for part in found} == {expected}
    assert {said(key, part).value for part in found} == {value}


def test_a_dataset_listed_twice_is_one() -> None:
    lines = ("COLL_SIRET | ID | THEME", "21990001900018 | budget | Finances", "21990001900018 | budget | Finances")
    assert two("transparence.jeux-publies", *lines) == (1, None)
