"""Memory of an instance that does nothing: web server and worker, after the demonstration and fifty pages.

    python benchmarks/idle.py

Limit (DESIGN): ≤ 250 MiB, web and worker together. Counted as Pss (shared pages divided among those that share them).
"""

from __future__ import annotations

import os
import re
import secrets
import signal
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

from instance import PROJECT, machine

PAGES = (
    "/",
    "/jeux-de-donnees/",
    "/jeux-de-donnees/?q=poubelle",
    "/jeux-de-donnees/?q=budget&tri=title",
    "/connexion/",
)


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


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


def main() -> None:
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
            time.sleep(10)
            total = 0.0
            for pid in children(run.pid):
                name = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()[:60]
                size = pss_mib(pid)
                total += size
                print(f"{size:7.1f} MiB  {name}")
            print(f"{total:7.1f} MiB  in all")
        finally:
            run.send_signal(signal.SIGTERM)
            run.wait(timeout=30)


if __name__ == "__main__":
    main()
