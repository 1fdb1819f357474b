"""The front page says whose portal it is, of whatever town: what is known of it, and nothing of what is not."""

from __future__ import annotations

from typing import Any

import pytest
from bs4 import BeautifulSoup, Tag
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from catalogue import publishing
from catalogue.models import Contour, Territory
from catalogue.models.contours import packed
from portal.pages import front
from portal.pages.indicators import known
from tests import factories
from tests.pages.indicators import invented
from tests.plant.test_plant import SORTS, plant

pytestmark = pytest.mark.django_db
LONGEST = "Saint-Remy-en-Bouzemont-Saint-Genest-et-Isson"
SQUARE = [[(-0.6, 43.8), (-0.4, 43.8), (-0.4, 44.0), (-0.6, 44.0)]]


def page_of(client: Client) -> BeautifulSoup:
    return BeautifulSoup(client.get("/").content.decode(), "html.parser")


def said(page: Tag, selector: str) -> str:
    found = page.select_one(selector)
    assert found is not None
    return " ".join(found.get_text(" ").replace("\u202f", " ").replace("\u00a0", " ").split())


def facts(page: Tag) -> dict[str, str]:
    terms = [term.get_text() for term in page.select(".place dt")]
    told = [" ".join(one.get_text().replace("\u202f", " ").split()) for one in page.select(".place dd")]
    assert all(told)
    return dict(zip(terms, told, strict=True))


def addresses(page: Tag) -> list[str]:
    return [str(link["href"]) for link in page.select(".place a")]


