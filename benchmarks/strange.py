"""How long a strange question takes at each door of search: the slowest are printed.

    python benchmarks/strange.py [--datasets 10000]

Asks, in process, every question and query string of `tests/search/strange.py`. ELASTICSEARCH_URL and DATABASE_URL are respected.
Limit: 200 ms each (work of this process where the index is embedded, since others may have the machine; the clock on
Elasticsearch), no 5xx; status 1 beyond.
"""

from __future__ import annotations

import argparse
import logging
import os
import sys
import time

from instance import machine, throw_away
from searched import TOWN, fill

LIMIT = 200  # milliseconds
SHOWN = 12


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--datasets", type=int, default=10_000)
    given = parser.parse_args()
    os.environ["BOUTURE_TERRITORY"] = TOWN
    with throw_away("http://127.0.0.1"):
        from django.core.management import call_command

        call_command("collectstatic", interactive=False, verbosity=0)
        fill(given.datasets)
        status = measure(given.datasets)
    sys.exit(status)


def measure(datasets: int) -> int:
    from django.db import connection
    from django.test import Client

    from tests.search import doors
    from tests.search.strange import QUERIES, QUESTIONS

    logging.disable(logging.WARNING)  # one line for each refusal
    embedded = not os.environ.get("ELASTICSEARCH_URL")
    paths = sorted({each.partition("?")[0] for each in doors.ADDRESSES.values()})
    asked = [
        (name, said, path) for said, q in QUESTIONS.items() for name, path in doors.addresses(q, first=False).items()
    ]
    asked += [(path, said, f"{path}?{query}") for said, query in QUERIES.items() for path in paths]
    client = Client(headers={"host": "127.0.0.1"})
    for _, _, address in asked[:: len(asked) // 30]:
        client.get(address)  # warm
    found, broken = [], 0
    for name, said, address in asked:
        clock = time.thread_time if embedded else time.perf_counter
        started = clock()
        status = client.get(address).status_code
        found.append(((clock() - started) * 1000, status, name, said))
        broken += status >= 500
    found.sort(reverse=True)
    engine = "embedded, milliseconds of work" if embedded else "Elasticsearch, milliseconds by the clock"
    print(f"{datasets} datasets, {connection.vendor}, {engine}; {machine()}; load {os.getloadavg()[0]:.1f}")
    print(f"{len(found)} addresses, {broken} answered by 5xx; the slowest:")
    for taken, status, name, said in found[:SHOWN]:
        print(f"  {taken:7.1f} ms  {status}  {name}: {said}")
    return int(bool(broken) or found[0][0] > LIMIT)


if __name__ == "__main__":
    main()
