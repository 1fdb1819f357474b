"""A portal on the day on which it is planted, in a real Chromium: a town, and a village of 200 inhabitants."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from django.test import Client as Browser
from pytest_django import Settings

from catalogue.models import User
from tests import factories
from tests.browser.chromium import Chromium
from tests.browser.conftest import host_of, session_of
from tests.browser.planted import planting

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
    with planting(code, static_files, settings, tmp_path, monkeypatch) as address:
        yield address, code


def administrator() -> User:
    return factories.person(is_superuser=True)


def test_every_page_of_the_first_day_can_be_shown(
    planted: tuple[str, str], browser: Chromium, pictures: Path | None
) -> None:
    address, code = planted
    chief = Browser()
    chief.force_login(administrator())
    cookie = session_of(chief, address)
    for name, path in PAGES.items():
        whole = path.format(code=code)
        report = browser.visit(address + whole, cookie, pictures and pictures / f"{code}-{name}")
        assert (report.status, report.violations, report.too_wide) == (200, [], []), name
        assert (report.failures, report.refusals, report.complaints) == ([], [], []), name
        assert [one for one in report.requests if host_of(one) != host_of(address)] == [], name
        assert "données d’essai" in chief.get(whole).content.decode(), name
