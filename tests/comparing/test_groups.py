"""Who is compared with whom."""

from __future__ import annotations

import pytest
from pytest_django import DjangoAssertNumQueries

from catalogue.comparing.groups import GroupError, group_named, groups_of
from catalogue.models import Territory, TerritoryTag
from catalogue.models.territories import Level
from catalogue.reference.classing import classify
from tests.comparing.places import communes, place

pytestmark = pytest.mark.django_db
NBSP, NARROW = "\N{NO-BREAK SPACE}", "\N{NARROW NO-BREAK SPACE}"


@pytest.fixture
def country() -> dict[str, Territory]:
    """Two départements of a région; an EPCI over both."""
    region = place("R9", "Bocage", Level.REGION)
    west, east = (place(code, name, Level.DEPARTEMENT) for code, name in (("91", "Ouest"), ("92", "Est")))
    group = place("200000001", "CC du Bois", Level.EPCI)
    for each in (west, east, group):
        each.parents.add(region)
    group.parents.add(west, east)
    communes([600, 700, 40], [west, region, group])
    communes([800, 900], [east, region], first=10)
    return {each.name: each for each in Territory.objects.all()}


def names(key: str, territory: Territory) -> set[str]:
    return set(group_named(key, territory).members().values_list("name", flat=True))


def test_a_commune_has_a_group_for_each_thing_that_it_shares(country: dict[str, Territory]) -> None:
    town = country["Bourg 1"]
    words = {group.key: group.words for group in groups_of(town)}
    size = f"communes de 500 à 1{NARROW}999 habitants"
    assert words == {
        "taille": size,
        "epci": "communes de CC du Bois",
        "departement": "communes de Ouest",
        "region": "communes de Bocage",
        "taille-departement": f"{size} de Ouest",
        "taille-region": f"{size} de Bocage",
        "densite": "communes de 60 à 120 habitants au km²",
    }
    assert names("taille", town) == {"Bourg 1", "Bourg 2", "Bourg 10", "Bourg 11"}
    assert names("epci", town) == {"Bourg 1", "Bourg 2", "Bourg 3"}
    assert names("departement", town) == {"Bourg 1", "Bourg 2", "Bourg 3"}
    assert names("region", town) == {"Bourg 1", "Bourg 2", "Bourg 3", "Bourg 10", "Bourg 11"}
    assert names("taille-departement", town) == {"Bourg 1", "Bourg 2"}
    assert names("densite", town) == {"Bourg 1", "Bourg 2", "Bourg 10", "Bourg 11"}
    assert "grille de densité" in group_named("densite", town).note


def test_an_epci_over_two_departements_has_those_of_both_around_it(country: dict[str, Territory]) -> None:
    classify()
    group = Territory.objects.get(code="200000001")
    place("200000002", "CC de l’Est", Level.EPCI).parents.add(country["Est"])
    place("200000003", "CC d’ailleurs", Level.EPCI)
    assert names("departement", group) == {"CC du Bois", "CC de l’Est"}
    assert names("niveau", group) == {"CC du Bois", "CC de l’Est", "CC d’ailleurs"}
    assert {found.key for found in groups_of(group)} == {
        *("taille", "departement", "region", "taille-departement", "taille-region", "niveau")
    }
    assert group_named("niveau", group).words == "toutes les intercommunalités"
    assert group_named("niveau", country["Ouest"]).words == "tous les départements"


def test_the_abolished_are_nobody_s_peers(country: dict[str, Territory]) -> None:
    Territory.objects.filter(name="Bourg 2").update(current=False)
    assert "Bourg 2" not in names("taille", country["Bourg 1"])


def test_chosen_ones_are_of_the_same_level_and_itself_is_among_them(country: dict[str, Territory]) -> None:
    town = country["Bourg 1"]
    assert names("codes:99010, 99011", town) == {"Bourg 1", "Bourg 10", "Bourg 11"}
    Territory.objects.filter(name="Bourg 10").update(
        former_communes=[{"code": "99910", "name": "Vieux Bourg", "kind": "ancienne"}]
    )
    assert names("codes:99910", town) == {"Bourg 1", "Bourg 10"}
    with pytest.raises(GroupError, match=r"99999.*Corrigez"):
        group_named("codes:99999", town)
    with pytest.raises(GroupError, match="200000001"):
        group_named("codes:200000001", town)
    with pytest.raises(GroupError, match="60 territoires"):
        group_named("codes:" + ",".join(str(number) for number in range(61)), town)


def test_a_group_that_is_not_is_told_with_those_that_are(country: dict[str, Territory]) -> None:
    with pytest.raises(GroupError, match="taille, epci, departement"):
        group_named("etiquette:littoral", country["Bourg 1"])


def test_a_tag_makes_a_group(country: dict[str, Territory]) -> None:
    for name in ("Bourg 1", "Bourg 11"):
        TerritoryTag.objects.create(territory=country[name], tag="littoral", label="Littoral")
    assert names("etiquette:littoral", country["Bourg 1"]) == {"Bourg 1", "Bourg 11"}
    assert group_named("etiquette:littoral", country["Bourg 1"]).words == f"communes «{NBSP}Littoral{NBSP}»"


def test_two_queries(country: dict[str, Territory], django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(2):
        groups_of(country["Bourg 1"])
    assert groups_of(place("FRA", "France", Level.COUNTRY)) == ()
