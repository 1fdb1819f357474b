"""The whole catalogue out, and one page of it: speed, and the memory that each took.

    python benchmarks/export.py [--datasets 10000]

Limits: each form ≥ 2,000 datasets/s with flat memory; a page of 100 in ≤ 60 ms.
"""

from __future__ import annotations

import argparse
import gc
import os
import statistics
import time
from collections.abc import Callable
from pathlib import Path

from instance import catalogue, machine, throw_away

FORMS = ("turtle", "rdfxml", "jsonld", "ntriples", "csv", "jsonl")


def apart(work: Callable[[], None]) -> None:
    """In a process of its own, so that the peak of one form is not that of another."""
    child = os.fork()
    if child == 0:
        work()
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0


def measure(form: str, count: int) -> None:
    from portal.api.dumps import dump

    gc.freeze()  # as `manage.py dump` does
    held, size, started = [anonymous_mib()], 0, time.perf_counter()
    for piece in dump(form):
        size += len(piece)
        held.append(anonymous_mib())
    seconds = time.perf_counter() - started
    fifth = max(held[: len(held) // 5 + 1])
    print(
        f"{form:9} {count / seconds:6,.0f} datasets/s, {size / 2**20:5.1f} MiB written, memory at its highest:"
        f" {held[0]:.0f} MiB before, {fifth:.0f} in the first fifth, {max(held):.0f} in the whole",
        flush=True,
    )


def anonymous_mib() -> float:
    """What the process holds itself: the pages of the base's file that SQLite maps are not counted."""
    with Path("/proc/self/status").open() as status:
        return next(int(line.split()[1]) for line in status if line.startswith("RssAnon")) / 1024


def page_times() -> None:
    from django.test import Client

    browser = Client(headers={"host": "127.0.0.1"})
    for extension in ("ttl", "rdf", "jsonld", "nt"):
        times = []
        for number in range(1, 41):
            started = time.perf_counter()
            answer = browser.get(f"/catalogue.{extension}?page={1 + number % 20}")
            times.append((time.perf_counter() - started) * 1000)
            assert answer.status_code == 200
        times.sort()
        print(f"page of 100, {extension:6} p50 {statistics.median(times):5.1f} ms, p95 {times[37]:5.1f} ms", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--datasets", type=int, default=10_000)
    count = parser.parse_args().datasets
    with throw_away() as folder:
        from django.db import connection

        from harvesters.engine import harvest
        from harvesters.registry import client_for, find_or_make

        def fill() -> None:
            source = find_or_make(str(catalogue(folder / "catalogue.ttl", count)))
            with client_for(source) as client:
                harvest(source, client)

        connection.close()
        apart(fill)
        print(f"{count} datasets, {connection.vendor}; {machine()}", flush=True)
        for form in FORMS:
            apart(lambda form=form: measure(form, count))  # type: ignore[misc]
        apart(page_times)


if __name__ == "__main__":
    main()
