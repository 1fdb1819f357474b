"""Synonyms edited in a real browser, by keyboard."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page

from catalogue.search import synonyms
from tests import factories
from tests.browser.chromium import Chromium, Report
from tests.browser.conftest import Site
from tests.browser.looks import look

pytestmark = pytest.mark.browser


def test_synonyms_are_tried_compared_and_kept_by_keyboard(site: Site, browser: Chromium, pictures: Path | None) -> None:
    factories.dataset("Déchets collectés par quartier", site.samples.town)
    factories.bring_index_up_to_date()
    report = Report()

    def act(page: Page) -> None:
        page.set_default_timeout(8000)
        page.goto(f"{site.address}/synonymes/")
        rules = page.get_by_label("Règles", exact=True)
        rules.focus()
        page.keyboard.press("Control+End")
        page.keyboard.type("\npoubellerie, déchet\nseule")
        page.get_by_role("textbox", name="Une question").focus()
        page.keyboard.type("combien pèse la poubellerie du quartier")
        page.keyboard.press("Enter")  # tries, and never keeps
        page.get_by_role("heading", name="Comment elle est lue").wait_for()
        assert "« poubellerie », ou bien : déchet" in plain(page)
        assert "1 ligne à corriger" in page.get_by_role("alert").first.inner_text().replace("\u00a0", " ")
        look(page, report, pictures and pictures / "synonymes-essai")
        rules.fill(rules.input_value().replace("\nseule", "").replace("bac jaune, poubelle jaune, ", ""))
        page.get_by_role("button", name="Voir ce qui change").press("Enter")
        page.get_by_role("heading", name="Ce qui change").wait_for()
        assert "2 règles ajoutées" in plain(page)
        look(page, report, pictures and pictures / "synonymes-compare")
        page.get_by_role("button", name="Enregistrer").press("Enter")
        page.get_by_text("Les synonymes sont enregistrés").wait_for()

    browser.drive(act, site.cookie_of(site.samples.administrator), scripts=True)
    assert (report.violations, report.too_wide) == ([], [])
    assert "poubellerie, déchet" in synonyms.current()


def plain(page: Page) -> str:
    return page.get_by_role("main").inner_text().replace("\u00a0", " ").replace("\u202f", " ")
