"""What recognising and validating cost, and how well schemas are told apart.

    python benchmarks/schemas.py confusion          each sample: the schema that comes first, its confidence, the next one
    python benchmarks/schemas.py check [ROWS]       ROWS lines of a real budget against SCDL budget (default 1,000,000)
    python benchmarks/schemas.py frictionless [ROWS] the same with frictionless (default 20,000)

The samples are those of the shared data (BOUTURE_SHARED_DATA, default ../shared/data).
"""

from __future__ import annotations

import os
import resource
import sys
import tempfile
import time
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(PROJECT))

from catalogue.tables.contract import Match, Raw  # noqa: E402
from catalogue.tables.schemas import recognise, schema  # noqa: E402
from catalogue.tables.schemas.validation import check  # noqa: E402
from catalogue.tables.store import connected, quoted  # noqa: E402
from tests.tables.followed import FOLLOWED, UNRELATED, names_of  # noqa: E402

SHARED = Path(os.environ.get("BOUTURE_SHARED_DATA") or PROJECT.parent / "shared" / "data")
SAMPLES = SHARED / "samples"
BUDGET = SAMPLES / "budget__crach_ca2021.csv"


def confusion() -> None:
    right = 0
    for name, wanted in FOLLOWED.items():
        found = recognise(names_of(SAMPLES / name))
        first = found[0] if found else None
        told = first.schema if first and first.confidence >= 0.5 else ""
        right += told == wanted
        second = f"  then {found[1].schema} {found[1].confidence}" if len(found) > 1 else ""
        mark = "  " if told == wanted else "≠ "
        print(f"{mark}{name:48} {first.schema if first else '-':44} {first.confidence if first else 0:.2f}{second}")
    highest = max(
        (match.confidence, columns)
        for columns in UNRELATED
        for match in [*recognise(columns.split(",")), Match("", "", 0)]
    )
    print(
        f"{right} of {len(FOLLOWED)} samples right; of {len(UNRELATED)} other tables the highest confidence is {highest}"
    )


def table(folder: Path, rows: int) -> Raw:
    """The lines of a real budget, over and over."""
    names = tuple(names_of(BUDGET))
    path = folder / "budget.parquet"
    columns = ", ".join(quoted(name) for name in names)
    with connected([BUDGET], [path]) as connection:
        connection.execute(
            f"COPY (SELECT {columns} FROM read_csv($csv, all_varchar = true), range($times) LIMIT {rows})"
            f" TO '{path}' (FORMAT parquet)",
            {"csv": str(BUDGET), "times": rows // 190 + 1},
        )
    return Raw(path, names, names, rows, "csv")


def ours(rows: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        raw = table(Path(folder), rows)
        before = memory()
        start = time.perf_counter()
        verdict = check(raw, Match("scdl/budget", schema("scdl/budget").version, 1.0))
        seconds = time.perf_counter() - start
    found = sum(verdict.counts.values())
    print(
        f"{rows} rows × {len(raw.names)}: {verdict.level}, {found} findings in {seconds:.2f} s, {rows / seconds:,.0f} rows/s"
    )
    print(f"memory: {before} MiB before, {memory()} MiB at most")


def theirs(rows: int) -> None:
    import frictionless

    with tempfile.TemporaryDirectory() as folder:
        raw, path = table(Path(folder), rows), Path(folder) / "budget.csv"
        with connected([raw.path], [path]) as connection:
            connection.execute(f"COPY (SELECT * FROM read_parquet('{raw.path}')) TO '{path}' (HEADER)")
        frictionless.system.trusted = True
        start = time.perf_counter()
        report = frictionless.validate(
            frictionless.Resource(path=str(path), schema=str(SHARED / "schemas/scdl__budget/schema.json")),
            limit_errors=10**9,
        )
        seconds = time.perf_counter() - start
    print(
        f"frictionless, {rows} rows: {report.stats['errors']} findings in {seconds:.2f} s, {rows / seconds:,.0f} rows/s"
    )
    print(f"memory: {memory()} MiB at most")


def memory() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


if __name__ == "__main__":
    what, *rest = sys.argv[1:] or ["confusion"]
    count = int(rest[0]) if rest else 0
    {
        "confusion": confusion,
        "check": lambda: ours(count or 1_000_000),
        "frictionless": lambda: theirs(count or 20_000),
    }[what]()
