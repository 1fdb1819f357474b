"""The pages of what went wrong that no address asks for, seen as the others are; and what fills itself in them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from pytest_django import Settings

from catalogue import publishing
from portal import limits
from portal.pages import browse
from tests import factories
from tests.browser.chromium import Chromium
from tests.browser.conftest import Site, host_of

pytestmark = pytest.mark.browser
Broken = Callable[[pytest.MonkeyPatch, Settings], None]


def failing(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> None:
    def fail() -> None:
        raise RuntimeError

    monkeypatch.setattr(browse.front, "front", fail)


def too_many(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> None:
    monkeypatch.setattr(limits, "_source", lambda _: ("quelqu’un", 1))
    settings.BOUTURE_LIMITS = 0.0001


def too_long(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> None:
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 1


@pytest.mark.parametrize(
    ("name", "broken", "address", "status"),
    [
        ("erreur-400", too_long, "/jeux-de-donnees/?a=1&b=2", 400),
        ("erreur-429", too_many, "/", 429),
        ("erreur-500", failing, "/", 500),
        ("erreur-404", None, "/dataset/bornes-de-recharge", 404),
    ],
)
def test_an_error_has_the_face_of_the_house(
    site: Site, browser: Chromium, pictures: Path | None, monkeypatch: pytest.MonkeyPatch, settings: Settings,
    name: str, broken: Broken | None, address: str, status: int,
) -> None:  # fmt: skip
    if broken:
        broken(monkeypatch, settings)
    report = browser.visit(site.address + address, pictures=pictures and pictures / name)
    assert report.status == status
    assert (report.violations, report.too_wide, report.failures, report.refusals) == ([], [], [], [])
    assert {host_of(one) for one in report.requests} == {host_of(site.address)}
    assert report.weight < 100_000


def test_what_is_near_comes_to_what_was_withdrawn(site: Site, browser: Chromium) -> None:
    gone = factories.dataset("Menus des cantines scolaires", site.samples.town)
    publishing.withdraw([gone], "Remplacés.")
    factories.bring_index_up_to_date()

    def act(page: Page) -> None:
        page.goto(site.address + gone.get_absolute_url())
        expect(page.locator("section[aria-labelledby=h-proches] h3").first).to_contain_text("Menus des cantines")

    browser.drive(act)
