"""Every page of the portal in a real instance and a real Chromium; writes the tables of docs/quality.md.

    python benchmarks/pages.py [--few | --only NAME…] [--print]

Starts gunicorn as in production on a base of its own, with the demonstration and what each page shows; visits every address of
portal/urls.py that a person can open, as whoever may open it (the list of tests/browser/test_pages.py: a page that is not in it
stops the command). `--few`: ten pages in two minutes, with three times the limits of what is timed, as .ci/run does; `--only`:
those of these names. Both write nothing, nor does `--print`, that prints the tables.
Needs Chromium and `npm ci --prefix tests/browser/axe`. Stops with status 1 where a limit is passed, naming page and rule.
"""

from __future__ import annotations

import argparse
import signal
import sys
import time
from pathlib import Path

from instance import PROJECT, machine
from paging import BEGIN, END, FEW, Figures, faults, tables
from visiting import instance, measured, written

SLACK = 3  # times what is timed may take: nobody knows what else runs beside `--few`
DOCUMENT = PROJECT / "docs" / "quality.md"


def run(names: list[str], slack: float) -> list[Figures]:
    """All pages without names."""
    from tests.browser.chromium import chromium
    from tests.browser.looks import missing

    if missing():
        sys.exit(f"missing: {missing()}")
    figures = []
    with instance(names) as (url, pages), chromium() as browser:
        print(f"{len(pages)} pages, ready in {time.process_time():.0f} s of processor", flush=True)
        for page in pages:
            one = measured(browser, url, page)
            one.faults = faults(one, slack)
            figures.append(one)
            print(
                f"{page.visit.name:28} {one.report.weight / 1000:5.1f} kB, {one.queries:2} queries, p50 {one.clock:5.1f} ms"
                f" ({one.work:5.1f} of work), first paint {one.paint:4.0f} ms",
                *one.faults,
                sep="\n    ",
                flush=True,
            )
    return figures


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--few", action="store_true")
    parser.add_argument("--only", nargs="+", metavar="NAME", default=[])
    parser.add_argument("--print", action="store_true")
    given = parser.parse_args()
    sys.path.insert(0, str(PROJECT))
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # the server is stopped and the base removed
    started = time.monotonic()
    names = list(FEW) if given.few else given.only
    figures = run(names, SLACK if given.few else 1)
    if unknown := set(names) - {one.page.visit.name for one in figures}:
        sys.exit(f"no such page: {', '.join(sorted(unknown))}")
    text = tables(figures, machine())
    if given.print:
        print(text)
    elif not names:
        written(Path(DOCUMENT), BEGIN, END, text)
    broken = [f"{one.page.visit.name}: {fault}" for one in figures for fault in one.faults]
    print(f"{len(figures)} pages in {time.monotonic() - started:.0f} s, {len(broken)} limits passed", *broken, sep="\n")
    sys.exit(1 if broken else 0)


if __name__ == "__main__":
    main()
