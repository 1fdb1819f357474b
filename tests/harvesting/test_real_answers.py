"""Real answers of sources that are not DCAT, with the counts that their README gives."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from catalogue.models import Dataset, Distribution
from catalogue.reference.loader import load_vocabularies
from harvesters.engine import harvest
from harvesters.http import Client
from harvesters.models import HarvestRun, HarvestSource
from harvesters.recognition import Traits, traits
from harvesters.registry import find_or_make
from harvesters.sources.datajson import DataJson
from tests.harvesting.conftest import HURRY
from tests.harvesting.servers import Asked, Server, reply

pytestmark = pytest.mark.django_db
Run = Callable[..., HarvestRun]
LARGE = replace(HURRY, max_bytes=5_000_000)


@pytest.fixture
def run(make_client: Callable[..., Client], server: Server) -> Run:
    """Harvests twice what the server answers: the second time nothing changes."""

    def go(path: str, **options: str) -> HarvestRun:
        source = find_or_make(server.url(path), options=options)
        first = harvest(source, make_client(LARGE))
        again = harvest(HarvestSource.objects.get(), make_client(LARGE))
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
    assert "licence/ETALAB_2_0" in row.repaired  # « Licence ouverte "Etalab" V2 »
    assert "POLYGON" in row.repaired or "Polygon" in row.repaired
    assert "urn:bouture:ckan:responsible-party" in row.said
    assert Distribution.objects.filter(dataset=row).count() == 3


def test_one_dataset_of_data_gouv(shared_data: Path, server: Server, run: Run) -> None:
    load_vocabularies()
    folder = shared_data / "catalogues" / "datagouv-api-2022" / "datasets"
    serve(server, "/api/1/datasets/geofla/", (folder / "536995f5a3a729239d20487f.json").read_bytes())
    done = run("/api/1/datasets/geofla/")
    assert (done.status, done.found, done.created) == ("done", 1, 1), done.messages
    row = Dataset.objects.get()
    assert (row.title, row.uri) == (
        {"": "Geofla® - Départements"},
        "https://www.data.gouv.fr/api/1/datasets/geofla-departements-idf/",
    )
    assert str(row.published_by) == "Région Île-de-France"
    assert "check:" not in row.said
    assert Distribution.objects.filter(dataset=row, format__endswith="/CSV").exists()


def test_all_datasets_of_data_gouv_page_by_page(shared_data: Path, server: Server, run: Run) -> None:
    folder = shared_data / "catalogues" / "datagouv-api-2022" / "datasets"
    items = [json.loads(path.read_bytes()) for path in sorted(folder.glob("*.json"))]

    def answer(asked: Asked) -> bytes:
        query = parse_qs(urlsplit(asked.path).query)
        page, size = int(query.get("page", ["1"])[0]), int(query.get("page_size", ["20"])[0])
        some = items[(page - 1) * size : page * size]
        after = "https://www.data.gouv.fr/…" if page * size < len(items) else None
        said = {"data": some, "next_page": after, "previous_page": None, "page_size": size, "total": len(items)}
        return reply(json.dumps(said).encode(), content_type="application/json")

    server.replies["/api/1/datasets/"] = answer
    done = run("/api/1/datasets/", page_size="10")
    assert (done.status, done.found, done.created, done.quarantined) == ("done", 34, 34, 0), done.messages
    assert Distribution.objects.count() == sum(len(item["resources"]) for item in items)


def test_the_older_search_of_opendatasoft(shared_data: Path, server: Server, run: Run) -> None:
    folder = shared_data / "catalogues" / "udata-ods" / "tests" / "data"
    names = ("test-a", "test-b", "with-attachments")
    items = [json.loads((folder / f"{name}.json").read_bytes()) for name in names]
    said = {"nhits": len(items), "parameters": {"rows": 100}, "datasets": items}
    serve(server, "/api/datasets/1.0/search", json.dumps(said).encode())
    done = run("/api/datasets/1.0/search")
    assert (done.status, done.found, done.created) == ("done", 3, 3), done.messages
    assert not Dataset.objects.filter(said__contains="odsfile").filter(repaired__contains="odsfile").exists()


@pytest.mark.parametrize(
    ("name", "count", "files"),
    [("02b-17113_20200918", 17, 102), ("07c-01_20211231", 160, 832), ("07c-01_20220417", 164, 859)],
)
def test_data_json_of_a_hub(shared_data: Path, server: Server, run: Run, name: str, count: int, files: int) -> None:
    body = (shared_data / "catalogues" / "geobtaa-arcgis-hub" / "jsons" / f"{name}.json").read_bytes()
    serve(server, "/data.json", body)
    done = run("/data.json")
    assert (done.status, done.found, done.created, done.quarantined) == ("done", count, count, 0), done.messages
    assert Distribution.objects.count() == files


def test_the_search_of_a_hub(shared_data: Path, server: Server, run: Run) -> None:
    """Twenty of 64: what is given is taken, and nothing would be withdrawn."""
    body = (shared_data / "catalogues" / "od-scotland" / "tests" / "mock_data" / "arcgis" / "moray.json").read_bytes()
    serve(server, "/api/v3/datasets", body)
    failed = run("/api/v3/datasets")
    assert (failed.status, failed.found, failed.created, failed.complete) == ("failed", 20, 20, False), failed.messages
    row = Dataset.objects.get(title={"": "Housing Land Audit 2018 (Moray)"})
    assert str(row.published_by) == "Moray Council"
    assert "POLYGON" in row.repaired


SNAPSHOTS = [
    ("02b-17113", "20200918", "20201022"),
    ("07c-01", "20211231", "20220130"),
    ("07c-01", "20220130", "20220327"),
]


@pytest.mark.parametrize(("hub", "before", "after"), SNAPSHOTS)
def test_traits_find_again_what_a_hub_renamed(shared_data: Path, hub: str, before: str, after: str) -> None:
    """Of the datasets with the same title in both, at least 95 % share an address of a file or service, or a name."""

    def known(date: str) -> dict[str, list[Traits]]:
        path = shared_data / "catalogues" / "geobtaa-arcgis-hub" / "jsons" / f"{hub}_{date}.json"
        found: dict[str, list[Traits]] = {}
        for one in DataJson(str(path)).found(json.loads(path.read_bytes())["dataset"]):
            found.setdefault(one.title, []).append(traits(one.triples, one.subject))
        return found

    old, new = known(before), known(after)
    remain = [
        (one, new[title][0])
        for title, (one, *more) in old.items()
        if title in new and not more and len(new[title]) == 1
    ]
    served = [(one, other) for one, other in remain if one.addresses and other.addresses]
    again = [one for one, other in served if one.addresses & other.addresses or one.names & other.names]
    assert len(served) > len(remain) / 2
    assert len(again) >= 0.95 * len(served), (len(again), len(served))


def test_a_catalogue_after_the_national_schema(shared_data: Path, make_client: Callable[..., Client]) -> None:
    """Etalab's example: one line, joined keywords, two formats."""
    load_vocabularies()
    source = find_or_make(str(shared_data / "samples" / "catalogue_donnees__exemple.csv"))
    done = harvest(source, make_client())
    assert (done.status, done.found, done.created) == ("done", 1, 1), done.messages
    source.refresh_from_db()
    assert source.kind == "scdl"
    row = Dataset.objects.get()
    assert str(row.published_by) == "Institut national de l'information géographique et forestière"
    assert [word for words in row.keyword.values() for word in words] == ["arbre", "forêt", "écologie"]
    assert row.license.endswith("licence/ETALAB_2_0") or "icence ouverte" in row.repaired
    formats = {name.rsplit("/", 1)[-1] for name in Distribution.objects.values_list("format", flat=True)}
    assert formats == {"CSV", "XLSX"}
    assert harvest(HarvestSource.objects.get(), make_client()).unchanged == 1
