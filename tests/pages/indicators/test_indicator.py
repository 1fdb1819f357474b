"""The page of an indicator: the figure first, where it comes from, how it was computed, for whom it is."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries
from pytest_django.fixtures import Settings

from catalogue.models import Observation, Territory
from tests import factories
from tests.pages.conftest import said
from tests.pages.indicators.invented import DRAFT, SHARE, SPENDING, UNPUBLISHED, Invented
from tests.pages.indicators.invented import said as said_figure
from tests.pages.samples import remember

PAGE = f"/indicateurs/{SPENDING.key}/"


def test_the_answer_comes_first_with_its_source(figures: Invented, client: Client) -> None:
    page = said(client.get(PAGE))
    assert "<h1>Dépenses de fonctionnement par habitant, Port-Lanvern, 2023</h1>" in page
    assert "Port-Lanvern : 1 594 €/hab. en 2023, valeur estimée, 1,0 % de moins qu’en 2022" in page
    assert "Comptes administratifs" in page
    assert "population municipale 2022, Insee, populations légales" in page
    assert "nomenclature M57" in page


def test_another_territory_is_asked_in_an_empty_box(figures: Invented, client: Client) -> None:
    page = said(client.get(PAGE, {"territoire": "99002"}))
    assert 'name="territoire" value=""' in page


def test_a_period_of_the_address_is_that_of_the_figure(figures: Invented, client: Client) -> None:
    page = said(client.get(PAGE, {"periode": "2019"}))
    assert "Port-Lanvern : 1 502 €/hab. en 2019, 1,0 % de plus qu’en 2018" in page


def test_what_was_said_before_is_kept_in_sight(figures: Invented, client: Client) -> None:
    page = said(client.get(PAGE, {"vue": "source"}))
    assert "Valeurs précédentes" in page
    assert "1 571 €/hab." in page and "nouveau fichier" in page


def test_shares_change_by_points_and_meet_their_threshold(figures: Invented, client: Client) -> None:
    page = said(client.get(f"/indicateurs/{SHARE.key}/"))
    assert "+2,2 points" in page
    assert "Seuil légal :</b> 25,0 %. Source : Article 55 de la loi SRU" in page


def test_no_value_says_why_and_what_to_publish(figures: Invented, client: Client) -> None:
    page = said(client.get(f"/indicateurs/{SHARE.key}/", {"territoire": "99002"}))
    assert "hors de l’intervalle plausible" in page
    page = said(client.get(f"/indicateurs/{UNPUBLISHED.key}/"))
    assert "À publier pour avoir ce chiffre" in page


def test_towns_next_door_are_shown_before_those_of_a_size_of_which_nobody_publishes(
    figures: Invented, client: Client
) -> None:
    """Alone of its size with a figure, it has seven neighbours that have one."""
    Territory.objects.filter(pk=figures.home.pk).update(size_class=6)
    page = said(client.get(PAGE))
    assert re.search(r'class="tag on"[^>]*>communes (de |d’)Lanvern Agglomération<', page)
    page = said(client.get(PAGE, {"groupe": "taille"}))
    assert re.search(r'class="tag on"[^>]*>communes de 5.000 à 9.999 habitants<', page)


def test_an_epci_without_a_figure_has_that_of_its_communes_together(
    figures: Invented, client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    """Both parts are added: each commune's numerator is a thousand times its value, its denominator a thousand."""
    epci = figures.home.parents.get()
    rows = Observation.objects.filter(indicator__key=SPENDING.key, period="2023", axis="", value__isnull=False)
    values = list(rows.values_list("value", flat=True))
    with django_assert_max_num_queries(12):
        page = said(client.get(PAGE, {"territoire": epci.code}))
    together = f"{sum(values) / len(values):,.0f}".replace(",", " ")
    assert f"Lanvern Agglomération : {together} €/hab. en 2023, par ses communes ensemble" in page
    assert f"({len(values)}/{len(figures.towns)} communes" in page
    Observation.objects.filter(pk__in=rows.values("pk")).update(value=None, numerator=None)
    assert "par ses communes ensemble" not in said(client.get(PAGE, {"territoire": epci.code, "periode": "2023"}))


def test_the_table_breaks_the_figure_down(figures: Invented, client: Client) -> None:
    page = said(client.get(PAGE, {"vue": "table"}))
    assert "Par chapitre, 2023" in page and "Personnel" in page and "820" in page


