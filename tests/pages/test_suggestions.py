"""What the search box and the bar of a browser propose: to each their own, and nothing that cannot be read."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from catalogue import publishing
from catalogue.models import Dataset
from portal.api.opensearch import NAMESPACE
from tests import factories
from tests.pages.conftest import said
from tests.pages.samples import Samples

As = Callable[[Any], Client]
SECRET = "Projet secret de la halle"


def listed(client: Client, text: str) -> list[Any]:
    response = client.get("/suggestions", {"q": text})
    assert response.status_code == 200
    assert response["Content-Type"].startswith("application/x-suggestions+json")
    found: list[Any] = json.loads(response.content)
    assert len({len(part) for part in found[1:]}) == 1
    return found


@pytest.mark.parametrize(
    ("reader", "sees"), [(None, False), ("stranger", False), ("member", True), ("administrator", True)]
)
def test_a_private_title_is_proposed_to_those_who_may_see_it(
    samples: Samples, as_: As, reader: str | None, sees: bool
) -> None:
    client = as_(reader and getattr(samples, reader))
    assert (SECRET in listed(client, "projet sec")[1]) is sees
    assert (SECRET in said(client.get("/jeux-de-donnees/propositions/?q=projet sec"))) is sees


def test_what_is_made_private_is_proposed_no_more_with_the_worker_stopped(samples: Samples, as_: As) -> None:
    client = as_(None)
    title = samples.rich.label
    assert title in listed(client, "born")[1]
    publishing.set_private(samples.rich, private=True)
    assert title not in listed(client, "born")[1]
    assert title not in said(client.get("/jeux-de-donnees/propositions/?q=born"))


def test_each_proposal_says_what_it_is_whose_and_where(samples: Samples, as_: As, settings: Settings) -> None:
    question, titles, kinds, addresses = listed(as_(None), "born")
    at = titles.index(samples.rich.label)
    assert question == "born"
    assert kinds[at] == f"Jeu de données, {samples.rich.published_by.name}"
    assert addresses[at] == settings.BOUTURE_URL + samples.rich.get_absolute_url()
    part = as_(None).get("/jeux-de-donnees/propositions/?q=born").content.decode()
    assert f'data-href="{samples.rich.get_absolute_url()}"' in part
    assert "<mark>Bornes</mark>" in part


def test_a_title_is_the_one_of_the_base_even_if_the_index_has_an_older_one(samples: Samples, as_: As) -> None:
    Dataset.objects.filter(pk=samples.rich.pk).update(title={"fr": "Points d’apport"})
    assert "Points d’apport" in listed(as_(None), "born")[1]


@pytest.mark.parametrize(
    "text",
    ["", " ", "a", "\x00", "x" * 10_000, '"', "-", "((((", "champ:", "{\"match_all\": {}}", "*" * 200, "'; DROP TABLE", "\ud800"],
    ids=range(13),
)  # fmt: skip
def test_whatever_is_typed_gets_a_list(samples: Samples, as_: As, text: str) -> None:
    client = as_(None)
    found = listed(client, text.encode("utf-8", "surrogatepass").decode("utf-8", "replace"))
    assert found[1:] == [[], [], []] or len(found[1]) <= 8
    assert (
        client.get("/jeux-de-donnees/propositions/", {"q": text[:2000].encode("utf-8", "replace")}).status_code == 200
    )


def test_a_title_cannot_write_the_page(db: None, home: Path, client: Client) -> None:
    factories.dataset('Fontaines <img src=x onerror="alert(1)">')
    factories.bring_index_up_to_date()
    part = client.get("/jeux-de-donnees/propositions/?q=fontain").content.decode()
    assert "<img" not in part
    assert "&lt;img" in part


def test_five_queries_at_most(samples: Samples, as_: As, django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    client = as_(None)
    for address in ("/suggestions?q=born", "/jeux-de-donnees/propositions/?q=born"):
        with django_assert_max_num_queries(5):
            client.get(address)


def test_without_an_index_the_box_proposes_nothing_and_programs_are_told(db: None, home: Path, client: Client) -> None:
    factories.dataset("Arrêts de bus")
    answer = client.get("/suggestions?q=arr")
    assert (answer.status_code, answer["Content-Type"]) == (503, "application/problem+json")
    assert answer["Retry-After"] == "60"
    assert client.get("/jeux-de-donnees/propositions/?q=arr").status_code == 503


def test_suggestions_may_be_asked_again_and_by_any_site(samples: Samples, as_: As) -> None:
    first = as_(None).get("/suggestions?q=born")
    assert first["Access-Control-Allow-Origin"] == "*"
    assert as_(None).get("/suggestions?q=born", headers={"if-none-match": first["ETag"]}).status_code == 304
    member = as_(samples.member).get("/suggestions?q=born")
    assert member["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize("name", ["Le Pré", "Communauté d’agglomération <du> Grand & Très Long Territoire"])
def test_the_description_keeps_the_lengths_of_the_standard(
    db: None, home: Path, client: Client, settings: Settings, name: str
) -> None:
    settings.BOUTURE_NAME = name
    answer = client.get("/opensearch.xml")
    assert answer["Content-Type"].startswith("application/opensearchdescription+xml")
    root = ET.fromstring(answer.content)
    assert root.tag == f"{{{NAMESPACE}}}OpenSearchDescription"
    texts = {child.tag.partition("}")[2]: child.text or "" for child in root}
    assert 0 < len(texts["ShortName"]) <= 16
    assert 0 < len(texts["LongName"]) <= 48
    assert 0 < len(texts["Description"]) <= 1024
    templates = {child.get("type"): child.get("template", "") for child in root if child.tag.endswith("}Url")}
    assert all(template.startswith(settings.BOUTURE_URL) for template in templates.values())
    asked = templates["application/x-suggestions+json"].replace("{searchTerms}", "arbres")
    assert client.get(asked.removeprefix(settings.BOUTURE_URL)).status_code in (200, 503)


def test_each_page_tells_browsers_where_the_description_is(db: None, home: Path, client: Client) -> None:
    page = client.get("/qualite/").content.decode()
    assert '<link rel="search" type="application/opensearchdescription+xml"' in page
    assert 'href="/opensearch.xml"' in page
