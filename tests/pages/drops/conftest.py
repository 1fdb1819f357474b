"""An instance of its own for each test, whose pages do not wait for the worker; a town, and its agent who is logged in."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from catalogue.models import Organisation, User
from portal.pages.drops import waiting
from tests import factories
from tests.pages.samples import concepts


@pytest.fixture(autouse=True)
def _own_home(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.BOUTURE_HOME = str(tmp_path)
    settings.BOUTURE_TABLES = "all"
    monkeypatch.setattr(waiting, "PATIENCE", 0.0)
    concepts()


@pytest.fixture
def town() -> Organisation:
    return factories.body("Ville d’Orvault")


@pytest.fixture
def agent(town: Organisation, client: Client) -> User:
    person = factories.person("publisher", town)
    client.force_login(person)
    return person
