"""Canteens, facilities, births, accessibility and defibrillators: by hand, and on the samples."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.indicators.recipes.tables import of_file, parts, reckoned, said, two

MENUS = (
    "menuCollSiret | menuRestaurantInsee | menuRestaurantType | menuDate | menuPlatType | menuPlatSiqo | menuPlatRegime",
    '21990001900018 | 99001 | élémentaire | 2025-09-01 | plat principal | ["Agriculture Biologique"] | ["végétarien"]',
    '21990001900018 | 99001 | élémentaire | 2025-09-01 | dessert | ["label rouge"] |',
    "21990001900018 | 99001 | élémentaire | 2025-09-02 | plat principal | | ",
    "21990001900018 | 99001 | EHPAD | 2025-09-02 | plat principal | | ",
)
EQUIPMENT = (
    "COLL_SIRET | EQUIP_UID | EQUIP_THEME | EQUIP_TYPE",
    "21990001900018 | 99001-00101001-001 | Equipement culturel | Bibliothèque",
    "21990001900018 | 99001-00101001-001 | Equipement culturel | Bibliothèque",  # twice
    "21990001900018 | 99001-00301001-003 | Equipement sportif et de loisirs | Gymnase",
    "21990001900018 | 99002-00301001-004 | Equipement sportif et de loisirs | Gymnase",  # that it owns elsewhere
)
PLACES = (
    "id | code_insee | activite | entree_plain_pied | entree_pmr | sanitaires_presence | sanitaires_adaptes | accueil_isoloir_accessibilite",
    "a | 35238 | Mairie | True | | True | True | True",
    "b | 35238 | École | False | True | True | False | False",
    "c | 35238 | École | False | | True | |",
    "d | 35238 | Musée | | | False | |",
)


def test_organic_dishes_are_those_of_children() -> None:
    # One of three dishes; the home for the elderly is not a canteen of children.
    assert two("cantine.part-bio", *MENUS) == (1, 3)


def test_dishes_with_a_sign_are_of_all_the_menus() -> None:
    assert two("cantine.part-siqo", *MENUS) == (2, 4)


def test_days_with_a_vegetarian_main_dish() -> None:
    # The 1st, of the 1st and the 2nd.
    assert two("cantine.jours-vegetariens", *MENUS) == (1, 2)


def test_equipment_stands_where_its_identifier_says() -> None:
    found = parts("equipements.sportifs-10000hab", *EQUIPMENT)
    assert {place: part.numerator for (place, _), part in found.items()} == {"99001": 1, "99002": 1}
    found = parts("equipements.culturels-10000hab", *EQUIPMENT)
    assert {place: part.numerator for (place, _), part in found.items()} == {"99001": 1, "99002": 0}


def test_births_of_a_year_are_the_sum_of_its_first_names() -> None:
    lines = (
        "COLL_INSEE | ENFANT_PRENOM | NOMBRE_OCCURRENCES | ANNEE",
        "35238 | Louise | 7 | 2024",
        "35238 | Jade | 5 | 2024",
        "35238 | Jade | 4 | 2023",
    )
    found = parts("naissances.taux", *lines)
    assert said("naissances.taux", found["35238", "2024"], 1_000).value == 12


def test_an_entrance_that_nobody_described_is_left_out() -> None:
    # a and b, of a, b and c.
    assert two("accessibilite.part-plain-pied", *PLACES) == (2, 3)


def test_a_file_without_the_column_of_an_axis_has_its_total_all_the_same() -> None:
    lines = ("id | code_insee | entree_plain_pied | entree_pmr", "a | 35238 | True |")
    found = reckoned("accessibilite.part-plain-pied", *lines)
    assert [(part.axis, part.numerator) for part in found.parts] == [("", 1)]
    found = reckoned("accessibilite.part-plain-pied", *PLACES)
    assert {part.member for part in found.parts if part.axis} == {"Mairie", "École"}


def test_toilets_are_of_places_that_have_some_and_tell() -> None:
    assert two("accessibilite.sanitaires", *PLACES) == (1, 2)


def test_booths_are_of_polling_stations() -> None:
    assert two("accessibilite.isoloirs", *PLACES) == (1, 2)


def test_defibrillators_that_work() -> None:
    lines = (
        "nom | com_insee | etat_fonct",
        "A | 35238 | En fonctionnement",
        "B | 35238 | Hors service",
        "C | 35238 |",
        "D | 35238 | Supprimé définitivement",
    )
    (part,) = parts("sante.defibrillateurs-10000hab", *lines).values()
    assert said("sante.defibrillateurs-10000hab", part, 10_000).value == 2


SAMPLES = {
    "cantine.part-bio": ("menus-collectifs.csv", 48, 120, 40.0),
    "cantine.part-siqo": ("menus-collectifs.csv", 63, 120, 52.5),
    "cantine.jours-vegetariens": ("menus-collectifs.csv", 12, 24, 50.0),
    "equipements.culturels-10000hab": ("equipements.csv", 2, None, 2.0),
    "equipements.sportifs-10000hab": ("equipements.csv", 3, None, 3.0),
}


@pytest.mark.parametrize("key", SAMPLES)
def test_the_invented_town(key: str, shared_data: Path) -> None:
    name, numerator, denominator, value = SAMPLES[key]
    (part,) = of_file(key, shared_data / "samples" / "synthetique" / name)
    assert (part.place, part.numerator, part.denominator) == ("99001", numerator, denominator)
    assert said(key, part, 10_000).value == pytest.approx(value)


def test_births_of_the_invented_town(shared_data: Path) -> None:
    found = of_file("naissances.taux", shared_data / "samples" / "synthetique" / "prenoms.csv")
    (part,) = (part for part in found if part.period == "2025")
    assert said("naissances.taux", part, 10_000).value == 7.6


def test_places_of_the_example_that_name_no_commune_are_told(shared_data: Path) -> None:
    """The figures of reference, 2 of 3, count a place without a code; ours names it among what could not be placed."""
    key = "accessibilite.part-plain-pied"
    found = of_file(key, shared_data / "samples" / "acceslibre_base__exemple.csv", declared=True)
    assert sum(part.denominator or 0 for part in found) <= 3
    lines = (
        "id | code_insee | entree_plain_pied | entree_pmr",
        "a | | True |",
        "b | 35238 | True |",
    )
    assert reckoned(key, *lines).placeless == 1
