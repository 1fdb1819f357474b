"""Harvests killed (SIGKILL) at random moments, then run again, compared with one that nobody interrupts.

    python benchmarks/killing.py [--datasets 1000] [--kills 10] [--long] [--seed 1]

`--long`: 10,000 datasets. Two editions of a source are harvested one after the other: in the second some records are
changed, renamed, new, gone. Limit: the same catalogue, one creation a record, the same lines of the log.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import secrets
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from serving import say, serving

PROJECT = Path(__file__).resolve().parent.parent
HEAD = "@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> . @prefix hydra: <http://www.w3.org/ns/hydra/core#> .\n"
TELL = """
import json
from hashlib import sha256
from catalogue.models import Change, Dataset, Distribution
from harvesters.models import HarvestRecord
rows = Dataset.objects.with_forms().prefetch_related("distributions")
uris = {row.pk: row.uri for row in rows}
print(json.dumps({
    "records": sorted([row.uri, row.status, row.title, row.former_uris, sha256(row.said.encode()).hexdigest(),
                       sorted(file.uri for file in row.distributions.all())] for row in rows),
    "log": sorted([c.verb, uris.get(c.record, "?")] for c in Change.objects.filter(kind="record")),
    "rows": [HarvestRecord.objects.count(), HarvestRecord.objects.filter(gone_at__isnull=False).count()],
}))
"""


class Town:
    """A server of a paged catalogue, in two editions."""

    def __init__(self, datasets: int, per_page: int) -> None:
        self.datasets, self.per_page, self.edition, self.base = datasets, per_page, 1, ""

    @contextmanager
    def served(self) -> Iterator[Town]:
        with serving(lambda asked: say(asked, self.page(int(asked.path.rpartition("/")[2])))) as self.base:
            yield self

    def url(self, page: int) -> str:
        return f"{self.base}/{page}"

    def page(self, number: int) -> bytes:
        names = [name for name in range(self.datasets) if self.edition == 1 or name % 20 != 3]
        names += range(self.datasets, self.datasets + self.datasets // 20) if self.edition == 2 else ()
        here = names[number * self.per_page : (number + 1) * self.per_page]
        more = (
            f"<{self.url(10**6)}> hydra:next <{self.url(number + 1)}> .\n"
            if names[len(here) + number * self.per_page :]
            else ""
        )
        return (HEAD + "".join(map(self._record, here)) + more).encode()

    def _record(self, name: int) -> str:
        second = self.edition == 2
        site = "neuf" if second and name % 10 == 4 else "vieux"
        title = f"Jeu {name}{' revu' if second and name % 10 == 5 else ''}"
        base = f"https://{site}.essai.example/jeux/{name}"
        return (
            f'<{base}> a dcat:Dataset ; dct:identifier "{site}-{name}" ; dct:title "{title}"@fr ; '
            f'dct:description "Ce que la ville dit du jeu {name}."@fr ; dcat:distribution <{base}/csv> .\n'
            f"<{base}/csv> a dcat:Distribution ; dcat:accessURL <https://fichiers.essai.example/{name}.csv> .\n"
        )


@dataclass
class Harvested:
    """What two editions left in an instance."""

    records: list[Any]
    log: list[Any]
    rows: list[int]
    kills: int = 0
    seconds: list[float] = field(default_factory=list)  # of the uninterrupted runs


class Instance:
    """An instance of its own, in a folder, on SQLite; each command is a process."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True)
        self.environment = {
            **{name: value for name, value in os.environ.items() if name in ("PATH", "LANG", "LC_ALL", "TMPDIR")},
            "BOUTURE_HOME": str(folder),
            "BOUTURE_SECRET_KEY": secrets.token_hex(32),
            "DJANGO_SETTINGS_MODULE": "portal.settings",
        }

    def start(self, *words: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, str(PROJECT / "manage.py"), *words],
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *words: str) -> str:
        process = self.start(*words)
        told, wrong = process.communicate(timeout=600)
        if process.returncode:
            raise SystemExit(f"{' '.join(words[:2])}: {wrong or told}")
        return told


def harvest_until_killed(folder: Path, town: Town, kills: int, seed: int, about: float = 4.0) -> Harvested:
    """Harvests both editions; each is killed in half of the `kills`, at random moments of `about` seconds, and then
    run to its end.
    """
    chance, instance, done, seconds = random.Random(seed), Instance(folder), 0, []
    instance.run("migrate", "--verbosity=0")
    for edition in (1, 2):
        town.edition = edition
        before = done
        while done - before < kills / 2 and done < kills:
            process = instance.start("harvest", town.url(0))
            try:
                process.communicate(timeout=chance.uniform(0.2, 1) * about)
            except subprocess.TimeoutExpired:
                process.kill()
                done += 1
            else:
                about *= 0.8  # it was over before its moment
            process.communicate()
        started = time.monotonic()
        instance.run("harvest", town.url(0), "--json")
        seconds.append(time.monotonic() - started)
    told = json.loads(instance.run("shell", "--verbosity=0", "-c", TELL).strip().splitlines()[-1])
    return Harvested(**told, kills=done, seconds=seconds)


def same_catalogue(whole: Harvested, cut: Harvested) -> list[str]:
    """What differs, in words; empty when nothing does."""
    wrong = []
    if whole.records != cut.records:
        wrong.append(
            f"records: {[pair for pair in zip(whole.records, cut.records, strict=False) if pair[0] != pair[1]][:2]}"
        )
    if whole.log != cut.log:
        lines, others = Counter(map(tuple, whole.log)), Counter(map(tuple, cut.log))
        wrong.append(f"log: lost {list(lines - others)[:3]}, too many {list(others - lines)[:3]}")
    if whole.rows != cut.rows:
        wrong.append(f"rows of the source: {whole.rows}, {cut.rows}")
    return wrong


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--datasets", type=int, default=1_000)
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--long", action="store_true", help="10,000 datasets")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    from tempfile import TemporaryDirectory

    datasets = 10_000 if options.long else options.datasets
    with TemporaryDirectory(prefix="bouture-bench-") as folder, Town(datasets, per_page=100).served() as town:
        whole = harvest_until_killed(Path(folder) / "whole", town, 0, options.seed)
        about = max(whole.seconds)
        cut = harvest_until_killed(Path(folder) / "cut", town, options.kills, options.seed, about)
    wrong = same_catalogue(whole, cut)
    print(
        f"{datasets} datasets, {cut.kills} kills, seed {options.seed}: {len(cut.records)} records, {len(cut.log)} lines of "
        f"the log; uninterrupted {sum(whole.seconds):.1f} s, the last runs after the kills {sum(cut.seconds):.1f} s; "
        f"{'the same catalogue' if not wrong else 'DIFFERENT'}"
    )
    for line in wrong:
        print(line)
    sys.exit(1 if wrong or cut.kills < options.kills else 0)


if __name__ == "__main__":
    main()
