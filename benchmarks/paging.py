"""What is asked of each page, and the tables that tell it in docs/quality.md."""

from __future__ import annotations

import os
import statistics
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from tests.browser.chromium import Report
    from tests.browser.test_pages import Visit


BEGIN = "<!-- pages: begin, written by benchmarks/pages.py -->"
END = "<!-- pages: end -->"
FEW = (
    "accueil",
    "recherche-mots",
    "jeu",
    "jeu-40-fichiers",
    "table",
    "indicateur-carte",
    "territoire",
    "publier-fichier",
    "connexion",
    "introuvable",
)
LIGHT = 100_000  # bytes, compressed, of a page and all that it calls
PAINTED = 500  # ms to the first content
DATASET = 15  # ms of work, the median of a dataset's page
SEEN = ("light 1280", "light 320", "dark 1280", "dark 320", "zoom 400 %", "print")
KINDS = {"document": "page", "stylesheet": "styles", "script": "scripts", "font": "fonts", "image": "images"}


@dataclass(frozen=True)
class Ready:
    """A page that may be asked for. `path` begins with "/"; `cookie`: as Playwright takes it."""

    visit: Visit
    path: str
    cookie: dict[str, Any] | None


@dataclass
class Figures:
    """`report` is the browser's. By the server, medians of several answers, warm: `clock`, milliseconds until the last byte is
    here; `work`, milliseconds of its processor; `queries`. `paint`: milliseconds to the first content, the least of several
    loads, since what else runs on the machine only adds.
    """

    page: Ready
    report: Report
    clock: float = 0
    work: float = 0
    queries: int = 0
    paint: float = 0
    faults: list[str] = field(default_factory=list)

    @property
    def elsewhere(self) -> list[str]:
        """What was asked of other hosts."""
        host = urlsplit(self.report.requests[0]).netloc
        return [address for address in self.report.requests if urlsplit(address).netloc != host]


def faults(one: Figures, slack: float = 1) -> list[str]:
    """Each begins with the name of the rule. `slack`: times the limits of what is timed."""
    timed = _over("work", one.work, DATASET * slack) if is_dataset(one) else []
    timed += _over("first content", one.paint, PAINTED * slack)
    return [f"{rule}: {told}" for rule, found in RULES.items() for told in found(one)] + timed


def _over(rule: str, measured: float, most: float) -> list[str]:
    """A page that shows nothing took no time, and is one too."""
    return [] if 0 < measured <= most else [f"{rule}: {measured:.1f} ms, at most {most:g}"]


def _status(one: Figures) -> Iterator[str]:
    if one.report.status != one.page.visit.status:
        yield f"{one.report.status}, not {one.page.visit.status}, at {one.page.path}"


def _weight(one: Figures) -> Iterator[str]:
    if not 0 < one.report.weight <= LIGHT:
        yield f"{one.report.weight} bytes, at most {LIGHT}"


def _queries(one: Figures) -> Iterator[str]:
    # Of the other pages, tests/browser/test_pages.py holds the number, on a base that is always the same.
    if is_dataset(one) and one.queries > one.page.visit.queries:
        yield f"{one.queries}, at most {one.page.visit.queries}"


RULES: dict[str, Callable[[Figures], Iterator[str] | list[str]]] = {
    "status": _status,
    "axe": lambda one: one.report.violations,
    "wider than its window": lambda one: [said for said in one.report.too_wide if not said.startswith("print")],
    "asks another host": lambda one: one.elsewhere,
    "a request that fails": lambda one: one.report.failures,
    "refused by its policy": lambda one: one.report.refusals,
    "says on the console": lambda one: one.report.complaints,
    "weight": _weight,
    "queries": _queries,
}


def is_dataset(one: Figures) -> bool:
    return one.page.visit.url == "dataset" and one.page.visit.status == 200


def tables(figures: list[Figures], machine: str) -> str:
    """In Markdown."""
    made = f"{len(figures)} pages on {datetime.now(UTC):%-d %B %Y}, load {os.getloadavg()[0]:.1f}; {machine}."
    parts = [made, _summary(figures), _axe(figures), _weights(figures), _requests(figures), _server(figures)]
    return "\n".join(parts)


def _table(title: str, columns: list[str], rows: list[list[str]]) -> str:
    lines = [f"| {' | '.join(row)} |" for row in rows]
    head = ["", f"## {title}", "", f"| {' | '.join(columns)} |", f"|{'---|' * len(columns)}"]
    return "\n".join([*head, *lines, ""])


def _summary(figures: list[Figures]) -> str:
    sets = [one for one in figures if is_dataset(one)]
    rows = [
        ["violations of axe-core, six looks each", "0", str(sum(len(one.report.violations) for one in figures))],
        ["compressed weight, the heaviest", f"≤ {LIGHT // 1000} kB", _kb(max(one.report.weight for one in figures))],
        ["requests to other hosts", "0", str(sum(len(one.elsewhere) for one in figures))],
        ["first content, the slowest", f"≤ {PAINTED} ms", f"{max(one.paint for one in figures):.0f} ms"],
        ["first content, the median", "", f"{statistics.median(one.paint for one in figures):.0f} ms"],
    ]
    if sets:
        work, clock = (statistics.median(getattr(one, what) for one in sets) for what in ("work", "clock"))
        rows.append(
            [
                "a dataset’s page, work at p50, the heaviest",
                f"≤ {DATASET} ms",
                f"{max(one.work for one in sets):.1f} ms",
            ]
        )
        rows.append(
            [
                "a dataset’s page, the median of them",
                f"≤ {DATASET} ms",
                f"{work:.1f} ms of work, {clock:.1f} by the clock",
            ]
        )
    return _table("In short", ["what", "limit", "measured"], rows)


def _axe(figures: list[Figures]) -> str:
    rows = []
    for one in figures:
        found = Counter(said.partition(":")[0] for said in one.report.violations)
        rows.append([_name(one), one.page.visit.reader or "anyone", *(str(found[look]) for look in SEEN)])
    return _table("Violations of axe-core", ["page", "seen by", *SEEN], rows)


def _weights(figures: list[Figures]) -> str:
    rows = []
    for one in figures:
        kinds = one.report.weights
        rest = sum(size for kind, size in kinds.items() if kind not in KINDS)
        rows.append([_name(one), _kb(one.report.weight), *(_kb(kinds[kind]) for kind in KINDS), _kb(rest)])
    return _table("Compressed weight", ["page", "in all", *KINDS.values(), "the rest"], rows)


def _requests(figures: list[Figures]) -> str:
    rows = [[_name(one), str(len(one.report.requests)), str(len(one.elsewhere))] for one in figures]
    return _table("Requests", ["page", "in all", "to other hosts"], rows)


def _server(figures: list[Figures]) -> str:
    rows = [
        [
            _name(one),
            f"`{one.page.visit.url}`",
            str(one.queries),
            f"{one.clock:.1f}",
            f"{one.work:.1f}",
            f"{one.paint:.0f}",
        ]
        for one in figures
    ]
    columns = ["page", "address’s name", "queries", "p50, ms", "work at p50, ms", "first content, ms"]
    return _table("Queries and time", columns, rows)


def _name(one: Figures) -> str:
    return one.page.visit.name + ("" if one.page.visit.status == 200 else f" ({one.page.visit.status})")


def _kb(size: int) -> str:
    return f"{size / 1000:.1f} kB" if size else "–"
