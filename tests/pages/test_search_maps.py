"""The map of a search and of a dataset: what is drawn, what it is called without colour, where it leads, what bounds it."""

from __future__ import annotations

import re
from collections.abc import Callable
from math import cos, radians
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from bs4 import BeautifulSoup, Tag
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from catalogue.models import Contour, Dataset, Organisation, Territory
from catalogue.models.contours import packed
from catalogue.models.territories import Level
from tests import factories

pytestmark = pytest.mark.django_db
MAP = "/jeux-de-donnees/carte/"
Look = Callable[..., BeautifulSoup]


def place(code: str, name: str, x: float, y: float, *, level: Level = Level.COMMUNE, half: float = 0.05) -> Territory:
    """A square of twice `half` degrees, with its outline."""
    found = Territory.objects.create(
        level=level, code=code, name=name, sort_name=name.lower(), longitude=x, latitude=y, area_km2=50
    )
    ring = [(x - half, y - half), (x + half, y - half), (x + half, y + half), (x - half, y + half)]
    Contour.objects.create(
        territory=found, west=x - half, south=y - half, east=x + half, north=y + half, shape=packed([ring]),
        source="essai", loaded_at=timezone.now(),
    )  # fmt: skip
    return found


def body(name: str, where: Territory | None) -> Organisation:
    found = factories.body(name)
    found.territory = where
    found.save()
    return found


def rectangle(west: float, south: float, east: float, north: float, name: str = "") -> list[dict[str, Any]]:
    text = f"POLYGON(({west} {south}, {east} {south}, {east} {north}, {west} {north}, {west} {south}))"
    said = {"bbox": {"value": text, "datatype": "http://www.opengis.net/ont/geosparql#wktLiteral"}}
    return [said | ({"name": {"fr": name}} if name else {})]


@pytest.fixture
def towns(db: None, home: Path) -> dict[str, Dataset]:
    """Two towns side by side, and what they publish."""
    mont, dax = place("40192", "Mont-de-Marsan", -0.5, 43.9), place("40088", "Dax", -0.9, 43.7)
    town, other = body("Ville de Mont-de-Marsan", mont), body("Ville de Dax", dax)
    return {
        "arbres": factories.dataset("Arbres", town),
        "bancs": factories.dataset("Bancs", town),
        "thermes": factories.dataset("Thermes", other),
        "photo": factories.dataset("Photo aérienne", town, spatial=rectangle(-0.52, 43.88, -0.48, 43.92)),
    }


@pytest.fixture
def look(client: Client) -> Look:
    def looked(address: str = MAP, status: int = 200) -> BeautifulSoup:
        factories.bring_index_up_to_date()
        response = client.get(address)
        assert response.status_code == status
        return BeautifulSoup(response.content, "html.parser")

    return looked


def results(page: BeautifulSoup) -> dict[str, str]:
    """Title of each result -> its letter."""
    found = {}
    for hit in page.select("li.hit"):
        letter, title = hit.select_one(".letter a"), hit.select_one("h2")
        assert title is not None
        found[title.get_text()] = letter.get_text().removeprefix("Sur la carte, ") if letter else ""
    return found


def drawing(page: BeautifulSoup, kind: str = "roomy") -> Tag:
    [found] = page.select(f"svg.{kind}")
    return found


def letters(page: BeautifulSoup) -> list[str]:
    return [text.get_text() for text in drawing(page).select(".badge text")]


def moves(page: BeautifulSoup, label: str = "Se déplacer sur la carte") -> dict[str, str]:
    return {a.get_text(): str(a["href"]) for a in page.select(f'nav[aria-label="{label}"] a')}


def box(address: str) -> list[float]:
    return [float(one) for one in parse_qs(urlsplit(address).query)["cadre"][0].split(",")]


