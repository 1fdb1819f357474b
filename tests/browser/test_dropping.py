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
from tests.browser.chromium import Chromium, Report
from tests.browser.conftest import Site
from tests.browser.looks import HEIGHT, WIDTHS, look

pytestmark = pytest.mark.browser
MOST = 7  # actions from log-in to published
SECRET = "un mot de passe d’essai"


class Hands:
    """What a person does on a page, counted; what the person sees on the way, kept in `pictures`."""

    def __init__(self, page: Page, pictures: Path | None = None) -> None:
        self.page, self.done, self.pictures = page, 0, pictures

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

    def sees(self, step: str) -> None:
        for width in WIDTHS if self.pictures else ():
            assert self.pictures
            self.page.set_viewport_size({"width": width, "height": HEIGHT})
            self.page.screenshot(path=f"{self.pictures}-{step}-{width}.png", full_page=True)


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
    signs_in(hands, site.samples.member.email)


def signs_in(hands: Hands, email: str) -> None:
    """On the page of log-in."""
    hands.types("Adresse électronique", email)
    hands.types("Mot de passe", SECRET)
    hands.presses("button", "Se connecter")


@pytest.mark.parametrize(
    ("name", "title", "model"),
    [
        ("subventions__antibes.csv", "Subventions", "scdl/subventions/2.1.1"),
        ("synthetique/deliberations.csv", "Délibérations", "scdl/deliberations/2.1.5"),
        ("synthetique/menus-collectifs.csv", "Menus", "scdl/menus-collectifs/1.2.3"),
        ("irve_statique__exemple.csv", "Bornes", "etalab/schema-irve-statique/2.3.0"),
    ],
)
def test_from_log_in_to_published_in_seven_actions(
    site: Site, browser: Chromium, shared_data: Path, pictures: Path | None, name: str, title: str, model: str
) -> None:
    assign_role(site.samples.member, site.samples.town, "publisher")
    file = shared_data / "samples" / name

    def act(page: Page) -> tuple[int, str]:
        hands = Hands(page, pictures and pictures / f"sept-actions-{file.stem}")
        enters(hands, site)
        hands.sees("1-entree")
        hands.presses("link", "Publier")
        hands.sees("2-deposer")
        hands.chooses(file)
        hands.presses("button", "Déposer")
        # The page recharges itself while the file is being read.
        page.locator("button[value=publier]").wait_for(timeout=50_000)
        hands.sees("3-lu")
        hands.presses("button", "Publier")
        hands.sees("4-publie")
        return hands.done, page.get_by_role("heading", level=1).inner_text()

    with worker():
        done, shown = browser.drive(act, scripts=False)
    assert done <= MOST
    assert shown.startswith(title)
    row = Dataset.objects.get(title__fr=shown.replace("\u00a0", " "))
    assert row.status == "published"
    assert row.conforms_to == [f"https://schema.data.gouv.fr/{model}/"]


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
