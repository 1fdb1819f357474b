"""The figure that answers a question, on the page of its results: its value, territory, year and source, for whom it is."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from bs4 import BeautifulSoup, Tag
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from catalogue.indicators.contract import Words
from catalogue.indicators.recipe import shipped
from catalogue.models import Dataset, Indicator
from tests import factories, observed

pytestmark = pytest.mark.django_db
RUNNING = "budget.depenses-fonctionnement-hab"
RECIPE = shipped()[RUNNING]
DRAFT = replace(
    RECIPE, key="essai.brouillon", title=Words("Girouettes par habitant", "Weathercocks"), words=(), internal=True
)
QUESTION = "/jeux-de-donnees/?q=dépenses+de+fonctionnement+par+habitant"
NARROW = "\u202f"


@pytest.fixture
def world(home: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> dict[str, Indicator]:
    settings.BOUTURE_TERRITORY = "56046"
    rows = observed.known(monkeypatch, RECIPE, DRAFT)
    group = observed.place("200043123", "Auray Quiberon", "epci")
    observed.place("56046", "Crac’h", parent=group)
    observed.place("56007", "Auray", parent=group)
    factories.dataset("Budget de fonctionnement, dépenses par habitant")
    factories.bring_index_up_to_date()
    return {row.key: row for row in rows}


@pytest.fixture
def budget() -> Dataset:
    return factories.dataset("Budget primitif")


def words(node: Tag) -> str:
    """Its text, with the spaces that figures have."""
    return re.sub("[ \n]+", " ", node.get_text(" "))


def answers(client: Client, address: str) -> list[str]:
    page = BeautifulSoup(client.get(address).content, "html.parser")
    return [words(each) for each in page.select("section.answer")]


def test_the_value_is_read_on_the_page_of_results(client: Client, world: dict[str, Indicator], budget: Dataset) -> None:
    place = observed.place("56046")
    for year, value in (("2019", 640.2), ("2020", 650.0), ("2021", 659.42)):
        observed.figure(world[RUNNING], place, year, value, budget)
    response = client.get(QUESTION)
    page = BeautifulSoup(response.content, "html.parser")
    [shown] = page.select("section.answer")
    text = words(shown)
    assert f"659{NARROW}€/hab." in text
    assert "Crac’h, en 2021" in text
    assert f"Source{NARROW}: Budget primitif" in text
    links = [str(link["href"]) for link in shown.select("a")]
    assert links[0] == f"/indicateurs/{RUNNING}/?territoire=56046"
    assert budget.get_absolute_url() in links
    assert shown.select_one("svg.spark") is not None
    assert client.get(links[0]).status_code == 200
    # The list under it is that of the datasets, as without any indicator.
    assert next(str(link.get_text()) for link in page.select("li.hit h2")).startswith("Budget de fonctionnement")
    assert not [line for line in page.select("li.hit") if RECIPE.title.fr in line.get_text()]


def test_a_place_of_the_question_is_whose_value_is_said(
    client: Client, world: dict[str, Indicator], budget: Dataset
) -> None:
    observed.figure(world[RUNNING], observed.place("56046"), "2021", 659.42, budget)
    observed.figure(world[RUNNING], observed.place("56007"), "2022", 1000.0, budget)
    [text] = answers(client, f"{QUESTION}+à+Auray")
    assert f"1{NARROW}000{NARROW}€/hab." in text
    assert "Auray, en 2022" in text
    [text] = answers(client, f"{QUESTION}&territoire=commune:56007")
    assert "Auray, en 2022" in text


def test_what_does_the_work_of_a_town_answers_for_it(
    client: Client, world: dict[str, Indicator], budget: Dataset
) -> None:
    observed.figure(world[RUNNING], observed.place("200043123", level="epci"), "2021", 80.0, budget)
    [text] = answers(client, QUESTION)
    assert "Auray Quiberon, en 2021" in text
    observed.figure(world[RUNNING], observed.place("56046"), "2021", None, budget, reason="Deux fichiers diffèrent")
    [text] = answers(client, QUESTION)
    assert "Auray Quiberon, en 2021" in text


def test_without_a_value_it_says_why_or_what_to_publish(
    client: Client, world: dict[str, Indicator], budget: Dataset
) -> None:
    [text] = answers(client, QUESTION)
    assert f"À publier{NARROW}: schéma «" in text
    observed.figure(world[RUNNING], observed.place("56046"), "2021", None, budget, reason="Deux fichiers diffèrent")
    [text] = answers(client, QUESTION)
    assert "Deux fichiers diffèrent" in text


@pytest.mark.parametrize(
    "address",
    [
        "/jeux-de-donnees/?q=bibliothèque",
        f"{QUESTION}&format=CSV",
        f"{QUESTION}&tri=maj",
        f"{QUESTION}&page=2",
        "/jeux-de-donnees/",
    ],
)
def test_other_questions_have_none(client: Client, world: dict[str, Indicator], address: str) -> None:
    if "page=2" in address:
        assert len(answers(client, address)) == 1  # that page does not exist: it is the first
    else:
        assert answers(client, address) == []


def test_figures_of_a_private_dataset_and_internal_indicators_are_for_their_body(
    client: Client, world: dict[str, Indicator]
) -> None:
    secret = factories.dataset("Budget à venir", private=True)
    place = observed.place("56046")
    observed.figure(world[RUNNING], place, "2026", 700.0, secret)
    observed.figure(world[DRAFT.key], place, "2026", 12.0, secret)
    from tests.search.test_indicators import told

    told(world[DRAFT.key], "observations")
    factories.bring_index_up_to_date()
    girouettes = "/jeux-de-donnees/?q=girouettes+par+habitant"
    for person in (None, factories.person("administrator", factories.body())):
        if person:
            client.force_login(person)
        [text] = answers(client, QUESTION)
        assert "À publier" in text
        assert answers(client, girouettes) == []
        assert "Girouettes" not in client.get(
            "/jeux-de-donnees/?q=girouettes&genre=indicator"
        ).content.decode().replace("girouettes", "")
    client.force_login(factories.person("reader", secret.owner))
    [text] = answers(client, QUESTION)
    assert f"700{NARROW}€/hab." in text
    assert "privé" in text
    [text] = answers(client, girouettes)
    assert "interne" in text


def test_indicators_are_a_kind_of_their_own(client: Client, world: dict[str, Indicator], budget: Dataset) -> None:
    observed.figure(world[RUNNING], observed.place("56046"), "2021", 659.42, budget)
    page = BeautifulSoup(client.get(QUESTION).content, "html.parser")
    [tab] = [link for link in page.select("nav a.tag") if "indicateur" in link.get_text()]
    shown = BeautifulSoup(client.get(str(tab["href"])).content, "html.parser")
    [line] = shown.select("li.hit")
    text = words(line)
    assert RECIPE.title.fr in text
    assert f"659{NARROW}€/hab." in text
    assert not shown.select("section.answer")


def test_they_are_proposed_while_one_types(client: Client, world: dict[str, Indicator]) -> None:
    text = client.get("/jeux-de-donnees/propositions/?q=dépenses+réelles+de+fonct").content.decode()
    assert RECIPE.title.fr in BeautifulSoup(text, "html.parser").get_text()
    assert f"/indicateurs/{RUNNING}/" in text


def test_programs_find_them_when_they_ask(client: Client, world: dict[str, Indicator]) -> None:
    question = "/api/search?q=dépenses+de+fonctionnement"
    assert {row["kind"] for row in client.get(question).json()["results"]} == {"dataset"}
    [row] = client.get(f"{question}&genre=indicator").json()["results"]
    assert row["uri"].endswith(f"/api/indicateurs/{RUNNING}")


def test_one_query_gives_the_figures_of_a_page(
    client: Client, world: dict[str, Indicator], budget: Dataset, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for year in range(2000, 2022):
        observed.figure(world[RUNNING], observed.place("56046"), str(year), 659.42, budget)
    factories.bring_index_up_to_date()
    client.get(QUESTION)
    with django_assert_max_num_queries(7):
        client.get(QUESTION)
