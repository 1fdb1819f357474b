"""A million rows asked through the API, exported, and the same questions to SQLite.

    python benchmarks/rows.py [--rows 1000000] [--times 60] [--workers 2] [--no-sqlite] [--no-server]

Makes a table of six columns, gives it to a throw-away instance and starts gunicorn as an instance does. Each question is
another than the one before (its bound changes), so that no total that is kept helps; "again" is the same one. Prints p50
and p95 in milliseconds, with one client over one connection; exports in rows/s with the memory of the server's processes
before, at most, and when nothing was asked for a while; what a question that is abandoned costs. Then SQLite, in process,
no HTTP: the same rows, without and with indexes of its own. Limits: page of 100 filtered and sorted ≤ 15 ms, group over all
≤ 50 ms (p50), CSV ≥ 200,000 rows/s; status 1 beyond them.
"""

from __future__ import annotations

import argparse
import csv
import http.client
import io
import json
import os
import socket
import sqlite3
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

from asking import processor, served
from instance import machine, throw_away

TOWNS = "['76351','76540','40192','33063','13055','69123','31555','06088','44109','67482']"
MAKE = f"""COPY (SELECT i AS numero, 'Libellé ' || (hash(i) % 5000) AS libelle,
    {TOWNS}[CAST(1 + hash(i * 7) % 10 AS BIGINT)] AS commune,
    date '2015-01-01' + CAST(hash(i * 3) % 4000 AS INTEGER) AS jour,
    CAST((hash(i * 11) % 10000000) / 100.0 AS DECIMAL(18, 2)) AS montant,
    lpad(CAST(hash(i * 13) % 100000000 AS VARCHAR), 9, '1') AS siren
    FROM range($rows) AS t(i)) TO $into"""
COLUMNS = {
    "numero": "integer",
    "libelle": "text",
    "commune": "commune",
    "jour": "date",
    "montant": "decimal",
    "siren": "siren",
}
# {n} is another number each time.
QUESTIONS = {
    "first page": "limit=100&numero=ge:{n}",
    "filter + sort, page of 100": "montant=gt:{n}&commune=76351&sort=-montant&limit=100",
    "the same, without the total": "montant=gt:{n}&commune=76351&sort=-montant&limit=100&total=0",
    "the same again": "montant=gt:1000&commune=76351&sort=-montant&limit=100",
    "filter + sort by a text": "montant=gt:{n}&commune=76351&sort=libelle&limit=100",
    "group over all": "group=commune&sum=montant&mean=montant&montant=ge:-{n}",
    "group by month": "group=jour:month&sum=montant&montant=ge:-{n}",
    "group with a median": "group=commune&median=montant&montant=ge:-{n}",
    "text that contains": "libelle=contains:libelle {n}&limit=100",
}
LIMITS = {"filter + sort, page of 100": 15.0, "group over all": 50.0}
EXPORT_LIMIT = 200_000
SQLITE = {
    "first page": "SELECT * FROM t WHERE numero >= {n} ORDER BY rowid LIMIT 100",
    "filter + sort, page of 100": "SELECT * FROM t WHERE montant > {n} AND commune = '76351' ORDER BY montant DESC LIMIT 100",
    "its total": "SELECT count(*) FROM t WHERE montant > {n} AND commune = '76351'",
    "group over all": "SELECT commune, count(*), sum(montant), avg(montant) FROM t WHERE montant >= -{n} GROUP BY 1",
    "group by month": "SELECT substr(jour, 1, 7), count(*), sum(montant) FROM t WHERE montant >= -{n} GROUP BY 1",
    "text that contains": "SELECT * FROM t WHERE libelle LIKE '%libellé {n}%' LIMIT 100",
}


def made(rows: int, into: Path) -> None:
    from catalogue.tables.store import as_parquet, connected

    with connected([], [into]) as connection:
        connection.execute(f"{MAKE} ({as_parquet(6)})", {"rows": rows, "into": str(into)})


