"""Pages through the web server, two processes, as browsers ask for them: requests/s of kept pages and of searches, kept and made anew.

    python benchmarks/load.py [--datasets 2000] [--clients 8] [--seconds 6]

Fills a base, starts gunicorn as an instance does beside itself and asks over connections that stay open, on the same two cores.
Then withdraws twenty datasets whose pages are kept, one after the other, and asks for each at once and again and again: what is
withdrawn is in no answer. DATABASE_URL and ELASTICSEARCH_URL are respected. Stops by itself.
Limits at eight clients: ≥ 300 pages/s of those that are kept, ≥ 100 searches/s, those too that nobody made a minute before (of a server
that keeps nothing, with the index up to date); no stale page. Status 1 below or above them. Who asks runs on the same two cores.
"""

from __future__ import annotations

import argparse
import http.client
import os
import sys

from asking import SHIPPED, measure, questions, served
from instance import machine, throw_away
from searched import TOWN, fill
from serving import free_port

KEPT, SEARCH, ANEW = "kept pages", "searches", "searches made anew"
LIMITS = {KEPT: 300, SEARCH: 100, ANEW: 100}  # requests/s
BROWSER = {"Accept-Encoding": "gzip", "Accept": "text/html", "Accept-Language": "fr"}
PAGES = 60  # datasets whose pages are asked for
WARM = 3  # times before anything is measured, by two processes that keep them
WITHDRAWN, AGAIN = 20, 6  # datasets; times that each is asked for, so that both processes answer


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--datasets", type=int, default=2_000)
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--seconds", type=float, default=6)
    given = parser.parse_args()
    os.environ["BOUTURE_TERRITORY"], os.environ["BOUTURE_LIMITS"] = TOWN, "0"
    port = free_port()
    with throw_away(f"http://127.0.0.1:{port}"):
        sys.exit(run(port, given))


def run(port: int, given: argparse.Namespace) -> int:
    """The status to stop with."""
    from django.core.management import call_command
    from django.db import connection

    from catalogue.models import Dataset

    call_command("collectstatic", interactive=False, verbosity=0)
    fill(given.datasets)
    datasets = [f"/jeux-de-donnees/{pk}/" for pk in Dataset.objects.order_by("pk").values_list("pk", flat=True)[:PAGES]]
    around = ["/", "/indicateurs/", f"/territoires/{TOWN}/", "/aide/", "/aide/chercher/", "/qualite/"]
    doors = {
        KEPT: [*datasets, *around],
        "datasets' pages, kept": datasets,
        SEARCH: [f"/jeux-de-donnees/?q={q}" for q in questions(SHIPPED)],
    }
    print(f"{given.datasets} datasets, {connection.vendor}; {machine()}", flush=True)
    connection.close()
    broken = 0
    os.environ["BOUTURE_KEPT_PAGES"] = "0"
    with served(port, 2) as server:
        for address in doors[SEARCH]:
            _status(port, address)
        broken += _too_slow((port, server), ANEW, doors[SEARCH], given)
    del os.environ["BOUTURE_KEPT_PAGES"]
    with served(port, 2) as server:
        for name, addresses in doors.items():
            for address in addresses * WARM:
                _status(port, address)
            broken += _too_slow((port, server), name, addresses, given)
        broken += _stale(port, datasets[-WITHDRAWN:])
    return 1 if broken else 0


def _too_slow(of: tuple[int, int], name: str, addresses: list[str], given: argparse.Namespace) -> bool:
    """Whether its limit is passed, or a request failed."""
    rate, failed = measure(of, name, addresses, given.clients, given.seconds, BROWSER)
    return bool(failed) or rate < LIMITS.get(name, 0)


def _status(port: int, address: str) -> int:
    """On a connection of its own, that either process may take."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("GET", address, headers=BROWSER)
    found = connection.getresponse().status
    connection.close()
    return found


def _stale(port: int, addresses: list[str]) -> int:
    """How many answers were of a dataset that had been withdrawn before it was asked for."""
    from catalogue import publishing
    from catalogue.models import Dataset

    stale, asked = 0, 0
    for address in addresses:
        kept = [_status(port, address) for _ in range(AGAIN)]
        assert set(kept) == {200}, kept
        publishing.withdraw(list(Dataset.objects.filter(pk=address.split("/")[2])), "Pour voir.")
        after = [_status(port, address) for _ in range(AGAIN)]
        asked, stale = asked + AGAIN, stale + sum(one != http.HTTPStatus.GONE for one in after)
    print(f"{len(addresses)} datasets withdrawn, {asked} requests right after: {stale} stale", flush=True)
    return stale


if __name__ == "__main__":
    main()
