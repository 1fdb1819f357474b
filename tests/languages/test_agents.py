"""The pages of agents in English: accounts, accesses, harvests. What the base keeps as a sentence stays as it was written."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.utils.translation import override
from pytest_django import Settings

from catalogue.accounts import sealing
from catalogue.dcat.wording import sentence
from catalogue.models import AuditEntry, Organisation, OutgoingMail
from harvesters.models import HarvestRecord, HarvestRun, HarvestSource
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> Organisation:
    return factories.body("Ville d’essai")


@pytest.fixture
def office(town: Organisation) -> Client:
    """The English browser of an administrator."""
    client = Client(headers={"accept-language": "en"})
    client.force_login(factories.person("administrator", town))
    return client


def main_of(client: Client, address: str) -> str:
    """The text of a page, without its frame."""
    found = BeautifulSoup(client.get(address).content, "html.parser").select_one("main")
    assert found
    return " ".join(found.text.split())


def test_harvests(office: Client, town: Organisation) -> None:
    at = datetime(2026, 11, 3, 2, 7, tzinfo=UTC)
    source = HarvestSource.objects.create(
        key="https://essai.example/catalogue", owner=town, kind="ckan", schedule="0 3 * * *", next_at=at
    )
    ends = {"heartbeat_at": at, "ended_at": at + timedelta(seconds=75)}
    HarvestRun.objects.create(
        source=source, status="failed", started_at=at, found=1200, messages=["Le serveur est en panne."], **ends
    )
    told = main_of(office, "/moissons/")
    assert "1 source harvested, 0 records. 1 needs your attention." in told
    assert "moisson" not in told.lower() and "demande" not in told

    told = main_of(office, f"/moissons/{source.pk}/")
    assert "Harvest now" in told and "Le serveur est en panne." in told
    assert "3 November 2026" in told and "CKAN portal" in told and "1,200 records read" in told
    for words in ("Every night", "Time zone", "Records per page", "Fewer, when the source struggles to answer."):
        assert words in told
    assert "Chaque nuit" not in told

    office.post(f"/moissons/{source.pk}/", {"geste": "pause"})
    assert "The source is paused." in main_of(office, f"/moissons/{source.pk}/")
    refused = office.post(f"/moissons/{source.pk}/", {"geste": "regler", "regler.spread": "beaucoup"})
    assert "1 field to correct." in refused.content.decode()


def test_members_are_invited_in_the_language_of_who_invites(
    office: Client, town: Organisation, settings: Settings
) -> None:
    settings.BOUTURE_MAIL = True
    told = main_of(office, f"/organisations/{town.slug}/membres/")
    assert "1 person" in told and "Publishing: publishes, withdraws and harvests" in told
    assert "personne" not in told.replace("personnel", "")
    office.post(f"/organisations/{town.slug}/membres/", {"geste": "inviter", "email": "a@b.example", "role": "reader"})
    sent = OutgoingMail.objects.get()
    assert sent.subject == "Invitation to join Ville d’essai"
    text = sealing.unseal(sent.text)
    assert "Your role: Reading (reads the restricted data of the organisation)." in text and "Bonjour" not in text


def test_the_trail_is_kept_in_french_and_said_in_english(office: Client, town: Organisation) -> None:
    office.post(f"/organisations/{town.slug}/mandats/", {"geste": "relecture", "relire": "oui"})
    assert AuditEntry.objects.filter(action="body.change").exists()
    told = main_of(office, "/traces/")
    assert "Organisation changed" in told and "Organisation modifiée" not in told


def test_a_wrong_password_is_told_in_english(town: Organisation) -> None:
    answer = Client().post(
        "/connexion/", {"username": "a@b.example", "password": "faux"}, headers={"accept-language": "en"}
    )
    told = answer.content.decode()
    assert "The address and the password do not match." in told and "Mot de passe" not in told


def test_what_a_record_lacks_is_said_in_english_and_written_to_its_producer_in_french(
    office: Client, town: Organisation
) -> None:
    source = HarvestSource.objects.create(key="https://essai.example/catalogue", owner=town, kind="dcat")
    poor = factories.dataset("Arbres", town, description={})
    HarvestRecord.objects.create(source=source, key="arbres", record=poor.pk, stamp="x")
    told = office.get(f"/moissons/{source.pk}/").content.decode()
    assert "Il manque la description" in told and "Missing: " not in told
    with override("en"):
        assert sentence("missing", "dataset.title", "", "").startswith("Missing: ")
        assert sentence("future", "distribution.modified", "", "2031").endswith(" of a file: check it.")
