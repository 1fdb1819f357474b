"""The page that compares, in a whole country: 35,000 communes, 40 indicators, 5 years.

    python benchmarks/comparing.py [--communes 35000] [--indicators 40] [--years 5] [--times 60] [--small]

Fills an empty base (SQLite in a folder of its own, or what DATABASE_URL names) with invented figures: each commune is a body
with one dataset, some of them private or withdrawn, and what is compared lies all over the table. A base that it filled
before is asked again as it is. Then the page of an indicator through Django's handler, for a stranger and for the member of
three bodies; each group in turn, other towns and indicators each time. Prints p50 and p95 in milliseconds by the clock and the
processor's share of it in this process, "first": a question never asked, "again": the same; in brackets the most KiB of a page, or
the most peers. Limit: 100 ms at p95 first, for the worst group; status 1 beyond it. `--small`: two thousand communes, and no limit.
"""

from __future__ import annotations

import argparse
import gc
import os
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from compared import LAST_YEAR, THEME, loaded, written
from instance import machine, peak_mib, throw_away

if TYPE_CHECKING:
    from django.test import Client

    from catalogue.models import Audience, Territory, User

LIMIT = 100.0  # ms
MEMBER = "membre@banc.example"
# Whose page: the worst strate has 11,135 communes.
GROUPS = {
    "taille": "strate of 500 to 1,999 inhabitants",
    "taille-departement": "the same in the département",
    "epci": "EPCI",
    "departement": "département",
    "region": "région",
    "densite": "density class",
}


def main() -> int:
    asked = argparse.ArgumentParser()
    asked.add_argument("--communes", type=int, default=35_000)
    asked.add_argument("--indicators", type=int, default=40)
    asked.add_argument("--years", type=int, default=5)
    asked.add_argument("--times", type=int, default=60)
    asked.add_argument("--small", action="store_true")
    given = asked.parse_args()
    if given.small:
        given.communes, given.indicators, given.years, given.times = 2_000, 4, 3, 5
    with throw_away() as folder:
        from django.core.management import call_command

        call_command("collectstatic", interactive=False, verbosity=0)
        fill(given)
        written(folder)
        pack()
        gc.collect()
        gc.freeze()  # as the web server does (deploy/gunicorn.conf.py)
        gc.set_threshold(10_000, 10, 10)
        slowest = measure(given.times)
        print(f"{machine()}; peak {peak_mib():.0f} MiB")
    return int(slowest > LIMIT and not given.small)


def fill(given: argparse.Namespace) -> None:
    from django.db import connection

    from catalogue.models import Observation

    if Observation.objects.exists():
        print("asked as it is")
    else:
        spent = time.process_time()
        seconds = loaded(given.communes, given.indicators, given.years)
        print(
            f"loaded in {seconds:.0f} s ({time.process_time() - spent:.0f} s of processor here), {size() / 2**20:,.0f} MiB"
        )
    connection.close()


def pack() -> None:
    """As the worker does once nothing is left to reckon."""
    from catalogue.observing import columns

    clock, work = time.perf_counter(), time.process_time()
    count = columns.fill()
    took = time.perf_counter() - clock
    print(f"{count} columns packed in {took:.1f} s ({time.process_time() - work:.1f} s of processor here)")


def size() -> int:
    from django.db import connection

    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT pg_database_size(current_database())")
            return int(cursor.fetchone()[0])
    return Path(connection.settings_dict["NAME"]).stat().st_size


def measure(times: int) -> float:
    """The slowest p95 of the pages asked for the first time."""
    from django.contrib.auth import get_user_model
    from django.test import Client

    from catalogue.models import PUBLIC

    stranger, member = Client(headers={"host": "127.0.0.1"}), Client(headers={"host": "127.0.0.1"})
    member.force_login(get_user_model().objects.filter(email=MEMBER).first() or member_of_three())
    slowest = 0.0
    chosen = towns(times)
    for reader, browser in (("stranger", stranger), ("member of three bodies", member)):
        browser.get(address(chosen[0], 0, ""))  # templates and addresses are read once a process
        for key, words in GROUPS.items():
            pages = [page(browser, address(town, number, key)) for number, town in enumerate(chosen)]
            slowest = max(slowest, told(f"{words}, {reader}", pages))
    told("the questions of the first alone", [compared_alone(town, number) for number, town in enumerate(chosen)])
    told("six side by side, one theme", [side_by_side(towns(6), PUBLIC)] * times)
    return slowest


