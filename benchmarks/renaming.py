"""Real hubs that renamed their records: which keep their page and their history, snapshot after snapshot.

    python benchmarks/renaming.py FOLDER

FOLDER holds snapshots named <hub>_<date>.json, each the data.json of an ArcGIS hub. Limit: of the datasets that remain
and have a service address, at least 95 % keep their page and history, and none is deleted and made again.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Step:
    """One snapshot harvested after the one before. `remain`: datasets of both, known by their service's address."""

    name: str
    run: Any
    datasets: int
    same_identifiers: int
    remain: int
    kept: int  # of those that remain: the same primary key, one creation in the log
    made_again: int  # of those that remain: another record, or one that was withdrawn


def services(items: list[dict[str, Any]]) -> dict[str, str]:
    """Address of a dataset's service -> the dataset's identifier."""
    said = ((item, file) for item in items for file in item["distribution"])
    return {
        file["accessURL"]: item["identifier"]
        for item, file in said
        if "GeoService" in file["title"] and "accessURL" in file
    }


def replay(folder: Path, hub: str, scratch: Path) -> Iterator[Step]:
    """Harvests the hub's snapshots in the order of their dates, as one source."""
    from catalogue.models import Change, Dataset
    from harvesters.engine import harvest
    from harvesters.registry import client_for, find_or_make

    path = scratch / f"{hub}.json"
    identifiers: set[str] = set()
    before: dict[str, Any] = {}
    for snapshot in sorted(folder.glob(f"{hub}_*.json")):
        items = json.loads(snapshot.read_text())["dataset"]
        path.write_bytes(snapshot.read_bytes())
        source = find_or_make(str(path))
        with client_for(source) as client:
            run = harvest(source, client)
        now, here = services(items), {item["identifier"] for item in items}
        rows = Dataset.objects.published().prefetch_related("distributions")
        held = {
            url: row.pk for row in rows for file in row.distributions.all() for url in file.access_url if url in now
        }
        remain = before.keys() & now.keys()
        kept = {url for url in remain if held.get(url) == before[url]}
        lines = Change.objects.filter(record__in=[before[url] for url in remain])
        withdrawn = set(lines.filter(verb=Change.Verb.WITHDRAW).values_list("record", flat=True))
        again = sum(url not in kept or before[url] in withdrawn for url in remain)
        yield Step(snapshot.stem, run, len(items), len(here & identifiers), len(remain), len(kept), again)
        identifiers, before = here, held


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    hubs = sorted({path.stem.rpartition("_")[0] for path in folder.glob("*_*.json")})
    if not hubs:
        sys.exit(f"no snapshot <hub>_<date>.json in {folder}")
    from instance import throw_away

    fine = True
    with throw_away() as scratch:
        from django.core.management import call_command

        call_command("load_reference", verbosity=0)
        for hub in hubs:
            for step in replay(folder, hub, scratch):
                fine &= step.kept >= 0.95 * step.remain and not step.made_again
                print(
                    f"{step.name}: {step.datasets} datasets, {step.same_identifiers} under an identifier of the snapshot before; "
                    f"created {step.run.created}, updated {step.run.updated} (recognised {step.run.recognised}), "
                    f"withdrawn {step.run.withdrawn}; of {step.remain} that remain and have a service address "
                    f"{step.kept} kept their page and history, {step.made_again} were deleted and made again"
                )
    sys.exit(0 if fine else 1)


if __name__ == "__main__":
    main()
