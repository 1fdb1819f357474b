"""The map of a table: every row is told of, closer and farther are addresses, codes are shaded territories."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from bs4 import BeautifulSoup, Tag
from django.test import Client
from django.utils import timezone

from catalogue.models import Contour, Table, Territory
from catalogue.models.contours import packed
from catalogue.models.territories import Level
from catalogue.tables.store import put_away
from portal.pages import map_codes, map_places
from tests import factories

pytestmark = pytest.mark.django_db
Look = Callable[..., BeautifulSoup]


@pytest.fixture(autouse=True)
def closed() -> Iterator[None]:
    yield
    put_away()


@pytest.fixture
def look(client: Client, home: Any) -> Look:
    def looked(of: Table, asked: str = "", status: int = 200) -> BeautifulSoup:
        response = client.get(f"/tables/{of.pk}/{asked if asked.startswith('?') or not asked else '?' + asked}")
        assert response.status_code == status
        return BeautifulSoup(response.content, "html.parser")

    return looked


def table(text: str) -> Table:
    return factories.table(factories.dataset("Lieux"), text, "lieux.csv")


def place(level: Level, code: str, name: str, x: float, *, contour: bool = False) -> Territory:
    found = Territory.objects.create(
        level=level, code=code, name=name, sort_name=name.lower(), longitude=x, latitude=47.6
    )
    if contour:
        ring = [(x - 0.05, 47.5), (x + 0.05, 47.5), (x + 0.05, 47.7), (x - 0.05, 47.7)]
        Contour.objects.create(
            territory=found, west=x - 0.05, south=47.5, east=x + 0.05, north=47.7, shape=packed([ring]),
            source="essai", loaded_at=timezone.now(),
        )  # fmt: skip
    return found


def map_of(page: BeautifulSoup) -> Tag:
    [found] = page.select("#carte")
    return found


def moves(page: BeautifulSoup) -> dict[str, str]:
    """The links under the map, without what leads to its section."""
    return {a.get_text(): str(a["href"]).removesuffix("#carte") for a in map_of(page).select("nav a")}


def box(address: str) -> list[float]:
    return [float(one) for one in parse_qs(urlsplit(address).query)["box"][0].split(",")]


# Three heaps of rows, and one alone.
HEAPS = "lat;lon\n" + "".join(
    f"{y + n / 10_000:.4f};{x + n / 10_000:.4f}\n" for y, x, count in ((45, 3, 40), (46, 4, 15), (47, 2, 5)) for n in range(count)
) + "48.5;5.5\n"  # fmt: skip


@pytest.fixture
def gathered(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if these few rows were many."""
    monkeypatch.setattr(map_places, "MOST", 0)
    monkeypatch.setattr(map_places, "HEAVY", 0)


def test_every_row_is_on_the_map_however_many(look: Look, monkeypatch: pytest.MonkeyPatch) -> None:
    found = map_of(look(table(HEAPS)))  # 61 rows are more than the fifty that are always drawn
    assert "61 lignes sur la carte" in found.get_text() and not found.select("circle")
    monkeypatch.setattr(map_places, "MOST", 0)
    page = look(table(HEAPS))
    discs = map_of(page).select("svg.roomy circle title")
    assert [one.get_text() for one in discs] == ["40 lignes : 40", "15 lignes : 15", "5 lignes : 5"]
    assert "61 lignes sur la carte" in map_of(page).get_text() and "les voir de plus près" in map_of(page).get_text()


def test_a_disc_leads_closer_until_its_rows_come_apart(look: Look, gathered: None) -> None:
    of = table(HEAPS)
    page = look(of)
    [largest] = [a for a in map_of(page).select("svg.roomy a") if "40 lignes" in a.get_text()]
    assert largest["tabindex"] == "-1"
    closer = look(of, str(largest["href"]).removesuffix("#carte"))
    assert "40 lignes sur la carte" in map_of(closer).get_text()
    assert len(closer.select("#lignes tbody tr:not(.prof)")) == 40


def test_one_moves_by_addresses(look: Look) -> None:
    of = table(HEAPS)
    first = moves(look(of))
    assert list(first) == ["Approcher"]
    west, south, east, north = box(first["Approcher"])
    assert west < 3.75 < east and south < 46.75 < north
    there = look(of, first["Approcher"])
    assert list(moves(there)) == ["Approcher", "Éloigner", "Ouest", "Est", "Nord", "Sud", "Toute la carte"]
    far = box(moves(there)["Éloigner"])
    assert far[2] - far[0] == pytest.approx(2 * (east - west), rel=0.5) and far[0] < west and far[3] > north
    beside = box(moves(there)["Est"])
    assert beside[0] > west and beside[1] == pytest.approx(south, abs=0.5)
    assert "box" not in moves(there)["Toute la carte"]
    assert "Le cadre de la carte filtre aussi les lignes" in map_of(there).get_text()


