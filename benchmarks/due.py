"""Fifty sources due at once, shared by two workers.

    python benchmarks/due.py [--sources 50] [--datasets 200] [--workers 2]

Each worker is a `manage.py harvest --due`, started at the same moment; the sources are served by one server on
127.0.0.1 that takes its time (0.2 s an answer), as real ones do. Fails unless every source is harvested exactly once.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from collections import Counter
from functools import partial

from instance import PREFIXES, PROJECT, machine, record, served, throw_away

SLOW = 0.2  # seconds


def catalogue_of(count: int, name: str) -> str:
    """`<n>.ttl`: a catalogue of `count` datasets, its own for each n."""
    first = int(name.removesuffix(".ttl")) * count
    return PREFIXES + "".join(record(first + number) for number in range(count))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--sources", type=int, default=50)
    parser.add_argument("--datasets", type=int, default=200)
    parser.add_argument("--workers", type=int, default=2)
    asked = parser.parse_args()
    with throw_away(), served(partial(catalogue_of, asked.datasets), SLOW) as address:
        from django.core.management import call_command

        from catalogue.models import Dataset
        from harvesters.models import HarvestRun
        from harvesters.registry import find_or_make
        from harvesters.schedule import run_soon, set_rhythm

        call_command("load_reference", verbosity=0)
        for number in range(asked.sources):
            source = find_or_make(f"{address}/{number}.ttl", trusted=True)
            set_rhythm(source, "0 3 * * *", "", 15)
            run_soon(source)
        print(f"{asked.sources} sources of {asked.datasets} datasets, {asked.workers} workers; {machine()}")
        started = time.monotonic()
        command = [sys.executable, "manage.py", "harvest", "--due", "--json"]
        workers = [
            subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE, text=True) for _ in range(asked.workers)
        ]
        shares = [json.loads(worker.communicate()[0]) for worker in workers]
        seconds = time.monotonic() - started
        runs = Counter(HarvestRun.objects.values_list("source", flat=True))
        done = HarvestRun.objects.filter(status=HarvestRun.Status.DONE).count()
        found = Dataset.objects.count()
        print(
            f"all harvested in {seconds:.1f} s ({found / seconds:,.0f} datasets/s), by worker {list(map(len, shares))}; "
            f"longest run {max(run['seconds'] for share in shares for run in share):.1f} s"
        )
        if len(runs) != asked.sources or set(runs.values()) != {1} or done != asked.sources:
            sys.exit(f"not once each: {len(runs)} sources run, {done} runs done, most {max(runs.values())} times")
        if found != asked.sources * asked.datasets:
            sys.exit(f"{found} datasets in place of {asked.sources * asked.datasets}")


if __name__ == "__main__":
    main()
