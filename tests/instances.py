"""Another instance, in processes and a base of its own, at an address of its own."""

from __future__ import annotations

import os
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.conftest import PROJECT

PATIENCE = 60.0  # seconds


def free_address() -> str:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return f"http://127.0.0.1:{taken.getsockname()[1]}"


@dataclass(frozen=True)
class Instance:
    home: Path
    url: str = field(default_factory=free_address)

    def __post_init__(self) -> None:
        self.home.mkdir()

    @property
    def host(self) -> str:
        return self.url.partition("://")[2]

    def environment(self) -> dict[str, str]:
        given = {"BOUTURE_HOME": str(self.home), "BOUTURE_URL": self.url, "BOUTURE_NAME": "Seconde instance"}
        base = {"DATABASE_URL": f"sqlite:///{self.home}/base.sqlite3", "DJANGO_SETTINGS_MODULE": "portal.settings"}
        return {**os.environ, **given, **base}

    def manage(self, *words: str) -> str:
        """What it printed. Raises CalledProcessError."""
        done = subprocess.run(
            [sys.executable, "manage.py", *words], cwd=PROJECT, env=self.environment(), check=True, capture_output=True, text=True
        )  # fmt: skip
        return done.stdout

    def asked(self, query: str) -> list[tuple[object, ...]]:
        with sqlite3.connect(self.home / "base.sqlite3") as base:
            return base.execute(query).fetchall()

    @contextmanager
    def served(self) -> Iterator[None]:
        command = [sys.executable, "manage.py", "runserver", self.host, "--noreload"]
        running = subprocess.Popen(
            command, cwd=PROJECT, env=self.environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            _wait(f"{self.url}/flux.trig", running)
            yield
        finally:
            running.terminate()
            running.wait(PATIENCE)


def _wait(address: str, running: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + PATIENCE
    while True:
        assert running.poll() is None and time.monotonic() < end
        try:
            urllib.request.urlopen(address, timeout=5).close()
        except OSError:
            time.sleep(0.2)
        else:
            return
