"""The looks themselves find what they are for, and a page that breaks a limit is named with the rule."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from benchmarks.paging import FEW, Figures, Ready, faults
from tests.browser.chromium import Chromium, Report
from tests.browser.looks import LOOKS, PRINTED, ZOOMED, Seen, look
from tests.browser.test_pages import PAGES, Visit, at

# Grey on white; two targets of 8 px that touch each other; a line that only a wide window holds; a picture without words.
BAD = """<!doctype html><html lang="fr"><title>Essai</title><style>
.pale { color: #999; background: #fff }
@media (prefers-color-scheme: dark) { .pale { color: #fff; background: #000 } }
a { display: inline-block; width: 8px; height: 8px; font-size: 6px }
.long { width: 700px }
@media print { .pale { color: #000; background: #fff } }
</style><main><h1>Essai</h1><p class="pale">Une phrase pâle.</p><p class="long">x</p>
<nav><a href="#a">a</a><a href="#b">b</a></nav><img src="data:,"></main></html>"""


@pytest.mark.browser
def test_each_look_finds_what_it_is_for(browser: Chromium) -> None:
    def act(page: Page) -> Seen:
        seen = Seen()
        page.set_content(BAD)
        look(page, seen, looks=(*LOOKS, ZOOMED, PRINTED))
        return seen

    seen = browser.drive(act)
    found = {" at ".join(said.split(" at ")[:1]) for said in seen.violations}
    assert {said for said in found if "color-contrast" in said} == {
        "light 1280: color-contrast",
        "light 320: color-contrast",
        "zoom 400 %: color-contrast",
    }
    assert {f"{one.name}: image-alt" for one in (*LOOKS, ZOOMED, PRINTED)} <= found
    assert {f"{one.name}: target-size" for one in (*LOOKS, ZOOMED)} <= found
    assert [said.partition(":")[0] for said in seen.too_wide] == ["light 320", "dark 320", "zoom 400 %"]


def test_a_page_that_breaks_a_limit_is_named_with_the_rule() -> None:
    visit = Visit("jeu", "dataset", at("/"), 7)
    home = "http://127.0.0.1:8000/"
    sound = Report(status=200, queries=7, requests=[home])
    sound.weights["document"] = 100_000
    assert faults(Figures(Ready(visit, "/", None), sound, work=15, queries=7, paint=500)) == []
    broken = Report(
        status=500,
        requests=[home, "https://ailleurs.example/x.js"],
        violations=["light 320: image-alt"],
        too_wide=["print: 3 px too wide", "dark 320: 4 px too wide"],
    )
    broken.weights["script"] = 100_001
    assert faults(Figures(Ready(visit, "/", None), broken, work=15.2, queries=8, paint=501)) == [
        "status: 500, not 200, at /",
        "axe: light 320: image-alt",
        "wider than its window: dark 320: 4 px too wide",
        "asks another host: https://ailleurs.example/x.js",
        "weight: 100001 bytes, at most 100000",
        "queries: 8, at most 7",
        "work: 15.2 ms, at most 15",
        "first content: 501.0 ms, at most 500",
    ]


def test_the_few_pages_of_ci_are_pages() -> None:
    assert set(FEW) <= {visit.name for visit in PAGES}
