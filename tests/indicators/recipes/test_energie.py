"""Buildings and lamps: by hand, and on the invented town."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.indicators.recipes.tables import of_file, parts, said, two

BUILDINGS = (
    "insee | batiment_id | annee | surface_m2 | energie | consommation_kwh | classe_dpe | usage",
    "99001 | B01 | 2024 | 4000 | gaz | 300000 | D | enseignement",
    "99001 | B01 | 2024 | 4000 | électricité | 100000 | D | enseignement",  # the same building, its other energy
    "99001 | B02 | 2024 | 1000 | électricité | 150000 | F | sport",
    "99001 | B03 | 2024 | 500 | électricité | 50000 | | sport",  # no rating
)
LAMPS = (
    "siren | insee | annee | points_lumineux | part_led | consommation_kwh",
    "219900019 | 99001 | 2024 | 1000 | 0.25 | 300000",
    "219900019 | 99001 | 2024 | 500 | 1 | 50000",
)


def test_a_building_with_two_energies_has_one_floor_area() -> None:
    # 600,000 kWh over 4,000 + 1,000 + 500 m²
    (part,) = parts("energie.batiments-kwh-m2", *BUILDINGS).values()
    assert (part.numerator, part.denominator) == (600_000, 5_500)
    assert said("energie.batiments-kwh-m2", part).value == pytest.approx(109.0909, abs=1e-4)


def test_the_energy_of_all_buildings_by_inhabitant() -> None:
    (part,) = parts("energie.batiments-kwh-hab", *BUILDINGS).values()
    assert said("energie.batiments-kwh-hab", part, 3_000).value == 200


def test_buildings_without_a_rating_are_left_out() -> None:
    # 1,000 of 5,000 m²
    assert two("energie.part-passoires", *BUILDINGS) == (1_000, 5_000)


def test_lamps_weigh_by_their_number() -> None:
    # 0.25 × 1,000 + 1 × 500 = 750 lamps of 1,500
    (part,) = parts("energie.part-led", *LAMPS).values()
    assert (part.numerator, part.denominator) == (750, 1_500)
    assert said("energie.part-led", part).value == 50


def test_a_share_written_in_per_cent_gives_no_figure_and_says_why() -> None:
    line = "219900019 | 99001 | 2024 | 1000 | 63 | 300000"
    (part,) = parts("energie.part-led", LAMPS[0], line).values()
    figure = said("energie.part-led", part)
    assert figure.value is None
    assert figure.reason != ""


def test_the_light_of_streets_by_inhabitant() -> None:
    (part,) = parts("energie.eclairage-hab", *LAMPS).values()
    assert said("energie.eclairage-hab", part, 5_000).value == 70


SAMPLES = {
    "energie.batiments-kwh-m2": ("consommation-energie-batiments.csv", 2014608, 11050, 182.32),
    "energie.batiments-kwh-hab": ("consommation-energie-batiments.csv", 2014608, None, 201.46),
    "energie.part-passoires": ("consommation-energie-batiments.csv", 1800, 11050, 16.29),
    "energie.eclairage-hab": ("eclairage-public.csv", 391000, None, 39.1),
    "energie.part-led": ("eclairage-public.csv", 1348.2, 2140, 63.0),
}


@pytest.mark.parametrize("key", SAMPLES)
def test_the_invented_town_in_2024(key: str, shared_data: Path) -> None:
    name, numerator, denominator, value = SAMPLES[key]
    found = of_file(key, shared_data / "samples" / "synthetique" / name)
    (part,) = (part for part in found if part.period == "2024")
    assert part.numerator == pytest.approx(numerator)
    assert part.denominator == denominator
    assert said(key, part, 10_000).value == pytest.approx(value, abs=0.005)