@pytest.mark.parametrize("view", ["graphique", "carte", "table", "source"])
def test_few_questions_are_asked(
    figures: Invented, client: Client, view: str, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    remember()
    with django_assert_max_num_queries(12):
        assert client.get(PAGE, {"vue": view}).status_code == 200


@pytest.mark.parametrize("who", ["member", "stranger", "anonymous"])
def test_an_internal_indicator_is_for_the_members_of_its_body(
    figures: Invented, as_: Callable[[Any], Client], who: str
) -> None:
    client = as_(getattr(figures, who, None))
    member = who == "member"
    for path in ("", "integrer/", "evolution.csv", "evolution.svg"):
        response = client.get(f"/indicateurs/{DRAFT.key}/{path}")
        assert response.status_code == (200 if member else 404), path
        if member:
            assert "no-store" in response["Cache-Control"]
    assert ("Épargne prévue" in said(client.get("/indicateurs/"))) is member


def test_who_administers_a_body_finds_who_reads_its_internal_figures(
    figures: Invented, as_: Callable[[Any], Client]
) -> None:
    page, link = f"/indicateurs/{DRAFT.key}/", f"/indicateurs/{DRAFT.key}/acces/{figures.body.slug}/"
    chief = factories.person("administrator", figures.body)
    elsewhere = factories.person("administrator", factories.body())
    for person, offered in ((chief, True), (factories.person(is_superuser=True), True), (figures.member, False)):
        client = as_(person)
        assert (f'href="{link}"' in client.get(page).content.decode()) is offered
        assert client.get(link).status_code == (200 if offered else 403)
        assert "/acces/" not in client.get(PAGE).content.decode()  # public: nothing to open
    assert as_(elsewhere).get(page).status_code == 404


def test_an_unknown_indicator_or_territory_is_not_there(figures: Invented, client: Client) -> None:
    assert client.get("/indicateurs/essai.rien/").status_code == 404
    assert client.get(PAGE, {"territoire": "00000"}).status_code == 404


def test_without_a_territory_the_page_says_what_it_would_tell(
    figures: Invented, client: Client, settings: Settings
) -> None:
    settings.BOUTURE_TERRITORY = ""
    page = said(client.get(PAGE))
    assert "<h1>Dépenses de fonctionnement par habitant</h1>" in page


def test_the_figures_and_the_drawing_come_as_files(figures: Invented, client: Client) -> None:
    lines = client.get(PAGE + "evolution.csv").content.decode().splitlines()
    assert lines[0].startswith("\ufeffindicateur;territoire_code")
    assert "essai.depenses-hab;99001;Port-Lanvern;2023;1594,2;EUR_HAB;E;;1594200;1000;2022;48;" in lines[-1]
    drawing = client.get(PAGE + "evolution.svg")
    assert drawing["Content-Type"] == "image/svg+xml; charset=utf-8"
    assert "class=" not in drawing.content.decode()
    assert 'color="#1' in drawing.content.decode()


def test_a_frame_shows_the_chart_alone(figures: Invented, client: Client) -> None:
    response = client.get(PAGE + "integrer/")
    assert "frame-ancestors *" in response["Content-Security-Policy"]
    assert "X-Frame-Options" not in response
    page = said(response)
    assert "<svg" in page and "Source : Mairie de Port-Lanvern" in page and "Navigation principale" not in page


def test_it_stands_among_its_peers(figures: Invented, client: Client) -> None:
    page = said(client.get(PAGE, {"groupe": "epci"}))
    assert "2e sur 8 communes de Lanvern Agglomération (du plus haut au plus bas)" in page
    assert "Lanvern Agglomération" in page
    assert "médiane" in page and "Un quart a moins de" in page
    page = said(client.get(PAGE, {"groupe": "epci", "vue": "table"}))
    assert "Kerbrézel" in page and "1 010" in page


def test_a_group_that_is_none_is_told(figures: Invented, client: Client) -> None:
    page = said(client.get(PAGE, {"groupe": "montagnes"}))
    assert "Ce groupe n’existe pas" in page


def test_chosen_towns_are_a_group(figures: Invented, client: Client) -> None:
    codes = ",".join(place.code for place in figures.towns[1:6])
    page = said(client.get(PAGE, {"groupe": f"codes:{codes}"}))
    assert "5 sur 5 ont moins que Port-Lanvern" in page


def test_the_map_shows_the_group(figures: Invented, client: Client) -> None:
    for number, place in enumerate(figures.towns):
        place.longitude, place.latitude = -3 + number / 20, 48 + number / 30
        place.save()
    page = said(client.get(PAGE, {"groupe": "epci", "vue": "carte"}))
    assert "<svg" in page and "Kerbrézel" in page


def test_a_secret_tells_neither_its_parts_nor_its_rows(figures: Invented, client: Client) -> None:
    place, about = figures.towns[6], figures.indicators[SHARE.key]
    hidden = said_figure(about, place, figures.table, "2023", 12.5, status="Q", rows=7, reason="Moins de 11 logements.")
    assert hidden.numerator == 12500
    for view in ("graphique", "table", "source", "carte"):
        page = said(client.get(f"/indicateurs/{SHARE.key}/", {"territoire": place.code, "vue": view}))
        assert "12,5" not in page and "12 500" not in page and "7 lignes" not in page, view
    lines = client.get(f"/indicateurs/{SHARE.key}/evolution.csv", {"territoire": place.code}).content.decode()
    assert ";Q;Moins de 11 logements.;;;;0;" in lines


def test_the_chart_of_the_peers_comes_out_too(figures: Invented, client: Client) -> None:
    asked = {"groupe": "epci", "graphique": "comparaison"}
    lines = client.get(PAGE + "evolution.csv", asked).content.decode().splitlines()
    assert lines[1] == "essai.depenses-hab;communes de Lanvern Agglomération;2023;Kerbrézel;1010;"
    assert len(lines) == 9
    drawing = client.get(PAGE + "evolution.svg", asked).content.decode()
    assert "Sept-Fontaines" in drawing and "class=" not in drawing
    assert "6 sur 7 ont moins que Port-Lanvern" in said(client.get(PAGE + "integrer/", asked))
