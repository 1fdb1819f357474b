"""Elasticsearch goes away in the middle of 10,000 saves and comes back: is the index equal to the base within one drain?

    python benchmarks/outage.py [--saves 10000] [--server FOLDER]

FOLDER holds an Elasticsearch as `.ci/elasticsearch install` lays it; without it, one is installed for this run. The server
is killed (SIGKILL) after a third of the saves and started again, on the same data, after two thirds. A worker follows the
log all the while. Prints what each save took, and what differs between index and base after one drain (the comparison of
each night); status 1 if anything does.
"""

from __future__ import annotations

import argparse
import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from urllib.request import urlopen

from instance import PROJECT, machine, throw_away

SCRIPT = PROJECT / ".ci" / "elasticsearch"
BATCH = 20  # records of one save, so that ten thousand take minutes and not an hour


class Server:
    """One node; killed as a power cut would, started again on what it had written."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.folder = folder
        self.pids: list[int] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        told = subprocess.run(
            [str(SCRIPT), "start", str(self.folder), str(self.port)], capture_output=True, text=True, check=False
        )
        if told.returncode:
            sys.exit(told.stderr or "Elasticsearch did not start")
        launcher = int(told.stdout)
        children = subprocess.run(["pgrep", "-P", str(launcher)], capture_output=True, text=True, check=False).stdout
        self.pids = [launcher, *map(int, children.split())]

    def wait(self) -> None:
        """Until it answers searches: a node that is back reads its shards first."""
        with urlopen(f"{self.url}/_cluster/health?wait_for_status=yellow&timeout=60s", timeout=90) as answer:
            answer.read()

    def kill(self) -> None:
        for pid in self.pids:
            os.kill(pid, signal.SIGKILL)
        self.pids = []

    def stop(self) -> None:
        if self.pids:
            os.kill(self.pids[0], signal.SIGTERM)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--saves", type=int, default=10_000)
    parser.add_argument("--server", type=Path)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bouture-elasticsearch-") as folder:
        server = Server(given.server or Path(folder) / "server")
        Path(folder).chmod(0o755)
        subprocess.run([str(SCRIPT), "install", str(server.folder)], check=True)
        server.start()
        os.environ["ELASTICSEARCH_URL"] = server.url
        try:
            with throw_away(f"http://127.0.0.1:{server.port + 1}"):
                status = measure(server, given.saves)
        finally:
            server.stop()
    sys.exit(status)


def measure(server: Server, saves: int) -> int:
    import logging

    from django.db import connection

    from catalogue.draining import drain_all, release_all
    from catalogue.log import cursor_of, holder_name, last_number
    from catalogue.search.comparing import Verdict, check
    from catalogue.search.reader import READER

    logging.disable(logging.WARNING)  # one line a round while the server is away
    done = threading.Event()
    worker = threading.Thread(target=follow, args=(done,))
    worker.start()
    times = []
    for number in range(0, saves, BATCH):
        if number - BATCH < saves // 3 <= number:
            server.kill()
        if number - BATCH < saves * 2 // 3 <= number:
            threading.Thread(target=server.start).start()
        started = time.perf_counter()
        save(number, min(BATCH, saves - number))
        times.append((time.perf_counter() - started) * 1000)
    while not server.pids:
        time.sleep(0.2)
    server.wait()
    done.set()
    worker.join()
    started, holder = time.perf_counter(), holder_name()
    drain_all(holder)
    release_all(holder)
    seconds = time.perf_counter() - started
    times.sort()
    print(f"{connection.vendor}; {machine()}")
    print(
        f"{len(times)} saves of {BATCH} records: p50 {statistics.median(times):.0f} ms, p95 {times[int(len(times) * 0.95)]:.0f} ms, longest {times[-1]:.0f} ms"
    )
    left = last_number() - cursor_of(READER)
    findings = check(holder_name())
    told = ", ".join(f"{each} {findings.counts[each]}" for each in Verdict)
    print(f"after one drain of {seconds:.1f} s: {left} lines not read; of {findings.documents} documents, {told}")
    return int(bool(left or findings.drift))


def follow(done: threading.Event) -> None:
    from django.db import close_old_connections, connection

    from catalogue.draining import drain_all, release_all
    from catalogue.log import holder_name

    holder = holder_name()
    while not done.is_set():
        drain_all(holder)
        close_old_connections()
        done.wait(0.2)
    release_all(holder)
    connection.close()


def save(first: int, count: int) -> None:
    from catalogue import publishing
    from harvesters.registry import home_body

    owner = home_body().pk
    drafts = [
        publishing.Draft(
            "dataset",
            {"title": {"fr": f"Arbres du quartier {number}"}, "description": {"fr": f"Relevé {number}, enregistré."}},
            owner,
        )
        for number in range(first, first + count)
    ]
    publishing.publish(drafts)


if __name__ == "__main__":
    main()
