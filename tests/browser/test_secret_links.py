"""Pages whose address is a key have forms, that a real browser sends back to us and to nobody else."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from catalogue.accounts import invitations
from catalogue.models import Dashboard, User
from tests.browser.chromium import Chromium
from tests.browser.conftest import Site
from tests.browser.figures import board

pytestmark = pytest.mark.browser


def press(page: Page, name: str) -> None:
    with page.expect_navigation():
        page.get_by_role("button", name=name, exact=True).click()


def test_an_invitation_is_accepted(site: Site, browser: Chromium) -> None:
    _, secret = invitations.invite(site.samples.town, "nouvelle@ville.example", "publisher", site.samples.administrator)

    def accept(page: Page) -> None:
        page.goto(f"{site.address}/invitation/{secret}/")
        page.get_by_label("Prénom").fill("Ana")
        page.get_by_label("Nom", exact=True).fill("Le Goff")
        page.get_by_label("Mot de passe").fill("quatre mots sans aucun lien")
        press(page, "Créer mon compte et rejoindre")
        assert page.url == site.address + site.samples.town.get_absolute_url()

    browser.drive(accept, scripts=False)
    assert User.objects.filter(email="nouvelle@ville.example", first_name="Ana").exists()


def test_a_board_is_shared_no_more(site: Site, browser: Chromium) -> None:
    address, cookie = board(site), site.cookie_of(site.samples.member)

    def stop(page: Page) -> None:
        page.context.add_cookies([cookie])
        page.goto(site.address + address)
        press(page, "Ne plus partager")
        assert page.get_by_role("button", name="Partager par un lien").is_visible()

    browser.drive(stop, scripts=False)
    assert not Dashboard.objects.get().shared
