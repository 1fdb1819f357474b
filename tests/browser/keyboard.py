"""A page used by keyboard alone: each key as a person presses it, and what the person sees of where the focus is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from playwright.sync_api import Page

MOST: Final = 600  # presses of Tab on one page: more is a trap
# What has the focus: which of all elements (options come and go), its name, whether a ring of two pixels or more is around it or what holds it,
# and whether something else lies over it.
FOCUSED: Final = """() => {
  const one = document.activeElement
  if (!one || one === document.body) return null
  const ringed = element => {
    const style = getComputedStyle(element)
    return style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2
  }
  const box = [...one.getClientRects()].find(each => each.width && each.height)
  // What is taller than the window is looked at where it is in it.
  const middle = (start, end, size) => (Math.max(start, 0) + Math.min(end, size)) / 2
  const over = box && document.elementFromPoint(
    middle(box.left, Math.min(box.right, box.left + 80), innerWidth), middle(box.top, box.bottom, innerHeight))
  const label = one.labels?.[0]?.textContent ?? ''
  return {
    place: [...document.querySelectorAll(':not(option)')].indexOf(one),
    name: (one.getAttribute('aria-label') || label || one.textContent || one.value || '').replace(/\\s+/g, ' ').trim(),
    tag: one.tagName.toLowerCase(),
    ringed: ringed(one) || (one.matches('input, button') && !!one.closest('form') && ringed(one.closest('form'))),
    seen: !!over && (one.contains(over) || over.contains(one)),
  }
}"""
# The places of all that the keyboard should reach. Of radio buttons of one name, one; what is folded is not there.
REACHABLE: Final = """() => {
  const all = [...document.querySelectorAll(':not(option)')], names = new Set()
  return all.flatMap((one, place) => {
    if (!one.matches('a[href], button, input:not([type=hidden]), select, textarea, summary, iframe, [tabindex="0"]')) return []
    if (one.disabled || one.tabIndex < 0 || !one.checkVisibility({visibilityProperty: true})) return []
    if (one.type === 'radio') {
      const group = [...document.getElementsByName(one.name)]
      if (one !== (group.find(each => each.checked) ?? group[0])) return []
    }
    return [place]
  })
}"""


@dataclass(frozen=True)
class Stop:
    """An element that has the focus; `place` is among all elements of the page, in the order of its text."""

    place: int
    name: str
    tag: str
    ringed: bool
    seen: bool


class Keys:
    """The keyboard of one page."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def stop(self) -> Stop | None:
        """Where the focus is."""
        found: dict[str, Any] | None = self.page.evaluate(FOCUSED)
        return Stop(**found) if found else None

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)

    def type(self, text: str) -> None:
        self.page.keyboard.type(text)

    def walk(self) -> Iterator[Stop]:
        """Each stop of Tab, from where the focus is to the end of the page."""
        last = -1
        for _ in range(MOST):
            self.press("Tab")
            stop = self.stop()
            if stop is None or stop.place < last:
                return
            if stop.place > last:  # else the day, the month and the year of one field
                last = stop.place
                yield stop
        raise AssertionError(f"no end after {MOST} stops")

    def go(self, name: str, tag: str = "") -> Stop:
        """Presses Tab until what begins with this name (and is of this kind) has the focus, and sees it there."""
        passed = []
        for stop in self.walk():
            if stop.name.startswith(name) and tag in ("", stop.tag):
                assert stop.ringed and stop.seen, stop
                return stop
            passed.append(stop.name[:40])
        raise AssertionError(f"no « {name} » among {passed}")

    def follow(self, name: str, tag: str = "") -> None:
        """Goes there and presses Enter; the next page is there."""
        self.go(name, tag)
        with self.page.expect_navigation():
            self.press("Enter")
