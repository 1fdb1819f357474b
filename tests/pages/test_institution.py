"""Pages that a public portal must have: what is known is said, what is not is asked of who can, what a territory wrote comes first."""

from __future__ import annotations

import tomllib
from collections.abc import Callable

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from catalogue import pages
from catalogue.models import User
from catalogue.pages import Written
from portal import VERSION, institution
from tests import factories
from tests.conftest import PROJECT
from tests.pages.conftest import said
from tests.pages.samples import Samples, remember

pytestmark = pytest.mark.django_db
As = Callable[[User | None], Client]
ASKED = "Vous seul voyez cette ligne"
ADDRESSES = {"a-propos": "/a-propos/"}


def foot(client: Client) -> list[str]:
    return [str(link["href"]) for link in BeautifulSoup(client.get("/").content, "html.parser").select("footer a")]


def test_the_version_is_that_of_the_project() -> None:
    assert tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]["version"] == VERSION


def test_about_says_whose_it_is_and_which_software(
    samples: Samples, settings: Settings, client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    settings.BOUTURE_TERRITORY = "99001"
    remember()
    with django_assert_max_num_queries(4):
        page = said(client.get("/a-propos/"))
    assert "Ville de Port-Lanvern" in page and "219900011" in page and "mailto:ici@ville.example" in page
    assert f"Bouture, version {VERSION}" in page and ASKED not in page
    assert "Projet secret" not in page


@pytest.mark.parametrize("homepage", ["javascript:alert(1)", "", "data:text/html,x"])
def test_about_links_to_nothing_that_is_no_site(client: Client, homepage: str) -> None:
    body = factories.body("<b>Ville</b>")
    body.homepage = homepage
    body.save()
    page = client.get("/a-propos/").content.decode()
    assert "&lt;b&gt;Ville&lt;/b&gt;" in page and "javascript:" not in page and "data:text" not in page


def test_what_is_not_known_is_asked_of_who_runs_the_instance_alone(as_: As) -> None:
    factories.body("Ville")
    assert ASKED not in said(as_(None).get("/a-propos/"))
    assert ASKED not in said(as_(factories.person()).get("/a-propos/"))
    assert ASKED in said(as_(factories.person(is_superuser=True)).get("/a-propos/"))


def test_the_body_of_the_territory_answers_else_the_only_one(samples: Samples, settings: Settings) -> None:
    assert institution.publisher() is None  # two work here
    for code in ("99001", "219900011"):
        settings.BOUTURE_TERRITORY = code
        assert institution.publisher() == samples.town
    settings.BOUTURE_TERRITORY = "99777"
    assert institution.publisher() is None


@pytest.mark.parametrize("slug", ADDRESSES)
def test_a_territorys_own_page_takes_the_place(client: Client, slug: str) -> None:
    address, own = ADDRESSES[slug], f"/pages/{slug}/"
    assert address in foot(client) and own not in foot(client)
    page = pages.keep(None, Written("La nôtre", slug, "Texte.", published=False))
    assert client.get(address).status_code == 200  # a draft is nobody's yet
    pages.keep(page, Written("La nôtre", slug, "Texte.", published=True))
    answer = client.get(address)
    assert (answer.status_code, answer["Location"]) == (302, own)
    assert own in foot(client) and address not in foot(client)
