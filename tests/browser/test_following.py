"""A source is added in a real Chromium, without JavaScript: its address, its rehearsal, the decision, its records."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page
from pytest_django import Settings

from harvesters import schedule
from harvesters.following import leave
from harvesters.models import HarvestSource
from harvesters.registry import client_for
from tests.browser.chromium import Chromium, Report
from tests.browser.conftest import Site
from tests.browser.looks import look
from tests.harvesting.servers import Server, reply
from tests.harvesting.test_engine import catalogue

pytestmark = pytest.mark.browser


def test_a_source_is_added_rehearsed_and_launched(site: Site, browser: Chromium, settings: Settings) -> None:
    with Server({"/catalogue.ttl": reply(catalogue(range(3)))}) as server:
        settings.BOUTURE_PRIVATE_HOSTS = sorted(server.trusted)
        cookie = site.cookie_of(site.samples.administrator)

        def add(page: Page) -> str:
            page.goto(f"{site.address}/moissons/")
            page.get_by_role("link", name="Suivre une nouvelle source").click()
            page.get_by_label("Adresse", exact=True).fill("donnees.ville.example")
            page.get_by_label("Nom de la source").fill("Ma ville")
            page.get_by_role("button", name="Enregistrer et répéter").click()
            assert "commence par http" in page.get_by_role("alert").inner_text()
            assert page.get_by_label("Nom de la source").input_value() == "Ma ville"
            page.get_by_role("link", name="Adresse").click()
            page.get_by_label("Adresse", exact=True).fill(server.url("/catalogue.ttl"))
            page.get_by_role("button", name="Enregistrer et répéter").click()
            assert "une répétition est demandée" in page.get_by_role("status").first.inner_text().lower()
            assert page.get_by_role("button", name="Lancer pour de bon").count() == 0
            return page.url

        address = browser.drive(add, cookie, scripts=False)
        schedule.run_due(client_for)

        def decide(page: Page) -> None:
            page.goto(address)
            page.get_by_role("link", name="Voir ce qui viendrait").click()
            assert "3 à créer" in page.get_by_role("main").inner_text()
            page.go_back()
            page.get_by_role("button", name="Lancer pour de bon").click()

        browser.drive(decide, cookie, scripts=False)
        schedule.run_due(client_for)

    def see(page: Page) -> str:
        page.goto(f"{site.address}/moissons/")
        page.get_by_role("link", name="Ma ville").click()
        return page.get_by_role("main").inner_text()

    said = browser.drive(see, cookie, scripts=False)
    assert "3 fiches lues : 3 nouvelles" in said.replace("\u00a0", " ") and "À l’essai" not in said
    assert HarvestSource.objects.get(title="Ma ville").records.count() == 3


@pytest.mark.parametrize(
    "state", ["essai-attend", "essai-vu", "essai-rate", "nouvelle-refusee", "reglages-refuses", "quitter", "quittee"]
)
def test_each_state_is_accessible(site: Site, browser: Chromium, pictures: Path | None, state: str) -> None:
    source = site.samples.source
    rows = HarvestSource.objects.filter(pk=source.pk)
    if state.startswith("essai"):
        dry = source.runs.get(dry=True)
        source.runs.exclude(pk=dry.pk).delete()
        rows.update(trial=True, next_at=source.next_at if state == "essai-attend" else None)
        if state == "essai-rate":
            source.runs.update(status="failed", messages=["Le serveur ne répond pas : prévenez qui le tient."])

    if state == "quittee":
        leave(source, withdraw=False)

    def act(page: Page) -> Report:
        report = Report()
        page.goto(f"{site.address}/moissons/{'nouvelle' if state == 'nouvelle-refusee' else source.pk}/")
        if state == "nouvelle-refusee":
            page.get_by_label("Adresse", exact=True).fill("http://10.0.0.5/" + "catalogue-" * 30)
            page.get_by_label("Qui prévenir").fill("personne")
            page.get_by_role("button", name="Enregistrer et répéter").click()
        if state == "reglages-refuses":
            page.get_by_label("Fiches par page").fill("mille")
            page.locator("#options").get_by_role("button", name="Enregistrer").click()
        if state == "quitter":
            page.get_by_text("Arrêter de suivre cette source").click()
            page.get_by_role("button", name="Arrêter de suivre").click()
            assert "2 champs à corriger" in page.get_by_role("alert").inner_text()
        look(page, report, pictures and pictures / f"moisson-{state}")
        return report

    report = browser.drive(act, site.cookie_of(site.samples.administrator))
    assert report.violations == []
    assert report.too_wide == []
