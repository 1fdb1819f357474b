"""The feed of one instance followed by another: at the end the replica says what its home says, word for word."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.test import Client as Browser

from catalogue import publishing
from catalogue.feeding import tree
from catalogue.feeding.reader import FeedReader
from catalogue.models import DataService, Dataset, FeedMember, Record
from catalogue.publishing import Draft
from harvesters.engine import harvest
from harvesters.http import Client, Limits
from harvesters.models import HarvestRun, HarvestSource
from harvesters.registry import home_body
from tests import factories
from tests.feeding.walked import walk
from tests.harvesting.servers import Server, reply

pytestmark = pytest.mark.django_db
HOME, HERE = "https://chez-elle.example", "https://chez-nous.example"
ROOMY = Limits(connect=2, read=5, total=20, delay=0, retries=0)


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as running:
        yield running


def told(server: Server, browser: Browser, media: str) -> dict[str, str]:
    """Puts the pages of the feed at another address; what they announce: address -> digest of its words."""
    factories.follow(FeedReader())
    for address in walk(browser).pages:
        path = address.removeprefix(settings.BOUTURE_URL)
        body = browser.get(path, headers={"accept": media}).content
        moved = body.replace(f"{HOME}/flux".encode(), server.url("/flux").encode())
        server.replies[path] = reply(moved, content_type=media)
    return said()


def said() -> dict[str, str]:
    return {
        row.uri: row.digest
        for model in (Dataset, DataService)
        for row in model.objects.filter(status=Record.Status.PUBLISHED, private=False)
    }


def follow(server: Server) -> HarvestRun:
    source, _ = HarvestSource.objects.get_or_create(key=server.url("/flux/"), defaults={"owner": home_body()})
    with Client(server.trusted, ROOMY) as client:
        return harvest(source, client)


def records() -> list[Record]:
    publisher = {"name": {"fr": "Ville de Chez-Elle"}, "homepage": ["https://chez-elle.example/mairie"]}
    contact = {"name": {"fr": "Service des données"}, "email": ["mailto:donnees@chez-elle.example"]}
    files: list[dict[str, Any]] = [factories.file("a.csv", license=factories.OPEN_LICENCE), factories.file("b.csv")]
    return [
        factories.dataset("Marchés publics", publisher=publisher, contact_point=[contact], distribution=files),
        factories.dataset("Arbres", temporal=[{"start": "2020-01-01", "end": "2024-12-31"}]),
        factories.dataset("Budget"),
        factories.service("Cartes"),
        factories.dataset("Caché", private=True),
    ]


@pytest.mark.parametrize("media", ["application/trig", "application/ld+json"])
def test_the_replica_says_what_its_home_says(
    server: Server, client: Browser, monkeypatch: pytest.MonkeyPatch, settings: Any, media: str
) -> None:
    monkeypatch.setattr(tree, "LEAF", 2)
    settings.BOUTURE_URL = HOME
    rows = records()
    before = told(server, client, media)
    publishing.publish([Draft("dataset", {"title": {"fr": "Arbres"}}, rows[1].owner_id, id=rows[1].pk)])
    publishing.withdraw([rows[2]], "Remplacé.")
    first = dict(server.replies)
    after = told(server, client, media)
    second = dict(server.replies)
    for model in (Dataset, DataService, FeedMember):
        model.objects.all().delete()

    settings.BOUTURE_URL = HERE
    server.replies = first
    run = follow(server)
    assert (run.status, run.created) == ("done", 3), run.messages
    assert said() == before
    server.replies = second
    run = follow(server)
    assert (run.status, run.updated, run.withdrawn) == ("done", 1, 1), run.messages
    assert said() == after
    assert len(before) == 4
    assert len(after) == 3
