"""Pages of an instance with many datasets: time and queries of each, in process, without the network.

    python benchmarks/many.py [--datasets 10000]

Limits (DESIGN): dataset page p50 ≤ 15 ms and ≤ 8 queries; a search as a page p50 ≤ 20 ms.
"""

from __future__ import annotations

import argparse
import gc
import statistics
import time
from typing import TYPE_CHECKING

from instance import SUBJECTS, catalogue, machine, throw_away

if TYPE_CHECKING:
    from django.test import Client


def spread(browser: Client, addresses: list[str]) -> str:
    """Median and 95th centile of the time that each address takes, once warm."""
    for address in addresses[:5]:
        browser.get(address)
    times = []
    for address in addresses:
        started = time.perf_counter()
        assert browser.get(address).status_code == 200, address
        times.append(time.perf_counter() - started)
    times.sort()
    return f"p50 {statistics.median(times) * 1000:6.1f} ms, p95 {times[int(len(times) * 0.95)] * 1000:6.1f} ms"


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--datasets", type=int, default=10_000)
    count = parser.parse_args().datasets
    with throw_away() as folder:
        from django.core.management import call_command
        from django.db import connection
        from django.test import Client
        from django.test.utils import CaptureQueriesContext

        from catalogue.models import Dataset
        from harvesters.engine import harvest
        from harvesters.registry import client_for, find_or_make

        call_command("collectstatic", interactive=False, verbosity=0)
        call_command("load_reference", verbosity=0)
        source = find_or_make(str(catalogue(folder / "catalogue.ttl", count)))
        with client_for(source) as client:
            harvest(source, client)
        call_command("index")
        call_command("quality")
        # A web server never harvested: what the harvest left on the heap must not slow the pages down here.
        gc.collect()
        gc.freeze()
        browser = Client(headers={"host": "127.0.0.1"})
        ids = list(Dataset.objects.values_list("pk", flat=True)[:: max(1, count // 200)])
        pages = {
            "home": ["/"] * 50,
            "search": [f"/jeux-de-donnees/?q={subject}" for subject in SUBJECTS] * 10,
            "search, all": ["/jeux-de-donnees/"] * 50,
            "quality": ["/qualite/"] * 20,
            "dataset": [f"/jeux-de-donnees/{pk}/" for pk in ids],
        }
        print(f"{count} datasets, {connection.vendor}; {machine()}")
        for name, addresses in pages.items():
            with CaptureQueriesContext(connection) as queries:
                browser.get(addresses[0])
            asked = len(queries)  # before the next request throws them away
            print(f"{name:12} {spread(browser, addresses)}, {asked} queries")


if __name__ == "__main__":
    main()
