"""Search across instances: real Elasticsearch servers, one of which is stopped, then killed.

    python benchmarks/across.py FOLDER [--documents 10000] [--searches 60] [--timeout 600] [--ours URL]

FOLDER is where `.ci/elasticsearch install` unpacked the server. Two are started (one with --ours, the address of a server that
runs): ours, and that of the first peer; the second peer is on ours, which reaches itself by its outer door. Each holds
invented records, ours a replica of one in ten of each peer's too. Every search is a page of 20 with five facets, by one stranger.
Stops with status 1 where a promise is broken: with a peer that hangs (SIGSTOP), then is killed (SIGKILL), each search has what the
others have within 1 s, names that peer and no other, and finds what was replicated of it.
"""

from __future__ import annotations

import argparse
import os
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

import django
from instance import machine
from invented import QUESTIONS, documents
from serving import free_port

PROJECT: Final = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(PROJECT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

FACETS: Final = ("theme", "format", "publisher", "territory", "instance")
HERE, FIRST, SECOND = "https://ici.exemple", "https://premiere.exemple", "https://seconde.exemple"
MOST: Final = 1.0  # seconds
WARM: Final = 20  # searches that all peers answer before any is measured


def children(pid: int) -> list[int]:
    """The process and all that it started, from whichever of its threads: a launcher starts the server."""
    found = [pid]
    with suppress(FileNotFoundError):
        for told in Path(f"/proc/{pid}/task").glob("*/children"):
            found += [each for child in told.read_text().split() for each in children(int(child))]
    return found


def send(pids: list[int], what: signal.Signals) -> None:
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, what)


@contextmanager
def server(folder: str) -> Iterator[tuple[str, list[int]]]:
    """One more: its address, and its processes."""
    port = free_port()
    command = [str(PROJECT / ".ci" / "elasticsearch"), "start", folder, str(port), str(free_port())]
    told = subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True)
    pids = children(int(told.stdout.split()[-1]))
    try:
        yield f"http://127.0.0.1:{port}", pids
    finally:
        send(pids, signal.SIGCONT)
        send(pids, signal.SIGTERM)


def records(home: str, count: int) -> list[Any]:
    return [replace(each, id=str(uuid4()), instance=(home,)) for each in documents(count)]


class Country:
    """Ours on one server, the first peer on the other, the second beside ours."""

    def __init__(self, ours: str, theirs: str, count: int, timeout: float) -> None:
        from elasticsearch import Elasticsearch

        from catalogue.search.across import Peer
        from catalogue.search.elastic import ElasticBackend

        self._prefix, self._ours, self._timeout = f"bench-{uuid4().hex}", ours, timeout
        self._client = Elasticsearch(ours)
        self._indices: list[ElasticBackend] = []
        self.peers: list[Peer] = []
        replicas: list[Any] = []
        for number, (home, url) in enumerate(((FIRST, theirs), (SECOND, ours))):
            made = records(home, count)
            index = ElasticBackend(url, f"{self._prefix}{number}")
            index.replace(made)
            self._indices.append(index)
            (node,) = Elasticsearch(url).nodes.info(metric="transport")["nodes"].values()
            seed, alias = str(node["transport"]["publish_address"]), f"{self._prefix}{number}-public"
            self.peers.append(Peer(home, seed, f"{self._prefix}--{number}", alias))
            replicas += [replace(each, id=str(uuid4())) for each in made[::10]]
        index = ElasticBackend(ours, self._prefix)
        index.replace([*records(HERE, count), *replicas])
        self._indices.append(index)

    def asking(self, peers: int) -> Any:
        """Ours, with so many peers declared, once they all answer."""
        from catalogue.search.contract import Query
        from catalogue.search.elastic import ElasticBackend

        made = ElasticBackend(self._ours, self._prefix, self.peers[:peers], self._timeout)
        deadline, heard = time.monotonic() + 120, 0
        while heard < WARM:
            page = made.search(Query(QUESTIONS[heard % len(QUESTIONS)], facets=FACETS, across=True))
            heard = 0 if page.silent else heard + 1
            if time.monotonic() > deadline:
                raise SystemExit("the peers never answered")
            time.sleep(1 if page.silent else 0)
        return made

    def remove(self) -> None:
        """What is on the server that goes on."""
        for index in self._indices[1:]:
            index.remove_all()
        self._client.cluster.put_settings(persistent={f"cluster.remote.{each.cluster}.*": None for each in self.peers})


def measure(name: str, index: Any, searches: int, silent: tuple[str, ...] = (), homes: tuple[str, ...] = ()) -> None:
    """Asks, prints, and holds the promises: who is silent, whose records are found, how long it takes at most."""
    from catalogue.search.contract import Query

    taken, found, others = [], set(), 0
    for number in range(searches):
        query = Query(QUESTIONS[number % len(QUESTIONS)], facets=FACETS, across=True)
        start = time.perf_counter()
        page = index.search(query)
        taken.append(time.perf_counter() - start)
        found |= {value for value, _ in next(each.values for each in page.facets if each.name == "instance")}
        named = {each.home for each in page.silent}
        others += named > set(silent)
        if not set(silent) <= named:
            raise SystemExit(f"{name}: silent are {page.silent}, expected {silent}")
    milliseconds = [each * 1000 for each in taken]
    print(
        f"{name:44} first {milliseconds[0]:6.0f} ms   p50 {statistics.median(milliseconds):6.1f} ms   "
        f"p95 {statistics.quantiles(milliseconds, n=20)[18]:6.1f} ms   max {max(milliseconds):6.0f} ms",
        flush=True,
    )
    if not set(homes) <= found:
        raise SystemExit(f"{name}: records of {sorted(found)}, expected those of {homes}")
    if others:
        print(f"  of {searches} searches, {others} went on without a peer that was slow", flush=True)
    if others > searches // 10:
        raise SystemExit(f"{name}: peers that were there were not waited for")
    if silent and max(taken) > MOST:
        raise SystemExit(f"{name}: {max(taken):.2f} s, more than {MOST:.0f} s")


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("folder")
    options.add_argument("--documents", type=int, default=10_000)
    options.add_argument("--searches", type=int, default=60)
    options.add_argument("--timeout", type=int, default=600, help="milliseconds")
    options.add_argument("--ours", default="")
    given = options.parse_args()
    print(f"{given.documents} documents an instance, {machine()}")
    django.setup()
    with server(given.folder) as (theirs, pids):
        if given.ours:
            run(Country(given.ours, theirs, given.documents, given.timeout / 1000), pids, given.searches)
        else:
            with server(given.folder) as (ours, _):
                run(Country(ours, theirs, given.documents, given.timeout / 1000), pids, given.searches)


def run(country: Country, pids: list[int], searches: int) -> None:
    everybody = (HERE, FIRST, SECOND)
    try:
        measure("ours alone", country.asking(0), searches, homes=everybody)
        measure("with one peer", country.asking(1), searches, homes=everybody)
        hanging, killed = country.asking(2), country.asking(2)
        measure("with two peers", hanging, searches, homes=everybody)
        send(pids, signal.SIGSTOP)
        measure("one of them hangs", hanging, searches, (FIRST,), everybody)
        send(pids, signal.SIGCONT)
        time.sleep(1)
        send(pids, signal.SIGKILL)
        measure("one of them is killed", killed, searches, (FIRST,), everybody)
    finally:
        country.remove()


if __name__ == "__main__":
    main()
