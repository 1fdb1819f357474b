"""An error is reported from a table in a real Chromium, then confirmed, answered and shown."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.core import mail
from playwright.sync_api import Page
from pytest_django import Settings

from catalogue.questioning import mailing
from portal.pages import guarding
from tests.browser.chromium import Chromium
from tests.browser.conftest import Site
from tests.browser.figures import reused
from tests.browser.looks import Seen, look

pytestmark = pytest.mark.browser
TEXT = "La borne du port est notée deux fois, avec deux adresses : la seconde est la bonne."


def looked(page: Page, pictures: Path | None, name: str) -> None:
    seen = Seen()
    look(page, seen, pictures and pictures / name)
    assert (seen.violations, seen.too_wide) == ([], [])


def press(page: Page, name: str) -> None:
    with page.expect_navigation():
        page.get_by_role("button", name=name, exact=True).click()


def report(site: Site, page: Page, pictures: Path | None) -> None:
    page.goto(f"{site.address}/tables/{site.samples.table.pk}/")
    with page.expect_navigation():
        page.get_by_role("link", name="Signaler une erreur dans ces lignes").click()
    assert page.get_by_label("Une erreur dans les données").is_checked()
    page.get_by_label("Ligne (facultatif)").fill("B-0117")
    page.get_by_label("Colonne (facultatif)").select_option(index=1)
    page.get_by_label("Ce que vous voulez dire").fill("Faux, je crois bien.")
    page.get_by_label("Votre nom ou un pseudonyme").fill("www.essai.example")
    page.get_by_label("Adresse électronique").fill("elise@essai.example")
    press(page, "Envoyer")
    looked(page, pictures, "question-refusee")
    assert page.get_by_label("Ligne (facultatif)").input_value() == "B-0117"
    page.get_by_label("Votre nom ou un pseudonyme").fill("Élise")
    page.get_by_label("Ce que vous voulez dire").fill(TEXT)
    press(page, "Envoyer")
    assert "Regardez votre messagerie" in page.get_by_role("main").inner_text()


def test_an_error_goes_from_a_table_to_its_publisher_and_back(
    site: Site, browser: Chromium, pictures: Path | None, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.BOUTURE_MAIL = True
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    monkeypatch.setattr(guarding, "QUICKEST", 0)

    browser.drive(lambda page: report(site, page, pictures))
    assert mailing.mail_authors() == 1
    link = re.search(r"/questions/[^/]+/", str(mail.outbox.pop().body))
    assert link

    def confirm(page: Page) -> None:
        page.goto(site.address + link[0])
        press(page, "Confirmer")
        assert "vous répondra par courriel" in page.get_by_role("main").inner_text()

    browser.drive(confirm, scripts=False)

    reuse = reused(site)

    def withdraw(page: Page) -> None:
        """The page of a reuse's link has a form of the same kind."""
        page.goto(site.address + reuse)
        press(page, "La retirer et tout effacer")
        assert "n’est plus là" in page.get_by_role("main").inner_text()

    browser.drive(withdraw, scripts=False)

    def answer(page: Page) -> None:
        page.goto(f"{site.address}/questions/")
        page.get_by_label("Votre réponse").fill("Merci, la première est retirée.")
        page.get_by_label("Afficher le message et la réponse").check()
        press(page, "Répondre à Élise")
        assert "C’est répondu" in page.get_by_role("status").inner_text()

    browser.drive(answer, site.cookie_of(site.samples.administrator), scripts=False)

    def read(page: Page) -> str:
        page.goto(f"{site.address}{site.samples.rich.get_absolute_url()}")
        part = page.locator("#questions")
        part.scroll_into_view_if_needed()
        part.get_by_text(TEXT).wait_for()
        looked(page, pictures, "jeu-question")
        return part.inner_text()

    assert "Merci, la première est retirée." in browser.drive(read)
