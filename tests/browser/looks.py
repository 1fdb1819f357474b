"""How a page is looked at: by the rules of axe-core (npm), and whether it is wider than its window, in each look."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal

from playwright.sync_api import Page

FOLDER: Final = Path(__file__).parent / "axe"
CORE: Final = FOLDER / "node_modules" / "axe-core" / "axe.min.js"
WIDTHS: Final = (1280, 320)
HEIGHT: Final = 900


@dataclass(frozen=True)
class Look:
    """A window of `width` × `height` CSS pixels, each drawn with `scale` of the screen's."""

    name: str
    width: int
    height: int = HEIGHT
    scheme: Literal["light", "dark"] = "light"
    scale: int = 1
    media: Literal["screen", "print"] = "screen"


LOOKS: Final = (
    Look("light 1280", WIDTHS[0]),
    Look("light 320", WIDTHS[1]),
    Look("dark 1280", WIDTHS[0], scheme="dark"),
    Look("dark 320", WIDTHS[1], scheme="dark"),
)
ZOOMED: Final = Look("zoom 400 %", WIDTHS[0] // 4, HEIGHT // 4, scale=4)
PRINTED: Final = Look("print", 718, 1047, media="print")  # A4 with margins of 10 mm, at 96 px an inch


@dataclass
class Seen:
    """What was wrong, each with the name of its look."""

    violations: list[str] = field(default_factory=list)
    too_wide: list[str] = field(default_factory=list)


def missing() -> str:
    """What has to be done before anything can be looked at, "" when nothing."""
    return "" if CORE.exists() else "npm ci --prefix tests/browser/axe"


def look(page: Page, seen: Seen, pictures: Path | None = None, looks: Iterable[Look] = LOOKS) -> None:
    """In each look, in turn; `pictures` begins the name of the PNG files."""
    for one in looks:
        _dress(page, one)
        seen.violations += [f"{one.name}: {said}" for said in _told(_judged(page, one))]
        overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if overflow > 0:
            seen.too_wide.append(f"{one.name}: {overflow} px too wide")
        if pictures is not None:
            pictures.parent.mkdir(parents=True, exist_ok=True)
            path = pictures.with_name(f"{pictures.name}-{one.width}-{one.scheme}.png")
            page.screenshot(path=path, full_page=True)


def _dress(page: Page, one: Look) -> None:
    page.emulate_media(color_scheme=one.scheme, media=one.media)
    page.set_viewport_size({"width": one.width, "height": one.height})
    if one.scale > 1:
        metrics = {"width": one.width, "height": one.height, "deviceScaleFactor": one.scale, "mobile": False}
        page.context.new_cdp_session(page).send("Emulation.setDeviceMetricsOverride", metrics)


@cache
def _core() -> str:
    return CORE.read_text("utf-8")


def _judged(page: Page, one: Look) -> list[dict[str, Any]]:
    """By all rules that run by themselves, best practices among them, and the one of WCAG 2.2 AA that does not.

    That one is of what a finger can touch: nobody presses on paper.
    """
    options = {"resultTypes": ["violations"], "rules": {"target-size": {"enabled": one.media == "screen"}}}
    if page.evaluate("typeof axe") == "undefined":
        page.evaluate(_core())
    found: list[dict[str, Any]] = page.evaluate(
        "options => axe.run(document, options).then(found => found.violations)", options
    )
    return found


def _told(violations: Sequence[dict[str, Any]]) -> Iterator[str]:
    for violation in violations:
        for node in violation["nodes"]:
            yield f"{violation['id']} at {node['target']}: {node['html'][:160]}"
