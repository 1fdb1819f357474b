"""The door to DuckDB: what a statement can reach, and what it cannot."""

from pathlib import Path

import duckdb
import pytest

from catalogue.tables.contract import Unreadable
from catalogue.tables.store import connected


@pytest.fixture
def ours(tmp_path: Path) -> Path:
    path = tmp_path / "ours.csv"
    path.write_text("nom\nMarché\n", "utf-8")
    return path


def test_it_reads_the_file_it_was_given(ours: Path) -> None:
    with connected([ours]) as connection:
        assert connection.execute("SELECT nom FROM read_csv($p)", {"p": str(ours)}).fetchall() == [("Marché",)]


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM read_csv('/etc/passwd')",
        "SELECT * FROM read_text('{theirs}')",
        "SELECT * FROM glob('/*')",
        "SELECT * FROM read_csv('http://127.0.0.1:9/x.csv')",
        "COPY (SELECT 1) TO '{theirs}.new'",
        "COPY (SELECT 1) TO '{ours}/../new'",
        "ATTACH '{theirs}.db'",
        "INSTALL httpfs",
        "LOAD httpfs",
    ],
)
def test_it_reaches_nothing_else(statement: str, ours: Path, tmp_path: Path) -> None:
    theirs = tmp_path / "theirs.csv"
    theirs.write_text("secret\n1\n", "utf-8")
    before = sorted(tmp_path.iterdir())
    with connected([ours]) as connection, pytest.raises((duckdb.PermissionException, duckdb.IOException)):
        connection.execute(statement.format(theirs=theirs, ours=ours))
    assert sorted(tmp_path.iterdir()) == before


@pytest.mark.parametrize(
    "setting",
    ["SET threads = 8", "SET enable_external_access = true", "RESET allowed_paths", "SET memory_limit = '9GB'"],
)
def test_its_limits_are_locked(setting: str, ours: Path) -> None:
    with pytest.raises(Unreadable, match="lock"), connected([ours]) as connection:
        connection.execute(setting)
