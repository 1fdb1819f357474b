"""What is like a dataset: a page, a part of the dataset's page, and "did you mean" on the page of results."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from catalogue import publishing
from catalogue.models import Dataset
from tests import factories
from tests.pages.conftest import said
from tests.pages.samples import remember

pytestmark = pytest.mark.django_db
As = Callable[[Any], Client]


@pytest.fixture
def pools(searched: Path) -> dict[str, Dataset]:
    town = factories.body("Ville d’essai")
    titles = {
        "ours": "Horaires des piscines municipales",
        "like": "Fréquentation des piscines municipales",
        "other": "Budget primitif",
    }
    made = {
        name: factories.dataset(title, town, keyword={"fr": ["piscine"] if name != "other" else []})
        for name, title in titles.items()
    }
    made["secret"] = factories.dataset(
        "Travaux des piscines municipales", town, private=True, keyword={"fr": ["piscine"]}
    )
    factories.bring_index_up_to_date()
    return made


def address(row: Dataset) -> str:
    return f"{row.get_absolute_url()}proches/"


def titles(client: Client, row: Dataset, part: str = "") -> list[str]:
    return [
        each.get_text() for each in BeautifulSoup(client.get(address(row) + part).content, "html.parser").select("h3 a")
    ]


def test_the_likest_without_itself(pools: dict[str, Dataset], client: Client) -> None:
    found = titles(client, pools["ours"])
    assert found[0] == "Fréquentation des piscines municipales"
    assert pools["ours"].label not in found
    assert titles(client, pools["ours"], "?partie=") == found
    assert b"<html" not in client.get(address(pools["ours"]) + "?partie=").content


def test_what_is_private_is_like_nothing_for_strangers(pools: dict[str, Dataset], client: Client) -> None:
    secret = pools["secret"].label
    assert secret not in titles(client, pools["ours"])
    assert client.get(address(pools["secret"])).status_code == 404
    publishing.set_private(pools["like"], private=True)  # the worker is stopped
    assert pools["like"].label not in titles(client, pools["ours"])
    client.force_login(factories.person("reader", pools["ours"].owner))
    assert secret in titles(client, pools["ours"])


def test_the_page_of_a_dataset_does_not_ask_the_index(
    db: None, home: Path, client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    row = factories.dataset("Arbres")
    remember()
    with django_assert_max_num_queries(6):
        page = client.get(row.get_absolute_url())
    assert f'data-part="{address(row)}?partie="' in page.content.decode()
    assert client.get(address(row)).status_code == 503


def test_what_was_meant_is_offered(pools: dict[str, Dataset], client: Client) -> None:
    page = client.get("/jeux-de-donnees/?q=pisicnes+municipales&format=CSV")
    meant = BeautifulSoup(page.content, "html.parser").select_one(".tries a b")
    assert "Vouliez-vous dire" in said(page)
    assert meant is not None
    assert meant.parent is not None
    assert str(meant.parent["href"]).endswith("&format=CSV")
    assert "piscines" in meant.get_text()
    assert json.loads(client.get("/api/search?q=pisicnes+municipales").content)["meant"] == meant.get_text()
    assert json.loads(client.get("/api/search?q=piscines").content)["meant"] is None
