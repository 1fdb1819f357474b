"""Another instance, that runs for good: added, read, paused and forgotten on a page, in a real browser."""

from __future__ import annotations

import os
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.conf import settings as current
from playwright.sync_api import Page
from pytest_django import Settings

from catalogue.models import Dataset
from harvesters import schedule
from harvesters.models import HarvestSource, PeerObject
from harvesters.registry import client_for
from tests.browser.chromium import Chromium, Report, look
from tests.browser.conftest import Site
from tests.harvesting.test_engine import catalogue

pytestmark = pytest.mark.browser
PROJECT = Path(__file__).resolve().parents[2]
PATIENCE = 60.0


@dataclass(frozen=True)
class Second:
    url: str
    base: Path

    def followers(self) -> list[tuple[str, int]]:
        with sqlite3.connect(self.base) as base:
            return base.execute("SELECT url, position FROM catalogue_feedfollower").fetchall()


@pytest.fixture
def second(tmp_path: Path) -> Iterator[Second]:
    """An instance with three datasets, in processes and a base of its own."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    url, home = f"http://127.0.0.1:{port}", tmp_path / "second"
    home.mkdir()
    base = home / "base.sqlite3"
    environment = os.environ | {"BOUTURE_HOME": str(home), "BOUTURE_URL": url, "DATABASE_URL": f"sqlite:///{base}"}
    environment |= {"BOUTURE_NAME": "Seconde instance", "DJANGO_SETTINGS_MODULE": "portal.settings"}
    given = tmp_path / "catalogue.ttl"
    given.write_bytes(catalogue(range(3)))

    def manage(*words: str) -> None:
        subprocess.run(
            [sys.executable, "manage.py", *words], cwd=PROJECT, env=environment, check=True, capture_output=True
        )

    manage("migrate")
    manage("harvest", str(given))
    manage("feed")
    command = [sys.executable, "manage.py", "runserver", f"127.0.0.1:{port}", "--noreload"]
    running = subprocess.Popen(
        command, cwd=PROJECT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        _wait(f"{url}/flux.trig", running)
        yield Second(url, base)
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


def test_an_instance_is_added_read_paused_and_forgotten(
    site: Site, browser: Chromium, second: Second, settings: Settings, pictures: Path | None
) -> None:
    settings.BOUTURE_PRIVATE_HOSTS = [second.url.partition("://")[2]]
    before = Dataset.objects.published().count()
    report, cookie = Report(), site.cookie_of(site.samples.administrator)

    def add(page: Page) -> None:
        page.goto(f"{site.address}/instances/")
        page.get_by_label("Suivre une autre instance").fill(f"{second.url}/")
        page.keyboard.press("Enter")
        page.get_by_text("Sa première lecture part").wait_for()

    def read(page: Page) -> None:
        page.goto(f"{site.address}/instances/")
        page.get_by_text("à jour de ce qu’elle annonçait").wait_for()
        look(page, report, pictures and pictures / "instances-lue")
        page.get_by_role("button", name="Lire maintenant").press("Enter")
        page.get_by_text("est demandée").wait_for()
        page.get_by_role("button", name="Mettre en pause").press("Enter")
        page.get_by_text("Ce qui est venu d’elle reste").wait_for()
        page.get_by_role("button", name="Reprendre").press("Enter")
        page.get_by_text("est suivie à son rythme").wait_for()

    def forget(page: Page) -> None:
        page.goto(f"{site.address}/instances/")
        page.locator("summary", has_text="Oublier").press("Enter")
        page.get_by_label("oui, l’oublier").press("Space")
        look(page, report, pictures and pictures / "instances-oublier")
        page.get_by_role("button", name="Oublier").press("Enter")
        page.get_by_text("On l’oublie").wait_for()

    browser.drive(add, cookie, scripts=True)
    source = HarvestSource.objects.get(kind="peer")
    assert source.key == f"{second.url}/flux/"
    [run] = schedule.run_due(client_for)
    assert (run.status, run.created) == ("done", 3), run.messages
    assert Dataset.objects.published().count() == before + 3
    [(name, position)] = second.followers()
    assert name == current.BOUTURE_URL and position > 0

    browser.drive(read, cookie, scripts=True)
    assert HarvestSource.objects.get(kind="peer").active
    browser.drive(forget, cookie, scripts=True)
    schedule.run_due(client_for)
    assert Dataset.objects.published().count() == before
    assert not PeerObject.objects.exists()
    assert (report.violations, report.too_wide) == ([], [])
