"""The doors of search through the web server, as an instance runs it: requests/s at 1, 8 and 32 clients.

    python benchmarks/asking.py [--datasets 10000] [--queries FILE] [--seconds 6] [--workers 2] [--profile DOOR]

Fills a base, starts gunicorn as an instance does beside itself and asks what citizens ask, over connections that stay open. FILE: one
question a line, or a table of tabs whose first column is `query`; the shipped questions otherwise. `--profile` asks
in process instead, and prints where the time goes. DATABASE_URL and ELASTICSEARCH_URL are respected. Stops by itself.
"API, always new": a date that nobody gave before stands in each question, so that no kept answer helps; "again": the same
140 questions over and over, as a portal that is visited a lot is asked.
Limit: ≥ 300 requests/s at 8 clients through the API, 10,000 datasets, asked again; status 1 below it, or after any 5xx.
"""

from __future__ import annotations

import argparse
import cProfile
import http.client
import itertools
import multiprocessing
import os
import pstats
import socket
import statistics
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from urllib.parse import quote

from instance import PROJECT, machine, throw_away
from searched import TOWN, fill

DOORS = {
    "API, always new": "/api/search?q={q}&depuis={day}",
    "API, again": "/api/search?q={q}",
    "API, five facets": "/api/search?q={q}&facettes=sujet,format,licence,organisme,territoire",
    "page": "/jeux-de-donnees/?q={q}",
    "suggestions": "/suggestions?q={q}",
    "catalogue, JSON-LD": "/catalogue.jsonld?q={q}",
}
CLIENTS = (1, 8, 32)
LIMIT = 300  # requests/s, of the API at eight clients
SHIPPED = PROJECT / "catalogue" / "search" / "relevance" / "queries.tsv"


def questions(path: Path) -> list[str]:
    lines = path.read_text("utf-8").splitlines()
    table = lines[0].split("\t")[0] == "query"
    return [quote(line.split("\t")[0]) for line in lines[table:] if line.strip() and not line.startswith("#")]


def day(number: int) -> str:
    """Another for 30,000 numbers in a row, all before any dataset."""
    return (date(1800, 1, 1) + timedelta(days=number % 30_000)).isoformat()


def ask(
    port: int,
    addresses: list[str],
    clients: int,
    seconds: float,
    told: multiprocessing.Queue[object],
    headers: dict[str, str],
) -> None:
    """In a process of its own. Tells the statuses, the milliseconds and how long it all took."""
    first = int(time.time())
    order, statuses, times, lock = itertools.count(), Counter[int](), list[float](), threading.Lock()
    end = time.monotonic() + seconds

    def one() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        while time.monotonic() < end:
            with lock:
                number = next(order)
            started = time.perf_counter()
            try:
                connection.request(
                    "GET", addresses[number % len(addresses)].replace("{day}", day(first + number)), headers=headers
                )
                answer = connection.getresponse()
                answer.read()
                status = answer.status
            except (OSError, http.client.HTTPException):
                connection.close()
                status = 599
            with lock:
                statuses[status] += 1
                times.append((time.perf_counter() - started) * 1000)
        connection.close()

    started = time.monotonic()
    threads = [threading.Thread(target=one) for _ in range(clients)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    told.put((dict(statuses), times, time.monotonic() - started))


def processor(master: int) -> float:
    """Seconds that the processes of the server have used."""
    children = subprocess.run(["pgrep", "-P", str(master)], capture_output=True, text=True, check=False).stdout.split()
    ticks = 0
    for pid in (str(master), *children):
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def measure(
    of: tuple[int, int],
    name: str,
    addresses: list[str],
    clients: int,
    seconds: float,
    headers: dict[str, str] | None = None,
) -> tuple[float, int]:
    """Of the server on this port with this process id: requests/s, and how many failed."""
    port, server = of
    used = processor(server)
    told: multiprocessing.Queue[object] = multiprocessing.get_context("fork").Queue()
    asker = multiprocessing.get_context("fork").Process(
        target=ask, args=(port, addresses, clients, seconds, told, headers or {})
    )
    asker.start()
    statuses, times, took = told.get(timeout=seconds + 120)
    asker.join()
    failed = sum(count for status, count in statuses.items() if status >= 500)
    used = processor(server) - used
    rate, p95 = len(times) / took, statistics.quantiles(times, n=20)[18]
    print(
        f"{name:20} {clients:3} clients: {rate:6.0f} requests/s, p50 {statistics.median(times):6.1f} ms, "
        f"p95 {p95:6.1f} ms, {len(times) / max(used, 0.01):.0f} by second of processor of the server, statuses {statuses}, load {os.getloadavg()[0]:.1f}",
        flush=True,
    )
    return rate, failed


@contextmanager
def served(port: int, workers: int, application: str = "portal.wsgi") -> Iterator[int]:
    """Gives the process id of the server."""
    command = [sys.executable, "-m", "gunicorn", application, "--config", "deploy/gunicorn.conf.py"]
    command += ["--bind", f"127.0.0.1:{port}", "--log-level", "warning"]
    server = subprocess.Popen(command, cwd=PROJECT, env={**os.environ, "WEB_CONCURRENCY": str(workers)})
    try:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and server.poll() is None:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                time.sleep(0.1)
        yield server.pid
    finally:
        server.terminate()
        server.wait(30)


def profiled(addresses: list[str], times: int = 600) -> None:
    from django.test import Client

    client = Client(headers={"host": "127.0.0.1"})
    for address in addresses[:20]:
        client.get(address)
    profile = cProfile.Profile()
    profile.enable()
    for number in range(times):
        client.get(addresses[number % len(addresses)].replace("{day}", day(number)))
    profile.disable()
    pstats.Stats(profile).sort_stats("cumulative").print_stats(45)
    pstats.Stats(profile).sort_stats("tottime").print_stats(25)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--datasets", type=int, default=10_000)
    parser.add_argument("--queries", type=Path, default=SHIPPED)
    parser.add_argument("--seconds", type=float, default=6)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--profile", choices=DOORS, metavar="DOOR")
    given = parser.parse_args()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    asked = questions(given.queries)
    os.environ["BOUTURE_TERRITORY"] = TOWN
    with throw_away(f"http://127.0.0.1:{port}"):
        run(port, asked, given)


def run(port: int, asked: list[str], given: argparse.Namespace) -> None:
    from django.core.management import call_command
    from django.db import connection

    call_command("collectstatic", interactive=False, verbosity=0)
    fill(given.datasets)
    engine = "Elasticsearch" if os.environ.get("ELASTICSEARCH_URL") else "embedded"
    print(f"{given.datasets} datasets, {len(asked)} questions, {engine}, {connection.vendor}; {machine()}", flush=True)

    def addresses(door: str) -> list[str]:
        return [door.replace("{q}", q) for q in asked]

    if given.profile:
        profiled(addresses(DOORS[given.profile]))
        return
    connection.close()
    rates: dict[tuple[str, int], float] = {}
    failed = 0
    with served(port, given.workers) as server:
        measure((port, server), "(warming up)", addresses(DOORS["API, again"]), 4, 2)
        for name, door in DOORS.items():
            for clients in CLIENTS:
                rates[name, clients], wrong = measure((port, server), name, addresses(door), clients, given.seconds)
                failed += wrong
    sys.exit(1 if failed or rates["API, again", 8] < LIMIT else 0)


if __name__ == "__main__":
    main()
