"""Search in the backend alone, on either engine.

    python benchmarks/search.py [--backend embedded|elastic] [--documents 10000] [--queries 500]

Makes an index of invented French records as a rebuild does (`replace`), thrown away at the end, then asks as a stranger
asks. Each search is one call with its page of 20, extracts and five facets. `elastic` needs ELASTICSEARCH_URL.
Limits: p50 ≤ 5 ms at 100,000 and as you type p95 ≤ 10 ms, embedded; rebuild ≥ 3,000 documents/s, embedded.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from instance import machine
from invented import QUESTIONS, documents

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

FIVE = ("theme", "format", "licence", "publisher", "territory")
Make = Callable[[], "SearchBackend"]


def resident() -> int:
    """MiB in memory now, the mapped pages of the index included."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) // 1024
    return 0


def measure(name: str, call: Callable[[int], object], times: int) -> None:
    taken = []
    for number in range(times):
        start = time.perf_counter()
        call(number)
        taken.append((time.perf_counter() - start) * 1000)
    p95 = statistics.quantiles(taken, n=20)[18]
    print(
        f"{name:46} p50 {statistics.median(taken):7.2f} ms   p95 {p95:7.2f} ms   max {max(taken):7.2f} ms", flush=True
    )


class Watched:
    """Documents as they are taken, with what it takes to invent them and the memory held on the way."""

    def __init__(self, count: int) -> None:
        self.count = count
        self.seconds, self.processor = 0.0, 0.0
        self.memory: list[int] = []

    def __iter__(self) -> Iterator[Document]:
        made = documents(self.count)
        for number in range(self.count):
            start, processor = time.perf_counter(), time.thread_time()
            document = next(made)
            self.seconds += time.perf_counter() - start
            self.processor += time.thread_time() - processor
            if number % max(1, self.count // 5) == self.count // 10:
                self.memory.append(resident())
            yield document


def rebuild(make: Make, count: int) -> None:
    """In a process of its own, as the worker does, so that the reader's memory is the reader's."""
    watched = Watched(count)
    start, processor = time.perf_counter(), time.process_time()
    make().replace(watched)
    seconds = time.perf_counter() - start - watched.seconds
    processor = time.process_time() - processor - watched.processor
    print(
        f"rebuild: {count / seconds:.0f} documents/s, {count / processor:.0f} by second of processor of this process; "
        f"memory of the maker on the way: {', '.join(map(str, watched.memory))} MiB",
        flush=True,
    )


@contextmanager
def embedded() -> Iterator[tuple[Make, Callable[[], int]]]:
    """How to open the index, and its size in bytes."""
    with tempfile.TemporaryDirectory(prefix="bouture-bench-") as name:
        folder = Path(name)
        yield (
            lambda: EmbeddedBackend(folder),
            lambda: sum(each.stat().st_size for each in folder.rglob("*") if each.is_file()),
        )


@contextmanager
def elastic() -> Iterator[tuple[Make, Callable[[], int]]]:
    from elasticsearch import Elasticsearch

    from catalogue.search.elastic import ElasticBackend

    url, prefix = os.environ["ELASTICSEARCH_URL"], f"bench-{uuid4().hex}"
    client = Elasticsearch(url)

    def size() -> int:
        heap = client.nodes.stats(metric="jvm")["nodes"].popitem()[1]["jvm"]["mem"]
        print(f"heap of the server: {heap['heap_used_in_bytes'] >> 20} of {heap['heap_max_in_bytes'] >> 20} MiB")
        return int(client.indices.stats(index=f"{prefix}-*")["_all"]["total"]["store"]["size_in_bytes"])

    made = ElasticBackend(url, prefix)
    try:
        yield lambda: ElasticBackend(url, prefix), size
    finally:
        made.remove_all()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--backend", choices=("embedded", "elastic"), default="embedded")
    parser.add_argument("--documents", type=int, default=10_000)
    parser.add_argument("--queries", type=int, default=500)
    given = parser.parse_args()
    with {"embedded": embedded, "elastic": elastic}[given.backend]() as (make, size):
        print(f"{given.backend}, {given.documents} documents; {machine()}; load {os.getloadavg()[0]:.1f}", flush=True)
        writer = multiprocessing.get_context("fork").Process(target=rebuild, args=(make, given.documents))
        writer.start()
        writer.join()
        if writer.exitcode:
            sys.exit("the index was not made")
        taken = size()
        print(f"size: {taken / 1e6:.1f} MB, {taken / given.documents:.0f} bytes a document")
        backend = make()
        searches(backend, given.queries)
        print(f"memory of the reader: {resident()} MiB, pages of the index that the system can take back included")
        writes(backend, given.documents)
        measure("words, five facets, after these writes", first_time(backend), given.queries)
        print(f"load {os.getloadavg()[0]:.1f}")


def first_time(backend: SearchBackend, texts: Sequence[str] = QUESTIONS, **more: object) -> Callable[[int], object]:
    """Each call is one that nobody asked before: an id that does not exist is excluded, so no count is remembered."""
    return lambda number: backend.search(
        asked(texts[number % len(texts)], facets=FIVE, excluded=frozenset({f"never-{number}"}), **more)
    )


def asked(text: str, **more: object) -> Query:
    """As the portal asks: with the shipped synonyms, from a town that publishes."""
    return Query(text, thesaurus=shipped(), territory=("commune:7", "epci:7"), **more)


def searches(backend: SearchBackend, times: int) -> None:
    measure("words, five facets, first time", first_time(backend), times)
    measure(
        "words, five facets, asked again",
        lambda n: backend.search(asked(QUESTIONS[n % len(QUESTIONS)], facets=FIVE)),
        times,
    )
    measure("words, no facet", lambda n: backend.search(asked(QUESTIONS[n % len(QUESTIONS)])), times)
    beginnings = sorted({text[:length] for text in QUESTIONS for length in range(2, len(text) + 1)})
    measure(
        "as you type, no facet, eight lines",
        lambda n: backend.search(asked(beginnings[n * 7 % len(beginnings)], typing=True, size=8)),
        times,
    )
    wrong = ("dehcets", "defribillateur", "statonnement", "equipemnets sportfs", "pistes ciclables")
    measure("words not well spelt, no facet", lambda n: backend.search(asked(wrong[n % len(wrong)])), times)
    many = frozenset({"public", "user:1", *(f"org:{number}" for number in range(40))})
    measure("words, five facets, a reader of 42 tokens", first_time(backend, audience=many), times)
    measure("everything, five facets, first time", first_time(backend, texts=("",)), times)
    measure("everything by title, five facets, first time", first_time(backend, texts=("",), sort="title"), times)
    filters = {"theme": ("http://example.org/theme/3",), "licence": ("http://example.org/licence/1",)}
    measure("two filters, five facets, first time", first_time(backend, texts=("",), filters=filters), times)
    pages(backend)
    measure("refresh, nothing new", lambda n: backend.refresh(), times)


def pages(backend: SearchBackend, last: int = 1_000) -> None:
    """The first pages and the thousandth, by cursor: it must cost about the same."""
    after, taken = "", []
    for _ in range(last):
        start = time.perf_counter()
        page = backend.search(Query(sort="modified", after=after))
        taken.append((time.perf_counter() - start) * 1000)
        after = page.next
        if not after:
            break
    first, end = taken[1:51], taken[-50:]
    print(
        f"pages by cursor, no facet: the first fifty p50 {statistics.median(first):.2f} ms, "
        f"those up to the {len(taken)}th {statistics.median(end):.2f} ms"
    )


def writes(backend: SearchBackend, count: int) -> None:
    some = list(documents(min(count, 12_000)))

    def write(number: int) -> None:
        backend.write(add=some[number * 200 % len(some) :][:200])
        backend.refresh()

    measure("write of 200 known records, then refresh", write, 60)


if __name__ == "__main__":
    import django

    django.setup()
    from catalogue.search.contract import Query, SearchBackend
    from catalogue.search.document import Document
    from catalogue.search.embedded import EmbeddedBackend
    from catalogue.search.french import shipped

    main()
