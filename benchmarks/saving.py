"""An agent saves while a large harvest runs: how long does each save take?

    python benchmarks/saving.py [--datasets 10000]

Limit (DESIGN): ≤ 1 s at p95, on SQLite and PostgreSQL (DATABASE_URL). The harvest runs in a process of its own.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import time

from instance import PROJECT, catalogue, machine, throw_away


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--datasets", type=int, default=10_000)
    count = parser.parse_args().datasets
    with throw_away() as folder:
        from django.db import connection

        from catalogue import publishing
        from harvesters.registry import home_body

        path = catalogue(folder / "catalogue.ttl", count)
        owner = home_body().pk
        harvest = subprocess.Popen(
            [sys.executable, str(PROJECT / "manage.py"), "harvest", str(path), "--json"],
            stdout=subprocess.PIPE,
            text=True,
        )
        times = []
        while harvest.poll() is None:
            started = time.perf_counter()
            publishing.publish(
                [
                    publishing.Draft(
                        "dataset", {"title": {"fr": "Saisi"}, "description": {"fr": f"À la main, {started}."}}, owner
                    )
                ]
            )
            times.append(time.perf_counter() - started)
            time.sleep(0.1)
        told = harvest.stdout.read() if harvest.stdout else ""
        times.sort()
        p95 = times[int(len(times) * 0.95) - 1]
        print(f"{connection.vendor}; {machine()}")
        print(
            f"{len(times)} saves during the harvest: p50 {statistics.median(times) * 1000:.0f} ms, p95 {p95 * 1000:.0f} ms, longest {times[-1] * 1000:.0f} ms"
        )
        print(told.strip())


if __name__ == "__main__":
    main()
