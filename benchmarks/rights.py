"""What rights cost: searches and lists of somebody with grants, beside those of a stranger.

    python benchmarks/rights.py [--datasets 10000] [--private 2000] [--queries FILE] [--rounds 3]

Of the datasets, some are private and given to 300 people in 50 groups of their bodies; a person asked for is in two groups and has ten
grants by address. The same questions are asked in process as a stranger and as each of eight people, turn about; then the pages of lists
count their queries. DATABASE_URL and ELASTICSEARCH_URL are respected. Limits: search with rights ≤ 1.3 × without (median of the ratios of
the same questions: processor of this process, or the time that passed where a server searches, which on a busy machine is to be
measured again), lists ≤ 10 queries, all counted; status 1 beyond.
"""

from __future__ import annotations

import argparse
import itertools
import os
import random
import statistics
import sys
import time
from pathlib import Path
from typing import Any

from asking import SHIPPED
from instance import machine, throw_away
from searched import fill

PEOPLE, GROUPS, ASKING = 300, 50, 8
LISTS = (
    "/",
    "/jeux-de-donnees/",
    "/jeux-de-donnees/?q=arbres",
    "/organisations/ville-1/",
    "/api/search?q=arbres",
)
TIMES, QUERIES = 1.3, 10


def questions(path: Path) -> list[str]:
    lines = path.read_text("utf-8").splitlines()
    table = lines[0].split("\t")[0] == "query"
    return [line.split("\t")[0] for line in lines[table:] if line.strip() and not line.startswith("#")]


def people(private: int) -> list[Any]:
    """Makes them, their groups and their accesses, each by the verb that the page calls."""
    from catalogue import granting, publishing
    from catalogue.granting import Opened
    from catalogue.models import Dataset, Organisation, User

    draw = random.Random(2026)
    bodies = list(Organisation.objects.filter(tenant=True).order_by("pk"))
    groups = [granting.make_group(bodies[number % len(bodies)], f"Groupe {number}") for number in range(GROUPS)]
    made = [User.objects.create_user(f"agent{number}@banc.example") for number in range(PEOPLE)]
    for number, person in enumerate(made):
        for group in (groups[number % GROUPS], groups[(number * 7 + 1) % GROUPS]):
            granting.add_member(group, person.email)
    started = time.perf_counter()
    rows = list(Dataset.objects.select_related("owner").order_by("pk")[:private])
    for number, row in enumerate(rows):
        publishing.set_private(row, private=True)
        granting.give(Opened(row.owner, dataset=row), groups[number % GROUPS].group, "banc")
    for person in made:
        for row in draw.sample(rows, 10):
            granting.give(Opened(row.owner, dataset=row), person.email, "banc")
    print(
        f"{private} made private, {private + 10 * PEOPLE} accesses given in {time.perf_counter() - started:.0f} s",
        flush=True,
    )
    return made


def searches(asked: list[str], readers: list[Any], rounds: int) -> float:
    """The median ratio of the same question with rights and without."""
    from django.conf import settings
    from django.contrib.auth.models import AnonymousUser

    from catalogue import search
    from catalogue.permissions import audience_of

    clock, of = (time.perf_counter, "") if settings.ELASTICSEARCH_URL else (time.process_time, " of processor")

    def ask(text: str, reader: Any) -> tuple[float, int]:
        started = clock()
        page = search.find(
            text, audience=audience_of(reader), facets=("theme", "format", "licence", "publisher", "territory")
        )
        return (clock() - started) * 1000, page.total

    stranger, turn = AnonymousUser(), itertools.cycle(readers)
    for text in asked[:20]:
        ask(text, stranger), ask(text, next(turn))
    ratios, times, more = [], {"without": list[float](), "with": list[float]()}, 0
    for _ in range(rounds):
        for text in asked:
            without, public = ask(text, stranger)
            held, found = ask(text, next(turn))
            ratios.append(held / max(without, 0.01))
            times["without"].append(without)
            times["with"].append(held)
            more += found > public
    for name, taken in times.items():
        p95 = statistics.quantiles(taken, n=20)[18]
        print(f"search {name} rights: p50 {statistics.median(taken):.2f} ms{of}, p95 {p95:.2f}", flush=True)
    total = sum(times["with"]) / sum(times["without"])
    print(
        f"ratio: median {statistics.median(ratios):.2f}, of the sums {total:.2f}; {more} of {len(ratios)} found more with rights"
    )
    return statistics.median(ratios)


def lists(reader: Any) -> int:
    """The most queries that one page asks, sessions and accounts included."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(reader)
    most = 0
    for address in LISTS:
        b"".join(client.get(address))  # what a process keeps
        with CaptureQueriesContext(
            connection,
        ) as asked:
            answer = client.get(address)
            b"".join(answer)
        took = sum(float(query["time"]) for query in asked.captured_queries) * 1000
        print(f"{address:34} {answer.status_code} {len(asked):3} queries, {took:.1f} ms in the base", flush=True)
        most = max(most, len(asked))
    return most


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--datasets", type=int, default=10_000)
    parser.add_argument("--private", type=int, default=2_000)
    parser.add_argument("--queries", type=Path, default=SHIPPED)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    print(machine())
    with throw_away():
        from django.core.management import call_command

        fill(given.datasets)
        made = people(given.private)
        call_command("index", verbosity=0)
        call_command("collectstatic", interactive=False, verbosity=0)
        readers = random.Random(1).sample(made, ASKING)
        ratio = searches(questions(given.queries), readers, given.rounds)
        most = lists(readers[0])
    print(f"load {os.getloadavg()[0]:.1f}")
    return int(ratio > TIMES or most > QUERIES)


if __name__ == "__main__":
    sys.exit(main())
