"""All that can be asked of a territory, by theme."""

from __future__ import annotations

from django.test import Client
from pytest_django import DjangoAssertNumQueries

from tests.pages.conftest import said
from tests.pages.indicators.invented import Invented


def test_the_values_of_the_home_territory_by_theme(
    figures: Invented, client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_max_num_queries(8):
        page = said(client.get("/indicateurs/"))
    assert "<h1>Les indicateurs de Port-Lanvern</h1>" in page
    assert "2 chiffres sur 3 ont une valeur" in page
    assert "1 594 €/hab." in page and "2023, estimé : −1,0 % depuis 2022" in page
    assert "1 à publier" in page and "Bornes de recharge" in page


def test_those_of_another_one(figures: Invented, client: Client) -> None:
    page = said(client.get("/indicateurs/", {"territoire": "99002"}))
    assert "Kerbrézel" in page and "1 010 €/hab." in page
    assert client.get("/indicateurs/", {"territoire": "x"}).status_code == 404
