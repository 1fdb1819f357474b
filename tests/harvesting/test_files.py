"""Folders and lists of files: what is read, what is left alone, what is never told."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from catalogue.models import Dataset, Distribution
from harvesters import folders
from harvesters.base import Refused, Unreadable
from harvesters.engine import harvest
from harvesters.http import Client
from harvesters.models import HarvestRun, HarvestSource
from harvesters.registry import find_or_make
from tests.harvesting.servers import Server, reply

pytestmark = pytest.mark.django_db


@pytest.fixture
def run(make_client: Callable[..., Client]) -> Callable[..., HarvestRun]:
    def go(address: str, **options: object) -> HarvestRun:
        return harvest(find_or_make(address, **options), make_client())  # type: ignore[arg-type]

    return go


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path / "donnees"
    (root / "eau").mkdir(parents=True)
    (root / "eau" / "points_d-eau.csv").write_text("a,b\n")
    (root / "menus école.json").write_text("[]")
    (root / ".secret").write_text("x")
    (root / "lien.csv").symlink_to("/etc/hostname")
    (root / "boucle").symlink_to(root)
    return root


def test_each_file_is_a_dataset(folder: Path, run: Callable[..., HarvestRun]) -> None:
    done = run(
        str(folder), base="https://ville.example/opendata", options={"licence": "etalab-2.0", "publisher": "Ville"}
    )
    assert (done.status, done.found, done.created) == ("done", 2, 2), done.messages
    rows = {row.title[""]: row for row in Dataset.objects.all()}
    assert set(rows) == {"Points d eau", "Menus école"}
    assert str(rows["Menus école"].published_by) == "Ville"
    addresses = {url for urls in Distribution.objects.values_list("download_url", flat=True) for url in urls}
    assert addresses == {
        "https://ville.example/opendata/eau/points_d-eau.csv",
        "https://ville.example/opendata/menus%20%C3%A9cole.json",
    }
    assert run(str(folder)).unchanged == 2


def test_a_folder_without_an_address_tells_no_path(folder: Path, run: Callable[..., HarvestRun]) -> None:
    assert run(str(folder)).created == 2
    for row in Dataset.objects.all():
        assert str(folder) not in row.said + row.repaired
        assert "file:" not in row.said + row.repaired


def test_a_pattern_and_what_is_gone(folder: Path, run: Callable[..., HarvestRun]) -> None:
    assert run(str(folder), options={"pattern": "*.csv"}).found == 1
    (folder / "eau" / "points_d-eau.csv").unlink()
    stopped = run(str(folder))
    assert (stopped.status, stopped.withdrawn) == ("stopped", 0)


def test_a_file_that_changes_is_one_update(folder: Path, run: Callable[..., HarvestRun]) -> None:
    run(str(folder))
    (folder / "menus école.json").write_text("[1]")
    assert (run(str(folder)).updated, HarvestSource.objects.get().kind) == (1, "files")


def test_a_list_of_addresses(server: Server, run: Callable[..., HarvestRun]) -> None:
    body = b"# Fichiers\nhttps://ville.example/a/Budget%202025.csv\nhttps://ville.example/b.xlsx?v=2\nhttp://[\n"
    server.replies["/liste.txt"] = reply(body, content_type="text/plain")
    done = run(server.url("/liste.txt"))
    assert (done.status, done.found) == ("done", 3), done.messages
    assert {row.title[""] for row in Dataset.objects.all()} >= {"Budget 2025", "B"}


def test_a_folder_that_cannot_be_read_or_ends_nowhere(
    folder: Path, run: Callable[..., HarvestRun], monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(Unreadable, match="Vérifiez son chemin"):
        folders.open_folder(folder / "absent")
    monkeypatch.setattr(folders, "MOST", 1)
    with pytest.raises(Refused, match="plus petit"):
        folders.open_folder(folder)
    os.mkfifo(folder / "tube")
    monkeypatch.setattr(folders, "MOST", 10)
    assert len(folders.entries(folder)) == 2
