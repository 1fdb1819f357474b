"""Real answers of sources that are not DCAT, with the counts that their README gives."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from catalogue.models import Dataset, Distribution
from catalogue.reference.loader import load_vocabularies
from harvesters.engine import harvest
from harvesters.http import Client
from harvesters.models import HarvestRun, HarvestSource
from harvesters.registry import find_or_make
from tests.harvesting.servers import Server, reply

pytestmark = pytest.mark.django_db
Run = Callable[..., HarvestRun]


@pytest.fixture
def run(make_client: Callable[..., Client], server: Server) -> Run:
    """Harvests twice what the server answers: the second time nothing changes."""

    def go(path: str, **options: str) -> HarvestRun:
        source = find_or_make(server.url(path), options=options)
        first = harvest(source, make_client())
        again = harvest(HarvestSource.objects.get(), make_client())
        assert (again.created, again.updated, again.withdrawn) == (0, 0, 0), again.messages
        return first

    return go


def serve(server: Server, path: str, body: bytes) -> None:
    server.replies[path] = reply(body, content_type="application/json")


def test_ckan_of_birmingham(shared_data: Path, server: Server, run: Run) -> None:
    """Ten of 38 packages: what is given is taken, and nothing would be withdrawn."""
    body = (shared_data / "catalogues" / "ckan-birmingham" / "package_search.json").read_bytes()
    serve(server, "/api/3/action/package_search", body)
    failed = run("/api/3/action/package_search")
    assert (failed.status, failed.found, failed.created, failed.complete) == ("failed", 10, 10, False)
    assert "boucle" in failed.messages[0]
    assert Distribution.objects.count() == 54
    row = Dataset.objects.get(title={"": "Purchase Card Transactions"})
    assert str(row.published_by) == "Birmingham City Council"


def test_ckan_of_birmingham_as_one_page(shared_data: Path, server: Server, run: Run) -> None:
    said = json.loads((shared_data / "catalogues" / "ckan-birmingham" / "package_search.json").read_bytes())
    said["result"]["count"] = 10
    serve(server, "/api/3/action/package_search", json.dumps(said).encode())
    done = run("/api/3/action/package_search")
    assert (done.status, done.found, done.created, done.quarantined) == ("done", 10, 10, 0), done.messages


def test_one_ckan_package_of_grand_est(shared_data: Path, server: Server, run: Run) -> None:
    body = (shared_data / "catalogues" / "french-snippets" / "ckan_package_grandest.json").read_bytes()
    load_vocabularies()
    serve(server, "/api/3/action/package_show", body)
    done = run("/api/3/action/package_show?id=4c91f7c2-af7c-4128-99c0-b0af56ce5b7f")
    assert (done.status, done.found, done.created) == ("done", 1, 1), done.messages
    row = Dataset.objects.get()
    assert row.title == {"": "DONNEE - Commune du Grand Est (petite échelle)"}
    assert "Licence ouverte" in row.repaired
    assert "POLYGON" in row.repaired or "Polygon" in row.repaired
    assert "urn:bouture:ckan:responsible-party" in row.said
    assert Distribution.objects.filter(dataset=row).count() == 3
