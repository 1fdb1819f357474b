"""The browser of the tests itself: a page that never ends costs its own test, not those that follow."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from tests.browser import chromium
from tests.browser.chromium import Chromium, Hung

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def impatient(browser: Chromium, monkeypatch: pytest.MonkeyPatch) -> Iterator[Chromium]:
    """One of its own, that waits eight seconds: one that begins anew on a busy machine takes more than three."""
    monkeypatch.setattr(chromium, "PATIENCE", 8)
    with chromium.chromium() as own:
        yield own


def never_ends(page: Page) -> None:
    page.evaluate("while (true) {}")


def two(page: Page) -> int:
    return int(page.evaluate("1 + 1"))


def test_it_is_opened_anew(impatient: Chromium) -> None:
    with pytest.raises(Hung, match="twice"):
        impatient.drive(never_ends)
    assert impatient.drive(two) == 2


def test_one_that_stopped_once_is_asked_again(impatient: Chromium) -> None:
    met: list[int] = []

    def once(page: Page) -> int:
        met.append(1)
        if len(met) == 1:
            never_ends(page)
        return two(page)

    assert (impatient.drive(once), impatient.hangs) == (2, 1)


def test_one_that_stops_too_often_is_not_waited_for(impatient: Chromium) -> None:
    for _ in range(2):
        with pytest.raises(Hung):
            impatient.drive(never_ends)
    with pytest.raises(Hung, match="times"):
        impatient.drive(two)
