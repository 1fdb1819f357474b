"""An import that is killed, by a real SIGKILL: no half of a portal ever serves, and the same command goes on."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.core.management.base import SystemCheckError
from pytest_django import Settings

from catalogue.search.instance import backend
from portal.checks import check_import
from portal.leaving import unfinished
from portal.leaving.files import alone
from portal.leaving.writing import export
from tests import factories
from tests.conftest import PROJECT
from tests.leaving.conftest import emptied

# `module:name` is where it is killed, instead of doing that.
KILLED = """
import importlib, os, signal, sys
import django
django.setup()
module, name = sys.argv[1].split(":")
def killed(*args, **kwargs):
    os.kill(os.getpid(), signal.SIGKILL)
setattr(importlib.import_module(module), name, killed)
from django.core.management import execute_from_command_line
execute_from_command_line(["manage.py", "import", sys.argv[2]])
"""
# Where -> whether rows are in the base then, and whether the portal may still start (nothing was begun).
POINTS = {
    "portal.leaving.opening:_believe": (False, True),
    "portal.leaving.restoring:_continue_numbers": (False, False),
    "portal.leaving.restoring:put": (False, False),
    "portal.management.commands.import:count_tables": (True, False),
    "catalogue.management.commands.index:drain": (True, False),
}


@pytest.fixture
def written(transactional_db: None, home: Path, tmp_path: Path) -> Path:
    factories.table(factories.dataset("Arbres"))
    factories.dataset("Budget")
    return export(tmp_path / "export").target


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A base where nobody put anything."""
    home = tmp_path_factory.mktemp("empty")
    done = run(home, "-m", "django", "migrate", "--verbosity=0")
    assert done.returncode == 0, done.stderr
    return home / "bouture.sqlite3"


def run(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    given = {"BOUTURE_HOME": str(home), "DATABASE_URL": f"sqlite:///{home}/bouture.sqlite3", "BOUTURE_TABLES": "none"}
    without = {name: value for name, value in os.environ.items() if name not in ("ELASTICSEARCH_URL", "REDIS_URL")}
    return subprocess.run(
        [sys.executable, *words], cwd=PROJECT, env={**without, **given, "DJANGO_SETTINGS_MODULE": "portal.settings"},
        capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip


def counted(home: Path, table: str) -> int:
    with sqlite3.connect(home / "bouture.sqlite3") as base:
        return int(base.execute(f"SELECT count(*) FROM {table}").fetchone()[0])


@pytest.mark.slow
@pytest.mark.parametrize("point", POINTS)
def test_it_is_killed_and_the_same_command_goes_on(
    point: str, written: Path, empty: Path, tmp_path: Path, settings: Settings
) -> None:
    there, starts = POINTS[point]
    factories.bring_index_up_to_date()
    documents = backend().count()
    home = tmp_path / "new"
    home.mkdir()
    settings.BOUTURE_HOME = home
    shutil.copy(empty, home / "bouture.sqlite3")
    killed = run(home, "-c", KILLED, point, str(written))
    assert killed.returncode == -9, killed.stderr
    assert counted(home, "catalogue_dataset") == (2 if there else 0)

    assert [one.id for one in check_import()] == ([] if starts else ["bouture.E020"])

    again = run(home, "manage.py", "import", str(written))
    assert again.returncode == 0, again.stderr
    assert f"{documents} documents dans l’index" in again.stdout
    assert ("avait tout repris" in again.stdout) is there
    lines = {path.stem: len(path.read_bytes().splitlines()) for path in (written / "base").glob("catalogue.*.jsonl")}
    assert {name: counted(home, name.replace(".", "_")) for name in ("catalogue.dataset", "catalogue.change")} == {
        name: lines[name] for name in ("catalogue.dataset", "catalogue.change")
    }
    assert sorted(path.name for path in (home / "tables").rglob("*.parquet")) == ["rows.parquet"]
    assert check_import() == []


@pytest.mark.slow
def test_nothing_else_starts_meanwhile(tmp_path: Path) -> None:
    (tmp_path / unfinished.NAME).write_text('{"manifest": "a", "path": "/srv/export", "at": "2026-11-26"}')
    said = run(tmp_path, "manage.py", "serve")
    assert (said.returncode, "bouture.E020" in said.stderr, "manage.py import /srv/export" in said.stderr) == (
        1,
        True,
        True,
    )


def test_another_export_does_not_go_on_where_one_was_stopped(written: Path, home: Path, tmp_path: Path) -> None:
    unfinished.begin("0" * 64, tmp_path / "autre")
    with pytest.raises(CommandError, match=f"commencé le .* n’est pas fini.*manage.py import {tmp_path}/autre"):
        call_command("import", str(written))
    assert unfinished.pending()
    with pytest.raises(SystemCheckError, match="E020"):
        call_command("check")
    emptied()
    call_command("import", str(written))  # the rows of the other are not there: nothing of it stands in the way
    assert unfinished.pending() is None


def test_what_is_refused_leaves_no_mark(written: Path, home: Path) -> None:
    emptied()
    shutil.rmtree(home / "tables")
    (home / "tables").write_text("in the way")
    with pytest.raises(CommandError, match="Les fichiers ne s’écrivent pas"):
        call_command("import", str(written))
    assert unfinished.pending() is None


@pytest.mark.parametrize("said", ["", "[]", "{}", '{"manifest": 1}', "\x00"])
def test_a_mark_that_cannot_be_read_is_one(home: Path, said: str) -> None:
    (home / unfinished.NAME).write_text(said)
    found = unfinished.pending()
    assert found and (found.path, found.manifest) == ("?", "")


def test_two_at_once(written: Path, home: Path) -> None:
    with alone(), pytest.raises(CommandError, match="en cours"):
        call_command("import", str(written))


def test_the_mark_says_where_the_export_was(home: Path, tmp_path: Path) -> None:
    unfinished.begin("a" * 64, Path("export"))
    assert json.loads((home / unfinished.NAME).read_text("utf-8"))["path"] == str(Path.cwd() / "export")
    with unfinished.importing():
        assert unfinished.stands_in_the_way() is None
    assert unfinished.stands_in_the_way()
    unfinished.end()
    unfinished.end()
    assert unfinished.pending() is None
