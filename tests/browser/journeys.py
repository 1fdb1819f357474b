"""A person who goes from page to page by what is seen and pressed, and the pictures of what is seen on the way."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from playwright.sync_api import Page, expect

from tests.browser.test_dropping import Hands

HEIGHT: Final = 800
PAPER: Final = 794  # pixels: A4 at 96 an inch
MARGIN: Final = "10mm"
TALLEST: Final = 3000  # pixels of a picture; what is below is cut
# No picture names the port of a run.
STEADY: Final = """called => {
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  const steady = text => text.replace(/(127\\.0\\.0\\.1|localhost)(:\\d+)?/g, host => called[host] || 'donnees.port-lanvern.example')
  while (texts.nextNode()) {
    const now = steady(texts.currentNode.data)
    if (now !== texts.currentNode.data) texts.currentNode.data = now
  }
  document.querySelectorAll('input, textarea').forEach(one => { if (one.type !== 'file') one.value = steady(one.value) })
}"""

# Parts of a page that come when they are near the window: what stands in their place until then is marked, and waited for.
MARKED: Final = """addEventListener('DOMContentLoaded', () =>
  document.querySelectorAll('[data-part] > *').forEach(one => { one.dataset.waits = '' }))"""
CAME: Final = """() => [...document.querySelectorAll('[data-part] > [data-waits]')]
  .every(one => !one.checkVisibility() || one.getBoundingClientRect().top > innerHeight + 600)"""


def plain(text: str) -> str:
    """With ordinary spaces."""
    return re.sub(r"[\s\u00a0\u202f]+", " ", text)


@dataclass
class Step:
    """`picture`: a PNG, empty when none was asked for."""

    sentence: str
    picture: bytes


class Walk(Hands):
    """What one person does, and each step as it was seen."""

    def __init__(self, page: Page, width: int, *, pictured: bool) -> None:
        super().__init__(page)
        page.set_default_timeout(10_000)
        page.add_init_script(MARKED)
        self.pictured, self.steps = pictured, list[Step]()
        self.called: dict[str, str] = {}  # another server of the test -> what a picture calls it
        page.set_viewport_size({"width": width, "height": HEIGHT})

    def asks(self, text: str) -> None:
        """Types it in the search box and presses Enter."""
        box = self.page.get_by_role("main").get_by_role("combobox").first
        box.fill(text)
        with self.page.expect_navigation():
            box.press("Enter")

    def presses(self, role: str, name: str) -> None:
        """What leads to another page. `name`: all of it, or its beginning."""
        found = self.page.get_by_role(role, name=re.compile("^" + re.escape(name)))  # type: ignore[arg-type]
        with self.page.expect_navigation():
            found.locator("visible=true").first.click()

    def sees(self, sentence: str, *words: str) -> None:
        """All of these words, on a page that is not wider than the window; then its picture."""
        self.page.wait_for_load_state("networkidle")
        shown = plain(self.page.locator("body").inner_text())
        assert [word for word in words if word not in shown] == [], shown
        wide = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, f"{wide} px too wide: {sentence}"
        self.steps.append(Step(sentence, self._picture()))

    def sees_printed(self, sentence: str, *words: str) -> None:
        """The same on paper, without what only serves on a screen."""
        self.page.emulate_media(media="print")
        self.page.set_viewport_size({"width": PAPER, "height": HEIGHT})
        self.page.evaluate("margin => { document.body.style.padding = margin }", MARGIN)
        expect(self.page.get_by_role("navigation", name="Navigation principale")).to_be_hidden()
        self.sees(sentence, *words)
        assert self.page.pdf(format="A4").startswith(b"%PDF")

    def hidden(self) -> list[str]:
        """The names of what scrolls sideways within the page: part of it is not seen."""
        beyond = "all => all.filter(one => one.scrollWidth > one.clientWidth).map(one => one.ariaLabel)"
        names: list[str] = self.page.locator(".scroll").evaluate_all(beyond)
        return names

    def _picture(self) -> bytes:
        if not self.pictured:
            return b""
        # As if the person had gone down to its end: some parts come when they are near the window.
        window = self.page.viewport_size
        assert window
        self.page.set_viewport_size({"width": window["width"], "height": TALLEST})
        self.page.wait_for_function(CAME)
        self.page.evaluate(STEADY, self.called)
        tall = min(TALLEST, self.page.evaluate("Math.ceil(document.body.getBoundingClientRect().bottom)"))
        clip = {"x": 0, "y": 0, "width": window["width"], "height": tall}
        picture = self.page.screenshot(clip=clip, animations="disabled", caret="hide")  # type: ignore[arg-type]
        self.page.set_viewport_size(window)
        return picture
