"""Memory of an instance that does nothing: web server and worker, after the demonstration and fifty pages.

    python benchmarks/idle.py [--tables]

`--tables`: then after 1,000 questions to the rows of four tables of 250,000 rows, right away and once they are closed
again. What stays of these is the code of DuckDB, and the least that allocators keep.

Limit (DESIGN): ≤ 250 MiB, web and worker together. Counted as Pss (shared pages divided among those that share them).
"""

from __future__ import annotations

import argparse
import http.client
import os
import re
import secrets
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path

from instance import PROJECT, machine
from serving import free_port

PAGES = (
    "/",
    "/jeux-de-donnees/",
    "/jeux-de-donnees/?q=poubelle",
    "/jeux-de-donnees/?q=budget&tri=title",
    "/connexion/",
)


def children(pid: int) -> list[int]:
    """The process and all that it started."""
    found = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True, check=False).stdout
    return [pid, *(inner for child in found.split() for inner in children(int(child)))]


def pss_mib(pid: int) -> float:
    text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    return int(re.search(r"^Pss:\s+(\d+)", text, re.M)[1]) / 1024  # type: ignore[index]


def ask(address: str) -> str:
    with urllib.request.urlopen(address, timeout=10) as answer:
        return answer.read().decode()


def wait_for_the_demonstration(base: str) -> None:
    deadline = time.monotonic() + 180
    while time.monotonic() < deadline:
        try:
            if 'class="hit"' in ask(base + "/jeux-de-donnees/?q=poubelle"):
                return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            pass
        time.sleep(1)
    raise SystemExit("the instance did not come up in 180 s")


def wait_for_its_tables(server: int) -> None:
    """Until no file has been read for ten seconds."""
    deadline, quiet = time.monotonic() + 300, time.monotonic()
    while time.monotonic() < min(deadline, quiet + 10):
        commands = [Path(f"/proc/{pid}/cmdline") for pid in children(server)]
        if any(path.exists() and b"catalogue.tables.beside" in path.read_bytes() for path in commands):
            quiet = time.monotonic()
        time.sleep(0.5)


def tell(server: int, when: str) -> None:
    total = 0.0
    for pid in children(server):
        name = Path(f"/proc/{pid}/comm").read_text().strip()
        size = pss_mib(pid)
        total += size
        print(f"{size:7.1f} MiB  {name}")
    print(f"{total:7.1f} MiB  in all, {when}", flush=True)


def four_tables(environment: dict[str, str]) -> list[str]:
    """Given to the instance that runs, from a process of its own: their addresses."""
    told = subprocess.run(
        [sys.executable, __file__, "--give"], env=environment, capture_output=True, text=True, check=True
    )
    return [line for line in told.stdout.splitlines() if line.startswith("/api/")]


def give() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "portal.settings"
    sys.path.insert(0, str(PROJECT))
    import django

    django.setup()
    from rows import given

    for _ in range(4):
        print(given(250_000)[0])


def question(port: int, tables: list[str]) -> None:
    """A thousand, by four clients at once."""
    from rows import QUESTIONS

    def client(first: int) -> None:
        for number in range(first, 1000, 4):
            query = list(QUESTIONS.values())[number // 4 % len(QUESTIONS)].replace("{n}", str(number))
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)  # another process each time
            connection.request("GET", f"{tables[number % 7 % 4]}?{query}".replace(" ", "%20"))
            answer = connection.getresponse()
            answer.read()
            if answer.status != 200:
                print(f"{answer.status} {query}")
            connection.close()

    clients = [threading.Thread(target=client, args=(first,)) for first in range(4)]
    for each in clients:
        each.start()
    for each in clients:
        each.join()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tables", action="store_true")
    parser.add_argument("--give", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.give:
        return give()
    port = free_port()
    base = f"http://127.0.0.1:{port}"
    with tempfile.TemporaryDirectory(prefix="bouture-bench-") as home:
        environment = {
            **os.environ,
            "BOUTURE_HOME": home,
            "PORT": str(port),
            "BOUTURE_SECRET_KEY": secrets.token_hex(32),
        }
        started = time.monotonic()
        run = subprocess.Popen(
            [str(PROJECT / "deploy" / "run.sh")], cwd=PROJECT, env=environment, stdout=subprocess.DEVNULL
        )
        try:
            wait_for_the_demonstration(base)
            print(f"up and searched {time.monotonic() - started:.0f} s after the start; {machine()}")
            for _ in range(10):
                for page in PAGES:
                    ask(base + page)
            wait_for_its_tables(run.pid)
            time.sleep(70)  # each minute the worker gives back what it has freed
            tell(run.pid, "idle")
            if options.tables:
                tables = four_tables(environment)
                tell(run.pid, "four tables given")
                question(port, tables)
                tell(run.pid, "a thousand questions asked")
                time.sleep(30)
                tell(run.pid, "30 s later")
        finally:
            run.send_signal(signal.SIGTERM)
            run.wait(timeout=30)


if __name__ == "__main__":
    main()