def test_a_town_is_told_with_its_people_and_what_it_lies_in(
    places: None, client: Client, settings: Settings, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    settings.BOUTURE_TERRITORY = "40192"
    page = page_of(client)
    assert "Source : Insee, populations de référence 2023, en vigueur" in said(page, ".place .tiny")
    assert "Code Insee 40192, Siren 214001927." in said(page, ".place .tiny")
    assert facts(page) == {
        "Habitants": "31 592 en 2023",
        "Intercommunalité": "CA Mont de Marsan Agglomération",
        "Département": "Landes",
        "Région": "Nouvelle-Aquitaine",
        "Superficie": "37 km² 862 habitants au km²",
    }
    wanted = ["244000808", "40", "R75", "40192"]
    assert addresses(page) == [f"/territoires/{code}/" for code in wanted]
    assert all(client.get(address).status_code == 200 for address in addresses(page))
    with django_assert_num_queries(1):
        front.front()


@pytest.mark.parametrize(
    ("code", "known", "lacking"),
    [
        ("05048", "200 en 2023", ""),
        ("29083", "Finistère", "Intercommunalité"),
        ("97411", "La Réunion", ""),
        ("97502", "Collectivité d’outre-mer", "Siren"),
        ("98611", "Collectivité d’outre-mer", "Superficie"),
        ("55039", "Meuse", "Habitants"),
        ("51513", LONGEST, ""),
    ],
)
def test_what_is_not_known_of_a_town_is_not_shown(
    code: str, known: str, lacking: str, places: None, client: Client, settings: Settings
) -> None:
    settings.BOUTURE_TERRITORY = code
    page = page_of(client)
    facts(page)
    whole = said(page, ".place")
    assert known in whole
    assert not lacking or lacking not in whole
    assert bool(page.select(".place .value")) == ("Habitants" in whole)
    assert "None" not in whole
    assert not page.select(".three")


@pytest.mark.parametrize(
    ("code", "level", "expected"),
    [
        ("244000808", "L’intercommunalité", {"Commune": "1"}),
        ("40", "Le département", {"Communes": "2", "Région": "Nouvelle-Aquitaine"}),
        ("R75", "La région", {}),
        ("200054781", "L’intercommunalité", {"Région": "Île-de-France"}),
    ],
)
def test_another_level_says_what_is_known_of_it(
    code: str, level: str, expected: dict[str, str], places: None, client: Client, settings: Settings
) -> None:
    settings.BOUTURE_TERRITORY = code
    page = page_of(client)
    assert said(page, ".place h2") == level
    assert expected.items() <= facts(page).items()


def test_neighbours_are_those_of_the_same_grouping_the_nearest_first(
    places: None, client: Client, settings: Settings
) -> None:
    settings.BOUTURE_TERRITORY = "40192"
    group = Territory.objects.get(code="244000808")
    for number in range(6):
        name = f"Voisine-{number}"
        one = Territory.objects.create(
            level="commune", code=f"4090{number}", name=name, sort_name=name, longitude=number / 9, latitude=43.9
        )
        one.parents.add(group)
    told = facts(page_of(client))["Intercommunalité"]
    assert told.endswith("avec Voisine-0, Voisine-1, Voisine-2, Voisine-3 et 2 autres")


def test_without_a_setting_it_is_the_town_of_those_who_work_here(
    places: None, client: Client, settings: Settings
) -> None:
    assert not page_of(client).select(".place")
    cache.clear()
    plant("05048")
    assert "Hautes-Alpes" in said(page_of(client), ".place")
    factories.body("Voisine").__class__.objects.filter(name="Voisine").update(
        territory=Territory.objects.get(level="commune", code="40192")
    )
    cache.clear()
    assert not page_of(client).select(".place")


@pytest.mark.parametrize(
    ("homepage", "shown"),
    [("https://www.montdemarsan.example/", "montdemarsan.example"), ("javascript:alert(1)", ""), ("", "")],
)
def test_the_site_of_the_town_hall(homepage: str, shown: str, places: None, client: Client, settings: Settings) -> None:
    settings.BOUTURE_TERRITORY = "40192"
    publishing.change_body(
        factories.body("Mairie"), homepage=homepage, territory=Territory.objects.get(level="commune", code="40192")
    )
    assert facts(page_of(client)).get("Site", "") == shown


def test_its_outline_among_its_neighbours(places: None, client: Client, settings: Settings) -> None:
    settings.BOUTURE_TERRITORY = "40192"
    town = Territory.objects.get(level="commune", code="40192")
    assert not page_of(client).select(".map")
    beside = Territory.objects.create(level="commune", code="40281", name="<b>Voisine</b>", sort_name="voisine")
    beside.parents.add(Territory.objects.get(code="244000808"))
    for number, place in enumerate((town, beside)):
        rings = [[(x + number / 5, y) for x, y in ring] for ring in SQUARE]
        bounds = {"west": -0.6, "south": 43.8, "east": -0.2, "north": 44.0}
        Contour.objects.create(territory=place, shape=packed(rings), source="essai", loaded_at=timezone.now(), **bounds)
    cache.clear()
    page = page_of(client)
    assert (
        said(page, ".map desc")
        == "Le contour de Mont-de-Marsan, parmi 1 autre commune de la CA Mont de Marsan Agglomération."
    )
    assert [text.get_text() for text in page.select(".map > text")][:2] == ["Mont-de-Marsan", "<b>Voisine</b>"]
    assert [str(link["href"]) for link in page.select(".front div:has(> .map) a")] == ["/jeux-de-donnees/carte/"]


@pytest.fixture
def measured(places: None, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Figures of Mont-de-Marsan: two by everybody's files, an internal one."""
    settings.BOUTURE_TERRITORY = "40192"
    monkeypatch.setattr(known, "recipes", lambda: invented.ALL)
    town = Territory.objects.get(level="commune", code="40192")
    found = factories.table(factories.dataset("Comptes de la commune"))
    for recipe, value in ((invented.SPENDING, 1594.0), (invented.SHARE, 22.5), (invented.DRAFT, 3.0)):
        about = invented.indicator(recipe)
        invented.said(about, town, found, "2022", value * 2)
        invented.said(about, town, found, "2023", value)
    return found


def test_it_has_the_figures_that_have_a_value(measured: Any, client: Client) -> None:
    page = page_of(client)
    assert said(page, "#h-chiffres") == "La commune en deux chiffres"
    first, second = page.select(".three > article")
    assert said(first, ".value") == "1 594 euros par habitant en 2023"
    assert said(second, ".value") == "22,5 % en 2023"
    assert [one.get_text() for one in first.select(".ends span")] == ["2022", "2023"]
    assert "50 % de moins qu’en 2022" in first.get_text().replace("\u202f", " ")
    assert said(first, ".source") == "Source : Comptes de la commune"
    assert all(client.get(str(link["href"])).status_code == 200 for link in page.select(".three a"))


def test_a_figure_leaves_the_page_with_its_dataset(measured: Any, client: Client) -> None:
    assert page_of(client).select(".three")
    publishing.set_private(measured.dataset, private=True)
    assert not page_of(client).select("#h-chiffres")


def test_an_unknown_code_says_nothing(places: None, client: Client, settings: Settings) -> None:
    settings.BOUTURE_TERRITORY = "00000"
    assert not page_of(client).select(".place")


def test_every_sort_of_town_has_a_front_page(places: None, client: Client, settings: Settings) -> None:
    for code, name in SORTS.items():
        settings.BOUTURE_TERRITORY = code
        assert name in said(page_of(client), ".brand")
        assert "Insee" in said(page_of(client), ".place")
