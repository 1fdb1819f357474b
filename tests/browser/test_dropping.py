"""From log-in to published in a real Chromium, without JavaScript: what an agent of a small town does, counted."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db import connection
from playwright.sync_api import Page

from catalogue.models import Dataset
from catalogue.permissions import assign_role
from harvesters.tables import read_tables
from tests.browser.chromium import Chromium, Report, look
from tests.browser.conftest import Site

pytestmark = pytest.mark.browser
MOST = 7  # actions from log-in to published
SECRET = "un mot de passe d’essai"


class Hands:
    """What a person does on a page, counted."""

    def __init__(self, page: Page) -> None:
        self.page, self.done = page, 0

    def types(self, label: str, text: str) -> None:
        self.done += 1
        self.page.get_by_label(label).first.fill(text)

    def presses(self, role: str, name: str) -> None:
        self.done += 1
        with self.page.expect_navigation():
            self.page.get_by_role(role, name=name, exact=True).first.click()  # type: ignore[arg-type]

    def chooses(self, file: Path) -> None:
        self.done += 1
        self.page.locator("input[type=file]").set_input_files(file)


@contextmanager
def worker() -> Iterator[None]:
    """The quick lane, as `manage.py work` runs it."""
    stop = threading.Event()

    def rounds() -> None:
        try:
            while not stop.wait(0.2):
                read_tables(large=False, stopping=stop.is_set)
        finally:
            connection.close()

    thread = threading.Thread(target=rounds, daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(timeout=60)


def enters(hands: Hands, site: Site) -> None:
    hands.page.goto(f"{site.address}/connexion/")
    hands.types("Adresse électronique", site.samples.member.email)
    hands.types("Mot de passe", SECRET)
    hands.presses("button", "Se connecter")


def test_from_log_in_to_published_in_seven_actions(
    site: Site, browser: Chromium, shared_data: Path, pictures: Path | None
) -> None:
    assign_role(site.samples.member, site.samples.town, "publisher")
    file = shared_data / "samples" / "subventions__antibes.csv"

    def act(page: Page) -> tuple[int, str]:
        hands = Hands(page)
        enters(hands, site)
        hands.presses("link", "Publier")
        hands.chooses(file)
        hands.presses("button", "Déposer")
        publish = page.locator("button[value=publier]")
        publish.wait_for(timeout=50_000)  # the page recharges itself while the file is being read
        if pictures:
            page.screenshot(path=pictures / "sept-actions.png", full_page=True)
        hands.presses("button", "Publier")
        return hands.done, page.get_by_role("heading", level=1).inner_text()

    with worker():
        done, title = browser.drive(act, scripts=False)
    assert done <= MOST
    assert title.startswith("Subventions")
    row = Dataset.objects.get(title__fr=title.replace("\u00a0", " "))
    assert row.status == "published"
    assert row.conforms_to == ["https://schema.data.gouv.fr/scdl/subventions/2.1.1/"]


@pytest.mark.parametrize("state", ["wrong", "refused"])
def test_each_state_is_accessible(
    site: Site, browser: Chromium, pictures: Path | None, shared_data: Path, tmp_path: Path, state: str
) -> None:
    file = shared_data / "samples" / "subventions__invalide_cellules.csv"
    if state == "refused":
        file = tmp_path / "budget.csv"
        file.write_bytes(b"%PDF-1.7\n\0")

    def act(page: Page) -> Report:
        report = Report()
        page.goto(f"{site.address}/deposer/?organisme={site.samples.town.slug}")
        page.locator("input[type=file]").set_input_files(file)
        page.get_by_role("button", name="Déposer", exact=True).click()
        page.locator("button[value=garder]").first.wait_for(state="attached", timeout=50_000)
        look(page, report, pictures and pictures / f"depose-{state}")
        return report

    with worker():
        report = browser.drive(act, site.cookie_of(site.samples.administrator))
    assert report.violations == []
    assert report.too_wide == []