def test_each_result_has_the_letter_of_what_it_covers(towns: dict[str, Dataset], look: Look) -> None:
    page = look()
    said = results(page)
    assert said["Arbres"] == said["Bancs"]  # of one town, one outline
    assert len({said["Arbres"], said["Thermes"], said["Photo aérienne"]}) == 3
    assert sorted(letters(page)) == ["A", "B", "C"]
    listed = {row.select("b")[0].get_text(): row.get_text(" ", strip=True) for row in page.select(".letters li")}
    assert "Mont-de-Marsan" in listed[said["Arbres"]] and "2" in listed[said["Arbres"]]
    assert "un rectangle de 3,2 km sur 4,4" in listed[said["Photo aérienne"]]
    # What leads from the map to the list is there, and what lights up with what.
    ids = {str(one["id"]) for one in page.select("[id]")}
    assert {str(a["href"])[1:] for a in page.select(".letters a, .letter a")} <= ids
    of_the_town = {str(towns[name].pk) for name in ("arbres", "bancs")}
    [area] = [one for one in drawing(page).select(".cover") if set(str(one["data-of"]).split()) == of_the_town]
    assert str(area.select("path")[-1]["d"]).count("l") == 1  # its outline, not a rectangle's four strokes
    assert not drawing(page).select("a:not([tabindex='-1'])")  # the lists have the same links, once


def test_territories_under_the_map_are_links_and_the_same_in_a_list(towns: dict[str, Dataset], look: Look) -> None:
    page = look()
    listed = {a.get_text(): str(a["href"]) for a in page.select("details .cols a")}
    assert listed == {
        "Dax": f"{MAP}?territoire=commune%3A40088",
        "Mont-de-Marsan": f"{MAP}?territoire=commune%3A40192",
    }
    drawn = {a.select_one("title").get_text(): str(a["href"]) for a in drawing(page).select(".land a")}  # type: ignore[union-attr]
    assert drawn == listed
    inside = look(listed["Dax"])
    assert list(results(inside)) == ["Thermes"]
    assert inside.select(".land path") and not inside.select("details .cols a")  # it is there, and leads nowhere else


def test_the_box_bounds_what_is_shown_and_what_is_found(searched: Path, towns: dict[str, Dataset], look: Look) -> None:
    """On both engines."""
    page = look(f"{MAP}?cadre=-1,43.6,-0.8,43.8")
    assert list(results(page)) == ["Thermes"]
    ways = moves(page)
    assert list(ways) == ["Approcher", "Éloigner", "Ouest", "Est", "Nord", "Sud", "Toute la carte"]
    west, south, east, north = box(ways["Approcher"])
    assert -1.2 < west < -0.9 < east < -0.6 and 43.6 < south < 43.7 < north < 43.8
    assert box(ways["Ouest"])[0] < west
    assert ways["Toute la carte"] == f"{MAP}#carte"
    assert "Mont-de-Marsan" not in page.select_one("main").get_text().replace("Ville de Mont-de-Marsan", "")  # type: ignore[union-attr]
    wide = look(f"{MAP}?bbox=-1,43.6,0,44")
    assert len(results(wide)) == 4


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("cadre=a,b,c,d", "quatre nombres"),
        ("cadre=1,2,3", "quatre nombres"),
        ("cadre=1,2,3,4,5", "quatre nombres"),
        ("cadre=nan,0,1,1", "quatre nombres"),
        ("bbox=-1,44,0,43", "à l’envers"),
        ("bbox=-190,43,0,44", "sort de la Terre"),
        ("bbox=-1,43,0,95", "sort de la Terre"),
        ("ouest=-1&sud=43", "quatre nombres"),
    ],
)
def test_a_box_that_is_none_is_told_and_the_page_is_whole(
    towns: dict[str, Dataset], look: Look, asked: str, told: str
) -> None:
    page = look(f"{MAP}?{asked}")
    [alert] = page.select("[role=alert]")
    assert told in alert.get_text() and "ce cadre ne compte pas" in alert.get_text().lower()
    assert len(results(page)) == 4 and letters(page)


