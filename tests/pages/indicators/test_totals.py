"""By inhabitant or in all; the medians of the years; the map as files; who is missing and why."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from catalogue.models import Observation
from portal.charts.files import file_of
from tests.pages.conftest import said
from tests.pages.indicators.invented import SHARE, SPENDING, Invented
from tests.pages.samples import remember

PAGE = f"/indicateurs/{SPENDING.key}/"
TOTAL = {"mesure": "total", "groupe": "epci"}


def test_the_total_is_one_link_away(figures: Invented, client: Client) -> None:
    page = said(client.get(PAGE, {"groupe": "epci"}))
    assert "Euros par habitant" in page
    address = re.search(r'href="([^"]*mesure=total[^"]*)"[^>]*>Total<', page)
    assert address
    assert "groupe=epci" in address[1]
    page = said(client.get(PAGE, TOTAL))
    assert "<h1>Dépenses de fonctionnement (total), Port-Lanvern, 2023</h1>" in page
    assert "Port-Lanvern : 1 594 200 € en 2023" in page
    assert 'aria-current="true" rel="nofollow">Total<' in page
    assert "2e sur 8 communes de Lanvern Agglomération" in page
    assert "1 010 000" in page  # of a neighbour
    assert "€/hab." not in page


@pytest.mark.parametrize("view", ["graphique", "carte", "table", "source"])
def test_as_few_questions_are_asked(
    figures: Invented, client: Client, view: str, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    remember()
    with django_assert_max_num_queries(13):
        assert client.get(PAGE, {**TOTAL, "vue": view}).status_code == 200


def test_a_share_has_no_total(figures: Invented, client: Client) -> None:
    asked = f"/indicateurs/{SHARE.key}/"
    assert "mesure=total" not in said(client.get(asked))
    assert "<h1>Part de logements sociaux, Port-Lanvern, 2023</h1>" in said(client.get(asked, {"mesure": "total"}))


def test_the_files_of_a_total_are_of_it(figures: Invented, client: Client) -> None:
    line = client.get(PAGE + "evolution.csv", TOTAL).content.decode().splitlines()[-1]
    assert ";2023;1594200;EUR;E;" in line
    assert "1 594 200" in said(client.get(PAGE + "evolution.svg", TOTAL))
    lines = client.get(PAGE + "evolution.csv", {**TOTAL, "graphique": "comparaison"}).content.decode().splitlines()
    assert ";Kerbrézel;1010000;" in lines[1]


def test_the_evolution_has_the_median_of_the_group(figures: Invented, client: Client) -> None:
    page = said(client.get(PAGE, {"groupe": "epci"}))
    assert "Médiane (€/hab.)" in page
    assert "médiane" in said(client.get(PAGE + "evolution.svg", {"groupe": "epci"}))


def test_the_map_comes_out_as_files(figures: Invented, client: Client) -> None:
    for number, place in enumerate(figures.towns):
        place.longitude, place.latitude = -3 + number / 20, 48 + number / 30
        place.save()
    page = said(client.get(PAGE, {"groupe": "epci", "vue": "carte"}))
    assert "evolution.svg?groupe=epci" in page.replace("territoire=99001&amp;", "")
    asked = {"groupe": "epci", "graphique": "carte"}
    drawing = said(client.get(PAGE + "evolution.svg", asked))
    assert "Kerbrézel : 1" in drawing
    assert "class=" not in drawing and "href=" not in drawing
    assert 'color="#' in drawing
    lines = client.get(PAGE + "evolution.csv", asked).content.decode().splitlines()
    assert lines[0].lstrip("\ufeff") == "indicateur;groupe;periode;territoire_code;territoire;valeur;unite"
    assert len(lines) == 1 + len(figures.towns)
    assert lines[2] == "essai.depenses-hab;communes de Lanvern Agglomération;2023;99002;Kerbrézel;1010;EUR_HAB"
    assert "<svg" in said(client.get(PAGE + "integrer/", asked))


def test_who_is_missing_is_told_with_why(figures: Invented, client: Client) -> None:
    row = Observation.objects.get(indicator__key=SPENDING.key, territory=figures.towns[1], period="2023", axis="")
    row.value, row.numerator, row.status, row.reason = None, None, "N", "Deux fichiers disent autre chose."
    row.save()
    Observation.objects.filter(indicator__key=SPENDING.key, territory=figures.towns[2]).delete()
    page = said(client.get(PAGE, {"groupe": "epci"}))
    assert "Kerbrézel</b> publie, mais ce n’est pas calculable : Deux fichiers disent autre chose." in page
    assert "Plouvarc’h</b> ne publie pas le schéma « scdl/budget »." in page


def test_a_long_title_of_a_file_goes_on_in_a_second_line(figures: Invented, client: Client) -> None:
    drawing = client.get(PAGE + "evolution.svg", {"groupe": "epci"}).content.decode()
    heads = re.findall(r'y="(\d+)" font-size="17"[^>]*>([^<]*)<', drawing)
    assert [int(y) for y, _ in heads] == [24 + 22 * number for number in range(len(heads))]
    assert len(file_of(f'<svg viewBox="0 0 720 100">{""}</svg>', 150, "mot " * 60, "").split('font-size="17"')) > 3
