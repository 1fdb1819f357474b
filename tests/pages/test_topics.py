"""The pages of themes: what each holds, for strangers what is public alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup, Tag
from django.test import Client

from catalogue import publishing, themes
from catalogue.models import Dataset
from catalogue.themes import Choice
from portal.pages import topics
from tests import factories
from tests.pages.conftest import said
from tests.pages.samples import concepts

pytestmark = pytest.mark.django_db
ENVI, TRAN = (f"{factories.EU}data-theme/{code}" for code in ("ENVI", "TRAN"))


@pytest.fixture
def world(searched: Path) -> dict[str, Any]:
    concepts()
    town, port = factories.body("Ville d’essai"), factories.body("Port d’essai")
    made = {
        "trees": factories.dataset("Arbres <b>remarquables</b>", town, theme=[ENVI], modified="2025-03-01"),
        "water": factories.dataset("Qualité de l’eau", port, theme=[ENVI, TRAN], modified="2026-03-01"),
        "buses": factories.dataset("Arrêts de bus", town, theme=[TRAN]),
        "secret": factories.dataset("Ruches cachées", town, theme=[ENVI], private=True),
        "own": factories.dataset("Sans thème connu", town, theme=["https://ailleurs.example/theme/1"]),
    }
    factories.bring_index_up_to_date()
    return {**made, "member": factories.person("reader", town), "town": town}


def page(client: Client, address: str, status: int = 200) -> BeautifulSoup:
    answer = client.get(address)
    assert answer.status_code == status
    return BeautifulSoup(answer.content, "html.parser")


def section(soup: BeautifulSoup, name: str) -> list[str]:
    found = soup.select_one(f"section[aria-labelledby={name}]")
    return (
        []
        if found is None
        else [one.get_text(" ", strip=True) for one in found.select("h3 a, .index a, .figures > li > a")]
    )


def test_a_theme_holds_its_datasets_and_who_publishes_them(world: dict[str, Any], client: Client) -> None:
    soup = page(client, "/sujets/envi/")
    assert section(soup, "h-donnees") == ["Qualité de l’eau", "Arbres <b>remarquables</b>"]
    assert [one.partition(" ,")[0] for one in section(soup, "h-qui")] == ["Port d’essai", "Ville d’essai"]
    assert [one.split(" ")[0] for one in section(soup, "h-autres")] == ["Transports"]
    lead = soup.select_one(".lead")
    assert lead is not None and lead.get_text(strip=True) == "2 jeux de données publiés par 2 organisations."


def test_only_a_member_counts_what_is_private(world: dict[str, Any], client: Client) -> None:
    member = Client()
    member.force_login(world["member"])
    for address in ("/sujets/", "/sujets/envi/", "/sujets/tran/"):
        assert "Ruches" not in said(client.get(address))
    assert "Ruches cachées" in section(page(member, "/sujets/envi/"), "h-donnees")
    assert member.get("/sujets/envi/")["Cache-Control"] == "private, no-store"
    counts = {
        who: number(page(reader, "/sujets/"), "Environnement") for who, reader in (("all", client), ("member", member))
    }
    assert counts == {"all": 2, "member": 3}


def number(soup: BeautifulSoup, name: str) -> int:
    line = next(one for one in soup.select(".index a") if name in one.get_text())
    count = line.select_one(".n")
    assert isinstance(count, Tag)
    return int("".join(filter(str.isdigit, count.get_text())))


def test_what_is_withdrawn_leaves_at_once(world: dict[str, Any], client: Client) -> None:
    publishing.withdraw([world["water"]], "Refaites.")
    assert section(page(client, "/sujets/envi/"), "h-donnees") == ["Arbres <b>remarquables</b>"]
    assert number(page(client, "/sujets/"), "Transports") == 1


def test_a_theme_is_called_as_the_territory_calls_it(world: dict[str, Any], client: Client) -> None:
    themes.keep(
        {ENVI: Choice("Eau, air et déchets", "Ce que l’on respire, boit et jette.", 1), TRAN: Choice(shown=False)}
    )
    soup = page(client, "/sujets/envi/")
    assert soup.h1 is not None and soup.h1.get_text() == "Eau, air et déchets"
    assert "Ce que l’on respire, boit et jette. 2 jeux de données" in said(client.get("/sujets/envi/"))
    assert section(soup, "h-autres") == []
    assert "Transports" not in said(client.get("/sujets/"))
    assert client.get("/sujets/tran/").status_code == 200  # for who comes by its address


def test_it_is_followed_and_searched_from_there(world: dict[str, Any], client: Client) -> None:
    links = {str(one["href"]) for one in page(client, "/sujets/envi/").select("link[rel=alternate], main a")}
    feed, search = (
        next(one for one in links if one.startswith(start))
        for start in ("/jeux-de-donnees.atom?", "/jeux-de-donnees/?")
    )
    assert "Qualité de l’eau" in client.get(feed).content.decode()
    assert "2 résultats" in said(client.get(search))


def test_the_front_page_leads_to_the_pages_of_themes(world: dict[str, Any], client: Client) -> None:
    soup = page(client, "/")
    assert [str(one["href"]) for one in soup.select("section[aria-labelledby=h-sujets] .index a")][:2] == [
        "/sujets/envi/",
        "/sujets/tran/",
    ]
    # What no vocabulary knows has no page: its search serves.
    assert soup.select_one("section[aria-labelledby=h-sujets] a[href*='ailleurs.example']") is not None


@pytest.mark.parametrize("key", ["rien", "ENVI", "op_datpro", "envi-"])
def test_what_is_no_theme_has_no_page(world: dict[str, Any], client: Client, key: str) -> None:
    page(client, f"/sujets/{key}/", 404)


def test_an_empty_theme_says_what_to_do(world: dict[str, Any], client: Client) -> None:
    text = said(client.get("/sujets/educ/"))
    assert "Aucun jeu de données sur ce thème pour l’instant." in text
    assert "les demander" in text and 'content="noindex, follow"' in text


def test_without_an_index_the_page_stands(db: None, home: Path, client: Client) -> None:
    concepts()
    factories.dataset("Arbres", theme=[ENVI])
    assert "seule leur liste manque ici" in page(client, "/sujets/envi/", 503).get_text()
    assert "Aucun jeu de données ne dit encore" in page(client, "/sujets/").get_text()


def test_each_theme_of_indicators_is_of_a_european_one() -> None:
    assert set(topics.european("dechets")) == {"ENVI"}
    assert topics.european("democratie") == ("GOVE",)


def test_nothing_of_a_title_is_markup(world: dict[str, Any], client: Client) -> None:
    assert "<b>remarquables" not in client.get("/sujets/envi/").content.decode()
    assert Dataset.objects.count() == 5
