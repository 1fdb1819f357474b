"""What people and sources really give: endless titles, nothing at all, four hundred files, other directions, markup in names.

The page stays whole on a phone: nothing goes beyond its edge, nothing runs, nothing weighs too much.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import pytest
from playwright.sync_api import Page

from catalogue.models import Dataset, Organisation
from tests import factories
from tests.browser.chromium import Chromium
from tests.browser.conftest import Site

pytestmark = pytest.mark.browser
WIDTHS: Final = (360, 320)
LIGHT: Final = 100_000  # bytes, compressed
SCRIPT: Final = '<script>window.ran = "here"</script>'
IMAGE: Final = '"><img src=x onerror="window.ran=1">'
ENVI: Final = factories.EU + "data-theme/ENVI"
WORDS: Final = ("Délibérations relatives aux autorisations d’urbanisme " * 10)[:500]
ONE_WORD: Final = "Anticonstitutionnellement" * 20
ADDRESS: Final = "https://ville.example/" + "donnees_ouvertes" * 30
ARABIC: Final = "خريطة جمع النفايات (2026)، الجزء 1"
TURNED: Final = "Budget \u202e2026 etov\u202c\u2067 عربي"

# The innermost elements that go beyond the edge, for who mends them.
WIDEST: Final = """[...document.querySelectorAll('body *')].filter(one => one.getBoundingClientRect().right > innerWidth + 1
  && ![...one.children].some(child => child.getBoundingClientRect().right > innerWidth + 1) && !one.closest('.scroll'))
  .slice(0, 4).map(one => one.closest('[class]')?.className + ' ' + one.outerHTML.slice(0, 60)).join(' ; ')"""


def named(title: str, body: Organisation, **more: Any) -> Dataset:
    return factories.dataset(title, body, theme=[ENVI], **more)


def files(count: int, name: str = "") -> list[dict[str, Any]]:
    return [
        factories.file(
            f"releve-{number}.csv", title={"fr": name or f"Relevé du mois {number}"}, byte_size=1000 * number
        )
        for number in range(count)
    ]


def made(site: Site) -> dict[str, Dataset]:
    hostile = factories.body(f"Régie {SCRIPT}")
    found = {
        "words": named(WORDS, site.samples.town),
        "one word": named(ONE_WORD, factories.body(ONE_WORD[:200]), keyword={"fr": [ONE_WORD, *["mot"] * 3]}),
        "address": named(ADDRESS, site.samples.town, description={"fr": ADDRESS}, landing_page=[ADDRESS]),
        "nothing": named("Sans rien", site.samples.town, description={}, keyword={}, distribution=[], license=""),
        "400 files": named("Quatre cents fichiers", site.samples.town, distribution=files(400)),
        "long files": named("Fichiers sans fin", site.samples.town, distribution=files(3, ONE_WORD)),
        "arabic": named(ARABIC, factories.body("مدينة"), description={"fr": ARABIC * 5}),
        "turned": named(TURNED, site.samples.town, description={"fr": TURNED}),
        "markup": named(f"Eau {SCRIPT}{IMAGE}", hostile, description={"fr": SCRIPT + IMAGE}, keyword={"fr": [IMAGE]},
                        distribution=files(1, IMAGE), contact_point=[{"name": {"fr": SCRIPT}}]),
    }  # fmt: skip
    factories.bring_index_up_to_date()
    return found


def looked(page: Page, address: str, pictures: Path | None = None) -> list[str]:
    """What goes beyond the edge, or ran."""
    faults = []
    page.goto(address, wait_until="networkidle")
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
        over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        faults += [f"{address} at {width}: {over} px too wide, by {page.evaluate(WIDEST)}"] if over > 0 else []
    if page.evaluate("window.ran"):
        faults.append(f"{address}: a script ran")
    if page.locator("main h1").count() != 1 or not page.locator("footer").is_visible():
        faults.append(f"{address}: cut short")
    if pictures:
        pictures.mkdir(parents=True, exist_ok=True)
        page.set_viewport_size({"width": WIDTHS[0], "height": 800})
        page.screenshot(
            path=pictures / f"mauvais-{address.strip('/').rpartition('/')[2][:30] or 'accueil'}.png", full_page=True
        )
    return faults


def test_pages_stay_whole_on_a_phone(site: Site, browser: Chromium, pictures: Path | None) -> None:
    worst = made(site)
    bodies = {one.published_by.get_absolute_url() for one in worst.values()}
    lists = [
        "/",
        "/jeux-de-donnees/",
        "/jeux-de-donnees/?tri=maj",
        "/jeux-de-donnees/?q=anticonstitutionnellement",
        "/sujets/",
        "/sujets/envi/",
    ]
    for addresses in ([one.get_absolute_url() for one in worst.values()], [*sorted(bodies), *lists]):

        def act(page: Page, addresses: list[str] = addresses) -> list[str]:
            return [fault for one in addresses for fault in looked(page, site.address + one, pictures)]

        assert browser.drive(act) == []


def test_a_search_for_what_nobody_types_stays_whole(site: Site, browser: Chromium) -> None:
    """The search box with what nobody types, on the page that says that nothing was found."""
    asked = [
        f"/jeux-de-donnees/?q={one}"
        for one in (ONE_WORD[:300], "%3Cscript%3Ealert(1)%3C/script%3E", "%D8%AE%D8%B1%D9%8A%D8%B7%D8%A9")
    ]

    def act(page: Page) -> list[str]:
        return [fault for one in asked for fault in looked(page, site.address + one)]

    assert browser.drive(act) == []


def test_four_hundred_files_stay_light_and_each_is_there(site: Site, browser: Chromium) -> None:
    many = named("Quatre cents fichiers", site.samples.town, distribution=files(400))
    report = browser.visit(site.address + many.get_absolute_url())
    assert (report.status, report.violations, report.too_wide, report.complaints) == (200, [], [], [])
    assert report.weight <= LIGHT
    assert report.queries <= 8


def test_text_of_another_direction_turns_nothing_around_it(site: Site, browser: Chromium) -> None:
    """What is written by a source is kept apart from what is ours: each of its titles in an element that isolates it."""
    turned = named(TURNED, site.samples.town, description={"fr": TURNED})
    factories.bring_index_up_to_date()
    seen = ["h1", ".hit a", ".stem a"]

    def act(page: Page) -> list[list[str]]:
        found = []
        for address, where in zip((turned.get_absolute_url(), "/jeux-de-donnees/?q=budget", "/"), seen, strict=True):
            page.goto(site.address + address)
            holder = page.locator(where).filter(has_text="Budget \u202e2026").first
            found.append(holder.evaluate("one => [...one.querySelectorAll('bdi')].map(bdi => bdi.textContent.trim())"))
        return found

    assert browser.drive(act) == [[TURNED]] * 3
