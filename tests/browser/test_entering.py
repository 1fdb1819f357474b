"""Logging in as an administrator, in a real Chromium: by keyboard, without JavaScript, up to the recovery codes."""

from __future__ import annotations

import re
import time
from dataclasses import asdict
from pathlib import Path

import pyotp
import pytest
from django.test import Client
from playwright.sync_api import Page
from pytest_django import Settings

from catalogue.models import Attachment, SecondStep
from portal.openid.provider import Identity
from tests.browser.chromium import Chromium, Report
from tests.browser.conftest import SESSION, Site
from tests.browser.looks import look

pytestmark = pytest.mark.browser


def test_an_administrator_sets_the_second_step_up_and_logs_in_again(
    site: Site, browser: Chromium, pictures: Path | None, settings: Settings
) -> None:
    # The drawing that telephones read has more squares than 320 px have room for.
    settings.BOUTURE_NAME = "Communauté d’agglomération des îles et du littoral du Ponant"
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
        entered(page)
        assert "le bon" in page.get_by_role("alert").inner_text()
        page.get_by_label("Les six chiffres").fill(pyotp.TOTP(told[1].replace(" ", "")).now())
        entered(page)
        seen(page, report, "codes-de-secours")
        codes = page.locator("main li code").all_inner_texts()
        page.get_by_role("link", name="C’est fait, continuer").click()
        page.get_by_role("button", name="Se déconnecter").click()
        give_password(page, site, email)
        seen(page, report, "code")
        page.get_by_label("Code à six chiffres").fill(codes[0])
        entered(page)
        page.get_by_role("link", name="Mon compte").click()
        with page.expect_navigation():
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
    entered(page)


def entered(page: Page) -> None:
    """Sends the form by keyboard, up to the page that comes: what looks at once would look at the one that goes."""
    with page.expect_navigation():
        page.keyboard.press("Enter")


@pytest.mark.parametrize("state", ["connexion", "relier", "demandes"])
def test_what_an_agent_sees_of_the_provider_of_identities(
    site: Site, browser: Chromium, pictures: Path | None, settings: Settings, state: str
) -> None:
    settings.BOUTURE_OIDC_ISSUER, settings.BOUTURE_OIDC_CLIENT_ID = "https://id.example", "bouture"
    town, chief = site.samples.town, site.samples.administrator
    Attachment.objects.create(person=site.samples.stranger, body=town, siret="21400192000019", unit="Voirie")
    identity = Identity("https://id.example", "s", chief.email, "Camille", "Agent", "", "", "")
    client = Client()
    session = client.session
    session["openid_link"] = {**asdict(identity), "then": "/", "since": time.time()}
    session.save()
    waiting = {"name": SESSION, "value": session.session_key, "url": site.address}
    address, cookie = {
        "connexion": ("/connexion/?next=/moissons/", None),
        "relier": ("/connexion/externe/relier/", waiting),
        "demandes": (f"{town.get_absolute_url()}membres/", site.cookie_of(chief)),
    }[state]
    report = browser.visit(site.address + address, cookie, pictures and pictures / f"externe-{state}")
    assert report.status == 200
    assert report.violations == report.too_wide == report.complaints == []
