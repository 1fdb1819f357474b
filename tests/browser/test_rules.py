"""The rules of a source, tried and kept in a real browser, without JavaScript."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page

from harvesters.engine import harvest
from harvesters.models import HarvestSource
from harvesters.registry import client_for
from tests.browser.chromium import Chromium, Report
from tests.browser.conftest import Site
from tests.browser.looks import look
from tests.harvesting.test_engine import PREFIXES
from tests.harvesting.test_rules_runs import said

pytestmark = pytest.mark.browser


def test_rules_are_tried_read_and_kept(site: Site, browser: Chromium, pictures: Path | None, tmp_path: Path) -> None:
    path = tmp_path / "catalogue.ttl"
    path.write_text(PREFIXES + "".join([*(said(n) for n in range(14)), *(said(n, "eau") for n in range(14, 17))]))
    source = HarvestSource.objects.create(key=str(path), owner=site.samples.town, title="Catalogue national")
    with client_for(source) as client:
        harvest(source, client)
    report = Report()

    def act(page: Page) -> None:
        page.goto(f"{site.address}/moissons/{source.pk}/")
        page.get_by_role("link", name="Règles de réception").click()
        page.get_by_label("Écarter").fill("mot-clé : eau\ntitre : jeu 3")
        page.get_by_label("Préfixe des titres").fill("[Ville]")
        page.get_by_label("Producteur par défaut").fill("Ville d’essai")
        page.get_by_label("Thèmes").fill("Voirie")
        page.get_by_role("button", name="Essayer sans enregistrer").click()
        assert "n’a pas la forme" in page.get_by_role("alert").inner_text()
        look(page, report, pictures and pictures / "regles-refus")
        page.get_by_role("link", name="Thèmes", exact=True).click()
        page.get_by_label("Thèmes").fill("")
        page.get_by_role("button", name="Essayer sans enregistrer").click()
        text = page.get_by_role("main").inner_text().replace("\u00a0", " ").replace("\u202f", " ")
        assert "17 fiches essayées sur 17 dans la base ; à écarter : 4, à modifier : 13." in text
        look(page, report, pictures and pictures / "regles-essai")
        page.get_by_role("button", name="Enregistrer", exact=True).click()
        assert "Les règles sont enregistrées" in page.get_by_role("status").first.inner_text()

    browser.drive(act, site.cookie_of(site.samples.administrator), scripts=True)
    assert (report.violations, report.too_wide) == ([], [])
    source.refresh_from_db()
    assert source.rules == {
        "exclude": ["mot-clé : eau", "titre : jeu 3"],
        "publisher": "Ville d’essai",
        "prefix": "[Ville]",
    }
