"""Every real catalogue as a source of one instance, in both orders: which records are taken for one, and by which route.

    python benchmarks/routes.py [FOLDER]

FOLDER holds `catalogues` (BOUTURE_SHARED_DATA unless said). The answers of data.gouv.fr are one source. Each record with
several routes is listed with its titles as each source says them, to be judged by eye. Exit status 1: the two orders do not
take the same records for one.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from instance import throw_away

READ = (".rdf", ".ttl", ".xml", ".json", ".jsonld")
Pair = frozenset[tuple[str, str]]  # of (source, key)


def sources(folder: Path, scratch: Path) -> list[tuple[str, str]]:
    """Path and base of each source."""
    found = []
    catalogues = folder / "catalogues"
    for path in sorted(catalogues.rglob("*")):
        name = str(path.relative_to(catalogues))
        if path.suffix in READ and path.name != "config.json" and not name.startswith("datagouv-api-2022/"):
            found.append((str(path), f"https://{name.split('/', maxsplit=1)[0]}.example/{path.stem}/"))
    answers = [
        json.loads(path.read_bytes()) for path in sorted((catalogues / "datagouv-api-2022/datasets").glob("*.json"))
    ]
    whole = scratch / "datagouv.json"
    said = {"data": answers, "next_page": None, "page": 1, "page_size": len(answers), "previous_page": None}
    whole.write_text(json.dumps(said))
    return [*found, (str(whole), "https://www.data.gouv.fr/")]


def harvest_all(every: Sequence[tuple[str, str]]) -> dict[str, int]:
    """Counts of all the runs together."""
    from harvesters.engine import harvest
    from harvesters.registry import client_for, find_or_make

    counts: dict[str, int] = defaultdict(int)
    for path, base in every:
        source = find_or_make(path, base=base)
        with client_for(source) as client:
            run = harvest(source, client)
        for name in ("found", "created", "followed", "updated", "quarantined"):
            counts[name] += getattr(run, name)
    return counts


def shared() -> dict[Pair, str]:
    """The routes of each record that has several -> its title."""
    from catalogue.models import Dataset
    from harvesters.models import HarvestRecord

    rows = HarvestRecord.objects.filter(record__isnull=False, kind="dataset").select_related("source")
    routes = defaultdict(set)
    for row in rows.order_by("follows"):
        routes[row.record].add((Path(row.source.key).name, row.key))
    titles = {row.pk: row.label for row in Dataset.objects.filter(pk__in=routes)}
    return {frozenset(each): titles.get(record, "?") for record, each in routes.items() if len(each) > 1}


def measure(folder: Path, *, backwards: bool) -> dict[Pair, str]:
    from catalogue.models import Dataset
    from harvesters.models import HarvestRecord, HarvestSource

    with_scratch = Path(os.environ["BOUTURE_HOME"])
    every = sources(folder, with_scratch)
    started = time.perf_counter()
    counts = harvest_all(every[::-1] if backwards else every)
    told = ", ".join(f"{count} {name}" for name, count in counts.items())
    print(
        f"{'backwards' if backwards else 'forwards'}: {len(every)} sources, {told}, {time.perf_counter() - started:.1f} s"
    )
    found = shared()
    HarvestRecord.objects.all().delete()
    HarvestSource.objects.all().delete()
    Dataset.objects.all().delete()
    return found


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path, nargs="?", default=os.environ.get("BOUTURE_SHARED_DATA", "."))
    options = parser.parse_args()
    with throw_away("https://portail.example"):
        from django.core.management import call_command

        call_command("load_reference", verbosity=0)
        one, other = (measure(options.folder, backwards=backwards) for backwards in (False, True))
    for pair, title in sorted(one.items(), key=lambda each: each[1]):
        print(f"\n{title}")
        for source, key in sorted(pair):
            print(f"    {source}  {key[:110]}")
    print(f"\n{len(one)} records with several routes, {len(other)} in the other order")
    for pair in set(one) ^ set(other):
        print(f"only {'forwards' if pair in one else 'backwards'}: {sorted(pair)}")
    sys.exit(1 if set(one) != set(other) else 0)


if __name__ == "__main__":
    main()
