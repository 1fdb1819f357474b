"""What narrows a search, unfolded, in a real Chromium; and used without JavaScript."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser.chromium import Chromium, Report
from tests.browser.conftest import Site
from tests.browser.looks import look
from tests.browser.test_editing import UNFOLD

pytestmark = pytest.mark.browser


def test_all_that_narrows_is_accessible(site: Site, browser: Chromium, pictures: Path | None) -> None:
    def act(page: Page) -> Report:
        report = Report()
        page.goto(f"{site.address}/jeux-de-donnees/?q=arbres&format=CSV")
        page.evaluate(UNFOLD)
        look(page, report, pictures and pictures / "affiner")
        return report

    report = browser.drive(act)
    assert report.violations == []
    assert report.too_wide == []


def test_dates_and_rectangles_work_without_javascript(site: Site, browser: Chromium) -> None:
    def act(page: Page) -> str:
        page.goto(f"{site.address}/jeux-de-donnees/?q=arbres")
        page.get_by_text("Affiner").first.click()
        page.get_by_label("Depuis le").fill("2010-01-01")
        page.get_by_role("button", name="Filtrer par date").click()
        page.get_by_text("Affiner").first.click()
        page.get_by_text("Dans un rectangle").click()
        for edge in ("Ouest", "Sud", "Est", "Nord"):
            page.get_by_label(edge, exact=True).fill("-1,5")
        page.get_by_role("button", name="Filtrer par rectangle").click()
        return page.url

    def narrow(page: Page) -> str:
        page.set_viewport_size({"width": 360, "height": 900})
        return act(page)

    assert browser.drive(narrow, scripts=False).endswith("&ouest=-1%2C5&sud=-1%2C5&est=-1%2C5&nord=-1%2C5")


@pytest.mark.parametrize("scripts", [True, False])
def test_what_is_like_a_dataset_comes_by_itself_or_by_a_link(site: Site, browser: Chromium, scripts: bool) -> None:
    rich = site.samples.rich

    def act(page: Page) -> str:
        page.goto(site.address + rich.get_absolute_url())
        part = page.locator("#proches")
        if scripts:
            part.scroll_into_view_if_needed()
            part.locator(".hit, .soft").first.wait_for()
        else:
            part.get_by_role("link").click()
        return page.url

    assert browser.drive(act, scripts=scripts) == site.address + rich.get_absolute_url() + (
        "" if scripts else "proches/"
    )
