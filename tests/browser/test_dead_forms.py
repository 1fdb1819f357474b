"""A form whose token died: it comes back as it was typed, on pages that a clerk can read."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser.chromium import Chromium, Report
from tests.browser.conftest import Site
from tests.browser.looks import look

pytestmark = pytest.mark.browser


def test_a_form_whose_token_died_comes_back_as_it_was_typed(
    site: Site, browser: Chromium, pictures: Path | None
) -> None:
    def act(page: Page) -> tuple[str, str, Report]:
        report = Report()
        page.goto(f"{site.address}{site.samples.town.get_absolute_url()}publier/")
        look(page, report, pictures and pictures / "publie-par")
        page.get_by_label("Titre").first.fill("Marchés de plein air")
        page.context.clear_cookies(name="csrftoken")
        with page.expect_navigation():
            page.get_by_role("button", name="Publier", exact=True).first.click()
        head = page.get_by_role("heading", level=1).inner_text()
        look(page, report, pictures and pictures / "formulaire-mort")
        with page.expect_navigation():
            page.get_by_role("link", name="Reprendre ce que j’avais écrit").click()
        look(page, report, pictures and pictures / "formulaire-repris")
        return head, page.get_by_label("Titre").first.input_value(), report

    head, title, report = browser.drive(act, site.cookie_of(site.samples.administrator))
    assert head == "Ce formulaire n’est plus valable"
    assert title == "Marchés de plein air"
    assert report.violations == report.too_wide == []
