"""A rich instance, and what it says of itself: pages, answers, feed, searches."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import transaction
from django.test import Client

from catalogue import auditing
from catalogue.auditing import Thing
from catalogue.feeding.reader import FeedReader
from catalogue.models import Dataset, Organisation, User
from catalogue.search import find
from portal.leaving.declared import kept
from portal.leaving.writing import export
from tests import factories
from tests.pages.samples import Samples, everything

QUESTIONS = (
    "budget", "arbres", "dechets", "école", "velo", "eau", "comptes", "plan", "fichier", "ville", "carte", "essai", "jeu", "service",
    "donnees", "administratifs", "projet", "mairie", "territoire", "lampadaires",
)  # fmt: skip


def rich() -> Samples:
    made = everything()
    body = Organisation.objects.order_by("pk").first()
    assert body
    person = User.objects.order_by("pk").first()
    factories.dataset("Registre des agents", body, private=True)
    factories.leave(factories.dataset("Plan des écoles", body), "https://ancien.essai.example/plan")
    with transaction.atomic(), auditing.together():
        auditing.tell(
            person, "body.change", Thing.organisation(body), reason="Adresse corrigée", after={"long": "x" * 9_000}
        )
    factories.follow(FeedReader())
    factories.bring_index_up_to_date()
    return made


@pytest.fixture
def instance(transactional_db: None, home: Path) -> Samples:
    return rich()


@pytest.fixture
def written(instance: Samples, tmp_path: Path) -> Path:
    return export(tmp_path / "export").target


def emptied() -> None:
    """The base as an instance has it before anybody puts something in it."""
    call_command("flush", interactive=False, verbosity=0, inhibit_post_migrate=False)


def rows() -> dict[str, list[tuple[Any, ...]]]:
    """All that is kept, as the base says it."""
    return {label: sorted(map(repr, model._base_manager.values_list())) for label, model, _ in kept()}  # type: ignore[misc]


def said() -> dict[str, Any]:
    """What anybody is answered, by address, and what is found."""
    client = Client()
    told: dict[str, Any] = {}
    for address in addresses(client):
        answer = client.get(address)
        told[address] = (answer.status_code, undated(b"".join(answer)))  # type: ignore[call-overload]
    for text in QUESTIONS:
        told[f"? {text}"] = [hit.id for hit in find(text, size=50).hits]
    return told


def undated(body: bytes) -> bytes:
    return re.sub(rb'(csrf\w+" value=")[^"]*', rb"\1", body)


def addresses(client: Client) -> list[str]:
    every = [
        "/",
        "/jeux-de-donnees/",
        "/indicateurs/",
        "/catalogue/tout.nt",
        "/catalogue/tout.jsonl",
        "/catalogue.ttl",
        "/flux/",
    ]
    for key in Dataset.objects.order_by("pk").values_list("pk", flat=True):
        every += [f"/jeux-de-donnees/{key}/", f"/id/{key}", f"/id/{key}.json", f"/id/{key}.ttl"]
    flux = client.get("/flux/")
    pages = re.findall(rb'"(?:https?://[^/"]*)?(/flux/[^"]*)"', flux.content)
    return [*every, *sorted({page.decode() for page in pages})]
