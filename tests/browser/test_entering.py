"""Logging in as an administrator, in a real Chromium: by keyboard, without JavaScript, up to the recovery codes."""

from __future__ import annotations

import re
from pathlib import Path

import pyotp
import pytest
from playwright.sync_api import Page

from catalogue.models import SecondStep
from tests.browser.chromium import Chromium, Report, look
from tests.browser.conftest import Site

pytestmark = pytest.mark.browser


def test_an_administrator_sets_the_second_step_up_and_logs_in_again(
    site: Site, browser: Chromium, pictures: Path | None
) -> None:
    email = site.samples.administrator.email

    def seen(page: Page, report: Report, name: str) -> None:
        look(page, report, pictures and pictures / name)

    def act(page: Page) -> Report:
        report = Report()
        give_password(page, site, email)
        seen(page, report, "protection")
        told = re.search(r"application\s: ([A-Z2-7 ]+)", page.locator("main").inner_text())
        assert told
        page.get_by_label("Les six chiffres").fill("000000")
        page.keyboard.press("Enter")
        assert "le bon" in page.get_by_role("alert").inner_text()
        page.get_by_label("Les six chiffres").fill(pyotp.TOTP(told[1].replace(" ", "")).now())
        page.keyboard.press("Enter")
        seen(page, report, "codes-de-secours")
        codes = page.locator("main li code").all_inner_texts()
        page.get_by_role("link", name="C’est fait, continuer").click()
        page.get_by_role("button", name="Se déconnecter").click()
        give_password(page, site, email)
        seen(page, report, "code")
        page.get_by_label("Code à six chiffres").fill(codes[0])
        page.keyboard.press("Enter")
        page.get_by_role("link", name="Mon compte").click()
        page.get_by_role("link", name="Changer").first.click()
        seen(page, report, "compte-code-garde")
        assert "Il vous reste 9 codes" in page.locator("main").inner_text()
        return report

    report = browser.drive(act)
    assert report.violations == []
    assert report.too_wide == []
    assert SecondStep.objects.get().person == site.samples.administrator


def give_password(page: Page, site: Site, email: str) -> None:
    page.goto(f"{site.address}/connexion/?next=/")
    page.get_by_label("Adresse électronique").fill(email)
    page.get_by_label("Mot de passe").fill("un mot de passe d’essai")
    page.keyboard.press("Enter")
