"""Each kind of result has its way to be shown."""

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from catalogue import publishing
from catalogue.models import Dataset, Table, TableVersion
from catalogue.search.kinds import BY_NAME, KINDS
from portal.found import READ
from portal.pages import rows
from portal.pages.lines import SHOWN
from tests import factories
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


@pytest.fixture
def trees(samples: Samples) -> Table:
    found = factories.dataset("Patrimoine arboré", samples.town)
    made = factories.table(found, "num;circonference_cm;essence\n01;120;Tilleul\n02;80;Hêtre\n", "releve.csv")
    factories.bring_index_up_to_date()
    return made


def hits(client: Client, address: str) -> list[str]:
    return [str(link["href"]) for link in BeautifulSoup(client.get(address).content, "html.parser").select(".hit h2 a")]


def test_tables_have_a_tab_of_their_own(trees: Table, client: Client) -> None:
    dataset, table = trees.dataset.get_absolute_url(), f"/tables/{trees.pk}/"
    assert hits(client, "/jeux-de-donnees/?q=circonférence") == [dataset]
    page = said(client.get("/jeux-de-donnees/?q=circonférence"))
    assert "1 dans la liste" in page and "1 table<" in page
    assert set(hits(client, "/jeux-de-donnees/?q=colonne:circonférence")) == {dataset, table}
    alone = client.get("/jeux-de-donnees/?q=circonférence&genre=table")
    line = BeautifulSoup(alone.content, "html.parser").select_one(".hit")
    assert line is not None
    told = " ".join(line.get_text(" ").split())
    assert "releve.csv" in told and "2 lignes" in told and "Patrimoine arboré" in told
    assert [mark.get_text() for mark in line.select("mark")] == ["circonference"]


def test_where_tables_alone_have_the_words_the_page_leads_to_them(trees: Table, client: Client) -> None:
    page = said(client.get("/jeux-de-donnees/?q=releve"))
    assert "Aucun résultat" in page and "D’autres genres de résultats ont ces mots" in page
    assert hits(client, "/jeux-de-donnees/?q=releve&genre=table") == [f"/tables/{trees.pk}/"]


def test_programs_get_tables_when_they_ask_for_them_and_the_box_proposes_none(trees: Table, client: Client) -> None:
    assert client.get("/api/search?q=releve").json()["results"] == []
    for asked in ("releve&genre=table", "colonne:circonference"):
        [result] = [one for one in client.get(f"/api/search?q={asked}").json()["results"] if one["kind"] == "table"]
        assert (result["title"], result["private"]) == ("releve.csv", False)
        assert result["page"].endswith(f"/tables/{trees.pk}/")
    assert "releve" not in client.get("/suggestions?q=relev").content.decode().partition(",")[2]


def test_a_table_that_was_closed_is_not_shown_whatever_the_index_says(trees: Table, client: Client) -> None:
    TableVersion.objects.update(withheld=True)
    assert hits(client, "/jeux-de-donnees/?q=releve&genre=table") == []
    assert client.get("/api/search?q=releve&genre=table").json()["results"] == []


@pytest.mark.django_db
def test_a_line_is_remembered_until_its_record_changes_and_its_reader_is_asked_for_each_time(client: Client) -> None:
    row = factories.dataset("Girouettes de la commune")
    factories.bring_index_up_to_date()
    address = "/jeux-de-donnees/?q=girouettes"
    assert hits(client, address) == hits(client, address) == [row.get_absolute_url()]
    assert "Girouettes de la commune" in said(client.get(address))
    said_now = {"title": {"fr": "Girouettes et cadrans de la commune"}}
    publishing.publish([publishing.Draft("dataset", said_now, row.owner_id, id=row.pk)])
    assert "Girouettes et cadrans de la commune" in said(client.get(address))
    Dataset.objects.filter(pk=row.pk).update(private=True)  # which no line of the log tells
    assert hits(client, address) == []
    client.force_login(factories.person("reader", row.owner))
    assert hits(client, address) == [row.get_absolute_url()]


@pytest.mark.django_db
def test_no_line_of_a_private_record_is_remembered(client: Client) -> None:
    row = factories.dataset("Girouettes de la commune", private=True)
    factories.bring_index_up_to_date()
    address = "/jeux-de-donnees/?q=girouettes"
    member = factories.person("reader", row.owner)
    client.force_login(member)
    assert hits(client, address) == [row.get_absolute_url()]
    assert not rows._lines._held
    client.logout()
    assert hits(client, address) == []
