"""`manage.py pack` killed (SIGKILL) at each point of its swap: the base and the files say the same once anybody comes next."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management.base import CommandError

from catalogue import keys
from catalogue.indicators.recipe import SHIPPED
from catalogue.models import AppliedPack
from catalogue.observing import recipes
from harvesters.models import HarvestSource
from portal.packs import swapping
from portal.packs.swapping import FINISHED, FORGOTTEN
from tests.conftest import PROJECT
from tests.packs.conftest import built, pack
from tests.packs.test_commands import Move
from tests.test_tasks import environment

TEXT = next(SHIPPED.rglob("arbres/plantes.yaml")).read_text()
NAMES = ("ville.arbres", "ville.bosquets")
# Runs the command, and kills its process before or after the nth call of a function once files begin to be written.
KILLED = """
import os, signal, sys
from pathlib import Path
import django; django.setup()
from django.core.management import call_command
from portal.packs import swapping
where, name, nth, when, *words = sys.argv[1:]
owner = Path if where == "Path" else swapping
armed, calls = [], []
def ahead(swap, real=swapping._write_ahead):
    armed.append(1)
    real(swap)
swapping._write_ahead = ahead
def counted(*given, real=getattr(owner, name), **named):
    if armed or name == "_write_ahead":
        calls.append(1)
    dies = len(calls) == int(nth)
    if dies and when == "before":
        os.kill(os.getpid(), signal.SIGKILL)
    found = real(*given, **named)
    if dies:
        os.kill(os.getpid(), signal.SIGKILL)
    return found
setattr(owner, name, counted)
call_command("pack", *words)
"""
BEFORE = {
    "nothing but the journal": ("swapping", "_write", "1", "after"),
    "one file beside": ("swapping", "_write", "2", "after"),
    "all beside": ("swapping", "_write_ahead", "1", "after"),
}
AFTER = {
    "committed": ("swapping", "_finish", "1", "before"),
    "one file moved": ("Path", "replace", "1", "after"),
    "all moved": ("Path", "unlink", "1", "before"),
}
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


@pytest.fixture
def carried(havre: HarvestSource, tmp_path: Path, elsewhere: Move) -> Path:
    """A pack of two recipes and a source, on the doorstep of the next town."""
    recipes.folder().mkdir(parents=True, exist_ok=True)
    for name in NAMES:
        (recipes.folder() / f"{name}.yaml").write_text(TEXT.replace("id: arbres.plantes", f"id: {name}", 1))
    folder = built(tmp_path / "pack")
    for name in NAMES:
        (recipes.folder() / f"{name}.yaml").unlink()
    elsewhere("40192")
    return folder


def killed(home: Path, point: tuple[str, ...], *words: str) -> None:
    named = {**environment(home), "BOUTURE_TERRITORY": "40192", "BOUTURE_SECRET_KEY": "k" * 30 + "Z9" * 20}
    done = subprocess.run(
        [sys.executable, "-c", KILLED, *point, *words],
        check=False,
        cwd=PROJECT,
        env=named,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == -signal.SIGKILL, done.stderr[-2000:]


def files() -> list[str]:
    return sorted(path.name for path in recipes.folder().iterdir())


def journals() -> list[Path]:
    return list((recipes.folder().parent / "swaps").glob("*.json"))


@pytest.mark.parametrize("point", [*BEFORE, *AFTER])
def test_an_application_that_was_killed_is_whole_or_nothing(carried: Path, home: Path, point: str) -> None:
    kid = keys.current().kid
    killed(home, {**BEFORE, **AFTER}[point], "apply", str(carried), f"--trust={kid}")
    assert len(journals()) == 1
    there = point in AFTER
    assert AppliedPack.objects.exists() is HarvestSource.objects.exists() is there
    assert swapping.settle() == [FINISHED if there else FORGOTTEN]
    assert files() == ([f"{name}.yaml" for name in NAMES] if there else [])
    assert journals() == swapping.settle() == []
    pack("apply", str(carried))
    assert files() == [f"{name}.yaml" for name in NAMES]
    assert AppliedPack.objects.count() == 1


@pytest.mark.parametrize(("point", "there"), [(BEFORE["all beside"], True), (AFTER["committed"], False)])
def test_so_is_a_way_back_and_whoever_comes_next_ends_it(
    carried: Path, home: Path, point: tuple[str, ...], there: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    pack("apply", str(carried))
    killed(home, point, "rollback", "commune")
    assert (AppliedPack.objects.in_force("commune") is not None) is there
    assert files() == [f"{name}.yaml" for name in NAMES]
    pack("list")
    assert (FORGOTTEN if there else FINISHED) in capsys.readouterr().err
    assert files() == ([f"{name}.yaml" for name in NAMES] if there else [])


def test_files_that_cannot_move_any_more_are_told_and_moved_later(
    carried: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> Path:
        raise PermissionError(13, "Permission denied")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", refuse)
        with pytest.raises(CommandError, match=r"^Le pack est appliqué dans la base"):
            pack("apply", str(carried))
        with pytest.raises(CommandError, match="est appliqué dans la base"):
            pack("plan", str(carried))
    pack("list")
    assert files() == [f"{name}.yaml" for name in NAMES]


def test_a_journal_that_was_cut_short_names_nothing(home: Path, db: None) -> None:
    (home / "swaps").mkdir()
    (home / "swaps" / "abc.json").write_text('{"/tmp/x')
    assert swapping.settle() == [FORGOTTEN]
    assert journals() == []
