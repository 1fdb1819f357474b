"""The pages of who publishes, in English: forms, drafts, proposals, dropped files. What the base keeps stays French."""

from __future__ import annotations

from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils.translation import override
from pytest_django import Settings

from catalogue.models import Concept, Organisation, OutgoingMail, Proposal, Table, TableVersion
from portal.pages.drops import waiting
from tests import factories
from tests.pages.drops.hands import drop, read
from tests.pages.samples import EU, concepts
from tests.pages.test_editing import filled, page_of, state

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> Organisation:
    concepts()
    Concept.objects.filter(uri=f"{EU}data-theme/ENVI").update(labels={"fr": "Environnement", "en": "Environment"})
    return factories.body("Ville d’essai")


def office(town: Organisation, role: str = "publisher") -> Client:
    """The English browser of somebody who works there."""
    client = Client(headers={"accept-language": "en"})
    client.force_login(factories.person(role, town))
    return client


def text(answer: HttpResponse) -> str:
    """Of a page, without its frame."""
    found = BeautifulSoup(answer.content, "html.parser").select_one("main")
    assert found
    return " ".join(found.text.split())


def said(page: str, english: tuple[str, ...], french: tuple[str, ...]) -> None:
    assert [words for words in english if words not in page] == []
    assert [words for words in french if words in page] == []


def test_the_form_of_a_record(town: Organisation) -> None:
    client = office(town)
    address = reverse("publish", args=[town.slug])
    english = ("Publish data", "Title", "Licence", "Update frequency", "Environment", "To find it", "One per line.")
    said(text(client.get(address)), english, ("Titre", "Environnement", "Par exemple", "rythme", "Quand", "Un par"))
    answer = client.post(address, filled(client.get(address)))
    assert answer.status_code == 422
    wrong = ("2 fields to correct; nothing has been saved yet", "Title: This field is required: fill it in.")
    said(text(answer), wrong, ("obligatoire", "à corriger"))


def test_opened_and_saved_in_english_a_record_stays_as_it_is(town: Organisation) -> None:
    row = factories.dataset("Tri", town, theme=[f"{EU}data-theme/ENVI"], distribution=[factories.file("a.csv")])
    before, client = state(row), office(town)
    assert client.post(page_of(row), filled(client.get(page_of(row)))).status_code == 302
    assert state(row) == before


def test_a_proposal_is_answered_in_english_and_kept_in_french(town: Organisation) -> None:
    row = factories.dataset("Arbres", town, distribution=[factories.file("a.csv")])
    writer, agent = office(town, "contributor"), office(town)
    given: dict[str, Any] = {"title.fr": "Tous les arbres", "description.fr": "Un par un, avec leur espèce."}
    answer = writer.post(page_of(row), filled(writer.get(page_of(row))) | given)
    made = Proposal.objects.get()
    assert answer["Location"] == reverse("proposal", args=[made.pk])
    said(text(writer.get(answer["Location"])), ("Proposed by", "Your proposal is saved."), ("Proposé", "Votre"))
    answer = agent.post(
        reverse("proposal", args=[made.pk]), {"geste": "accepter", "champ": ["title"], "version": str(row.version)}
    )
    assert answer.status_code == 302
    made.refresh_from_db()
    assert made.reason == "Repris : le titre. Pas repris : la description."
    assert [mail.subject.partition(" : ")[0] for mail in OutgoingMail.objects.all()] in ([], ["Changement proposé"])


def test_a_dropped_file(town: Organisation, settings: Settings, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.BOUTURE_HOME, settings.BOUTURE_TABLES = str(tmp_path), "all"
    monkeypatch.setattr(waiting, "PATIENCE", 0.0)
    client = office(town)
    page = read(client, drop(client, "rue;longueur\nrue Un;1200\n", "rues.csv"))
    english = ("1 row, 2 columns. Check what we suggest, then publish.", "Suggested: from the name of the file.")
    said(page, english, ("Relisez", "Proposé", "Garder comme"))  # what it proposes to write is in French
    assert text(client.get(reverse("drafts"))).count("1 draft in the organisations you write for.") == 1


def test_a_typed_row(town: Organisation) -> None:
    client = office(town)
    address = reverse("type_new", args=[town.slug, "scdl/equipements"])
    page = text(client.get(address))
    said(page, ("One more row", "Equipment: name", "Add the row"), ("Une ligne", "Équipement : ", "Ajouter"))
    assert "fields to correct; the row has not been saved" in text(client.post(address, {"geste": "garder"}))
    assert not Table.objects.exists()


def test_a_wrong_cell_is_told_again(
    town: Organisation, settings: Settings, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the base keeps of it is French."""
    settings.BOUTURE_HOME, settings.BOUTURE_TABLES = str(tmp_path), "all"
    monkeypatch.setattr(waiting, "PATIENCE", 0.0)
    client = office(town)
    answer = drop(client)
    with override("fr"):  # the worker's
        page = read(client, answer)
    english = (
        "“X” is not in the list of the standard.",
        "Write one of these values:",
        "Correct these cells",
        "read as year-month-day (2 cells).",
    )
    said(page, english, ("lue année-mois", "n’est pas dans la liste", "Écrivez l’une"))
    kept = [one["message"] for one in TableVersion.objects.get().verdict["found"] if one["value"] == "X"]
    assert kept and all("n’est pas dans la liste de la norme" in message for message in kept)
