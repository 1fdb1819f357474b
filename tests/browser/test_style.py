"""What the style page says of colours is what Chromium draws; on paper, what serves a screen alone is gone."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from portal.pages.style import sheet
from tests.browser.chromium import Chromium
from tests.browser.conftest import Site

pytestmark = pytest.mark.browser
# The colour of a variable as it reaches the screen, whatever the way in which it is written.
DRAWN = """names => {
  const one = document.body.appendChild(document.createElement('i')), pen = document.createElement('canvas').getContext('2d');
  return names.map(name => {
    one.style.color = `var(${name})`;
    pen.fillStyle = getComputedStyle(one).color;
    pen.fillRect(0, 0, 1, 1);
    return [...pen.getImageData(0, 0, 1, 1).data].slice(0, 3);
  });
}"""
STEP = 2  # of 255, that two roundings may differ by


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_chromium_draws_the_colours_that_are_told(site: Site, browser: Chromium, scheme: str) -> None:
    def act(page: Page) -> list[list[int]]:
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        page.goto(f"{site.address}/style/")
        drawn: list[list[int]] = page.evaluate(DRAWN, list(sheet.ROLES))
        return drawn

    told = {one.name: getattr(one, scheme) for one in sheet.swatches(sheet.tokens(sheet.own_sheet()))}
    for name, drawn in zip(sheet.ROLES, browser.drive(act), strict=True):
        given = [int(told[name][at : at + 2], 16) for at in (1, 3, 5)]
        assert max(abs(one - other) for one, other in zip(given, drawn, strict=True)) <= STEP, (name, told[name], drawn)


def test_on_paper_what_one_presses_is_gone(site: Site, browser: Chromium) -> None:
    def act(page: Page) -> tuple[list[str], str]:
        page.goto(f"{site.address}/style/")
        page.emulate_media(media="print")
        kept = [
            one for one in (".mast nav", ".ask", ".acts", ".pager", ".foot") if page.locator(one).first.is_visible()
        ]
        return kept, page.evaluate("getComputedStyle(document.body).backgroundColor")

    assert browser.drive(act) == ([], "rgb(255, 255, 255)")
