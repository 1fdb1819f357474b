"""An élu asks for a figure, reads it, its course, its neighbours, and prints it."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser.chromium import Chromium, Report
from tests.browser.conftest import Site
from tests.browser.figures import PAGE, figures
from tests.browser.looks import look
from tests.browser.test_editing import UNFOLD

pytestmark = pytest.mark.browser


def test_from_the_question_to_the_printed_page(site: Site, browser: Chromium) -> None:
    figures(site)

    def act(page: Page) -> tuple[str, str, str, str, bool, bytes]:
        page.goto(site.address)
        page.locator("main input[name=q]").fill("dépenses de fonctionnement par habitant")
        page.keyboard.press("Enter")
        page.wait_for_url("**/jeux-de-donnees/?q=**")
        result = page.locator("main").inner_text()
        page.locator(f'main a[href*="{PAGE}"]').first.click()
        page.wait_for_url("**/indicateurs/**")
        answer = page.locator(".lead").inner_text()
        course = page.locator("#evolution figcaption").inner_text()
        page.get_by_role("link", name="communes de Lanvern Agglomération").click()
        neighbours = page.locator("#comparer figure").inner_text()
        page.emulate_media(media="print")
        hidden = page.locator(".mast nav").is_visible() or page.locator("#prendre").is_visible()
        return result, answer, course, neighbours, hidden, page.pdf(format="A4")

    result, answer, course, neighbours, hidden, printed = browser.drive(act)
    assert "1 594" in result.replace("\u202f", " ")
    assert answer.replace("\u202f", " ").replace("\u00a0", " ").startswith("Port-Lanvern : 1 594 €/hab. en 2023")
    assert "2023" in course
    assert "ont moins que Port-Lanvern" in neighbours
    assert not hidden
    assert printed.startswith(b"%PDF")


@pytest.mark.parametrize("view", ["", "&vue=table", "&vue=carte"])
def test_all_that_is_folded_is_accessible(site: Site, browser: Chromium, pictures: Path | None, view: str) -> None:
    figures(site)

    def act(page: Page) -> Report:
        report = Report()
        page.goto(f"{site.address}{PAGE}?groupe=epci{view}")
        page.evaluate(UNFOLD)
        look(page, report, pictures and pictures / f"indicateur-ouvert{len(view)}")
        return report

    report = browser.drive(act)
    assert report.violations == []
    assert report.too_wide == []


def test_five_towns_stand_side_by_side(site: Site, browser: Chromium) -> None:
    figures(site)

    def act(page: Page) -> str:
        page.goto(f"{site.address}/comparer/?t=99001&theme=finances")
        for name in ("Kerbrézel", "Plouvarc’h", "Saint-Evan", "Trégonnan"):
            page.get_by_label("Ajouter un territoire").fill(name)
            page.get_by_role("button", name="Ajouter").click()
        return page.locator("main table").first.inner_text()

    said = browser.drive(act, scripts=False).replace("\u202f", " ")
    assert all(value in said for value in ("1 594", "1 120", "1 230", "1 340", "1 450"))
