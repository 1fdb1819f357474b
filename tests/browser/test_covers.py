"""The map of a search in a real Chromium: accessible with outlines under it, walked by keyboard, whole without scripts."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Page

from catalogue.models import Contour, Territory
from catalogue.models.contours import packed
from tests import factories
from tests.browser.chromium import Chromium, Report
from tests.browser.conftest import Site
from tests.browser.looks import look
from tests.browser.test_editing import UNFOLD

pytestmark = pytest.mark.browser
MAP = "/jeux-de-donnees/carte/"


def outlined(site: Site) -> tuple[str, str]:
    """The keys of two datasets: of a town that has an outline, and of a rectangle in it."""
    place = Territory.objects.create(
        level="commune", code="40192", name="Mont-de-Marsan", sort_name="mont de marsan", longitude=-0.5, latitude=43.9
    )
    ring = [(-0.6, 43.8), (-0.4, 43.85), (-0.45, 44.0), (-0.6, 43.95)]
    Contour.objects.create(
        territory=place, west=-0.6, south=43.8, east=-0.4, north=44.0, shape=packed([ring]), source="essai",
        loaded_at=timezone.now(),
    )  # fmt: skip
    town = factories.body("Ville de Mont-de-Marsan")
    town.territory = place
    town.save()
    box = "POLYGON((-0.52 43.88, -0.48 43.88, -0.48 43.92, -0.52 43.92, -0.52 43.88))"
    found = (
        factories.dataset("Quais du confluent", town),
        factories.dataset("Quais du port", town, spatial=[{"bbox": {"value": box, "datatype": ""}}]),
    )
    factories.bring_index_up_to_date()
    return str(found[0].pk), str(found[1].pk)


def test_the_map_is_accessible_and_says_nothing_by_colour_alone(
    site: Site, browser: Chromium, pictures: Path | None
) -> None:
    outlined(site)

    def act(page: Page) -> Report:
        report = Report()
        page.goto(f"{site.address}{MAP}?q=quais")
        page.evaluate(UNFOLD)
        assert page.locator("svg.roomy .badge text").all_text_contents() == ["A", "B"]
        look(page, report, pictures and pictures / "carte-contours")
        return report

    report = browser.drive(act)
    assert report.violations == []
    assert report.too_wide == []


def test_what_goes_together_lights_up_by_keyboard(site: Site, browser: Chromium) -> None:
    first, second = outlined(site)

    def act(page: Page) -> list[list[str]]:
        page.goto(f"{site.address}{MAP}?q=quais")
        seen = []
        for key in (first, second):
            page.locator(f"[id='r-{key}'] h2 a").focus()
            lit = page.locator("svg.roomy .badge.lit text").all_text_contents()
            seen.append([*lit, page.locator(f"[id='r-{key}'] .letter a").inner_text()[-1]])
        page.locator(".letters a").first.focus()
        assert page.locator("li.hit.lit").count() == 1
        page.keyboard.press("Enter")
        assert page.url.split("#")[1].startswith("r-")
        return seen

    seen = browser.drive(act)
    assert all(len(one) == 2 and one[0] == one[1] for one in seen)  # the letter beside it is the one that is lit
    assert seen[0] != seen[1]


def test_the_map_is_whole_without_scripts(site: Site, browser: Chromium) -> None:
    outlined(site)

    def act(page: Page) -> str:
        page.goto(f"{site.address}/jeux-de-donnees/?q=quais")
        page.get_by_role("link", name="Sur la carte").click()
        page.get_by_role("link", name="Approcher").click()
        assert page.locator("svg.roomy .badge").count() == 2
        page.get_by_text("Chercher dans le territoire que la carte montre").click()
        page.locator(".cols").get_by_role("link", name="Mont-de-Marsan").click()
        return page.url

    url = browser.drive(act, scripts=False)
    assert url.endswith(f"{MAP}?q=quais&territoire=commune%3A40192")


def test_the_list_fetches_its_map_where_there_is_room(site: Site, browser: Chromium) -> None:
    first, _ = outlined(site)

    def act(page: Page) -> tuple[int, int]:
        page.set_viewport_size({"width": 1280, "height": 900})
        page.goto(f"{site.address}/jeux-de-donnees/?q=quais")
        page.locator("aside svg.beside").wait_for()
        page.locator(f"[id='r-{first}'] h2 a").focus()
        wide = page.locator("aside .badge.lit").count()
        page.set_viewport_size({"width": 360, "height": 900})
        page.reload()
        page.wait_for_load_state("networkidle")
        return wide, page.locator("aside svg.beside").count()

    assert browser.drive(act) == (1, 0)