def given(rows: int) -> tuple[str, Path]:
    """A public dataset whose file is that table: the table's address, and its rows."""
    from django.utils import timezone

    from catalogue import publishing
    from catalogue.models import Dataset, Organisation, Table, TableVersion
    from catalogue.publishing import Draft
    from catalogue.tables.contract import Column, Type
    from catalogue.tables.plain import plain
    from catalogue.tabling.keeping import rows_of

    body, _ = Organisation.objects.get_or_create(
        slug="banc", defaults={"name": "Banc", "folded": "banc", "tenant": True}
    )
    file = {"access_url": ["https://banc.example/t.csv"]}
    values = {"title": {"fr": "Banc"}, "description": {"fr": "Banc."}, "distribution": [file]}
    [outcome] = publishing.publish([Draft("dataset", values, body.pk)])
    dataset = Dataset.objects.get(pk=outcome.id)
    table, _ = Table.objects.get_or_create(pk=dataset.distributions.get().pk, defaults={"dataset": dataset})
    columns = [
        Column(name, Type(type_), name, distinct=5000 if name == "libelle" else 10) for name, type_ in COLUMNS.items()
    ]
    version = TableVersion.objects.create(
        table=table,
        number=1,
        at=timezone.now(),
        checksum="",
        name="t.csv",
        size=0,
        room=0,
        rows=rows,
        columns=plain(columns),
    )
    Table.objects.filter(pk=table.pk).update(current=version, state=Table.State.READY, next_at=None)
    path = rows_of(version)
    path.parent.mkdir(parents=True)
    started = time.perf_counter()
    made(rows, path)
    print(f"{rows:,} rows written in {time.perf_counter() - started:.1f} s, {path.stat().st_size / 2**20:.1f} MiB")
    return f"/api/tables/{table.pk}/rows", path


def timed(ask: Callable[[int], object], times: int) -> tuple[float, float]:
    """p50 and p95 in milliseconds, after three that do not count."""
    for number in range(3):
        ask(number)
    found = []
    for number in range(times):
        started = time.perf_counter()
        ask(3 + number * 7)
        found.append((time.perf_counter() - started) * 1000)
    return statistics.median(found), statistics.quantiles(found, n=20)[18]


def asker(ask: Callable[[str], object], text: str) -> Callable[[int], object]:
    """Asks the same text with another number in it each time."""
    return lambda number: ask(text.replace("{n}", str(number)))


def told(name: str, figures: tuple[float, float]) -> float:
    print(f"  {name:32} p50 {figures[0]:7.1f} ms, p95 {figures[1]:7.1f} ms, load {os.getloadavg()[0]:.1f}", flush=True)
    return figures[0]


def pages(port: int, table: str, times: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)

    def got(address: str) -> bytes:
        connection.request("GET", address.replace(" ", "%20"))
        answer = connection.getresponse()
        text = answer.read()
        if answer.status != 200:
            raise SystemExit(f"{answer.status} {address}: {text[:300]!r}")
        return text

    fine = True
    for name, query in QUESTIONS.items():
        p50 = told(name, timed(asker(got, f"{table}?{query}"), times))
        fine &= p50 <= LIMITS.get(name, p50)
    for name, query in {"unsorted": "", "sorted": "&sort=-montant"}.items():
        address = f"{table}?limit=1000{query}"
        for _ in range(100):
            following = urlsplit(json.loads(got(address))["next"])
            address = f"{following.path}?{following.query}"
        deep = address.replace("limit=1000", "limit=100")
        told(f"page after 100,000 rows, {name}", timed(asker(got, deep), times))
    connection.close()
    return fine


def workers(server: int) -> list[int]:
    listed = subprocess.run(["pgrep", "-P", str(server)], capture_output=True, text=True, check=False)
    return [int(pid) for pid in listed.stdout.split()]


def memory(server: int, what: str = "VmRSS") -> float:
    """MiB of the largest of the server's processes."""
    found = []
    for pid in workers(server):
        status = Path(f"/proc/{pid}/status").read_text()
        found.append(int(next(line for line in status.splitlines() if line.startswith(what)).split()[1]) / 1024)
    return max(found)


def exports(port: int, server: int, table: str, rows: int) -> bool:
    fine = True
    for form, asked in {"csv": rows, "ndjson": rows, "json": rows, "parquet": rows, "xlsx": min(rows, 100_000)}.items():
        before, started = memory(server), time.perf_counter()
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=300)
        connection.request("GET", f"{table}.{form}?limit={asked}")
        answer = connection.getresponse()
        size, most, count = 0, 0.0, 0
        while piece := answer.read(2**20):
            size, count = size + len(piece), count + 1
            most = max(most, memory(server)) if count % 8 == 1 else most
        took = time.perf_counter() - started
        connection.close()
        fine &= form != "csv" or asked / took >= EXPORT_LIMIT
        print(
            f"  {form:8} {asked:9,} rows in {took:5.1f} s: {asked / took:10,.0f} rows/s, {size / 2**20:6.1f} MiB; "
            f"the largest process {before:.0f} MiB before, {most:.0f} MiB at most",
            flush=True,
        )
    return fine


