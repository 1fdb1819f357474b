"""Web server and worker part from one process: what they load, how they end, and that the worker comes back."""

import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.db import connection

PROJECT = Path(__file__).resolve().parent.parent
# What an idle instance has no use for: a page, a command or a file that needs one loads it then.
HEAVY = {
    "celery",  # for instances with Redis
    "elasticsearch",
    "kombu",
    "markdownify",
    "numpy",
    "owslib",
    "pyproj",
    "pyshacl",
    "python_calamine",
    "rdflib",
    "redis",
    "shapefile",
    "shapely",
    "xlsxwriter",
}
LOADED = """
import json, os, sys, tempfile
from portal import wsgi
from portal.management.commands import serve
threads = len(os.listdir("/proc/self/task")) if os.path.exists("/proc/self/task") else 1
from django.test import Client
client = Client(HTTP_HOST="127.0.0.1")
statuses = {address: client.get(address).status_code for address in ("/", "/connexion/", "/sante")}
print(json.dumps({"threads": threads, "statuses": statuses, "modules": sorted(sys.modules)}))
"""
PARTS = """
import atexit, os, sys, time
from pathlib import Path
import django; django.setup()
from portal import parting
parting.REST = 0.1
folder = Path(sys.argv[1])
def written(name):
    def work():
        atexit.register(lambda: (folder / f"{name}.left").touch())
        with (folder / name).open("a") as file:
            file.write(f"{os.getpid()}\\n")
        if name == "short":
            raise RuntimeError("a fault of ours")
        signals(); time.sleep(60)
    return work
def signals():
    import signal
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
parting.keep([parting.Part("short", written("short")), parting.Part("long", written("long"), needed=True)])
"""


def until(true: Callable[[], object], seconds: float = 30.0) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.05)


def pids(path: Path) -> list[int]:
    return [int(line) for line in path.read_text().split()] if path.exists() else []


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.fixture
def parted(tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    run = subprocess.Popen([sys.executable, "-c", PARTS, str(tmp_path)], cwd=PROJECT, stderr=subprocess.PIPE)
    try:
        until(lambda: pids(tmp_path / "long") and len(pids(tmp_path / "short")) > 2)
        yield run
    finally:
        run.kill()
        run.communicate()


@pytest.mark.slow
def test_a_part_that_fell_starts_again_and_all_end_when_asked(parted: subprocess.Popen[bytes], tmp_path: Path) -> None:
    parted.terminate()
    _, told = parted.communicate(timeout=10)
    assert parted.returncode == 0
    assert b"RuntimeError: a fault of ours" in told
    assert "« short » s’est arrêté ; nouvel essai dans 0.1 s".encode() in told
    assert not any(map(alive, [*pids(tmp_path / "short"), *pids(tmp_path / "long")]))
    assert (tmp_path / "long.left").exists(), "what it had opened was not put away"


@pytest.mark.slow
def test_the_end_of_what_is_needed_ends_all(parted: subprocess.Popen[bytes], tmp_path: Path) -> None:
    os.kill(pids(tmp_path / "long")[0], signal.SIGKILL)
    _, told = parted.communicate(timeout=10)
    assert parted.returncode == 1
    assert "« long » s’est arrêté : le reste est arrêté aussi".encode() in told
    assert len(pids(tmp_path / "long")) == 1


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="prctl(2)")
def test_no_part_outlives_its_parent(parted: subprocess.Popen[bytes], tmp_path: Path) -> None:
    parted.kill()
    parted.communicate(timeout=10)
    until(lambda: not any(map(alive, [*pids(tmp_path / "short"), *pids(tmp_path / "long")])))


@pytest.fixture
def home(transactional_db: None, tmp_path: Path) -> Path:
    """Of an instance whose base has its tables, as `manage.py prepare` leaves it."""
    if connection.vendor != "sqlite":
        pytest.skip("the base is copied as a file")
    connection.ensure_connection()
    with sqlite3.connect(tmp_path / "bouture.sqlite3") as copy:
        connection.connection.backup(copy)
    copy.close()
    return tmp_path


def environment(home: Path, **further: str) -> dict[str, str]:
    return os.environ | {"BOUTURE_HOME": str(home), "BOUTURE_DEBUG": "1"} | further


@pytest.mark.slow
def test_what_is_loaded_before_the_processes_part(home: Path) -> None:
    command = [sys.executable, "-c", LOADED]
    run = subprocess.run(command, cwd=PROJECT, env=environment(home), capture_output=True, check=False)
    assert run.returncode == 0, run.stderr.decode()
    told = json.loads(run.stdout.splitlines()[-1])
    assert told["threads"] == 1, "a thread does not follow into the parts, and what it locked stays locked there"
    assert told["statuses"] == {"/": 200, "/connexion/": 200, "/sante": 200}
    assert HEAVY & {module.partition(".")[0] for module in told["modules"]} == set()


@pytest.mark.slow
def test_web_server_and_worker_answer_and_stop_together(home: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        bind = f"127.0.0.1:{free.getsockname()[1]}"
    settings = environment(home, BOUTURE_URL=f"http://{bind}", WEB_CONCURRENCY="1")
    command = [sys.executable, "manage.py", "serve", "--bind", bind]
    run = subprocess.Popen(command, cwd=PROJECT, env=settings, stderr=subprocess.PIPE)

    def answers() -> bool:
        try:
            with urllib.request.urlopen(f"http://{bind}/connexion/", timeout=10) as answer:
                return answer.status == 200
        except OSError:
            return False

    try:
        until(answers)
        if sys.platform == "linux":
            listing = ["ps", "-o", "comm=", "--ppid", str(run.pid)]
            names = subprocess.run(listing, capture_output=True, text=True, check=True).stdout.split()
            assert sorted(names) == ["bouture-web", "bouture-work"]
        run.terminate()
        _, told = run.communicate(timeout=30)
    finally:
        run.kill()
    assert run.returncode == 0, told.decode()
    assert b"Traceback" not in told, told.decode()
    assert not answers()
