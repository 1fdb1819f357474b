"""The feed that other portals follow: how fast it is written, one page of it, and all of it in one document.

    python benchmarks/feeding.py [--datasets 10000]

Limits: ≥ 1,000 activities/s written (what a follower must take); a page of 250 not changed ≤ 10 ms, in TriG ≤ 150 ms; the
dump ≥ 2,000 datasets/s, as the other exports.
"""

from __future__ import annotations

import argparse
import statistics
import time
from pathlib import Path
from typing import Any

from instance import catalogue, machine, throw_away


def written(what: str, count: int) -> None:
    from catalogue.feeding.reader import FeedReader
    from catalogue.log import drain, holder_name, release
    from catalogue.models import FeedMember

    holder, before = holder_name(), FeedMember.objects.order_by("-position").first()
    started, worked = time.perf_counter(), time.process_time()
    drain(FeedReader(), holder)
    seconds, work = time.perf_counter() - started, time.process_time() - worked
    release(FeedReader.name, holder)
    made = FeedMember.objects.latest("position").position - (before.position if before else 0)
    rates = f"{count / seconds:,.0f} records/s, {count / work:,.0f} by second of processor"
    print(f"{what}: {made} activities in {seconds:.1f} s, {rates}", flush=True)


def page_times(count: int) -> None:
    from django.test import Client

    browser = Client(headers={"host": "127.0.0.1"})

    def timed(address: str, **headers: str) -> tuple[float, Any]:
        started = time.perf_counter()
        answer = browser.get(address, headers=headers)
        return (time.perf_counter() - started) * 1000, answer

    leaves = [f"/flux/{first}-{first + 249}" for first in range(1, count - 248, 250)][:40]
    for name, accept in (("TriG", "application/trig"), ("JSON-LD", "application/ld+json")):
        for address in (["/flux/"] * 10, leaves):
            found = [timed(each, accept=accept) for each in address]
            assert all(answer.status_code == 200 for _, answer in found)
            times = sorted(took for took, _ in found)
            what = "the root" if address[0] == "/flux/" else f"a page of {len(found[0][1].content) // 1024} KiB"
            print(f"{name}, {what}: p50 {statistics.median(times):.1f} ms, slowest {times[-1]:.1f} ms", flush=True)
    tags = [(each, timed(each)[1]["ETag"]) for each in leaves]
    again = sorted(timed(each, **{"if-none-match": tag})[0] for each, tag in tags)
    print(f"a page that did not change: p50 {statistics.median(again):.1f} ms", flush=True)


def dumped(count: int) -> None:
    from catalogue.dcat.quads import write_quads
    from catalogue.models import FeedMember
    from portal.api.feeding.whole import graphs

    head = FeedMember.objects.latest("position")
    for form in ("trig", "jsonld"):
        size, started, worked = 0, time.perf_counter(), time.process_time()
        for piece in write_quads(graphs(form, head), form):
            size += len(piece)
        seconds, work = time.perf_counter() - started, time.process_time() - worked
        rates = f"{count / seconds:,.0f} datasets/s, {count / work:,.0f} by second of processor"
        print(f"dump, {form}: {rates}, {size / 2**20:.1f} MiB", flush=True)


def fill(folder: Path, count: int) -> None:
    from harvesters.engine import harvest
    from harvesters.registry import client_for, find_or_make

    source = find_or_make(str(catalogue(folder / "catalogue.ttl", count)))
    with client_for(source) as client:
        harvest(source, client)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--datasets", type=int, default=10_000)
    count = parser.parse_args().datasets
    with throw_away() as folder:
        from django.db import connection

        from catalogue.log import forget
        from catalogue.models import FeedMember

        fill(folder, count)
        print(f"{count} datasets, {connection.vendor}; {machine()}", flush=True)
        written("from nothing", count)
        forget("feed")
        written("looked at again", count)
        assert FeedMember.objects.count() >= count
        page_times(count)
        dumped(count)


if __name__ == "__main__":
    main()
