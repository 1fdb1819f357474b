"""Bicycles, shared cars, car parks and charging points: by hand, and on the examples of the schemas."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest

from tests.indicators.recipes.tables import of_file, parts, said, two

PLACES = (
    "id_local | code_com | capacite | protection | mobilier | date_maj",
    "A | 38185 | 8 | STATIONNEMENT NON FERME | ARCEAU | 2023-05-01",
    "B | 38185 | 30 | CONSIGNE COLLECTIVE FERMEE | RATELIER | 2024-06-01",
    "C | 38185 | 2 | BOX INDIVIDUEL FERME | AUTRE | 2022-01-01",
)
SITES = (
    "id_local | insee | type | date_maj | ouvert | nbre_pl",
    "1 | 76217 | Parking | 2023-06-25 | true | 20",
    "2 | 76217 | Parking | 2024-06-25 | false | 50",  # closed
)
PARKS = (
    "id | insee | nb_places | nb_pmr | nb_voitures_electriques",
    "1 | 76217 | 400 | 10 | 20",
    "2 | 76217 | 100 | | 5",  # nobody knows how many are reserved
    "3 | 76217 | 0 | 3 | 0",  # no place, and three reserved ones
)
POINTS = (
    "id_pdc_itinerance | id_pdc_local | code_insee_commune | puissance_nominale | accessibilite_pmr | implantation_station | date_maj",
    "FRA68E1 | | 38185 | 22 | Réservé PMR | Voirie | 2024-01-01",
    "FRA68E1 | | 38185 | 22 | Réservé PMR | Voirie | 2024-01-01",  # the same point twice
    "FRA68E2 | | 38185 | 150000 | Non accessible | Voirie | 2024-01-01",  # watts
    "Non concerné | L1 | 38185 | 7.4 | Accessibilité inconnue | Voirie | 2024-01-01",
    "Non concerné | L2 | 38185 | 50 | Accessible mais non réservé PMR | Voirie | 2024-02-01",
)


def test_places_are_of_the_year_in_which_the_town_last_looked(tmp_path: Path) -> None:
    # 8 + 30 + 2 = 40 places; 4 for 100 of 1,000 inhabitants.
    (((place, period), part),) = parts("velo.places-100hab", *PLACES).items()
    assert (place, period, part.numerator) == ("38185", "2024", 40)
    assert said("velo.places-100hab", part, 1_000).value == 4


def test_places_that_lock() -> None:
    assert two("velo.part-securisees", *PLACES) == (32, 40)


def test_a_street_equipped_on_one_side_is_half(tmp_path: Path) -> None:
    """One degree of longitude on the equator is π/180 × 6,371 km, 111.2 km."""
    degree = math.pi / 180 * 6371.0

    def street(**said: str) -> dict[str, object]:
        line = {"type": "LineString", "coordinates": [[0, 0], [0.01, 0]]}
        sides = {"code_com_d": "38185", "code_com_g": "38185", "date_maj": "2024-01-01"}
        empty = {"ame_g": "AUCUN", "statut_g": "EN SERVICE", "sens_g": "UNIDIRECTIONNEL"}
        right = {"ame_d": "BANDE CYCLABLE", "statut_d": "EN SERVICE", "sens_d": "UNIDIRECTIONNEL"}
        return {"type": "Feature", "geometry": line, "properties": {**sides, **empty, **right, **said}}

    streets = [
        street(),  # one side, one way: ½
        street(sens_d="BIDIRECTIONNEL"),  # one side, both ways: 1
        street(ame_g="PISTE CYCLABLE"),  # both sides, one way each: 1
        street(ame_g="PISTE CYCLABLE", sens_d="BIDIRECTIONNEL"),  # never more than the street: 1
        street(statut_d="EN TRAVAUX"),  # not yet: 0
        street(ame_d="AUTRE"),  # 0
    ]
    path = tmp_path / "streets.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": streets}))
    (part,) = of_file("velo.lineaire-1000hab", path, declared=True)
    assert part.numerator == pytest.approx(3.5 * 0.01 * degree, rel=1e-4)


def test_a_site_that_is_closed_offers_no_place() -> None:
    assert two("covoiturage.places-1000hab", *SITES) == (20, None)


def test_a_car_park_that_does_not_tell_is_left_out_of_both_parts() -> None:
    assert two("stationnement.part-pmr", *PARKS) == (10, 400)
    assert two("stationnement.part-recharge", *PARKS) == (25, 500)


def test_points_are_counted_once_and_those_without_roaming_by_their_local_number() -> None:
    (part,) = parts("recharge.points-10000hab", *POINTS).values()
    assert part.numerator == 4
    assert said("recharge.points-10000hab", part, 10_000).value == 4


def test_watts_among_kilowatts_are_read_as_watts() -> None:
    # 150 kW and 50 kW of four points.
    assert two("recharge.part-rapides", *POINTS) == (2, 4)


def test_a_power_in_watts_below_the_limit_is_not_fast() -> None:
    line = "FRA68E9 | | 38185 | 22000 | Non accessible | Voirie | 2024-01-01"
    assert two("recharge.part-rapides", POINTS[0], line) == (0, 1)


def test_points_whose_access_is_not_known_are_left_out() -> None:
    # One reserved, one accessible, one not: 2 of 3.
    assert two("recharge.part-pmr", *POINTS) == (2, 3)


SAMPLES = {
    "velo.places-100hab": ("stationnement_cyclable__exemple.csv", 8, None, 0.08),
    "velo.part-securisees": ("stationnement_cyclable__exemple.csv", 0, 8, 0),
    "covoiturage.places-1000hab": ("covoiturage__exemple.csv", 20, None, 2),
    "stationnement.part-recharge": ("stationnement__exemple.csv", 20, 650, 3.08),
    "recharge.points-10000hab": ("irve_statique__exemple.csv", 2, None, 2),
    "recharge.part-rapides": ("irve_statique__exemple.csv", 0, 2, 0),
    "recharge.part-pmr": ("irve_statique__exemple.csv", 2, 2, 100),
}


@pytest.mark.parametrize("key", SAMPLES)
def test_the_examples_of_the_schemas(key: str, shared_data: Path) -> None:
    name, numerator, denominator, value = SAMPLES[key]
    (part,) = of_file(key, shared_data / "samples" / name, declared=True)
    assert (part.numerator, part.denominator) == (numerator, denominator)
    assert said(key, part, 10_000).value == pytest.approx(value, abs=0.005)


def test_a_car_park_of_which_three_places_in_four_are_reserved_is_not_believed(shared_data: Path) -> None:
    (part,) = of_file("stationnement.part-pmr", shared_data / "samples" / "stationnement__exemple.csv", declared=True)
    figure = said("stationnement.part-pmr", part)
    assert (part.numerator, part.denominator) == (500, 650)
    assert figure.value is None
    assert "76,9" in figure.reason
