"""How long taking a portal over takes, and what an old address costs: `python benchmarks/takeover.py [--datasets 10000]`.

A catalogue of three files a dataset is harvested, then taken over by `manage.py takeover` in a process of its own, killed
(SIGKILL) `--kills` times on the way, at random; what is left is done by the next. Then every record's old address is asked.
Fails when a record is not ours, has no old address, or one leads to another's page.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from instance import PROJECT, catalogue, machine, throw_away

HOST = "donnees.banc.example"


def start(source: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, str(PROJECT / "manage.py"), "takeover", str(source), "--host", HOST, "--json"]
    return subprocess.Popen(command, stdout=subprocess.PIPE)


def killed(source: Path, more: int) -> int:
    """Kills one (SIGKILL) once that many more records are ours; how many are then."""
    from catalogue.models import Dataset

    ours = Dataset.objects.filter(harvested=False)
    wanted, process = ours.count() + more, start(source)
    while ours.count() < wanted and process.poll() is None:
        time.sleep(0.02)
    process.kill()
    process.communicate()
    return ours.count()


def take_over(source: Path) -> tuple[float, float, dict[str, Any]]:
    """Seconds, those at work, and what it told."""
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    told, _ = start(source).communicate()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    work = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return time.perf_counter() - started, work, json.loads(told)


def asked() -> tuple[int, int, float]:
    """Old addresses asked, the most queries that one took, and the median of its milliseconds."""
    from django.db import connection, reset_queries
    from django.test import Client
    from django.test.utils import CaptureQueriesContext, override_settings

    from catalogue.models import Dataset

    browser, times, most = Client(headers={"accept": "text/html"}), [], 0
    with override_settings(ALLOWED_HOSTS=["testserver"]):
        rows = list(Dataset.objects.all())
        assert rows and not any(row.harvested for row in rows), "a record is not ours"
        for row in rows:
            path = row.landing_page[0].removeprefix(f"https://{HOST}")
            reset_queries()
            with CaptureQueriesContext(connection) as queries:
                started = time.perf_counter()
                answer = browser.get(path)
                times.append(time.perf_counter() - started)
            assert answer.status_code == 301 and answer["Location"].endswith(row.get_absolute_url()), path
            most = max(most, len(queries))
    return len(rows), most, statistics.median(times) * 1000


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--datasets", type=int, default=10_000)
    parser.add_argument("--kills", type=int, default=3)
    options = parser.parse_args()
    with throw_away() as folder:
        from harvesters.engine import harvest
        from harvesters.registry import client_for, find_or_make

        path = catalogue(folder / "catalogue.ttl", options.datasets)
        source = find_or_make(str(path))
        with client_for(source) as client:
            run = harvest(source, client)
        assert run.status == "done", run.messages
        print(machine(), flush=True)
        for _ in range(options.kills):
            print(f"killed with {killed(path, random.randrange(options.datasets // 5))} records ours", flush=True)
        for what in ("the rest", "again"):
            seconds, work, told = take_over(path)
            print(
                f"{what}: {told['adopted']} records, {told['paths']} paths, {seconds:.1f} s, {work:.1f} at work",
                flush=True,
            )
        assert told["adopted"] == 0
        count, most, median = asked()
        print(f"{count} old addresses: {most} queries at most, {median:.2f} ms (median)")


if __name__ == "__main__":
    main()
