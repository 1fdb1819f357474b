"""A real Chromium in a thread of its own: Playwright keeps an event loop there, and Django's base is asked elsewhere.

Chromium can stop answering (a renderer that hangs: Playwright gives no time limit to a script of the page). It is then
ended and opened anew, and the same is asked once more; one that stops again and again is said to be broken at once,
so that one fault of the machine costs a minute, and not a minute a test.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, TypeVar

from playwright.sync_api import Browser, ConsoleMessage, Page, Playwright, Request, sync_playwright

from tests.browser.counting import HEADER
from tests.browser.looks import HEIGHT, LOOKS, WIDTHS, Look, Seen, look

T = TypeVar("T")
PATIENCE = 60  # seconds for one visit, that takes at most 10; Playwright's own limit of a step is 30
HANGS = 3  # after so many, it is broken
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
# Chromium reports here what the policy of the page refused, even what its console leaves out.
LISTEN = (
    "window.refused = [];"
    "addEventListener('securitypolicyviolation', e => window.refused.push(e.violatedDirective + ' ' + e.blockedURI));"
)
# Milliseconds to the first content; 0 when none came in ten seconds.
PAINT = """new Promise(told => {
  setTimeout(() => told(0), 10000)
  new PerformanceObserver(seen => seen.getEntriesByName('first-contentful-paint').forEach(one => told(one.startTime)))
    .observe({type: 'paint', buffered: true})
})"""


@dataclass
class Report(Seen):
    """What a visit showed. `weights`: bytes of the bodies as they crossed the network, by kind of what was called
    (document, stylesheet, script, font, image, fetch…). `paint`: milliseconds to the first content."""

    status: int = 0
    queries: int = 0
    weights: Counter[str] = field(default_factory=Counter)
    paint: float = 0
    requests: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    @property
    def weight(self) -> int:
        return self.weights.total()


def installed() -> str:
    """The path of a Chromium, "" when there is none."""
    return next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), "") or ""


class Hung(AssertionError):
    """Chromium does not answer any more."""


class Chromium:
    """Visits pages one after the other."""

    def __init__(self) -> None:
        self.hangs = 0
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="chromium")
        self._playwright: Playwright | None = None
        self._browser: Browser | None = None
        self._drivers: set[int] = set()  # Playwright's processes, whose children are Chromium's

    def visit(
        self,
        address: str,
        cookie: dict[str, Any] | None = None,
        pictures: Path | None = None,
        looks: Iterable[Look] = LOOKS,
    ) -> Report:
        """Opens the page once, with nothing kept from before, then looks at it in each look."""
        return self._done(lambda: self._visit(address, cookie, pictures, looks))

    def drive(self, act: Callable[[Page], T], cookie: dict[str, Any] | None = None, *, scripts: bool = True) -> T:
        """Lets `act` use a page of its own, with or without JavaScript."""
        return self._done(lambda: self._drive(act, cookie, scripts))

    def open(self) -> None:
        before = _children("self")
        self._thread.submit(self._open).result(timeout=PATIENCE)
        self._drivers = _children("self") - before

    def close(self) -> None:
        try:
            self._thread.submit(self._close).result(timeout=PATIENCE)
        except TimeoutError:
            self._end()
        self._thread.shutdown(wait=False)

    def _done(self, act: Callable[[], T]) -> T:
        """Raises Hung when Chromium stops twice at the same, and at once when it has stopped too often."""
        for _ in range(2):
            if self.hangs >= HANGS:
                raise Hung(f"Chromium stopped answering {self.hangs} times")
            try:
                return self._thread.submit(act).result(timeout=PATIENCE)
            except TimeoutError:
                self.hangs += 1
                self._end()
                self._thread.submit(self._close).result(timeout=PATIENCE)
                self.open()
        raise Hung(f"Chromium stopped answering for {PATIENCE} s, twice at the same page")

    def _end(self) -> None:
        """Whoever waits for it is told by its driver, that lives on."""
        for driver in self._drivers:
            for pid in _children(driver):
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)

    def _drive(self, act: Callable[[Page], Any], cookie: dict[str, Any] | None, scripts: bool) -> Any:
        assert self._browser is not None
        context = self._browser.new_context(locale="fr-FR", reduced_motion="reduce", java_script_enabled=scripts)
        try:
            if cookie:
                context.add_cookies([cookie])  # type: ignore[list-item]
            return act(context.new_page())
        finally:
            context.close()

    def _open(self) -> None:
        self._playwright = sync_playwright().start()
        self._browser = self._playwright.chromium.launch(executable_path=installed(), args=list(FLAGS))

    def _close(self) -> None:
        if self._browser:
            self._browser.close()
        if self._playwright:
            self._playwright.stop()

    def _visit(
        self, address: str, cookie: dict[str, Any] | None, pictures: Path | None, looks: Iterable[Look]
    ) -> Report:
        assert self._browser is not None
        context = self._browser.new_context(
            viewport={"width": WIDTHS[0], "height": HEIGHT}, locale="fr-FR", reduced_motion="reduce"
        )
        try:
            if cookie:
                context.add_cookies([cookie])  # type: ignore[list-item]
            context.add_init_script(LISTEN)
            page = context.new_page()
            report = _first_sight(page, address)
            look(page, report, pictures, looks)
            report.refusals += page.evaluate("window.refused")
        finally:
            context.close()
        return report


def _first_sight(page: Page, address: str) -> Report:
    report = Report()
    requests: list[Request] = []

    def complain(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not _is_the_answer_s_own_status(message):
            report.complaints.append(message.text)

    page.on("request", lambda request: requests.append(request))  # noqa: PLW0108 - Playwright marks the handler
    page.on("requestfailed", lambda request: report.failures.append(request.url))
    page.on("console", complain)
    page.on("pageerror", lambda error: report.complaints.append(str(error)))
    response = page.goto(address, wait_until="networkidle")
    assert response is not None
    report.status, report.queries = response.status, int(response.headers.get(HEADER.lower(), -1))
    report.requests = [request.url for request in requests]
    for request in requests:
        report.weights[request.resource_type] += request.sizes()["responseBodySize"]
    report.paint = page.evaluate(PAINT)
    report.failures += [
        r.url for r in requests if (answer := r.response()) and answer.status >= 400 and r.url != address
    ]
    return report


def _is_the_answer_s_own_status(message: ConsoleMessage) -> bool:
    """Chromium complains of a page that is a 404 or a 410 on purpose; those of what a page calls are in `failures`."""
    return message.text.startswith("Failed to load resource: the server responded with a status of")


def _children(parent: int | Literal["self"]) -> set[int]:
    """The processes that this one started and that live."""
    told = [path.read_text() for path in Path(f"/proc/{parent}/task").glob("*/children")]
    return {int(pid) for pid in " ".join(told).split()}


@contextmanager
def chromium() -> Iterator[Chromium]:
    browser = Chromium()
    browser.open()
    try:
        yield browser
    finally:
        browser.close()
        if browser.hangs:
            print(f"Chromium stopped answering {browser.hangs} times", file=sys.__stderr__)
