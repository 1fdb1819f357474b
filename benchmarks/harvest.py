"""Harvests: first, same bytes, re-serialised and shuffled with one record changed.

    python benchmarks/harvest.py [--datasets 10000] [--as turtle | ntriples | pages]

Limits (DESIGN, on two cores): first ≥ 300 datasets/s; same bytes ≥ 20,000/s; re-serialised ≥ 2,000/s with exactly one
update and no other write; at 100,000 datasets, ≤ 300 MiB in pages and in N-Triples, ≤ 600 MiB in one document of Turtle.
On a machine that others use too, the rate by second of processor tells more than the clock does.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain
from pathlib import Path

import pyoxigraph as ox
from instance import PREFIXES, PROJECT, bodies, catalogue, machine, order_of, peak_mib, record, served, throw_away

PAGE = 1_000  # datasets
HYDRA = "http://www.w3.org/ns/hydra/core#"


class Catalogue:
    """One catalogue in the form asked for, in two editions."""

    def __init__(self, folder: Path, count: int, form: str) -> None:
        self.count, self.form = count, form
        self.path = folder / ("catalogue.nt" if form == "ntriples" else "catalogue.ttl")
        self.edition()

    def edition(self, shuffle: int = 0, changed: int | None = None) -> None:
        self.order, self.changed = order_of(self.count, shuffle), changed
        if self.form == "turtle":
            catalogue(self.path, self.count, shuffle, changed)
        elif self.form == "ntriples":
            with self.path.open("wb") as file:
                for text in chain([bodies()], map(self._record, self.order)):
                    quads = ox.parse(PREFIXES + text, ox.RdfFormat.TURTLE, rename_blank_nodes=True)
                    file.write(ox.serialize(quads, format=ox.RdfFormat.N_TRIPLES) or b"")

    def page(self, name: str) -> str:
        number = int(name)
        here = self.order[number * PAGE : (number + 1) * PAGE]
        more = f"<#p> <{HYDRA}next> </{number + 1}> .\n" if (number + 1) * PAGE < self.count else ""
        return PREFIXES + bodies() + more + "".join(map(self._record, here))

    def _record(self, number: int) -> str:
        return record(number, changed=number == self.changed)

    @contextmanager
    def address(self) -> Iterator[str]:
        if self.form != "pages":
            yield str(self.path)
            return
        with served(self.page) as address:
            yield f"{address}/0"

    def __str__(self) -> str:
        size = f"{self.path.stat().st_size / 2**20:.1f} MiB" if self.path.exists() else f"{PAGE} a page"
        return f"{self.count} datasets as {self.form}, {size}"


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--datasets", type=int, default=10_000)
    parser.add_argument("--as", dest="form", choices=("turtle", "ntriples", "pages"), default="turtle")
    asked = parser.parse_args()
    with throw_away() as folder:
        from catalogue.models import Change
        from harvesters.engine import harvest
        from harvesters.registry import client_for, find_or_make
        from harvesters.results import report

        # In a process of its own: the peak that is told is the harvests'.
        subprocess.run([sys.executable, "manage.py", "load_reference"], cwd=PROJECT, check=True, capture_output=True)
        given = Catalogue(folder, asked.datasets, asked.form)
        with given.address() as address:
            source = find_or_make(address, trusted=True)

            def run(name: str) -> None:
                lines, worked = Change.objects.count(), time.process_time()
                with client_for(source) as client:
                    told = report(harvest(source, client))
                worked = time.process_time() - worked
                rate = asked.datasets / told["seconds"]
                print(
                    f"{name:14} {rate:10,.0f} datasets/s ({asked.datasets / worked:,.0f} by second of processor)  {told['seconds']:8.2f} s  "
                    f"found {told['found']}, created {told['created']}, updated {told['updated']}, unchanged {told['unchanged']}, "
                    f"lines of the log +{Change.objects.count() - lines}, peak {peak_mib():.0f} MiB",
                    flush=True,
                )

            print(f"{given}; {machine()}", flush=True)
            run("first")
            run("same bytes")
            given.edition(shuffle=7, changed=asked.datasets // 2)
            run("re-serialised")


if __name__ == "__main__":
    main()
