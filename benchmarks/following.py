"""A peer that is followed: all of it for the first time, again when nothing changed, then one record in ten changed.

    python benchmarks/following.py [--datasets 10000]
    python benchmarks/following.py --peers 50 --datasets 2000

Limit (DESIGN, on two cores): ≥ 1,000 records/s. The feed is made beforehand and given by a process beside. On a machine
that others use too, the rate by second of processor tells more than the clock does. With `--peers`, that many instances are
followed to the end one after the other, then all of them again when nothing changed (docs/scale.md).
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyoxigraph as ox
from instance import PREFIXES, PROJECT, bodies, machine, peak_mib, record, throw_away

LEAF = 250  # activities
AS, TREE = "https://www.w3.org/ns/activitystreams#", "https://w3id.org/tree#"
BEGINNING = datetime(2026, 1, 1, tzinfo=UTC)
PREFIXES_OF_PAGES = (
    f"@prefix as: <{AS}> . @prefix tree: <{TREE}> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .\n"
)


class Feed:
    """Pages as files of one folder. Bodies are objects of their own, before the datasets that they publish."""

    def __init__(self, folder: Path, space: str = "https://donnees.banc.example/flux/a") -> None:
        self.folder, self.space, self.activities = folder, space, 0
        self.leaves: list[tuple[str, datetime]] = []

    def tell(self, told: list[tuple[str, str, str]]) -> None:
        """Verb, object, what it says in Turtle: in new leaves, at the end."""
        for at in range(0, len(told), LEAF):
            name = f"{len(self.leaves)}.trig"
            since = self._now(self.activities + 1)
            self.folder.joinpath(name).write_text(
                PREFIXES_OF_PAGES + "".join(map(self._activity, told[at : at + LEAF]))
            )
            self.leaves.append((name, since))
        self.folder.joinpath("index.trig").write_text(self._root())

    def _now(self, position: int) -> datetime:
        return BEGINNING + timedelta(seconds=position)

    def _activity(self, told: tuple[str, str, str]) -> str:
        verb, about, text = told
        self.activities += 1
        name = f"{self.space}/{self.activities}"
        quads = ox.parse(PREFIXES + text, ox.RdfFormat.TURTLE, rename_blank_nodes=True)
        lines = (ox.serialize(quads, format=ox.RdfFormat.N_TRIPLES) or b"").decode()
        when = self._now(self.activities).isoformat()
        return f'<{name}> a as:{verb} ; as:object <{about}> ; as:published "{when}"^^xsd:dateTime .\n<{name}> {{\n{lines}}}\n'

    def _root(self) -> str:
        links = []
        for number, (name, since) in enumerate(self.leaves):
            ends = [
                ("GreaterThanOrEqualTo", since),
                *(("LessThan", next_) for _, next_ in self.leaves[number + 1 : number + 2]),
            ]
            links += [
                f"<> tree:relation [ a tree:{kind}Relation ; tree:path as:published ; tree:node <{name}> ; "
                f'tree:value "{value.isoformat()}"^^xsd:dateTime ] .\n'
                for kind, value in ends
            ]
        return f"{PREFIXES_OF_PAGES}<#flux> a <https://w3id.org/ldes#EventStream> ; tree:view <> .\n{''.join(links)}"


SERVER = """
import hashlib, pathlib, sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
folder = pathlib.Path(sys.argv[1])
class Pages(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    def do_GET(self):
        page = folder / (self.path.strip("/") or "index.trig")
        if not page.is_file():
            return self.send_error(404)
        body = page.read_bytes()
        etag = '"' + hashlib.sha256(body).hexdigest() + '"'
        same = self.headers.get("If-None-Match") == etag
        body = b"" if same else body
        self.send_response(304 if same else 200)
        self.send_header("Content-Type", "application/trig")
        self.send_header("ETag", etag)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    def log_message(self, *_):
        pass
server = ThreadingHTTPServer(("127.0.0.1", 0), Pages)
print(server.server_port, flush=True)
server.serve_forever()
"""


@contextmanager
def given(folder: Path) -> Iterator[str]:
    beside = subprocess.Popen([sys.executable, "-c", SERVER, str(folder)], stdout=subprocess.PIPE, text=True)
    assert beside.stdout
    try:
        yield f"http://127.0.0.1:{beside.stdout.readline().strip()}/"
    finally:
        beside.kill()
        beside.wait()


def worked() -> tuple[float, float]:
    """Seconds of processor of this process, and of those beside it that have ended."""
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time(), ended.ru_utime + ended.ru_stime


def several(folder: Path, peers: int, datasets: int) -> None:
    """Each its own feed, bodies and records; the last round is what a hub pays for the look that it takes every ten minutes."""
    from django.conf import settings

    from catalogue.models import Dataset
    from harvesters.engine import harvest
    from harvesters.registry import client_for, find_or_make

    for peer in range(peers):
        (folder / str(peer)).mkdir()
        feed = Feed(folder / str(peer), f"https://instance-{peer}.banc.example/flux/a")
        agents = [(text.partition(">")[0][1:], f"{text}\n") for text in bodies().splitlines()]
        feed.tell([("Create", about, text) for about, text in agents])
        numbers = range(peer * datasets, (peer + 1) * datasets)
        feed.tell([("Create", f"https://donnees.banc.example/jeux/{number}", record(number)) for number in numbers])
    with given(folder) as address:
        sources = [find_or_make(f"{address}{peer}/index.trig", kind="peer", trusted=True) for peer in range(peers)]
        print(f"{peers} peers of {datasets} datasets; {machine()}", flush=True)
        for name, count in (("first", peers * datasets), ("nothing new", peers)):
            begun, before = time.perf_counter(), sum(worked())
            runs = []
            for source in sources:
                with client_for(source) as client:
                    runs.append(harvest(source, client))
            seconds, processor = time.perf_counter() - begun, sum(worked()) - before
            what = "records" if name == "first" else "peers"
            print(
                f"{name:14} {count / seconds:10,.1f} {what}/s ({count / processor:,.1f} by second of processor)  {seconds:7.2f} s  "
                f"{sum(run.created for run in runs)} created, {sum(run.status != 'done' for run in runs)} not done, "
                f"peak {peak_mib():.0f} MiB",
                flush=True,
            )
        held = Dataset.objects.published().count()
        base = settings.DATABASES["default"]
        size = Path(base["NAME"]).stat().st_size / held if "sqlite" in base["ENGINE"] else 0
        print(f"{held} records held{f', {size / 1024:.1f} KiB of base each' if size else ''}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--datasets", type=int, default=0, help="of each; 10,000 of one peer, 100 of several")
    parser.add_argument("--peers", type=int, default=1)
    asked = parser.parse_args()
    asked.datasets = asked.datasets or (10_000 if asked.peers == 1 else 100)
    with throw_away() as folder:
        from harvesters.engine import harvest
        from harvesters.registry import client_for, find_or_make
        from harvesters.results import report

        if asked.peers > 1:
            (folder / "feed").mkdir()
            several(folder / "feed", asked.peers, asked.datasets)
            return
        subprocess.run([sys.executable, "manage.py", "load_reference"], cwd=PROJECT, check=True, capture_output=True)
        (folder / "feed").mkdir()
        feed = Feed(folder / "feed")
        agents = [(text.partition(">")[0][1:], f"{text}\n") for text in bodies().splitlines()]
        feed.tell([("Create", about, text) for about, text in agents])
        names = [f"https://donnees.banc.example/jeux/{number}" for number in range(asked.datasets)]
        feed.tell([("Create", name, record(number)) for number, name in enumerate(names)])
        with given(feed.folder) as address:
            source = find_or_make(address, kind="peer", trusted=True)

            def run(name: str, count: int) -> None:
                here, beside = worked()
                with client_for(source) as client:
                    told = report(harvest(source, client))
                here, beside = (after - before for after, before in zip(worked(), (here, beside), strict=True))
                print(
                    f"{name:14} {count / told['seconds']:10,.0f} records/s ({count / (here + beside):,.0f} by second of processor: "
                    f"{here:.2f} s here, {beside:.2f} s beside)  "
                    f"{told['seconds']:7.2f} s  {told['status']}, created {told['created']}, updated {told['updated']}, "
                    f"peak {peak_mib():.0f} MiB {told['messages'] or ''}",
                    flush=True,
                )

            print(f"{asked.datasets} datasets, {len(feed.leaves)} leaves; {machine()}", flush=True)
            run("first", asked.datasets)
            run("nothing new", asked.datasets)
            some = range(0, asked.datasets, 10)
            feed.tell([("Update", names[number], record(number, changed=True)) for number in some])
            run("one in ten", len(some))


if __name__ == "__main__":
    main()
