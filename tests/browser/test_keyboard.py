"""The portal by keyboard alone: every control reached, in order, seen; and whole journeys."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, Route

from catalogue.models import Dataset
from catalogue.permissions import assign_role
from tests.browser.chromium import Chromium
from tests.browser.conftest import Site
from tests.browser.figures import KEY, figures
from tests.browser.keyboard import REACHABLE, Keys, Stop
from tests.browser.test_dropping import SECRET, worker
from tests.browser.test_pages import ELECTED, PAGES

pytestmark = pytest.mark.browser
WIDE = (
    "accueil",
    "recherche-mots",
    "jeu",
    "table-barres",
    "indicateur-carte",
    "publier-fichier",
    "modifier",
    "question-neuve",
    "moissons",
    "introuvable",
)
NARROW = ("accueil", "recherche-mots", "jeu", "indicateur-carte")


@pytest.mark.parametrize(("name", "width"), [*((name, 1280) for name in WIDE), *((name, 320) for name in NARROW)])
def test_tab_reaches_all_that_can_be_used_in_order_and_shows_where_it_is(
    site: Site, browser: Chromium, name: str, width: int
) -> None:
    visit = next(one for one in PAGES if one.name == name)
    cookie = site.cookie_of(getattr(site.samples, visit.reader)) if visit.reader else None
    address = site.address + visit.address(site)

    def act(page: Page) -> tuple[list[Stop], list[int]]:
        page.set_viewport_size({"width": width, "height": 40_000})
        page.goto(address, wait_until="networkidle")  # the parts that come when they are near the screen are there
        page.set_viewport_size({"width": width, "height": 900})
        reachable: list[int] = page.evaluate(REACHABLE)
        return list(Keys(page).walk()), reachable

    stops, reachable = browser.drive(act, cookie)
    assert stops[0].name == "Aller au contenu"
    assert [stop for stop in stops if not stop.ringed] == []
    assert [stop for stop in stops if not stop.seen] == []
    assert set(reachable) - {stop.place for stop in stops} == set()


def test_from_the_front_page_to_the_rows_of_a_file(site: Site, browser: Chromium) -> None:
    rich = site.samples.rich

    def act(page: Page) -> tuple[str, str, str]:
        keys = Keys(page)
        page.goto(site.address)
        keys.go("Aller au contenu")
        keys.press("Enter")
        keys.go("Chercher dans les données")  # the first stop after the skip link
        keys.type("bornes")
        page.get_by_role("option").first.wait_for()
        keys.press("Escape")
        with page.expect_navigation():
            keys.press("Enter")
        found = page.locator("main .bar").get_by_role("status").inner_text()
        keys.follow(rich.label)
        keys.follow("Regarder dedans")
        keys.follow("Repère")
        return found, page.url, page.locator("th[aria-sort]").inner_text()

    found, url, sorted_by = browser.drive(act)
    assert "bornes" in found and found.startswith("1 résultat")
    assert f"/tables/{site.samples.table.pk}/" in url
    assert "Repère" in sorted_by


def test_from_the_log_in_to_a_published_file(site: Site, browser: Chromium, tmp_path: Path) -> None:
    assign_role(site.samples.member, site.samples.town, "publisher")
    file = tmp_path / "elus_2026.csv"
    file.write_text(ELECTED)

    def act(page: Page) -> tuple[str, str]:
        keys = Keys(page)
        # From now on no window of the system opens for a file: to ask for it beside the key that opens it is a race.
        page.on("filechooser", lambda _: None)
        page.goto(site.address)
        keys.follow("Se connecter")
        keys.go("Adresse électronique")
        keys.type(site.samples.member.email)
        keys.go("Mot de passe")
        keys.type(SECRET)
        with page.expect_navigation():
            keys.press("Enter")
        keys.follow("Publier")
        keys.go("Fichier")
        with page.expect_file_chooser() as chooser:
            keys.press("Space")
        chooser.value.set_files(file)
        keys.follow("Déposer")
        page.locator("button[value=publier]").wait_for(timeout=50_000)
        keys.follow("Publier", "button")
        return page.get_by_role("heading", level=1).inner_text(), page.url

    with worker():
        title, url = browser.drive(act)
    row = Dataset.objects.get(title__fr=title.replace("\u00a0", " "))
    assert row.status == "published"
    assert url == site.address + row.get_absolute_url()


def test_from_the_list_of_indicators_to_the_figures_of_another_town(site: Site, browser: Chromium) -> None:
    about = figures(site)

    def act(page: Page) -> tuple[str, str]:
        keys = Keys(page)
        page.goto(site.address)
        keys.follow("Indicateurs")
        keys.follow(about.title)
        title = page.get_by_role("heading", level=1).inner_text()
        keys.follow("Table")
        keys.go("Valeurs par année")
        return title, page.url

    title, url = browser.drive(act)
    assert "Port-Lanvern" in title
    assert KEY in url and "vue=table" in url


def test_a_part_that_comes_while_one_stands_on_its_link_keeps_the_focus(site: Site, browser: Chromium) -> None:
    def act(page: Page) -> bool:
        held: list[Route] = []
        page.route("**/proches/?partie=", lambda route: held.append(route))  # noqa: PLW0108 - Playwright marks it
        page.goto(site.address + site.samples.rich.get_absolute_url())
        page.locator("#proches a").focus()
        while not held:
            page.wait_for_timeout(20)  # lets Playwright hear of the request
        held[0].continue_()
        page.locator("#proches .hit, #proches .soft").first.wait_for()
        return bool(page.evaluate("!!document.activeElement.closest('#proches')"))

    assert browser.drive(act)
