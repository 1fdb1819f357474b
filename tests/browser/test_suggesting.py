"""The search box in a real Chromium: what it proposes, by keyboard and by pointer, and without JavaScript."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.chromium import Chromium, Report
from tests.browser.conftest import Site
from tests.browser.looks import look

pytestmark = pytest.mark.browser


def test_proposals_by_keyboard(site: Site, browser: Chromium) -> None:
    rich = site.samples.rich

    def act(page: Page) -> str:
        page.goto(site.address)
        box = page.get_by_role("combobox", name="Chercher")
        expect(box).to_have_attribute("aria-expanded", "false")
        box.press_sequentially("born")
        option = page.get_by_role("option", name=rich.label)
        option.wait_for()
        expect(box).to_have_attribute("aria-expanded", "true")
        expect(page.get_by_role("status")).to_contain_text("proposition")
        box.press("Escape")
        expect(page.get_by_role("listbox")).to_be_hidden()
        assert box.input_value() == "born"
        box.press("ArrowDown")
        expect(box).to_have_attribute("aria-activedescendant", "proposition-1")
        box.press("ArrowUp")
        expect(box).not_to_have_attribute("aria-activedescendant", "proposition-1")
        while option.get_attribute("aria-selected") != "true":
            box.press("ArrowDown")
        box.press("Enter")
        page.wait_for_url("**/jeux-de-donnees/*-*/")
        return page.url

    assert browser.drive(act) == site.address + rich.get_absolute_url()


def test_enter_without_a_choice_searches_and_a_click_chooses(site: Site, browser: Chromium) -> None:
    rich = site.samples.rich

    def act(page: Page) -> tuple[str, str]:
        page.goto(site.address)
        box = page.get_by_role("combobox", name="Chercher")
        box.press_sequentially("born")
        page.get_by_role("option").first.wait_for()
        box.press("Enter")
        page.wait_for_url("**/?q=born")
        asked = page.url
        box = page.get_by_role("combobox", name="Chercher")
        box.fill("borne")
        page.get_by_role("option", name=rich.label).click()
        page.wait_for_url("**/jeux-de-donnees/*-*/")
        return asked, page.url

    assert browser.drive(act) == (f"{site.address}/jeux-de-donnees/?q=born", site.address + rich.get_absolute_url())


def test_one_question_after_a_pause_and_the_older_ones_are_dropped(site: Site, browser: Chromium) -> None:
    def act(page: Page) -> tuple[list[str], list[str]]:
        asked: list[str] = []
        dropped: list[str] = []
        page.clock.install()
        page.goto(site.address)
        page.clock.pause_at(datetime.now(UTC) + timedelta(days=1))
        page.route("**/propositions/?q=bor", lambda _: None)  # never answered
        page.on("request", lambda request: asked.append(request.url.rpartition("?")[2]))
        page.on("requestfailed", lambda request: dropped.append(request.url.rpartition("?")[2]))
        box = page.get_by_role("combobox", name="Chercher")
        box.press_sequentially("bor")
        page.clock.run_for(119)
        assert asked == []
        with page.expect_request("**/propositions/**"):
            page.clock.run_for(1)
        box.press_sequentially("nes")
        page.clock.run_for(120)
        page.get_by_role("option").first.wait_for()
        return asked, dropped

    assert browser.drive(act) == (["q=bor", "q=bornes"], ["q=bor"])


def test_when_the_portal_does_not_answer_the_box_still_searches(site: Site, browser: Chromium) -> None:
    def act(page: Page) -> str:
        page.goto(site.address)
        page.route("**/propositions/**", lambda route: route.abort())
        box = page.get_by_role("combobox", name="Chercher")
        box.press_sequentially("bornes")
        page.wait_for_timeout(400)
        box.press("Enter")
        page.wait_for_url("**/?q=bornes")
        return page.url

    assert browser.drive(act).endswith("/jeux-de-donnees/?q=bornes")


def test_without_javascript_the_box_is_the_box(site: Site, browser: Chromium) -> None:
    def act(page: Page) -> str:
        page.goto(site.address)
        page.get_by_role("searchbox", name="Chercher").fill("bornes")
        page.get_by_role("button", name="Chercher").click()
        page.wait_for_url("**/?q=bornes")
        return page.locator("h1").inner_text()

    assert "bornes" in browser.drive(act, scripts=False)


@pytest.mark.parametrize("address", ["/", "/jeux-de-donnees/"])
def test_the_open_list_is_accessible(site: Site, browser: Chromium, pictures: Path | None, address: str) -> None:
    def act(page: Page) -> Report:
        report = Report()
        page.add_init_script(
            "window.refused=[];addEventListener('securitypolicyviolation',e=>refused.push(e.blockedURI))"
        )
        page.goto(site.address + address)
        box = page.get_by_role("combobox", name="Chercher")
        box.press_sequentially("bor")
        page.get_by_role("option").first.wait_for()
        box.press("ArrowDown")
        look(page, report, pictures and pictures / f"propositions{address.replace('/', '-')}")
        report.refusals = page.evaluate("window.refused")
        return report

    report = browser.drive(act)
    assert report.violations == []
    assert report.too_wide == []
    assert report.refusals == []
