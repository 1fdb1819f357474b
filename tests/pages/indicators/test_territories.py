"""A territory by theme, and several side by side."""

from __future__ import annotations

from django.test import Client
from pytest_django import DjangoAssertNumQueries

from tests.pages.conftest import said
from tests.pages.indicators.invented import DRAFT, Invented


def test_a_territory_has_its_figures_by_theme_and_their_place(
    figures: Invented, client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_max_num_queries(12):
        page = said(client.get("/territoires/99001/"))
    assert "<h1>Port-Lanvern</h1>" in page and "Lanvern Agglomération" in page
    assert "1 594 €/hab." in page
    assert "2e sur 8, du plus haut au plus bas (Lanvern Agglomération)" in page
    assert DRAFT.title.fr not in page
    assert client.get("/territoires/00000/").status_code == 404


def test_several_stand_side_by_side(
    figures: Invented, client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    codes = [place.code for place in figures.towns[:6]]
    with django_assert_max_num_queries(8):
        page = said(client.get("/comparer/", {"t": codes, "theme": "finances"}))
    assert "Port-Lanvern, Kerbrézel, Plouvarc’h, Saint-Evan, Trégonnan et Le Roz-Vian" in page
    assert "1 594" in page and "1 010" in page and "<svg" in page
    assert DRAFT.title.fr not in page


def test_one_is_added_by_its_name(figures: Invented, client: Client) -> None:
    response = client.get("/comparer/", {"t": "99001", "theme": "finances", "plus": "kerbrezel"})
    assert response["Location"] == "/comparer/?t=99001&t=99002&theme=finances"
    page = said(client.get("/comparer/", {"t": "99001", "plus": "Nulle-Part"}))
    assert "Aucun territoire ne s’appelle « Nulle-Part »" in page
    assert "Choisissez de deux à six territoires" in page
