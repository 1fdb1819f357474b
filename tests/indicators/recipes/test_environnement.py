"""Trees, fountains, air, brownfields and waste: by hand, and on the samples."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.indicators.recipes.tables import of_file, parts, said, two

TREES = (
    "id | matricule_arbre | code_insee | genre_arbre | date_plantation",
    "1 | | 35238 | Platanus | 2024-11-25",
    "2 | | 35238 | PLATANUS | 2024-03-01",
    "2 | | 35238 | PLATANUS | 2024-03-01",  # the same tree twice
    "3 | | 35238 | Tilia | 1999-01-01",
    " | M4 | 35238 | |",
)
FOUNTAINS = (
    "id | type_fontaine | code_commune_insee | indisponible",
    "A | robinet | 35238 |",
    "B | robinet | 35238 | 2024-03-10",  # out of order since
    "C | autre | 35238 |",
)
AIR = (
    "insee | date_indice | indice_atmo",
    "35238 | 2025-01-01 | 2",
    "35238 | 2025-01-02 | 3",
    "35238 | 2025-01-02 | 4",  # another zone of the town on the same day
    "35238 | 2025-01-03 | 6",
    "35238 | 2025-01-04 | 7",  # an event is no quality
    "35238 | 2025-01-05 | 0",  # no index that day
)
SITES = (
    "site_id | comm_insee | site_statut | unite_fonciere_surface | urba_zone_type | site_actu_date",
    "S1 | 35238 | friche sans projet | 20000 | U | 2024-01-01",
    "S1 | 35238 | friche sans projet | 20000 | U | 2024-01-01",  # the same site twice
    "S2 | 35238 | friche potentielle | 5000 | U | 2023-01-01",
    "S3 | 35238 | friche avec projet | 7000 | U | 2023-01-01",
    "S4 | 35238 | friche reconvertie | 9000 | U | 2023-01-01",
    "S5 | 35238 | inconnu | 100 | U | 2023-01-01",
)
WASTE = (
    "collectivite_siren | annee | flux | mode_collecte | tonnage | population_desservie | valorisation",
    "200099999 | 2024 | ordures ménagères résiduelles | porte-à-porte | 6000 | 30000 | incinération",
    "200099999 | 2024 | verre | apport volontaire | 1000 | 30000 | matière",
    "200099999 | 2024 | biodéchets | apport volontaire | 500 | 30000 | organique",
    "200099999 | 2024 | gravats | déchèterie | 2500 | 30000 |",  # nobody knows what became of it
)
BANKS = (
    "id | insee | flux | etat | date_maj",
    "P1 | 35238 | verre | en service | 2025-06-01",
    "P2 | 35238 | verre | hors service | 2025-06-01",
    "P3 | 35238 | verre | | 2025-06-01",
    "P4 | 35238 | textiles | en service | 2025-06-01",
)
PURCHASES = (
    "annee | siret | type_produit_acquis | montant_total | montant_reemploi_et_reutilisation | montant_produits_recycles",
    "2024 | 21350238800019 | Papier | 1000 | 100 | 200",
    "2024 | 21350238800019 | Fournitures de bureau | 1000 | | 50",
)


def test_a_tree_is_counted_once_and_one_without_a_number_too() -> None:
    # 1, 2, 3 and M4, of 100 inhabitants: 4.
    (part,) = parts("arbres.pour-100hab", *TREES).values()
    assert said("arbres.pour-100hab", part, 100).value == 4


def test_one_genus_written_two_ways_is_one() -> None:
    # Three rows of plane trees, of four whose genus is known.
    assert two("arbres.genre-dominant", *TREES) == (3, 4)


def test_trees_planted_in_each_year() -> None:
    found = parts("arbres.plantes", *TREES)
    assert {period: part.numerator for (_, period), part in found.items()} == {"2024": 3, "1999": 1}


def test_a_fountain_out_of_order_gives_no_water() -> None:
    assert two("eau.fontaines-10000hab", *FOUNTAINS) == (2, None)


def test_a_day_counts_once_and_what_is_no_quality_does_not() -> None:
    # The 2nd and the 3rd.
    assert two("air.jours-degrades", *AIR) == (2, None)


def test_brownfields_are_measured_once_in_hectares() -> None:
    # 20,000 + 5,000 m² = 2.5 ha
    (part,) = parts("friches.surface-ha", *SITES).values()
    assert part.period == "2024"
    assert said("friches.surface-ha", part).value == 2.5


def test_brownfields_with_a_project() -> None:
    # S3 and S4, of S1 to S4.
    assert two("friches.part-reconverties", *SITES) == (2, 4)


def test_waste_is_divided_by_those_who_are_served() -> None:
    # 6,000 t for 30,000 people: 200 kg; 10,000 t in all: 333.3 kg.
    (part,) = parts("dechets.omr-hab", *WASTE).values()
    assert (part.place, part.numerator, part.denominator) == ("200099999", 6_000, 30_000)
    assert said("dechets.omr-hab", part).value == 200
    (part,) = parts("dechets.dma-hab", *WASTE).values()
    assert said("dechets.dma-hab", part).value == pytest.approx(333.33, abs=0.01)


def test_two_numbers_of_people_served_give_no_figure() -> None:
    line = "200099999 | 2024 | verre | apport volontaire | 1000 | 31000 | matière"
    (part,) = parts("dechets.omr-hab", *WASTE, line).values()
    assert part.denominator is None
    assert said("dechets.omr-hab", part).value is None


def test_what_became_of_waste_is_of_that_of_which_it_is_known() -> None:
    # 1,500 of 7,500 t
    (part,) = parts("dechets.taux-valorisation", *WASTE).values()
    assert said("dechets.taux-valorisation", part).value == 20


def test_a_bottle_bank_out_of_service_is_none() -> None:
    assert two("dechets.bornes-verre-1000hab", *BANKS) == (2, None)


def test_an_empty_amount_is_nothing_bought_second_hand() -> None:
    # 100 + 200 + 50 of 2,000
    (part,) = parts("achats.part-reemploi", *PURCHASES).values()
    assert said("achats.part-reemploi", part).value == 17.5


SAMPLES = {
    "eau.fontaines-10000hab": ("fontaine_eau__exemple.csv", "", 2, None, 2),
    "dechets.omr-hab": ("synthetique/dechets-tonnages.csv", "2024", 6624, 31250, 211.97),
    "dechets.dma-hab": ("synthetique/dechets-tonnages.csv", "2024", 19660.8, 31250, 629.15),
    "dechets.taux-valorisation": ("synthetique/dechets-tonnages.csv", "2024", 8812.8, 19660.8, 44.82),
    "dechets.bornes-verre-1000hab": ("synthetique/points-apport-volontaire.csv", "2025", 9, None, 0.9),
    "air.jours-degrades": ("synthetique/qualite-air.csv", "2025", 183, None, 183),
}


@pytest.mark.parametrize("key", SAMPLES)
def test_the_samples(key: str, shared_data: Path) -> None:
    """Fountains are of two towns: their parts together."""
    name, period, numerator, denominator, value = SAMPLES[key]
    found = [part for part in of_file(key, shared_data / "samples" / name, declared=True) if part.period == period]
    assert sum(part.numerator or 0 for part in found) == pytest.approx(numerator)
    assert {part.denominator for part in found} == {denominator}
    if len(found) == 1:
        assert said(key, found[0], 10_000).value == pytest.approx(value, abs=0.005)


def test_purchases_larger_than_their_whole_are_not_believed(shared_data: Path) -> None:
    """The example of the schema: 221.99 % over its two years."""
    found = of_file("achats.part-reemploi", shared_data / "samples" / "reemploi__exemple.csv", declared=True)
    assert sum(part.numerator or 0 for part in found) == pytest.approx(3525.2)
    assert sum(part.denominator or 0 for part in found) == pytest.approx(1588.0)
    figures = {part.period: said("achats.part-reemploi", part) for part in found}
    # 2024: 3,082.6 of 729.5, 422.6 %. 2023: 442.6 of 858.5, 51.6 %.
    assert figures["2024"].value is None
    assert "422,563" in figures["2024"].reason
    assert figures["2023"].value == pytest.approx(51.56, abs=0.01)
