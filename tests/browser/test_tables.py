"""The page of a table used by people: by keyboard, unfolded, with its comfort and without JavaScript."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser.chromium import Chromium, Report
from tests.browser.conftest import Site
from tests.browser.looks import look
from tests.browser.test_editing import UNFOLD

pytestmark = pytest.mark.browser


def address(site: Site, asked: str = "") -> str:
    return f"{site.address}/tables/{site.samples.table.pk}/{asked}"


@pytest.mark.parametrize("asked", ["", "?vue.graphique=nuage&vue.par=Latitude&vue.mesure=mean:Longitude"])
def test_all_that_is_folded_is_accessible(site: Site, browser: Chromium, pictures: Path | None, asked: str) -> None:
    def act(page: Page) -> Report:
        report = Report()
        page.goto(address(site, asked))
        page.evaluate(UNFOLD)
        look(page, report, pictures and pictures / f"table-ouverte{len(asked)}")
        return report

    report = browser.drive(act)
    assert report.violations == []
    assert report.too_wide == []


@pytest.mark.parametrize("scripts", [True, False])
def test_one_filters_sorts_and_draws(site: Site, browser: Chromium, scripts: bool) -> None:
    def act(page: Page) -> tuple[str, str, str]:
        page.goto(address(site))
        page.get_by_label("Colonne", exact=True).select_option("Déchet accepté")
        page.get_by_label("Valeur").fill("Verre")
        page.get_by_role("button", name="Ajouter le filtre").click()
        found = page.locator("#h-lignes").inner_text()
        page.get_by_role("link", name="Repère").focus()
        page.keyboard.press("Enter")
        page.wait_for_selector("th[aria-sort=ascending]")
        page.get_by_label("Regrouper par").select_option("Commune")
        page.get_by_label("Forme").select_option("barres")
        page.get_by_role("button", name="Dessiner").click()
        return found, page.url, page.locator("#compter figcaption").inner_text()

    found, url, title = browser.drive(act, scripts=scripts)
    assert found == "75 lignes sur 300"
    assert "D%C3%A9chet" in url and "sort=Rep%C3%A8re" in url and "vue.graphique=barres" in url
    assert "Somme de Volume (m³) par Commune" in title


def test_the_values_of_a_column_are_offered(site: Site, browser: Chromium) -> None:
    def act(page: Page) -> tuple[list[str], bool]:
        page.goto(address(site))
        page.get_by_label("Colonne", exact=True).select_option("Déchet accepté")
        page.get_by_label("Valeur").focus()
        page.wait_for_selector("#valeurs option", state="attached")
        offered = page.eval_on_selector_all("#valeurs option", "all => all.map(one => one.value)")
        page.get_by_label("Condition").select_option("empty")
        return sorted(offered), page.get_by_label("Valeur").is_disabled()

    assert browser.drive(act) == (["Emballages", "Papier", "Textile", "Verre"], True)


def test_the_first_rows_come_to_the_page_of_the_dataset(site: Site, browser: Chromium) -> None:
    def act(page: Page) -> int:
        page.goto(site.address + site.samples.rich.get_absolute_url())
        page.locator("#apercu").scroll_into_view_if_needed()
        page.locator("#apercu table").wait_for()
        return page.locator("#apercu tbody tr").count()

    assert browser.drive(act) == 5
