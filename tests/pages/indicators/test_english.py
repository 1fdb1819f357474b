"""What a reader of English is told of figures: words, numbers, dates and definitions in their language."""

from __future__ import annotations

import pytest
from django.test import Client

from catalogue.models import Observation
from tests.pages.conftest import said
from tests.pages.indicators.invented import SHARE, SPENDING, UNPUBLISHED, Invented

PAGE = f"/indicateurs/{SPENDING.key}/"


@pytest.fixture
def reader(client: Client) -> Client:
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en-GB,en;q=0.9"
    return client


def test_the_answer_its_numbers_and_its_rank(figures: Invented, reader: Client) -> None:
    page = said(reader.get(PAGE))
    assert "<h1>Operating expenditure per inhabitant, Port-Lanvern, 2023</h1>" in page
    assert "Port-Lanvern: 1,594 €/inh. in 2023, estimated value, 1.0% less than in 2022, number 2 of 8" in page
    assert "municipalities in Lanvern Agglomération (from highest to lowest)." in page
    assert "Break in the series in 2022: " in page
    assert not {"Dépenses", "habitant,", "médiane", "Calcul"} & set(page.split())


def test_percentages_have_a_point_and_no_space(figures: Invented, reader: Client) -> None:
    page = said(reader.get(f"/indicateurs/{SHARE.key}/"))
    assert "+2.2 points" in page
    assert "Legal threshold:</b> 25.0%. Source: " in page


@pytest.mark.parametrize(("count", "told"), [(0, "0 figures"), (1, "1 figure"), (2, "2 figures")])
def test_zero_is_plural(figures: Invented, reader: Client, count: int, told: str) -> None:
    """As in French it is not."""
    kept = [SPENDING.key, SHARE.key][:count]
    Observation.objects.exclude(indicator__key__in=kept).delete()
    assert f"{told} out of 3 ha" in said(reader.get("/indicateurs/"))


def test_what_is_to_be_published_is_said_of_a_place(figures: Invented, reader: Client) -> None:
    page = said(reader.get("/indicateurs/"))
    assert "<h1>Indicators for Port-Lanvern</h1>" in page
    page = said(reader.get(f"/indicateurs/{UNPUBLISHED.key}/"))
    assert "To publish to get this figure" in page


def test_a_reason_that_is_the_same_everywhere_is_said_in_english(figures: Invented, reader: Client) -> None:
    told = "La superficie de ce territoire n’est pas connue."
    Observation.objects.filter(indicator__key=SHARE.key).update(value=None, status="N", reason=told)
    page = said(reader.get(f"/indicateurs/{SHARE.key}/"))
    assert "The area of this territory is not known." in page
    assert told not in page