def test_a_box_over_the_antimeridian_shows_both_sides(home: Path, look: Look) -> None:
    futuna = body("Futuna", place("98611", "Alo", -178.0, -14.3, level=Level.COLLECTIVITE, half=0.2))
    fidji = body("Fidji", place("98999", "Suva", 178.4, -18.1, level=Level.COLLECTIVITE, half=0.2))
    factories.dataset("Récifs", futuna)
    factories.dataset("Ports", fidji)
    factories.dataset("Arbres", body("Ville", place("40192", "Mont-de-Marsan", -0.5, 43.9)))
    page = look(f"{MAP}?cadre=176,-20,-176,-12")
    assert set(results(page)) == {"Récifs", "Ports"}
    assert "antimeridien" in page.get_text().replace("é", "e")
    for letter in drawing(page).select(".badge circle"):
        assert 0 < float(str(letter["cx"])) < 720 and 0 < float(str(letter["cy"])) < 460
    by_name = {row.get_text(" ", strip=True): row for row in page.select(".letters li")}
    assert len(by_name) == 2
    places = [float(str(one["cx"])) for one in drawing(page).select(".badge circle")]
    # Each on its side, as far apart as 3.6 degrees are at 16° south on a map whose height is eight degrees.
    assert abs(places[0] - places[1]) == pytest.approx(3.6 * 460 / 8 * cos(radians(16)), abs=0.5)
    assert len(drawing(page).select(".land path")) == 2


def test_a_private_dataset_is_on_nobody_elses_map(
    searched: Path, towns: dict[str, Dataset], client: Client, look: Look
) -> None:
    hidden = factories.dataset("Réseau secret", private=True, spatial=rectangle(2, 48, 2.1, 48.1, "Bunker"))
    page = look()
    assert "Bunker" not in str(page) and str(hidden.pk) not in str(page)
    assert str(hidden.pk) not in str(look(f"{MAP}?cadre=1,47,3,49&partie="))
    client.force_login(factories.person("reader", hidden.owner))
    page = look(f"{MAP}?cadre=1,47,3,49")
    assert list(results(page)) == ["Réseau secret"] and "Bunker" in str(page)


def test_what_is_much_wider_than_the_rest_does_not_shrink_it(towns: dict[str, Dataset], look: Look) -> None:
    factories.dataset("Bornes en France", spatial=rectangle(-5, 41, 9, 51))
    page = look()
    wide = results(page)["Bornes en France"]
    assert f"{wide} dépasse de la carte." in page.get_text()
    west, _, east, _ = box(moves(page)["Approcher"])
    assert east - west < 1


def test_without_outlines_the_map_has_degrees_and_guesses(towns: dict[str, Dataset], look: Look) -> None:
    Contour.objects.all().delete()
    page = look()
    assert not page.select(".land") and not page.select("details .cols")
    assert "° N" in drawing(page).get_text() and len(letters(page)) == 3


def test_what_says_no_place_is_counted(towns: dict[str, Dataset], look: Look) -> None:
    factories.dataset("Nulle part")
    page = look()
    assert results(page)["Nulle part"] == ""
    assert "1 autre ne dit pas où il est." in page.get_text()
    alone = look(f"{MAP}?q=nulle+part")
    assert "Aucun de ces résultats ne dit où il est" in alone.get_text()


def test_nothing_there_says_what_to_do(towns: dict[str, Dataset], look: Look) -> None:
    page = look(f"{MAP}?cadre=10,10,11,11&q=arbres")
    assert "Aucun jeu de données ne touche ce rectangle" in page.get_text()
    assert "Éloigner" in moves(page)  # the map is there all the same
    assert [str(a["href"]) for a in page.select(".prose a")] == [f"{MAP}?q=arbres"]


