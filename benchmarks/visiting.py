"""Each page of the portal in one instance: how it is reached, and what it was seen to do."""

from __future__ import annotations

import http.client
import statistics
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from asking import served
from instance import throw_away
from paging import Figures, Ready
from serving import free_port

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.browser.chromium import Chromium

WARM, ROUNDS = 6, 15  # requests to two processes that keep what they know
PAINTS = 3  # loads, each by a browser that knows nothing


@contextmanager
def instance(names: list[str]) -> Iterator[tuple[str, list[Ready]]]:
    """The address of an instance with the demonstration, and with what the pages of these names show (without names, all).

    DATABASE_URL is respected.
    """
    import os

    port = free_port()
    url = f"http://127.0.0.1:{port}"
    os.environ.update(BOUTURE_DEMO="1", BOUTURE_TERRITORY="99001", BOUTURE_LIMITS="0", BOUTURE_LINK_CHECKS="0")
    os.environ["BOUTURE_KEPT_PAGES"] = "0"  # what making a page costs is looked at; `load.py` asks for kept ones
    with throw_away(url):
        from django.core.management import call_command
        from django.db import connection

        from tests.browser.test_pages import unvisited

        if lost := unvisited():
            raise SystemExit(f"tests/browser/test_pages.py does not list: {', '.join(sorted(lost))}")
        call_command("prepare")
        connection.close()
        with served(port, 2, "benchmarks.measured"):
            call_command("demo", verbosity=0)
            pages = _ready(url, names)
            connection.close()
            yield url, pages


def _ready(url: str, names: list[str]) -> list[Ready]:
    """Makes what each page shows, by the hands that make it for the tests."""
    from harvesters.tables import read_tables
    from tests.browser.conftest import Site
    from tests.browser.test_pages import PAGES
    from tests.pages.samples import everything

    read_tables(large=False)
    site = Site(url, everything())
    pages = []
    for visit in (one for one in PAGES if not names or one.name in names):
        cookie = site.cookie_of(getattr(site.samples, visit.reader)) if visit.reader else None
        pages.append(Ready(visit, visit.address(site), cookie))
    return pages


def measured(browser: Chromium, url: str, page: Ready) -> Figures:
    """Asks for the page as a program, then opens it."""
    from tests.browser.looks import LOOKS, PRINTED, ZOOMED

    clock, work, queries = _asked(url, page)
    report = browser.visit(url + page.path, page.cookie, looks=(*LOOKS, ZOOMED, PRINTED))
    paints = [report.paint, *(browser.drive(_paint_of(url + page.path), page.cookie) for _ in range(PAINTS - 1))]
    return Figures(page, report, clock, work, queries, min(paints))


def _asked(url: str, page: Ready) -> tuple[float, float, int]:
    from tests.browser.counting import HEADER, WORK

    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=60)
    headers = {"Accept-Encoding": "gzip", "Accept": "text/html", "Accept-Language": "fr"}
    if page.cookie:
        headers["Cookie"] = f"{page.cookie['name']}={page.cookie['value']}"
    times, told = [], list[Mapping[str, str]]()
    for _ in range(WARM + ROUNDS):
        started = time.perf_counter()
        connection.request("GET", page.path, headers=headers)
        answer = connection.getresponse()
        answer.read()
        times.append((time.perf_counter() - started) * 1000)
        told.append(answer.headers)  # type: ignore[arg-type]
    connection.close()
    told = told[WARM:]
    return (
        statistics.median(times[WARM:]),
        statistics.median(float(one[WORK]) for one in told),
        round(statistics.median(int(one[HEADER]) for one in told)),
    )


def _paint_of(address: str) -> Any:
    from tests.browser.chromium import PAINT

    def load(page: Page) -> float:
        page.goto(address)
        return float(page.evaluate(PAINT))

    return load


def written(path: Path, begin: str, end: str, text: str) -> None:
    """Puts `text` between two lines of a document."""
    before, _, rest = path.read_text("utf-8").partition(begin)
    _, _, after = rest.partition(end)
    path.write_text(f"{before}{begin}\n\n{text}\n{end}{after}", "utf-8")
