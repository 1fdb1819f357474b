"""The pages of what went wrong: what happened, what to do next, the same face as the others."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.template.loader import render_to_string
from django.test import Client
from pytest_django import Settings

from catalogue import publishing
from catalogue.models import Dataset
from portal.api.former import words_of
from portal.pages import browse
from tests import factories
from tests.pages.conftest import said
from tests.pages.samples import Samples

pytestmark = pytest.mark.django_db
As = Callable[[Any], Client]


@pytest.mark.parametrize("template", ["400.html", "429.html", "500.html"])
def test_what_stands_when_nothing_else_does_asks_nothing(template: str, no_query: None) -> None:
    page = BeautifulSoup(render_to_string(template), "html.parser")
    assert len(page.select("h1")) == 1
    assert page.select_one("header.mast a.brand[href='/']")
    assert "Que faire" in page.get_text()
    assert page.select_one("meta[name=robots][content=noindex]")


@pytest.fixture
def no_query() -> Any:
    def refuse(*_: object) -> None:
        raise AssertionError("a query")

    with connection.execute_wrapper(refuse):
        yield


def test_a_bare_page_calls_only_what_is_served_without_a_manifest(client: Client) -> None:
    page = BeautifulSoup(render_to_string("500.html"), "html.parser")
    called = [one["href"].partition("#")[0] for one in page.select("link[href], use[href]")]
    folder = Path(browse.__file__).parents[1] / "static"
    assert {one for one in called if not (folder / one.removeprefix("/static/")).is_file()} == {"/territoire.css"}


def test_a_view_that_fails_gives_the_page_of_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(browse.front, "front", fail)
    answer = Client(raise_request_exception=False).get("/")
    assert answer.status_code == 500
    assert "Vous n’y êtes pour rien" in said(answer)


def test_a_question_that_is_too_long_is_told(client: Client, settings: Settings) -> None:
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 10
    answer = client.get("/jeux-de-donnees/?" + "&".join(["a=1"] * 11))
    assert answer.status_code == 400
    assert "votre navigateur y garde ce que vous aviez écrit" in said(answer)


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/dataset/bornes-de-recharge", "bornes de recharge"),
        ("/fr/datasets/calendrier_des_collectes.html", "calendrier des collectes"),
        ("/eau-potable/", "eau potable"),
        ("/l’eau", "l’eau"),
        ("/jeux-de-donnees/00000000-0000-0000-0000-000000000000/", ""),
        ("/r/5e7e104ace2080d9162b61d8", ""),
        ("/12/34", ""),
        ("/<script>alert(1)</script>", ""),
        ("/" + "mot-" * 40, ""),
        ("/\u202egnirts", ""),
        ("/", ""),
    ],
)
def test_an_address_that_leads_nowhere_is_looked_for_by_its_words(path: str, words: str) -> None:
    assert words_of(path) == words


def test_a_page_that_is_not_there_offers_its_words_to_the_search(client: Client) -> None:
    answer = client.get("/dataset/bornes-de-recharge", headers={"accept": "text/html"})
    assert answer.status_code == 404
    box = BeautifulSoup(answer.content, "html.parser").select_one("main input[name=q]")
    assert box is not None
    assert box["value"] == "bornes de recharge"
    assert "Cette page n’existe pas" in said(answer)


def test_what_is_reserved_says_to_whom_one_is_known(samples: Samples, as_: As) -> None:
    answer = as_(samples.stranger).get("/synonymes/")
    assert answer.status_code == 403
    assert str(samples.stranger) in said(answer)
    assert "Demandez-le à l’administrateur de votre organisation" in said(answer)


@pytest.fixture
def withdrawn(searched: Path) -> Dataset:
    town = factories.body("Ville d’essai")
    gone = factories.dataset("Tarifs des piscines municipales", town)
    factories.dataset("Tarifs 2026 des piscines municipales", town)
    factories.dataset("Tarifs secrets des piscines municipales", town, private=True)
    publishing.withdraw([gone], "Remplacés par ceux de 2026.")
    factories.bring_index_up_to_date()
    return gone


def test_what_was_withdrawn_says_why_and_what_is_near(withdrawn: Dataset, client: Client) -> None:
    answer = client.get(withdrawn.get_absolute_url())
    assert answer.status_code == 410
    assert "Remplacés par ceux de 2026." in said(answer)
    near = BeautifulSoup(answer.content, "html.parser").select_one("#contenu a[href$='/proches/']")
    assert near is not None
    shown = BeautifulSoup(client.get(str(near["href"]) + "?partie=").content, "html.parser")
    assert [one.get_text() for one in shown.select("h3 a")] == ["Tarifs 2026 des piscines municipales"]


def test_a_program_and_a_person_are_told_the_same_at_the_address_of_the_record(
    withdrawn: Dataset, client: Client
) -> None:
    page = client.get(f"/id/{withdrawn.pk}", headers={"accept": "text/html"}, follow=True)
    assert page.status_code == 410
    assert "Ville d’essai" in said(page) and "Remplacés par ceux de 2026." in said(page)


def test_what_was_private_tells_nobody_what_was_near(withdrawn: Dataset, client: Client) -> None:
    Dataset.objects.filter(pk=withdrawn.pk).update(private=True)
    assert client.get(f"{withdrawn.get_absolute_url()}proches/").status_code == 404
