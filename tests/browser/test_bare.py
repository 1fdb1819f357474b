"""The main pages without their style sheet and without JavaScript: the text in a sensible order, and forms that work."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.browser.chromium import Chromium
from tests.browser.conftest import Site
from tests.browser.figures import KEY, figures
from tests.browser.test_dropping import SECRET
from tests.browser.test_pages import PAGES

pytestmark = pytest.mark.browser
BARE = ("accueil", "recherche-mots", "jeu", "table-barres", "indicateur", "publier-fichier", "moissons", "introuvable")
# Landmarks and headings in the order of the text, and drawings that are larger than one may read beside.
ORDER = """() => [...document.querySelectorAll('.skip, header.mast, nav[aria-label^=Navigation], main, h1, main h2, footer')]
  .map(one => one.matches('main h2') ? 'h2' : one.matches('.skip') ? 'skip' : one.localName)"""
LARGE = """() => [...document.querySelectorAll('svg[aria-hidden]')].map(one => one.getBoundingClientRect())
  .filter(box => box.width > 240 || box.height > 240).length"""
# Fields of forms whose words come after them, or nowhere.
UNNAMED = """() => [...document.querySelectorAll('main input:not([type=hidden]), main select, main textarea')]
  .filter(one => !one.getAttribute('aria-label') && !(one.labels?.length &&
    (one.labels[0].contains(one) || one.labels[0].compareDocumentPosition(one) & Node.DOCUMENT_POSITION_FOLLOWING)))
  .map(one => one.outerHTML)"""


def undressed(page: Page) -> None:
    """No style sheet comes."""
    page.route("**/*.css*", lambda route: route.abort())


@pytest.mark.parametrize("name", BARE)
def test_the_text_comes_in_order(site: Site, browser: Chromium, name: str) -> None:
    visit = next(one for one in PAGES if one.name == name)
    cookie = site.cookie_of(getattr(site.samples, visit.reader)) if visit.reader else None
    address = site.address + visit.address(site)

    def act(page: Page) -> tuple[list[str], int, list[str], str]:
        undressed(page)
        page.goto(address)
        assert page.evaluate("getComputedStyle(document.body).fontFamily").startswith('"Times')  # it is undressed
        return page.evaluate(ORDER), page.evaluate(LARGE), page.evaluate(UNNAMED), page.locator("body").inner_text()

    order, large, unnamed, text = browser.drive(act, cookie)
    assert order[:5] == ["skip", "header", "nav", "main", "h1"]
    assert order[-1] == "footer" and set(order[5:-1]) <= {"h2"}
    assert large == 0
    assert unnamed == []
    assert text.startswith("Aller au contenu")


def test_one_searches_filters_and_looks_at_rows(site: Site, browser: Chromium) -> None:
    def act(page: Page) -> tuple[str, str]:
        undressed(page)
        page.goto(site.address)
        page.get_by_label("Chercher dans les données").fill("bornes")
        page.get_by_role("button", name="Chercher").click()
        page.get_by_label("Trier par").select_option(index=1)
        page.get_by_role("button", name="Trier").click()
        page.get_by_role("link", name=site.samples.rich.label).click()
        page.get_by_role("link", name="Regarder dedans").first.click()
        page.get_by_label("Colonne", exact=True).select_option("Déchet accepté")
        page.get_by_label("Valeur").fill("Verre")
        page.get_by_role("button", name="Ajouter le filtre").click()
        return page.url, page.locator("#h-lignes").inner_text()

    url, rows = browser.drive(act, scripts=False)
    assert f"/tables/{site.samples.table.pk}/" in url
    assert rows == "75 lignes sur 300"


def test_one_reads_the_figures_of_another_town(site: Site, browser: Chromium) -> None:
    figures(site)

    def act(page: Page) -> str:
        undressed(page)
        page.goto(f"{site.address}/indicateurs/{KEY}/?vue=table")
        page.get_by_label("Territoire").fill("Plouvarc’h")
        page.get_by_role("button", name="Voir").click()
        return page.get_by_role("heading", level=1).inner_text()

    assert "Plouvarc’h" in browser.drive(act, scripts=False)


def test_one_logs_in_after_a_mistake_that_is_told(site: Site, browser: Chromium) -> None:
    def act(page: Page) -> tuple[str, str]:
        undressed(page)
        page.goto(f"{site.address}/connexion/")
        page.get_by_label("Adresse électronique").fill(site.samples.member.email)
        page.get_by_label("Mot de passe").fill("autre chose")
        page.get_by_role("button", name="Se connecter").click()
        told = page.get_by_role("alert").inner_text()
        page.get_by_label("Mot de passe").fill(SECRET)
        page.get_by_role("button", name="Se connecter").click()
        return told, page.locator("header.mast").inner_text()

    told, head = browser.drive(act, scripts=False)
    assert "Connexion refusée" in told
    assert "Mon compte" in head
