"""The default export of every real catalogue, held against the official shapes.

    python benchmarks/validity.py [FOLDER] [--only PART-OF-NAME] [--jobs 2]

FOLDER holds `catalogues`, `shapes` and `vocabularies` (BOUTURE_SHARED_DATA unless said). Each file is harvested into an
instance of its own and read back page by page from `/catalogue.ttl`, as any client reads it: no record is left out.
shapes.ttl and range.ttl of DCAT-AP 3.0.1 judge all of it, with the European vocabularies merged, and the base shapes of
DCAT-AP HVD 3.0.0 the records that have an HVD category; only results about the nodes of the export count.

A record whose source lacks something mandatory is listed with what it lacks, and may only be at fault there; what the
source itself says there is counted beside it, so that a value that we lost is seen. The same of a link to a dataset, a
file or a service that the source does not describe. Exit status 1: a violation that no lack of the source explains, or a
file of catalogues/README.md that was not read.

On SQLite whatever DATABASE_URL says: each file needs an empty base, and the export is the same text on both.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from instance import PROJECT, machine, throw_away
from judging import Fault, Verdict, judge

READ = (".rdf", ".ttl", ".xml", ".json", ".jsonld")  # what may be a catalogue; the content decides


def files(folder: Path) -> Iterator[str]:
    for path in sorted((folder / "catalogues").rglob("*")):
        if path.suffix in READ and path.name != "config.json":
            yield str(path.relative_to(folder / "catalogues"))


def start(template: str) -> None:
    """A process of the pool: an instance of its own, whose base is replaced before each catalogue."""
    os.environ["BOUTURE_HOME"] = f"{template}-{os.getpid()}"
    Path(os.environ["BOUTURE_HOME"]).mkdir()
    sys.path.insert(0, str(PROJECT))
    import django

    django.setup()


def examine(folder: Path, name: str, template: str) -> Verdict:
    """Harvests one file, exports it, and has it judged."""
    from django.conf import settings
    from django.db import connection

    from harvesters.engine import harvest
    from harvesters.models import HarvestRun
    from harvesters.registry import client_for, find_or_make

    started = time.perf_counter()
    connection.close()
    base = Path(settings.DATABASES["default"]["NAME"])
    for old in base.parent.glob(base.name + "*"):
        old.unlink()
    shutil.copy(template, base)
    source = find_or_make(str(folder / "catalogues" / name))
    with client_for(source) as client:
        run = harvest(source, client)
    if run.status != HarvestRun.Status.DONE:
        return Verdict(name, refused=(" ".join(run.messages) or f"{run.quarantined} records set aside")[:200])
    verdict = Verdict(name)
    judge(verdict, folder)
    verdict.seconds = time.perf_counter() - started
    return verdict


def tell(verdict: Verdict) -> None:
    if verdict.refused:
        return
    print(
        f"{verdict.name}: {verdict.records} records, {verdict.hvd} of high value, {len(verdict.lacks)} incomplete,"
        f" {len(verdict.violations)} violations ({verdict.seconds:.0f} s)",
        flush=True,
    )
    for uri, lacking in sorted(verdict.lacks.items(), key=lambda item: verdict.titles[item[0]]):
        print(f"    incomplete: {verdict.titles[uri]}: {'; '.join(dict.fromkeys(lacking))}", flush=True)
    alike: dict[tuple[str, str, str], list[Fault]] = {}
    for fault in verdict.violations:
        alike.setdefault((fault.shapes, fault.path, fault.component), []).append(fault)
    for key, same in alike.items():
        where = f"as at {same[0].focus} of {same[0].record or 'the catalogue'}"
        print(f"    VIOLATION × {len(same)}: {' '.join(key)}, {where}", flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    shared = os.environ.get("BOUTURE_SHARED_DATA") or PROJECT.parent / "shared" / "data"
    parser.add_argument("folder", nargs="?", type=Path, default=Path(shared))
    parser.add_argument("--only", default="", help="only the files whose name holds this")
    parser.add_argument("--jobs", type=int, default=2)
    asked = parser.parse_args()
    os.environ.pop("DATABASE_URL", None)
    with throw_away() as home:
        from django.conf import settings
        from django.core.management import call_command
        from django.db import connection

        call_command("load_reference", verbosity=0)
        connection.close()
        template = str(shutil.copy(settings.DATABASES["default"]["NAME"], home / "template"))
        names = [name for name in files(asked.folder) if asked.only in name]
        started, verdicts = time.perf_counter(), []
        with ProcessPoolExecutor(asked.jobs, get_context("spawn"), start, (template,)) as pool:
            for verdict in pool.map(examine, [asked.folder] * len(names), names, [template] * len(names)):
                tell(verdict)
                verdicts.append(verdict)
        wanted = [name for name in listed(asked.folder) if asked.only in name]
        return conclude(verdicts, wanted, time.perf_counter() - started)


def listed(folder: Path) -> list[str]:
    """The files that the README of the catalogues says to be DCAT."""
    text = (folder / "catalogues" / "README.md").read_text()
    return re.findall(r"^\| (\S+) \| (?:xml|turtle|json-ld) \| \d", text, re.M)


def conclude(verdicts: list[Verdict], wanted: list[str], seconds: float) -> int:
    read = [verdict for verdict in verdicts if not verdict.refused]
    refused = {verdict.name: verdict.refused for verdict in verdicts if verdict.refused}
    print(f"{len(refused)} files refused by name, most of them no RDF (CSW, ISO 19139, CKAN, data.json…)")
    lacks = [{lack.split(" (")[0] for lack in lacking} for verdict in read for lacking in verdict.lacks.values()]
    fields = Counter(field for lacking in lacks for field in lacking).most_common()
    print("incomplete records by field: " + ", ".join(f"{name} {times}" for name, times in fields))
    unread = [name for name in wanted if name in refused]
    for name in unread:
        print(f"NOT READ: {name}: {refused[name]}")
    found = sum(len(verdict.violations) for verdict in read)
    print(
        f"{len(read)} catalogues, {sum(v.records for v in read)} records, {sum(len(v.lacks) for v in read)} incomplete,"
        f" {found} violations on what the sources give, in {seconds:.0f} s; {machine()}"
    )
    return 1 if found or unread or not {verdict.name for verdict in read} >= set(wanted) else 0


if __name__ == "__main__":
    sys.exit(main())