def member_of_three() -> User:
    from django.contrib.auth import get_user_model

    from catalogue.models import Organisation
    from catalogue.permissions import assign_role

    person = get_user_model().objects.create_user(MEMBER)
    for body in Organisation.objects.order_by("pk")[:3]:
        assign_role(person, body, "reader")
    return person


def towns(count: int) -> Sequence[Territory]:
    """Communes of the strate that has the most, all over the country."""
    from catalogue.models import Observation, Territory

    known = Territory.objects.filter(size_class=3, pk__in=Observation.objects.values("territory")).order_by("pk")
    keys = list(known.values_list("pk", flat=True))
    chosen = keys[:: max(1, len(keys) // count)][:count]
    return list(Territory.objects.filter(pk__in=chosen).order_by("pk"))


def asked_of(number: int) -> tuple[str, str]:
    """Another indicator each time, and another of the two last years."""
    from catalogue.models import Indicator

    known = Indicator.objects.order_by("pk").values_list("key", flat=True)
    return known[number % len(known)], str(LAST_YEAR - number % 2)


def address(town: Territory, number: int, group: str) -> str:
    key, period = asked_of(number)
    return f"/indicateurs/{key}/?territoire={town.code}&periode={period}&groupe={group}"


def page(browser: Client, at: str) -> Callable[[], int]:
    """Gives the KiB that the page has."""

    def asked() -> int:
        answer = browser.get(at)
        assert answer.status_code == 200, at
        assert "h-comparer" in answer.text, at
        return len(answer.content) // 1024

    return asked


def compared_alone(town: Territory, number: int) -> Callable[[], int]:
    """What the base is asked for the page: groups, comparison, trend. Gives how many peers there are."""
    from catalogue.comparing.groups import groups_of
    from catalogue.comparing.peers import compared
    from catalogue.comparing.trending import trend
    from catalogue.models import PUBLIC, Indicator
    from catalogue.observing.recipes import known

    key, period = asked_of(number)
    indicator, recipe = Indicator.objects.get(key=key), known().recipes[key]

    def asked() -> int:
        group = next(each for each in groups_of(town) if each.key == "taille")
        found = compared(indicator, recipe, town, period, group, PUBLIC)
        trend(indicator, recipe, town, PUBLIC)
        return found.peers

    return asked


def side_by_side(places: Sequence[Territory], audience: Audience) -> Callable[[], int]:
    from catalogue.comparing.beside import beside
    from catalogue.observing.recipes import known

    recipes = known().recipes
    return lambda: len(beside(places, THEME, recipes, audience).lines)


def told(what: str, questions: Sequence[Callable[[], int]]) -> float:
    """Prints the times of all of them, first and again; p95 of the first."""
    first, counts = clocked(questions)
    again, _ = clocked(questions)
    most = max(counts, default=0)
    print(f"{what} ({most:,}): first {said(first)}; again {said(again)}")
    return quantile([clock for clock, _ in first])


def clocked(questions: Sequence[Callable[[], int]]) -> tuple[list[tuple[float, float]], list[int]]:
    """Milliseconds by the clock and of processor, for each; and what they gave."""
    times, gave = [], []
    for ask in questions:
        clock, work = time.perf_counter(), time.process_time()
        gave.append(ask())
        times.append(((time.perf_counter() - clock) * 1000, (time.process_time() - work) * 1000))
    return times, gave


def said(times: Sequence[tuple[float, float]]) -> str:
    clocks, works = zip(*times, strict=True)
    return f"p50 {statistics.median(clocks):.0f} ms, p95 {quantile(clocks):.0f} (work {statistics.median(works):.0f} and {quantile(works):.0f})"


def quantile(values: Sequence[float]) -> float:
    return sorted(values)[int(0.95 * (len(values) - 1))]


if __name__ == "__main__":
    os.chdir(Path(__file__).resolve().parent.parent)
    sys.exit(main())
