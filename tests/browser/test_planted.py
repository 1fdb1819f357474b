"""A portal on the day on which it is planted, in a real Chromium: a town, and a village of 200 inhabitants."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from django.core.management import call_command
from django.test import Client as Browser
from pytest_django import Settings

from catalogue.models import User
from catalogue.reference import loader
from catalogue.reference.files import read_territories
from harvesters.http import Client
from portal import settings as product
from tests import factories
from tests.browser.chromium import Chromium
from tests.browser.conftest import SESSION, host_of, served
from tests.plant import national, towns

pytestmark = [pytest.mark.browser, pytest.mark.slow]
PAGES: Final = {
    "accueil": "/",
    "recherche": "/jeux-de-donnees/?q=arbres",
    "indicateur": "/indicateurs/recharge.points-10000hab/",
    "territoire": "/territoires/{code}/",
    "moissons": "/moissons/",
    "instances": "/instances/",
}


@pytest.fixture(params=["40192", "05048"])
def planted(
    request: pytest.FixtureRequest, transactional_db: None, home: Path, static_files: Path, settings: Settings,
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
) -> Iterator[tuple[str, str]]:  # fmt: skip
    """The address of a portal that was planted a moment ago, and the code of its commune."""
    code = str(request.param)
    settings.STATIC_ROOT, settings.STORAGES = static_files, product.STORAGES
    settings.BOUTURE_TERRITORY, settings.BOUTURE_DEMO = code, True
    settings.BOUTURE_LINK_CHECKS, settings.BOUTURE_TABLES = 0, "all"
    loader.load_territories(towns.excerpt(read_territories()))
    loader.load_vocabularies()
    with national.nation() as server:
        monkeypatch.setattr(Client, "__init__", national.redirect(Client, server.port))
        call_command("plant", pack=towns.pack(tmp_path, server.port), territory=code)
        call_command("work", once=True)
    with served() as address:
        yield address, code


def administrator() -> User:
    return factories.person(is_superuser=True)


def test_every_page_of_the_first_day_can_be_shown(
    planted: tuple[str, str], browser: Chromium, pictures: Path | None
) -> None:
    address, code = planted
    chief = Browser()
    chief.force_login(administrator())
    cookie = {"name": SESSION, "value": chief.cookies[SESSION].value, "url": address}
    for name, path in PAGES.items():
        whole = path.format(code=code)
        report = browser.visit(address + whole, cookie, pictures and pictures / f"{code}-{name}")
        assert (report.status, report.violations, report.too_wide) == (200, [], []), name
        assert (report.failures, report.refusals, report.complaints) == ([], [], []), name
        assert [one for one in report.requests if host_of(one) != host_of(address)] == [], name
        assert "données d’essai" in chief.get(whole).content.decode(), name
