"""Publishing by hand in a real Chromium: without JavaScript, and in the states that no address leads to."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page

from catalogue.models import Dataset
from tests.browser.chromium import Chromium, Report
from tests.browser.conftest import Site
from tests.browser.looks import look

pytestmark = pytest.mark.browser
UNFOLD = "document.querySelectorAll('details').forEach(one => { one.open = true })"


def test_a_dataset_is_published_and_corrected_without_javascript(site: Site, browser: Chromium) -> None:
    def act(page: Page) -> str:
        page.goto(f"{site.address}{site.samples.town.get_absolute_url()}")
        page.get_by_role("link", name="Publier des données").click()
        page.get_by_label("Titre").first.fill("Corbeilles de rue")
        page.get_by_role("button", name="Publier").click()
        assert page.get_by_role("alert").inner_text().startswith("1 champ à corriger")
        assert page.get_by_label("Titre").first.input_value() == "Corbeilles de rue"
        page.get_by_role("link", name="Description").click()
        page.get_by_label("Description").first.fill("Une ligne par corbeille.\n\nRelevé en mai.")
        page.get_by_label("Environnement").check()
        page.get_by_text("Ajouter : fichier").click()
        page.get_by_label("Adresse d’accès").fill("https://ville.example/corbeilles.csv")
        page.get_by_role("button", name="Publier").click()
        assert "Enregistré." in page.get_by_role("status").inner_text()
        page.get_by_role("link", name="Modifier la fiche").click()
        page.get_by_label("Titre").first.fill("Corbeilles de rue et de plage")
        page.get_by_role("button", name="Enregistrer").click()
        return page.get_by_role("heading", level=1).inner_text()

    cookie = site.cookie_of(site.samples.administrator)
    assert browser.drive(act, cookie, scripts=False) == "Corbeilles de rue et de plage"
    row = Dataset.objects.get(title__fr="Corbeilles de rue et de plage")
    assert row.description == {"fr": "Une ligne par corbeille.\n\nRelevé en mai."}
    assert row.distributions.get().access_url == ["https://ville.example/corbeilles.csv"]


@pytest.mark.parametrize("state", ["open", "wrong", "moved"])
def test_each_state_is_accessible(site: Site, browser: Chromium, pictures: Path | None, state: str) -> None:
    address = site.samples.rich.get_absolute_url()

    def act(page: Page) -> Report:
        report = Report()
        page.goto(f"{site.address}{address}modifier/")
        page.evaluate(UNFOLD)
        if state == "moved":
            save_elsewhere(page, "Bornes de collecte")
        if state in ("wrong", "moved"):
            page.get_by_label("Titre").first.fill("" if state == "wrong" else "Bornes et bacs")
            page.get_by_label("Date de parution").first.fill("hier" if state == "wrong" else "2020")
            page.get_by_role("button", name="Enregistrer").click()
            page.evaluate(UNFOLD)
        look(page, report, pictures and pictures / f"modifier-{state}")
        report.complaints = [page.get_by_role("alert").inner_text() if state in ("wrong", "moved") else ""]
        return report

    report = browser.drive(act, site.cookie_of(site.samples.administrator))
    assert report.violations == []
    assert report.too_wide == []
    said = {"wrong": "2 champs à corriger", "moved": "Quelqu’un d’autre a enregistré", "open": ""}
    assert report.complaints[0].startswith(said[state])


def save_elsewhere(page: Page, title: str) -> None:
    """In another window of the same browser, which is not closed before it is done."""
    other = page.context.new_page()
    other.goto(page.url)
    other.get_by_label("Titre").first.fill(title)
    other.get_by_role("button", name="Enregistrer").click()
    assert "Enregistré." in other.get_by_role("status").inner_text()
    other.close()
