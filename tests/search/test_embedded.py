"""What is the embedded backend's own: processes, locks, damaged folders."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from catalogue.search.contract import IndexBroken, IndexBusy, Query
from catalogue.search.document import Document
from catalogue.search.embedded import EmbeddedBackend

PROJECT = Path(__file__).resolve().parents[2]

WRITER = """
import sys, time
from pathlib import Path
import django
django.setup()
from catalogue.search.document import Document
from catalogue.search.embedded import EmbeddedBackend

def documents(count, wait):
    for number in range(count):
        yield Document(f"{sys.argv[2]}-{number}", "dataset", ("Déchets",), audience=("public",))
    if wait:
        print("writing", flush=True)
        time.sleep(60)

EmbeddedBackend(Path(sys.argv[1])).add(documents(3, sys.argv[2] == "slow"))
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "index"


@pytest.fixture
def backend(folder: Path) -> EmbeddedBackend:
    made = EmbeddedBackend(folder)
    made.clear()
    return made


def start(folder: Path, name: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", WRITER, str(folder), name]
    return subprocess.Popen(command, cwd=PROJECT, env={**os.environ}, stdout=subprocess.PIPE, text=True)


def test_what_another_process_commits_is_seen_after_refresh(backend: EmbeddedBackend, folder: Path) -> None:
    assert backend.search(Query("déchets")).total == 0
    with start(folder, "quick") as other:
        assert other.wait(30) == 0
    assert backend.search(Query("déchets")).total == 0
    backend.refresh()
    assert backend.search(Query("déchets")).total == 3
    with start(folder, "quick") as other:
        assert other.wait(30) == 0
    backend.refresh()
    assert backend.search(Query("déchets")).total == 3


@pytest.mark.slow
def test_one_writes_while_others_read_and_a_killed_writer_leaves_all_usable(
    backend: EmbeddedBackend, folder: Path
) -> None:
    backend.add([Document("1", "dataset", ("Déchets",), audience=("public",))])
    with start(folder, "slow") as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "writing\n"
        with pytest.raises(IndexBusy):
            backend.remove(["1"])
        with pytest.raises(IndexBusy):
            backend.clear()
        backend.refresh()
        assert backend.search(Query("déchets")).total == 1
        other.send_signal(signal.SIGKILL)
        other.wait(30)
    backend.add([Document("2", "dataset", ("Déchets",), audience=("public",))])
    backend.refresh()
    assert backend.search(Query("déchets")).total == 2
    assert EmbeddedBackend(folder).count() == 2


def test_a_refresh_without_a_commit_keeps_the_searcher(backend: EmbeddedBackend) -> None:
    backend.refresh()
    before = backend._opened
    backend.refresh()
    assert backend._opened is before


def test_a_folder_that_is_not_there_is_broken_until_cleared(folder: Path) -> None:
    backend = EmbeddedBackend(folder)
    for call in (backend.identity, backend.refresh, backend.count, backend.write, lambda: backend.search(Query())):
        with pytest.raises(IndexBroken, match="index --rebuild"):
            call()
    backend.clear()
    assert backend.search(Query()).total == 0


@pytest.mark.parametrize("suffix", ["current", ".json", ".term", ".store", ".fast", ".idx"])
@pytest.mark.parametrize("damage", ["empty", "gone", "half", "noise"])
def test_a_damaged_index_says_so_and_can_be_made_again(
    backend: EmbeddedBackend, folder: Path, suffix: str, damage: str
) -> None:
    backend.add([Document("1", "dataset", ("Déchets",), theme=("eau",), audience=("public",))])
    victim = next(each for each in folder.rglob("*") if each.name.endswith(suffix) and each.name != ".managed.json")
    content = victim.read_bytes()
    victim.unlink()
    if damage != "gone":
        # As a new file: what has the old one mapped must not see its pages go.
        spoiled = {"empty": b"", "half": content[: len(content) // 2], "noise": bytes(each ^ 0x5A for each in content)}
        victim.write_bytes(spoiled[damage])
    fresh = EmbeddedBackend(folder)
    with pytest.raises(IndexBroken):
        fresh.search(Query("déchets", facets=("theme",)))
    fresh.clear()
    assert fresh.search(Query("déchets")).total == 0
    backend.refresh()
    assert backend.search(Query("déchets")).total == 0


def test_a_panic_of_tantivy_is_a_broken_index_and_not_the_end_of_the_process(
    backend: EmbeddedBackend, folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """Bytes changed in the middle of a file pass tantivy's own checks and make it panic."""
    backend.add(Document(str(number), "dataset", ("Déchets",), audience=("public",)) for number in range(50))
    victim = next(folder.rglob("*.store"))
    content = victim.read_bytes()
    victim.unlink()
    victim.write_bytes(bytes(each ^ 0xFF for each in content[:-200]) + content[-200:])
    with pytest.raises(IndexBroken):
        EmbeddedBackend(folder).search(Query("déchets"))


def test_an_index_of_another_version_is_to_be_made_again(
    backend: EmbeddedBackend, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("catalogue.search.embedded.backend.FORMAT", "next")
    later = EmbeddedBackend(folder)
    with pytest.raises(IndexBroken, match="autre version"):
        later.refresh()
    later.clear()
    assert later.identity().startswith("next-")
    with pytest.raises(IndexBroken, match="autre version"):
        backend.refresh()


def test_clearing_leaves_nothing_behind(backend: EmbeddedBackend, folder: Path) -> None:
    backend.add([Document("1", "dataset", ("Déchets",), audience=("public",))])
    backend.clear()
    assert sorted(each.name for each in folder.iterdir()) == sorted([backend.identity(), "current", "lock"])
