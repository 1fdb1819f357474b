"""From a figure to the rows that it was made of."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import pytest
from django.conf import settings as product
from django.test import Client

from catalogue.models import Indicator, Territory
from catalogue.observing import recipes
from tests import factories, observed
from tests.pages.conftest import said

pytestmark = pytest.mark.django_db
KEY = "budget.depenses-fonctionnement-hab"
FILE = Path(product.PROJECT) / "portal/demonstration/data/fichiers/compte-administratif-2025.csv"


def test_the_rows_of_the_territory_and_of_the_year_are_shown(home: Path, client: Client) -> None:
    recipes.sync()
    lines = FILE.read_text("utf-8-sig").splitlines()
    siren = re.search(r"\d{14}", lines[1])
    assert siren is not None
    place = observed.place("99001", "Port-Lanvern")
    Territory.objects.filter(pk=place.pk).update(siren=siren[0][:9])
    dataset = factories.dataset("Comptes")
    table = factories.table(dataset, FILE.read_bytes(), FILE.name)
    assert table.current is not None and table.current.schema == "scdl/budget"
    observed.figure(Indicator.objects.get(key=KEY), place, "2025", 900.0, dataset)
    page = client.get(f"/indicateurs/{KEY}/", {"territoire": "99001", "vue": "source"}).content.decode()
    found = re.search(r'<a href="([^"]*)" rel="nofollow">voir celles de ce territoire et de cette période', page)
    assert found is not None
    rows = said(client.get(unescape(found[1]).partition("#")[0]))
    assert f"{len(lines) - 1} lignes" in rows
    assert "n’a pas de réponse" not in rows and "ne peut pas" not in rows
