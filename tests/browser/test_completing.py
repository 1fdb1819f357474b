"""A harvested record completed in a real Chromium: without JavaScript, and each of its pages as people see it."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page

from catalogue import additions, publishing
from catalogue.additions import Wish
from catalogue.dcat.mapping import own_values
from catalogue.models import Addition, Dataset
from catalogue.publishing import Draft
from tests.browser.chromium import Chromium, Report
from tests.browser.conftest import Site
from tests.browser.looks import look
from tests.browser.test_editing import UNFOLD

pytestmark = pytest.mark.browser


def harvested(site: Site, title: str = "") -> Dataset:
    rich = site.samples.rich
    values = own_values(rich, list(rich.distributions.all()))
    row = Dataset.objects.filter(harvested=True).first()
    draft = Draft(
        "dataset",
        {**values, "title": {"fr": title or "Marées"}},
        site.samples.town.pk,
        id=row.pk if row else None,
        harvested=True,
    )
    [outcome] = publishing.publish([draft])
    return Dataset.objects.get(pk=outcome.id)


def completed(site: Site) -> Dataset:
    """With an addition of each sort; the source has changed its title since."""
    row = harvested(site)
    file = {"title": {"fr": "Mode d’emploi des horaires"}, "access_url": ["https://ville.essai.example/mode.pdf"]}
    wishes = [
        Wish("add", "distribution", file, reason="Demandé par la capitainerie"),
        Wish("add", "keyword", "port de plaisance", "fr"),
        Wish("correct", "title", "Horaires des marées au port", "fr", "Le titre de la source ne dit pas où"),
        Wish("correct", "license", "https://spdx.org/licenses/ODbL-1.0"),
        Wish("note", "", "Les heures sont en temps universel.\nAjoutez deux heures en été."),
    ]
    additions.lay(row, wishes, site.samples.administrator)
    return harvested(site, "Marées à la côte")


def test_a_file_is_added_and_taken_away_without_javascript(site: Site, browser: Chromium) -> None:
    row = harvested(site)

    def act(page: Page) -> str:
        page.goto(f"{site.address}{row.get_absolute_url()}")
        page.get_by_role("link", name="Compléter la fiche").click()
        page.get_by_role("link", name="Ajouter un fichier").click()
        page.get_by_role("button", name="Ajouter", exact=True).click()
        assert "Rien n’est encore enregistré" in page.get_by_role("alert").inner_text()
        page.get_by_label("Adresse d’accès").fill("https://ville.essai.example/mode.pdf")
        page.get_by_label("Pourquoi").fill("Demandé par la capitainerie")
        page.get_by_role("button", name="Ajouter", exact=True).click()
        assert "Ajouté." in page.get_by_role("status").first.inner_text()
        page.get_by_role("button", name="Retirer").click()
        return page.get_by_role("status").first.inner_text()

    told = browser.drive(act, site.cookie_of(site.samples.administrator), scripts=False)
    assert "la fiche dit de nouveau" in told
    assert not Addition.objects.exists()


@pytest.mark.parametrize("state", ["record", "page", "file", "subject", "title", "wrong", "replicated"])
def test_each_page_is_accessible(site: Site, browser: Chromium, pictures: Path | None, state: str) -> None:
    row = completed(site)
    Dataset.objects.filter(pk=row.pk).update(replicated=state == "replicated")
    query = {"file": "?ajouter=distribution", "wrong": "?ajouter=distribution", "subject": "?ajouter=theme", "title": "?corriger=title"}  # fmt: skip
    way = "" if state == "record" else f"modifier/{query.get(state, '')}"

    def act(page: Page) -> Report:
        report = Report()
        page.goto(f"{site.address}{row.get_absolute_url()}{way}")
        if state == "wrong":
            page.get_by_label("Adresse d’accès").fill("ma page")
            page.get_by_role("button", name="Ajouter", exact=True).click()
        page.evaluate(UNFOLD)
        look(page, report, pictures and pictures / f"completer-{state}")
        return report

    report = browser.drive(act, site.cookie_of(site.samples.administrator))
    assert report.violations == []
    assert report.too_wide == []
