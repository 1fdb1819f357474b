"""Harvests: first, same bytes, re-serialised and shuffled with one record changed.

    python benchmarks/harvest.py [--datasets 10000]

Limits (DESIGN, on two cores): first ≥ 300 datasets/s; same bytes ≥ 20,000/s; re-serialised ≥ 2,000/s with exactly one
update and no other write.
"""

from __future__ import annotations

import argparse

from instance import catalogue, machine, peak_mib, throw_away


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--datasets", type=int, default=10_000)
    count = parser.parse_args().datasets
    with throw_away() as folder:
        from django.core.management import call_command

        from catalogue.models import Change
        from harvesters.engine import harvest
        from harvesters.registry import client_for, find_or_make
        from harvesters.results import report

        call_command("load_reference", verbosity=0)
        path = catalogue(folder / "catalogue.ttl", count)
        source = find_or_make(str(path))

        def run(name: str) -> None:
            lines = Change.objects.count()
            with client_for(source) as client:
                told = report(harvest(source, client))
            rate = count / told["seconds"]
            print(
                f"{name:14} {rate:10,.0f} datasets/s  {told['seconds']:8.2f} s  found {told['found']}, created {told['created']}, "
                f"updated {told['updated']}, unchanged {told['unchanged']}, lines of the log +{Change.objects.count() - lines}, peak {peak_mib():.0f} MiB"
            )

        print(f"{count} datasets, {path.stat().st_size / 2**20:.1f} MiB of Turtle; {machine()}")
        run("first")
        run("same bytes")
        catalogue(path, count, shuffle=7, changed=count // 2)
        run("re-serialised")


if __name__ == "__main__":
    main()
