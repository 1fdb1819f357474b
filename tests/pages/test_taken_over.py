"""Pages after a take-over: the source says that it is over, its records are ours to change."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from catalogue import publishing
from catalogue.models import Dataset, Organisation
from harvesters import schedule
from harvesters.models import HarvestRecord, HarvestSource
from harvesters.takeover import take_over
from tests import factories
from tests.pages.conftest import said
from tests.pages.test_harvests import make, ran

pytestmark = pytest.mark.django_db
As = Callable[[Any], Client]


@pytest.fixture
def town() -> Organisation:
    return factories.body("Ville d’essai")


@pytest.fixture
def source(town: Organisation) -> HarvestSource:
    """A source whose one record was taken over."""
    source = make(town)
    row = factories.dataset("Arbres", town)
    Dataset.objects.filter(pk=row.pk).update(harvested=True)
    HarvestRecord.objects.create(source=source, key="id:1", record=row.pk, stamp="x")
    ran(source, complete=True)
    take_over(source, hosts=["fichiers.essai.example"])
    source.refresh_from_db()
    return source


def test_a_source_that_was_taken_over_says_so_and_offers_nothing(
    source: HarvestSource, town: Organisation, as_: As
) -> None:
    browser = as_(factories.person("publisher", town))
    page = said(browser.get(f"/moissons/{source.pk}/"))
    assert "Reprise par ce portail" in page and "ce portail en est le foyer" in page
    assert "Fichiers encore chez l’ancien portail ce jour-là : 1 sur 1." in page
    soup = BeautifulSoup(page, "html.parser")
    assert not soup.select("main button") and not soup.select("main textarea")
    assert "Reprise par ce portail" in said(browser.get("/moissons/"))
    for gesture in ("lancer", "reprendre", "repeter", "accepter", "pause", "regler", "options"):
        answer = browser.post(f"/moissons/{source.pk}/", {"geste": gesture})
        assert answer.status_code == 400 and "a pris la suite" in said(answer)  # type: ignore[arg-type]
    source.refresh_from_db()
    assert not source.active and source.next_at is None


def test_a_take_over_that_was_cut_short_says_how_to_go_on(source: HarvestSource, town: Organisation, as_: As) -> None:
    HarvestSource.objects.update(closing={})
    browser = as_(factories.person("publisher", town))
    assert f"Relancez « manage.py takeover {source.pk} »" in said(browser.get(f"/moissons/{source.pk}/"))
    assert "1 demande votre attention" in said(browser.get("/moissons/"))


def test_its_records_are_ours_to_change(source: HarvestSource, town: Organisation, as_: As) -> None:
    row = Dataset.objects.get()
    page = said(as_(None).get(row.get_absolute_url()))
    assert "dont ce portail a pris la suite" in page and "Moissonné chez" not in page
    assert "Repris par ce portail, qui en devient le foyer." in page
    form = said(as_(factories.person("publisher", town)).get(f"{row.get_absolute_url()}modifier/"))
    assert "Cette fiche se corrige à sa source" not in form
    assert not BeautifulSoup(form, "html.parser").select("fieldset[disabled]")


def test_no_link_of_a_page_leads_round_to_itself_by_the_old_name(
    source: HarvestSource, client: Client, settings: Settings
) -> None:
    row = Dataset.objects.get()
    Dataset.objects.update(landing_page=["https://ancien.essai.example/dataset/arbres"])
    path = row.get_absolute_url()
    page = said(client.get(path))
    assert "https://ancien.essai.example/" in page and "https://fichiers.essai.example/donnees.csv" in page
    settings.BOUTURE_FORMER_HOSTS = ["ancien.essai.example", "fichiers.essai.example"]
    page = BeautifulSoup(said(client.get(path)), "html.parser")
    assert not [link for link in page.select("main a[href]") if "essai.example/" in str(link["href"])]
    assert "resté chez l’ancien portail" in page.text


def test_the_schedule_says_it_and_refuses_to_wake_it(source: HarvestSource, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("schedule")
    assert f"reprise par ce portail le {timezone.localtime():%d/%m/%Y}" in capsys.readouterr().out
    for change in (["--resume"], ["--now"], ["--cron", "* * * * *"]):
        with pytest.raises(CommandError, match="a pris la suite") as refused:
            call_command("schedule", source.key, *change)
        assert refused.value.returncode == 1
    call_command("schedule", source.key)
    source.refresh_from_db()
    assert (source.active, source.next_at, schedule.plan(timezone.now())) == (False, None, [])


def test_a_withdrawn_record_stays_so_after_its_source_is_closed(source: HarvestSource, client: Client) -> None:
    row = Dataset.objects.get()
    publishing.withdraw([row], "Périmé.")
    take_over(source)
    assert client.get(row.get_absolute_url()).status_code == 410
