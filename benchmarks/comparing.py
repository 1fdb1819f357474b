"""What a page that compares asks of the base, in a whole country: 35,000 communes, 40 indicators, 5 years.

    python benchmarks/comparing.py [--communes 35000] [--indicators 40] [--years 5] [--times 60] [--small]

Fills an empty base (SQLite in a folder of its own, or what DATABASE_URL names) with invented figures: each commune is a body
with one dataset, some of them private or withdrawn, and what is compared lies all over the table. A base that it filled
before is asked again as it is. Then a page: its groups, the comparison, the trend, for a stranger and for the member of
three bodies; each group in turn, other towns and indicators each time. Prints p50 and p95 in milliseconds by the clock and the
processor's share of it in this process, "first": a question never asked, "again": the same. Limit: 100 ms at p95 first, for the
worst group; status 1 beyond it. `--small`: two thousand communes, and no limit.
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

from compared import LAST_YEAR, loaded
from instance import machine, peak_mib, throw_away

LIMIT = 100.0  # ms
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
    with throw_away():
        fill(given)
        gc.collect()
        gc.freeze()  # as the web server does (deploy/gunicorn.conf.py)
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


def size() -> int:
    from django.db import connection

    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT pg_database_size(current_database())")
            return int(cursor.fetchone()[0])
    return Path(connection.settings_dict["NAME"]).stat().st_size


def measure(times: int) -> float:
    """The slowest p95 of the questions asked for the first time."""
    from catalogue.models import PUBLIC, Audience, Organisation

    bodies = frozenset(Organisation.objects.order_by("pk").values_list("pk", flat=True)[:3])
    readers = {"stranger": PUBLIC, "member of three bodies": Audience(organisations=bodies)}
    slowest = 0.0
    for reader, audience in readers.items():
        for key, words in GROUPS.items():
            pages = towns(times)
            slowest = max(
                slowest, told(f"{words}, {reader}", [page(town, n, key, audience) for n, town in enumerate(pages)])
            )
    return max(slowest, told("six side by side, one theme", [side_by_side(towns(6), PUBLIC)] * times))


def towns(count: int) -> Sequence[object]:
    """Communes of the strate that has the most, all over the country."""
    from catalogue.models import Observation, Territory

    known = Territory.objects.filter(size_class=3, pk__in=Observation.objects.values("territory")).order_by("pk")
    keys = list(known.values_list("pk", flat=True))
    chosen = keys[:: max(1, len(keys) // count)][:count]
    return list(Territory.objects.filter(pk__in=chosen).order_by("pk"))


def page(town: object, number: int, key: str, audience: object) -> Callable[[], int]:
    """What a page asks; another indicator and year each time. Gives how many peers it has."""
    from catalogue.comparing.groups import groups_of
    from catalogue.comparing.peers import compared
    from catalogue.comparing.trending import trend
    from catalogue.models import Indicator

    known = list(Indicator.objects.order_by("pk"))
    indicator = known[number % len(known)]
    recipe = recipe_of(indicator.key)

    def asked() -> int:
        group = next(each for each in groups_of(town) if each.key == key)  # type: ignore[arg-type]
        found = compared(indicator, recipe, town, str(LAST_YEAR - number % 2), group, audience)  # type: ignore[arg-type]
        trend(indicator, recipe, town, audience)  # type: ignore[arg-type]
        return found.peers

    return asked


def side_by_side(places: Sequence[object], audience: object) -> Callable[[], int]:
    from catalogue.comparing.beside import beside
    from catalogue.models import Indicator

    recipes = {key: recipe_of(key) for key in Indicator.objects.values_list("key", flat=True)}
    return lambda: len(beside(places, "banc", recipes, audience).lines)  # type: ignore[arg-type]


def recipe_of(key: str) -> object:
    from catalogue.indicators.contract import Binding, Divisor, Recipe, Sense, Spread, Unit, Words

    words = Words("Dépenses", "Spending")
    unit = Unit("EUR_INH", words, "€/hab.", 0)
    return Recipe(
        *(key, 1, words, words, "banc", unit, Sense.CONTEXT, "scdl/budget", (), Binding.SIREN, Divisor.POPULATION),
        *(1.0, Spread.RATIO, True),
    )


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
