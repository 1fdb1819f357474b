"""Another instance, that runs for good: added, read, paused and forgotten on a page, in a real browser."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings as current
from playwright.sync_api import Page
from pytest_django import Settings

from catalogue.models import Dataset
from harvesters import schedule
from harvesters.models import HarvestSource, PeerObject
from harvesters.registry import client_for
from tests.browser.chromium import Chromium, Report
from tests.browser.conftest import Site
from tests.browser.looks import look
from tests.harvesting.test_engine import catalogue
from tests.instances import Instance

pytestmark = pytest.mark.browser


@pytest.fixture
def second(tmp_path: Path) -> Iterator[Instance]:
    """With three datasets."""
    found = Instance(tmp_path / "second")
    given = tmp_path / "catalogue.ttl"
    given.write_bytes(catalogue(range(3)))
    found.manage("migrate")
    found.manage("harvest", str(given))
    found.manage("feed")
    with found.served():
        yield found


def test_an_instance_is_added_read_paused_and_forgotten(
    site: Site, browser: Chromium, second: Instance, settings: Settings, pictures: Path | None
) -> None:
    settings.BOUTURE_PRIVATE_HOSTS = [second.host]
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
    [(name, position)] = second.asked("SELECT url, position FROM catalogue_feedfollower")
    assert name == current.BOUTURE_URL and position != 0

    browser.drive(read, cookie, scripts=True)
    assert HarvestSource.objects.get(kind="peer").active
    browser.drive(forget, cookie, scripts=True)
    schedule.run_due(client_for)
    assert Dataset.objects.published().count() == before
    assert not PeerObject.objects.exists()
    assert (report.violations, report.too_wide) == ([], [])
