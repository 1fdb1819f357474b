"""Maps of a table of a million places: all of them, a piece, and territories by a code; with or without outlines.

    python benchmarks/maps.py [--rows 1000000] [--times 7] [--contours FILE]

Makes a table (a pair of coordinates, the same in one cell, the INSEE code, an amount), then asks each map as a table's page does, in process
and without HTTP. FILE: outlines of départements (`manage.py load_contours`), discs else. Prints milliseconds (p50, and of the
processor) and kB of SVG.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from instance import machine, throw_away

ROWS = """
SELECT round(lat, 5)::DOUBLE AS lat, round(lon, 5)::DOUBLE AS lon,
       concat(round(lat, 5), ',', round(lon, 5)) AS point, code, (random() * 1000)::DECIMAL(9, 2) AS montant
FROM (SELECT 43 + 7 * random() AS lat, -1 + 7 * random() AS lon,
             format('{:02d}{:03d}', 1 + (random() * 94)::INT, 1 + (random() * 300)::INT) AS code FROM range($rows))
"""


@dataclass(frozen=True)
class Made:
    path: Path
    columns: tuple[object, ...]
    rows: int
    version: int = 1


def made(folder: Path, rows: int) -> dict[str, Made]:
    """The same rows, whose place is said by two columns, by one, or by a code."""
    from catalogue.tables.contract import Column, Type
    from catalogue.tables.store import as_parquet, connected

    path = folder / "places.parquet"
    with connected([path]) as connection:
        connection.execute(f"COPY ({ROWS.replace('$rows', str(rows))}) TO '{path}' ({as_parquet(5)})")
    types = {
        "lat": Type.LATITUDE,
        "lon": Type.LONGITUDE,
        "point": Type.POINT,
        "code": Type.COMMUNE,
        "montant": Type.DECIMAL,
    }
    kinds = {"a pair of coordinates": {"point"}, "one cell": {"lat", "lon"}, "a code": {"lat", "lon", "point"}}
    return {
        name: Made(
            path,
            tuple(
                Column(one, Type.TEXT if one in plain else type_, one, distinct=28_000) for one, type_ in types.items()
            ),
            rows,
        )
        for name, plain in kinds.items()
    }


def told(name: str, ask: Callable[[], object], times: int) -> None:
    from catalogue.tables.contract import TooMuch

    walls, works = [], []
    try:
        drawn = ask()
    except TooMuch as error:
        print(f"{name:52} refused: {error.message}", flush=True)
        return
    for _ in range(times):
        wall, work = time.perf_counter(), time.process_time()
        ask()
        walls.append((time.perf_counter() - wall) * 1000)
        works.append((time.process_time() - work) * 1000)
    weights = ", ".join(f"{len(one.encode()) / 1024:.0f} kB" for one in drawn.chart.drawings)
    print(
        f"{name:52} {statistics.median(walls):6.0f} ms, {statistics.median(works):6.0f} of processor; {weights}",
        flush=True,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--times", type=int, default=7)
    parser.add_argument("--contours", type=Path)
    given = parser.parse_args()
    with throw_away() as folder:
        from django.core.management import call_command

        from portal.pages.maps import mapped
        from portal.pages.table_views import View

        call_command("load_reference", verbosity=0)
        if given.contours:
            call_command("load_contours", str(given.contours))
        print(f"{given.rows} rows; {machine()}", flush=True)
        tables = made(folder, given.rows)
        whole, near = View(), View().asking(box=(2.0, 46.0, 2.4, 46.3))
        for name in ("a pair of coordinates", "one cell"):
            told(f"{name}, all rows", lambda name=name: mapped(tables[name], whole, "m"), given.times)
            told(f"{name}, a box of 30 km", lambda name=name: mapped(tables[name], near, "m"), given.times)
        told("a code, how many rows", lambda: mapped(tables["a code"], whole, "m"), given.times)
        mean = View(worth="mean:montant")
        told("a code, the mean of a column", lambda: mapped(tables["a code"], mean, "m"), given.times)


if __name__ == "__main__":
    main()