def abandoned(port: int, server: int, table: str) -> None:
    """Three questions of a second or more, whose client leaves at once: what the server goes on using."""
    heavy = "&".join(
        ["group=numero", *(f"{each}=montant" for each in ("sum", "mean", "min", "max")), "sort=-sum_montant"]
    )
    used = processor(server)
    for leaves in (False, True):
        started = processor(server)
        for number in range(3):
            connection = socket.create_connection(("127.0.0.1", port))
            request = (
                f"GET {table}?{heavy}&montant=gt:{number} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"
            )
            connection.sendall(request.encode())
            if leaves:
                time.sleep(0.05)
            else:
                while connection.recv(65536):
                    pass
            connection.close()
        time.sleep(1.5)
        print(
            f"  three heavy questions, {'left after 50 ms' if leaves else 'waited for'}: {processor(server) - started:.2f} s of processor"
        )
    print(f"  in all {processor(server) - used:.2f} s")


def sqlite(path: Path, folder: Path, times: int) -> None:
    from catalogue.tables.store import connected

    with connected([path]) as connection:
        rows = connection.execute(
            "SELECT numero, libelle, commune, CAST(jour AS VARCHAR), CAST(montant AS DOUBLE), siren FROM read_parquet($p)",
            {"p": str(path)},
        ).fetchall()
    base = sqlite3.connect(folder / "rows.sqlite")
    started = time.perf_counter()
    base.execute("CREATE TABLE t (numero INTEGER, libelle TEXT, commune TEXT, jour TEXT, montant REAL, siren TEXT)")
    base.executemany("INSERT INTO t VALUES (?, ?, ?, ?, ?, ?)", rows)
    base.commit()
    count = len(rows)
    del rows
    print(
        f"  loaded in {time.perf_counter() - started:.1f} s, {(folder / 'rows.sqlite').stat().st_size / 2**20:.0f} MiB"
    )

    def listed(text: str) -> str:
        return json.dumps(base.execute(text).fetchall())

    for indexed in (False, True):
        if indexed:
            started = time.perf_counter()
            for name in ("commune, montant", "montant", "jour", "numero"):
                base.execute(f"CREATE INDEX i_{name.replace(', ', '_')} ON t ({name})")
            base.execute("ANALYZE")
            size = (folder / "rows.sqlite").stat().st_size / 2**20
            print(f"  with four indexes, made in {time.perf_counter() - started:.1f} s, {size:.0f} MiB:")
        for name, query in SQLITE.items():
            told(name, timed(asker(listed, query), max(5, times // 6)))
    started = time.perf_counter()
    out = csv.writer(sent := io.StringIO())
    for piece in batches(base.execute("SELECT * FROM t")):
        out.writerows(piece)
        sent.seek(0)
        sent.truncate()
    took = time.perf_counter() - started
    print(f"  csv by Python: {count / took:,.0f} rows/s")


def batches(cursor: sqlite3.Cursor) -> Iterator[list[tuple[object, ...]]]:
    while rows := cursor.fetchmany(5000):
        yield rows


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--times", type=int, default=60)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--no-sqlite", action="store_true")
    parser.add_argument("--no-server", action="store_true")
    options = parser.parse_args()
    print(machine())
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    fine = True
    with throw_away(f"http://127.0.0.1:{port}") as folder:
        table, path = given(options.rows)
        if not options.no_server:
            with served(port, options.workers) as server:
                while not workers(server):  # they part once all is loaded
                    time.sleep(0.1)
                start = memory(server)
                print("through the API:")
                fine &= pages(port, table, options.times)
                print("exports through the API:")
                fine &= exports(port, server, table, options.rows)
                abandoned(port, server, table)
                after = memory(server)
                time.sleep(25)
                print(
                    f"  the largest process: {start:.0f} MiB at first, {after:.0f} after all this, {memory(server):.0f} when idle"
                )
        if not options.no_sqlite:
            print("SQLite, in process:")
            sqlite(path, folder, options.times)
    return 0 if fine else 1


if __name__ == "__main__":
    sys.exit(main())
