"""What it costs to count who asks: one count, alone and while another process counts; and the list of indicators for programs with limits and without.

    python benchmarks/limits.py [--times 20000]

Limit: 0.3 ms a request; status 1 beyond.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import time
from collections.abc import Callable

from instance import machine, throw_away

MOST = 0.3  # ms


def each(times: int, act: Callable[[int], object]) -> dict[str, float]:
    """Microseconds of one, by the clock."""
    spent = []
    for number in range(times):
        started = time.perf_counter_ns()
        act(number)
        spent.append((time.perf_counter_ns() - started) / 1_000)
    return {"p50": round(statistics.median(spent), 1), "p99": round(statistics.quantiles(spent, n=100)[98], 1)}


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--times", type=int, default=20_000)
    times = parser.parse_args().times
    with throw_away():
        from django.conf import settings
        from django.test import Client

        from portal import counts

        def count(number: int) -> None:
            counts.of_machine("banc").add(f"page 192.0.2.{number % 200}", time.time() + 60)

        count(0)
        told: dict[str, object] = {"machine": machine(), "one count, µs": each(times, count)}
        other = os.fork()
        if not other:
            counts.OPEN.clear()  # its own opening of the same file, as processes that parted before have
            while True:
                count(1)
        try:
            beside = each(times, count)
        finally:
            os.kill(other, 9)
            os.waitpid(other, 0)
        told["one count beside a process that does nothing else, µs"] = beside
        client = Client(HTTP_HOST="127.0.0.1", REMOTE_ADDR="92.184.1.1")
        pages: dict[int, list[float]] = {0: [], 100: []}
        for limit in (0, 100) * 5:
            settings.BOUTURE_LIMITS = limit
            pages[limit].append(each(times // 40, lambda _: client.get("/api/indicateurs"))["p50"])
        more = (statistics.median(pages[100]) - statistics.median(pages[0])) / 1_000
        told["a list with limits, less the same without, ms"] = round(more, 3)
    print(json.dumps(told, ensure_ascii=False))
    return int(max(more, beside["p50"] / 1_000) > MOST)


if __name__ == "__main__":
    sys.exit(main())
