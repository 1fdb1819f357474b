"""Each kind of result has its way to be shown."""

from bs4 import BeautifulSoup
from django.test import Client

from catalogue.search.kinds import BY_NAME, KINDS
from portal.found import READ
from portal.pages.lines import SHOWN
from tests.pages.conftest import said
from tests.pages.samples import Samples


def test_every_kind_is_shown() -> None:
    assert set(SHOWN) == set(READ) == set(BY_NAME)
    assert len(BY_NAME) == len(KINDS)


def test_results_of_all_kinds_are_counted_and_chosen(samples: Samples, client: Client) -> None:
    page = said(client.get("/jeux-de-donnees/?q=port+lanvern"))
    assert "1 service de données" in page and "1 organisation" in page and "jeux de données" in page
    alone = said(client.get("/jeux-de-donnees/?q=port+lanvern&genre=service"))
    assert "Couches géographiques de la commune" in alone
    assert "1 organisation" in alone
    assert "<b>1 résultat</b>" in alone
    assert 'name="genre" value="service"' in alone


def test_without_words_one_leafs_through_the_datasets(samples: Samples, client: Client) -> None:
    page = BeautifulSoup(client.get("/jeux-de-donnees/").content, "html.parser")
    assert {link["href"].split("/")[1] for link in page.select(".hit h2 a")} == {"jeux-de-donnees"}
    assert page.select_one('a[href="/jeux-de-donnees/?genre=organisation"]') is not None
    bodies = BeautifulSoup(client.get("/jeux-de-donnees/?genre=organisation").content, "html.parser")
    assert {link.get_text() for link in bodies.select(".hit h2 a")} == {samples.town.name, samples.neighbour.name}


def test_what_the_question_names_comes_first(samples: Samples, client: Client) -> None:
    page = BeautifulSoup(client.get("/jeux-de-donnees/?q=VILLE+de+Port+Lanvern").content, "html.parser")
    first = page.select_one(".hit h2 a")
    assert first is not None and first["href"] == samples.town.get_absolute_url()