@pytest.mark.parametrize("asked", ["box=179,-10,-179,10", "box=-180,-90,180,90", "box=3,45,3,45", "box=170,80,180,90"])
def test_any_box_is_drawn_or_told(look: Look, asked: str) -> None:
    page = look(table(HEAPS), asked)
    for address in moves(page).values():
        if "box=" in address:
            west, south, east, north = box(address)
            assert -180 <= west <= east <= 180 and -90 <= south <= north <= 90


CODES = (
    "code_insee;montant;lat;lon\n" + "56260;10;47,6;-2,76\n" * 3 + "56053;40;47,6;-3,0\n" * 2 + "56260;;47,6;-2,76\n"
)


def test_codes_are_shaded_by_what_a_column_is_worth(look: Look) -> None:
    place(Level.COMMUNE, "56260", "Vannes", -2.76, contour=True)
    place(Level.COMMUNE, "56053", "Crach", -3.0, contour=True)
    of = table(CODES)
    page = map_of(look(of))
    assert [one["value"] for one in page.select("#carte-de option")] == ["lieux", "code_insee"]
    assert [one["value"] for one in page.select("#carte-mesure option")] == ["count", "mean:montant", "sum:montant"]
    assert "6 lignes sur la carte" in page.get_text()
    for worth, expected in (
        ("count", [["Vannes", "4"], ["Crach", "2"]]),
        ("mean:montant", [["Crach", "40"], ["Vannes", "10"]]),
        ("sum:montant", [["Crach", "80"], ["Vannes", "30"]]),
    ):
        page = map_of(look(of, f"vue.carte=code_insee&vue.carte.mesure={worth}"))
        assert [[cell.get_text() for cell in row.select("th, td")] for row in page.select("tbody tr")] == expected
        assert len(page.select("svg.roomy g[class^=c-] path")) >= 2
    [row] = [row for row in page.select("tbody tr") if "Vannes" in row.get_text()]
    rows = look(of, str(row.select("a")[0]["href"]).removesuffix("#lignes")).select("#lignes tbody tr:not(.prof)")
    assert len(rows) == 4


def test_codes_that_are_too_many_are_gathered_by_departement(look: Look, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(map_codes, "MOST_OUTLINES", 2)
    place(Level.DEPARTEMENT, "56", "Morbihan", -2.8)
    place(Level.DEPARTEMENT, "974", "La Réunion", 55.5)
    text = "code_insee;montant\n" + "56260;10\n" * 3 + "56053;30\n" + "97411;5\n97412;\n"
    page = map_of(look(table(text), "vue.carte.mesure=mean:montant"))
    assert "la carte les réunit par département" in page.get_text()
    assert [[cell.get_text() for cell in row.select("th, td")] for row in page.select("tbody tr")] == [
        ["Morbihan", "15"],
        ["La Réunion", "5"],
    ]
    address = str(page.select("tbody a")[0]["href"]).removesuffix("#lignes")
    assert len(look(table(text), address).select("#lignes tbody tr:not(.prof)")) == 4


def test_siren_of_groupings_are_places_and_those_of_companies_are_not(look: Look) -> None:
    place(Level.EPCI, "244000808", "Mont de Marsan Agglomération", -0.5)
    page = look(table("siren;n\n" + "244000808;1\n" * 3 + "200054781;2\n"))
    assert "Mont de Marsan Agglomération" in map_of(page).get_text()
    assert not look(table("siren;n\n552100554;1\n542065479;2\n"), "").select("#carte")


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ("vue.carte=rien", "choisissez dans la liste de la carte"),
        ("vue.carte=code_insee&vue.carte.mesure=median:montant", "une moyenne ou une somme"),
        ("vue.carte=code_insee&vue.carte.mesure=sum:code_insee", "demande des nombres"),
        ("vue.carte=code_insee&vue.carte.mesure=n’importe", "ne se mesure pas"),
    ],
)
def test_a_map_that_cannot_be_drawn_says_why_and_the_rows_stay(look: Look, asked: str, words: str) -> None:
    page = look(table(CODES), asked)
    assert words in map_of(page).get_text()
    assert len(page.select("#lignes tbody tr:not(.prof)")) == 6


def test_the_choice_of_a_map_stays_with_the_rest_of_the_look(look: Look) -> None:
    page = look(table(CODES), "vue.carte=code_insee&vue.carte.mesure=sum:montant&montant=ge:5")
    kept = {one["name"]: one["value"] for one in page.select("#filtres form.row input[type=hidden]")}
    assert (kept["vue.carte"], kept["vue.carte.mesure"]) == ("code_insee", "sum:montant")
    own = {one["name"] for one in map_of(page).select("form input[type=hidden]")}
    assert own == {"montant"}
