"""Leaving with everything and coming back: time and memory of `manage.py export` and `manage.py import`, and that all is the same.

    python benchmarks/leaving.py [--datasets 10000] [--through postgres://…]

From SQLite to SQLite; with `--through`, by an empty PostgreSQL base on the way: SQLite, PostgreSQL, SQLite. Each command is a process of
its own, on an instance of its own. Lines of JSON are compared as values (PostgreSQL orders the keys anew), other files byte for
byte. Status 1 when one differs. Limit: memory flat, ≤ 250 MiB whatever the size.
"""

from __future__ import annotations

import argparse
import json
import os
import secrets
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from instance import PROJECT, catalogue, machine

MOVING = {"MANIFEST", "SIGNATURE", "instance.json", "LISEZMOI.md"}


class Instance:
    def __init__(self, home: Path, base: str = "") -> None:
        home.mkdir()
        given = {"BOUTURE_HOME": str(home), "BOUTURE_SECRET_KEY": secrets.token_hex(32), "DATABASE_URL": base}
        kept = {name: value for name, value in os.environ.items() if name not in ("REDIS_URL", "ELASTICSEARCH_URL")}
        self.environ = {**kept, **given, "BOUTURE_URL": "https://portail.banc.example", "BOUTURE_TABLES": "none"}

    def run(self, *arguments: str, told: str = "") -> None:
        """One command; raises SystemExit when it fails. `told`: what it did, printed with its time and its peak of memory."""
        started = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, "manage.py", *arguments], cwd=PROJECT, env=self.environ, stdout=subprocess.DEVNULL
        )
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            raise SystemExit(f"manage.py {' '.join(arguments)}: status {process.returncode}")
        if told:
            seconds = time.perf_counter() - started
            print(f"{told}: {seconds:.1f} s, {used.ru_maxrss / 1024:.0f} MiB at most", flush=True)


def same(one: Path, other: Path) -> list[str]:
    """The files that differ."""
    names = {
        path.relative_to(folder).as_posix()
        for folder in (one, other)
        for path in folder.rglob("*")
        if path.is_file() and path.name not in MOVING
    }
    return sorted(name for name in names if values(one / name) != values(other / name))


def values(path: Path) -> object:
    if not path.exists():
        return None
    content = path.read_bytes()
    if path.suffix != ".jsonl":
        return content
    return sorted(json.dumps(json.loads(line), sort_keys=True) for line in content.splitlines())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--datasets", type=int, default=10_000)
    parser.add_argument("--through", default="", metavar="DATABASE_URL")
    options = parser.parse_args()
    print(f"{machine()}, {options.datasets} datasets", flush=True)
    with tempfile.TemporaryDirectory(prefix="bouture-leaving-") as name:
        folder = Path(name)
        first = Instance(folder / "1")
        first.run("migrate", "--verbosity", "0")
        first.run("harvest", str(catalogue(folder / "catalogue.ttl", options.datasets)))
        first.run("feed")
        first.run("export", "-o", str(folder / "export-1"), told="export, SQLite")
        size = sum(path.stat().st_size for path in (folder / "export-1").rglob("*") if path.is_file())
        print(f"{size / 2**20:.0f} MiB", flush=True)
        faults = []
        for number, base in enumerate(filter(None, (options.through, "sqlite")), 2):
            called = "SQLite" if base == "sqlite" else "PostgreSQL"
            there = Instance(folder / str(number), "" if base == "sqlite" else base)
            there.run("migrate", "--verbosity", "0")
            there.run("import", str(folder / f"export-{number - 1}"), told=f"import with its index, {called}")
            there.run("export", "-o", str(folder / f"export-{number}"), told=f"export, {called}")
            faults += same(folder / "export-1", folder / f"export-{number}")
            again = folder / "catalogue.ttl"
            there.run("harvest", str(again), told=f"harvest of what did not change, {called}")
    if faults:
        raise SystemExit(f"not the same: {', '.join(faults)}")
    print("everything came back the same")


if __name__ == "__main__":
    main()