def test_the_list_has_its_map_apart(towns: dict[str, Dataset], look: Look) -> None:
    page = look("/jeux-de-donnees/?q=arbres+bancs&format=CSV")
    [part] = page.select("aside [data-part]")
    assert str(part["data-part"]) == f"{MAP}?q=arbres+bancs&format=CSV&partie="
    assert str(part.select("a")[0]["href"]) == f"{MAP}?q=arbres+bancs&format=CSV"
    given = look(str(part["data-part"]))
    assert not given.select("html, main, header, h1")
    assert {str(a["href"])[1:] for a in given.select(".letters a")} <= {str(hit["id"]) for hit in page.select("li.hit")}
    # The list's own kinds: what is no dataset has no place on the map.
    assert look(f"{MAP}?q=ville&partie=").select_one("figure") is not None


def test_forms_and_filters_stay_on_the_map(towns: dict[str, Dataset], look: Look) -> None:
    page = look(f"{MAP}?q=arbres&territoire=commune:40192")
    assert {str(form["action"]) for form in page.select("main form")} == {MAP}
    assert [str(a["href"]) for a in page.select("ul.tries a.tag.on")] == [f"{MAP}?q=arbres"]
    assert str(page.select(".bar a")[0]["href"]) == "/jeux-de-donnees/?q=arbres&territoire=commune%3A40192"


def test_a_hostile_name_is_text(home: Path, look: Look) -> None:
    factories.dataset("Arbres", spatial=rectangle(0, 44, 1, 45, "<script>alert(1)</script>" + "x" * 500))
    page = look()
    assert not page.find_all("script", string=re.compile("alert"))
    assert "<script>alert(1)</script>" in page.select(".letters li")[0].get_text()


def extent(page: BeautifulSoup) -> Tag:
    [found] = page.select("#etendue")
    return found


def test_a_dataset_is_shown_over_its_territory(towns: dict[str, Dataset], look: Look) -> None:
    own = extent(look(towns["photo"].get_absolute_url()))
    assert "Le rectangle que donne la fiche." in own.get_text()
    assert "De 0,52° O à 0,48° O, de 43,88° N à 43,92° N" in own.get_text()
    assert [title.get_text() for title in drawing(own).select(".land title")] == ["Mont-de-Marsan"]
    assert len(drawing(own).select(".cover")) == 1 and not own.select(".badge")
    found = look(str(own.select("p a")[0]["href"]))
    assert "Photo aérienne" in results(found)
    publishers = extent(look(towns["thermes"].get_absolute_url()))
    assert "Le territoire de qui publie" in publishers.get_text() and "Dax" in publishers.get_text()
    Dataset.objects.filter(pk=towns["thermes"].pk).update(territory=Territory.objects.get(code="40192"))
    said = extent(look(towns["thermes"].get_absolute_url()))
    assert "Le territoire que dit la fiche." in said.get_text() and "Mont-de-Marsan" in said.get_text()


def test_a_dataset_that_is_nowhere_has_no_map(home: Path, look: Look) -> None:
    assert not look(factories.dataset("Nulle part").get_absolute_url()).select("#etendue")


def test_a_point_is_seen(home: Path, look: Look) -> None:
    [point] = rectangle(-0.5, 43.9, -0.5, 43.9)
    page = look(factories.dataset("Une borne", spatial=[point]).get_absolute_url())
    assert "Un point" in extent(page).get_text()
    assert re.search(r"h[1-9]\d*v[1-9]", str(drawing(page).select_one(".area")["d"]))  # type: ignore[index]


def test_the_map_speaks_the_readers_language(
    towns: dict[str, Dataset], client: Client, settings: Settings, look: Look
) -> None:
    settings.LANGUAGES = [("fr", "Français"), ("en", "English")]
    address = towns["photo"].get_absolute_url()
    assert "0,52° O" in extent(look(address)).get_text()
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    assert "0.52° W" in extent(look(address)).get_text()  # what was kept in French is not given
    assert list(moves(look(MAP), "Move around the map"))[:2] == ["Zoom in", "Zoom out"]
