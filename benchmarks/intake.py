"""A million rows from an untidy CSV to a typed table with its profile: seconds, and the memory of a process of its own.

    python benchmarks/intake.py [--rows 1000000] [--detective]

Six columns as towns write them: id, INSEE code, date in French, decimal comma, text, SIREN. Limit: 5 s and 500 MiB for
a million rows. `--untidy` writes it in Windows-1252 with a title and a footnote, which takes the way of line by line;
`--detective` asks csv-detective the same file too (`pip install csv-detective`; it reads and types, and writes nothing).
"""

from __future__ import annotations

import argparse
import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))


def made(path: Path, rows: int, untidy: bool) -> Path:
    encoding = "cp1252" if untidy else "utf-8"
    with path.open("w", encoding=encoding, newline="") as file:
        if untidy:
            file.write("Subventions versées;;;;;\r\n\r\n")
        file.write("id;code_insee;date;montant;libellé;siren\r\n")
        for start in range(0, rows, 10_000):
            file.write("".join(line(n) for n in range(start, min(rows, start + 10_000))))
        if untidy:
            file.write("Source : mairie\r\n")
    return path


def line(n: int) -> str:
    commune = f"{n % 95 + 1:02}{n * 7 % 1000:03}"
    amount = f"{n * 37 % 100_000},{n % 100:02}"
    return f"{n};{commune};{n % 28 + 1:02}/{n % 12 + 1:02}/{2000 + n % 25};{amount};Fête de l’école n° {n * 13 % 50_000};{siren(n)}\r\n"


def siren(n: int) -> str:
    """A number with the right key."""
    digits = f"{20_000_000 + n}"
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 if place % 2 else 2)
        total += value - 9 * (value > 9)
    return f"{digits}{-total % 10}"


def ours(path: Path, folder: Path) -> None:
    from catalogue.tables import intake
    from catalogue.tables.typing import typed

    started, busy = time.perf_counter(), time.process_time()
    raw = intake.read(path, folder / "raw.parquet")
    read = time.perf_counter()
    table = typed(raw, folder / "typed.parquet")
    ended = time.perf_counter()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"ours: {ended - started:.2f} s (read {read - started:.2f}, typed with its profile {ended - read:.2f}),"
        f" {time.process_time() - busy:.2f} s of processor, peak {peak:.0f} MiB;"
        f" {table.rows} rows, {(folder / 'typed.parquet').stat().st_size / 2**20:.1f} MiB of Parquet"
    )
    print("      " + ", ".join(f"{column.name} {column.type}" for column in table.columns), flush=True)


def detective(path: Path, _: Path) -> None:
    started, busy = time.perf_counter(), time.process_time()
    from csv_detective import routine

    imported = time.perf_counter()
    held = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    found = routine(str(path), num_rows=-1, output_profile=True, save_results=False)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"csv-detective: {time.perf_counter() - imported:.2f} s after an import of {imported - started:.2f} s and {held:.0f} MiB,"
        f" {time.process_time() - busy:.2f} s of processor, peak {peak:.0f} MiB"
    )
    print("      " + ", ".join(f"{name} {each['format']}" for name, each in found["columns"].items()), flush=True)


def apart(work: Callable[[Path, Path], None], path: Path, folder: Path) -> None:
    child = os.fork()
    if child == 0:
        work(path, folder)
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--untidy", action="store_true")
    parser.add_argument("--detective", action="store_true")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bouture-intake-") as temporary:
        folder = Path(temporary)
        path = made(folder / "given.csv", asked.rows, asked.untidy)
        print(f"{asked.rows} rows, {path.stat().st_size / 2**20:.0f} MiB; load {os.getloadavg()[0]:.1f}", flush=True)
        apart(ours, path, folder)
        if asked.detective:
            apart(detective, path, folder)


if __name__ == "__main__":
    main()
