"""Four instances on `/instances/`, in a real browser: one that signs, one that does not, one whose key changed, one that is down."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Page
from pytest_django import Settings

from harvesters import schedule
from harvesters.models import HarvestSource, PeerFeed
from harvesters.peers import keeping
from harvesters.registry import client_for
from tests.browser.chromium import Chromium, Report
from tests.browser.conftest import Site
from tests.browser.looks import look
from tests.harvesting.servers import Server
from tests.harvesting.signing import SignedHome, made

pytestmark = pytest.mark.browser
CARD = {
    "software": "bouture",
    "version": "0.1.0",
    "policy": {"themes": ["https://t.example/1"], "organisations": 0, "records": 12},
}


@pytest.fixture
def homes(settings: Settings) -> Iterator[list[SignedHome]]:
    """The second does not sign; the third has another key than the one that was read; the fourth is gone."""
    with ExitStack() as stack:
        servers = [stack.enter_context(Server()) for _ in range(3)]
        settings.BOUTURE_PRIVATE_HOSTS = [server.url("").partition("://")[2].rstrip("/") for server in servers]
        last = Server()
        found = []
        with last:
            for number, server in enumerate([*servers, last]):
                home = SignedHome.at(server) if number != 1 else SignedHome(server, key=None)
                home.space, home.says = f"https://ville{number}.example", CARD
                home.harvests = [f"{home.space}/"]
                home.dataset(number)
                home.publish()
                source = keeping.add(server.url("/"), trusted=True)
                HarvestSource.objects.filter(pk=source.pk).update(
                    title=("Ville qui signe", "Vieux logiciel", "Ville à l’autre clé", "Ville muette")[number]
                )
                found.append(home)
            assert len(schedule.run_due(client_for)) == 4
        found[2].key = made()
        found[2].dataset(9)
        found[2].publish()
        HarvestSource.objects.filter(kind="peer").exclude(title="Ville qui signe").update(next_at=timezone.now())
        schedule.run_due(client_for)
        yield found


def test_whom_to_believe_is_read_and_decided(
    site: Site, browser: Chromium, homes: list[SignedHome], pictures: Path | None
) -> None:
    report, cookie = Report(), site.cookie_of(site.samples.administrator)
    changed = homes[2].key
    assert changed

    def seen(page: Page) -> None:
        page.goto(f"{site.address}/instances/")
        page.get_by_text("Une autre clé est vue").wait_for()
        for title in ("Ville qui signe", "Vieux logiciel"):
            page.locator("summary", has_text=f"À qui l’on se fie\u00a0: {title}").press("Enter")
        look(page, report, pictures and pictures / "instances-confiance")

    def decided(page: Page) -> None:
        page.goto(f"{site.address}/instances/")
        page.get_by_role("link", name="Décider").press("Enter")
        page.get_by_label("oui, je l’ai comparée au téléphone").press("Space")
        page.get_by_role("button", name="Admettre cette clé").press("Enter")
        page.get_by_text("est désormais qui tient la clé").wait_for()
        page.locator("summary", has_text="À qui l’on se fie\u00a0: Vieux logiciel").press("Enter")
        page.get_by_label("Début des adresses dont elle peut parler").fill("https://ville1.example/")
        page.keyboard.press("Enter")
        page.get_by_text("pour les adresses en https://ville1.example/").wait_for()
        page.locator("summary", has_text="Révoquer Ville muette").press("Enter")
        page.locator("label:visible", has_text="oui, la révoquer").locator("input").press("Space")
        look(page, report, pictures and pictures / "instances-revoquer")
        page.get_by_role("button", name="Révoquer Ville muette").press("Enter")
        page.get_by_text("est révoquée").wait_for()
        look(page, report, pictures and pictures / "instances-revoquee")

    browser.drive(seen, cookie, scripts=True)
    browser.drive(decided, cookie, scripts=True)
    rows = {feed.source.title: feed for feed in PeerFeed.objects.select_related("source", "source__revocation")}
    assert rows["Ville à l’autre clé"].keys[0]["kid"] == changed.kid
    assert rows["Vieux logiciel"].prefix == "https://ville1.example/"
    assert rows["Ville muette"].source.revocation
    assert (report.violations, report.too_wide) == ([], [])
