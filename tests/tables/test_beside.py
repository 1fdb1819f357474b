"""The process in which files are read: what it says comes back whole, and whatever happens to it is told."""

from __future__ import annotations

import os
import signal
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest

from catalogue.tables.beside import FELL, Allowance, take_in
from catalogue.tables.contract import Options, Order, TooMuch, Type, Unreadable
from catalogue.tables.taking import ROWS

pytestmark = pytest.mark.slow
TREES = "num;espece;plantation;hauteur\n01;Tilleul;12/03/1998;12,5\n02;Hêtre;03/11/2004;8,0\n".encode("cp1252")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "reading"
    made.mkdir()
    return made


@pytest.fixture
def trees(tmp_path: Path) -> Path:
    path = tmp_path / "original"
    path.write_bytes(TREES)
    return path


def test_what_was_found_comes_back_whole(trees: Path, folder: Path) -> None:
    taken = take_in(trees, folder, Order(Options(name="arbres.csv")))
    assert (taken.rows, taken.format, taken.separator, taken.encoding) == (2, "csv", ";", "Windows-1252")
    assert [(column.name, column.type) for column in taken.columns] == [
        ("num", Type.TEXT),
        ("espece", Type.TEXT),
        ("plantation", Type.DATE),
        ("hauteur", Type.DECIMAL),
    ]
    assert [path.name for path in folder.iterdir()] == [ROWS]


def test_what_is_wrong_with_the_file_comes_back_as_itself(tmp_path: Path, folder: Path) -> None:
    path = tmp_path / "vide"
    path.write_bytes(b"")
    with pytest.raises(Unreadable) as met:
        take_in(path, folder, Order(Options(name="vide.csv")))
    assert met.value.message != FELL


@pytest.mark.parametrize(
    ("allowance", "said"), [(Allowance(memory=2**20), "mémoire"), (Allowance(seconds=0.05), "n’a pas fini")]
)
def test_more_than_is_allowed_is_refused(trees: Path, folder: Path, allowance: Allowance, said: str) -> None:
    with pytest.raises(TooMuch, match=said):
        take_in(trees, folder, allowance=allowance)
    assert not (folder / ROWS).exists()


def killer() -> Callable[[], None]:
    """Ends the reader, the first time that it is asked whether it lives."""

    def beat() -> None:
        told = [path.read_text() for path in Path("/proc/self/task").glob("*/children")]
        for pid in map(int, " ".join(told).split()):
            if b"catalogue.tables.beside" in Path(f"/proc/{pid}/cmdline").read_bytes():
                os.kill(pid, signal.SIGKILL)

    return beat


def test_a_reader_that_dies_is_told_as_a_fault_of_ours(trees: Path, folder: Path) -> None:
    with pytest.raises(Unreadable, match="défaut du logiciel"):
        take_in(trees, folder, beat=killer())


def test_whoever_watches_may_end_it(trees: Path, folder: Path) -> None:
    def stop() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        take_in(trees, folder, beat=stop)


def test_a_reader_that_is_ended_leaves_nothing_behind(
    tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "original"
    path.write_bytes(b"a;b\n" + b"1;2\n" * 500_000)
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setenv("TMPDIR", str(scratch))
    monkeypatch.setattr(tempfile, "tempdir", None)  # where files of a moment go is asked for again

    def stop() -> None:
        if any(scratch.rglob("bouture-table-*")):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        take_in(path, folder, Order(Options(name="a.csv")), beat=stop)
    assert list(scratch.iterdir()) == []


def test_what_it_writes_is_bounded(trees: Path, folder: Path) -> None:
    with pytest.raises((Unreadable, TooMuch)):
        take_in(trees, folder, allowance=Allowance(disk=10))
