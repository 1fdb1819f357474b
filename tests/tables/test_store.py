"""The door to DuckDB: what a statement can reach, and what it cannot."""

import os
import shutil
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from catalogue.tables.contract import TooMuch, Type, Unreadable
from catalogue.tables.store import Asking, asking, connected, kept, put_away
from catalogue.tables.store.connections import stop
from tests.tables.rows import Written, written


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


# Years of work, and no file to read.
ENDLESS = "SELECT count(*) FROM range(100000000) AS a(x), range(100000) AS b(y) WHERE (x * y) % 7 = 3"
ALL = "SELECT c0 FROM {source} ORDER BY n"


@pytest.fixture
def table(tmp_path: Path) -> Iterator[Written]:
    yield written(tmp_path / "ours.parquet", {"nom": Type.TEXT}, [("Marché",), ("Foire",)])
    put_away()


def read(asked: Asking, table: Written) -> list[tuple[str]]:
    return asked.all(ALL.format(source=asked.stored.source), {"file": str(table.path)})


def wardens() -> list[threading.Thread]:
    return [each for each in threading.enumerate() if each.name == "tables-warden"]


def test_a_table_stays_open_between_questions(table: Written) -> None:
    with asking(table.path) as first, asking(table.path, "export") as second:
        assert read(first, table) == read(second, table) == [("Marché",), ("Foire",)]
        assert first.kept is second.kept
    with asking(table.path) as third:
        assert third.kept is first.kept


def test_a_table_that_is_kept_open_reaches_its_own_file_alone(table: Written, tmp_path: Path) -> None:
    theirs = written(tmp_path / "theirs.parquet", {"secret": Type.TEXT}, [("1",)])
    with asking(theirs.path) as other:
        assert read(other, theirs) == [("1",)]
    before = theirs.path.read_bytes()
    with asking(table.path) as asked:
        for statement in (
            "SELECT * FROM read_parquet($file)",
            "SELECT * FROM read_text($file)",
            "COPY (SELECT 1) TO $file",
        ):
            with pytest.raises(duckdb.PermissionException):
                asked.all(statement, {"file": str(theirs.path)})
    assert theirs.path.read_bytes() == before


def test_a_file_that_was_replaced_is_read_anew(table: Written, tmp_path: Path) -> None:
    with asking(table.path) as asked:
        read(asked, table)
    newer = written(tmp_path / "newer.parquet", {"nom": Type.TEXT}, [("Halle",)])
    shutil.move(newer.path, table.path)
    os.utime(table.path, (1, 1))
    with asking(table.path) as asked:
        assert read(asked, table) == [("Halle",)]


def test_a_file_that_is_gone_or_is_no_table_says_so(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="Redemandez"), asking(tmp_path / "none.parquet"):
        pass
    path = tmp_path / "bad.parquet"
    path.write_text("nom;prix", "utf-8")
    with pytest.raises(Unreadable, match="ne se lit pas"), asking(path):
        pass


def test_a_question_that_takes_too_long_stops_and_the_next_is_answered(table: Written) -> None:
    started = time.monotonic()
    with pytest.raises(TooMuch) as stopped, asking(table.path, seconds=0.2) as asked:
        asked.all(ENDLESS, {})
    assert stopped.value.code == "time"
    assert time.monotonic() - started < 5
    with asking(table.path) as asked:
        assert len(read(asked, table)) == 2


def test_a_question_whose_client_has_gone_stops(table: Written) -> None:
    gone = threading.Event()
    threading.Timer(0.2, gone.set).start()
    started = time.monotonic()
    with pytest.raises(TooMuch) as stopped, asking(table.path, seconds=60, gone=gone.is_set) as asked:
        asked.all(ENDLESS, {})
    assert stopped.value.code == "gone"
    assert time.monotonic() - started < 10


def test_only_so_many_questions_at_once(table: Written, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "PATIENCE", 0.05)
    with asking(table.path, "export"), asking(table.path, "export"):
        with pytest.raises(TooMuch) as refused, asking(table.path, "export"):
            pass
        assert refused.value.code == "busy"
        with asking(table.path) as asked:
            assert len(read(asked, table)) == 2, "a page does not wait for exports"
    with asking(table.path, "export"):
        pass


def test_few_tables_are_kept_open_and_none_for_long(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put_away()
    tables = [written(tmp_path / f"{number}.parquet", {"nom": Type.TEXT}, [("x",)]) for number in range(kept.MOST + 2)]
    for each in tables:
        with asking(each.path) as asked:
            read(asked, each)
    assert len(kept._SHELF._kept) == kept.MOST
    monkeypatch.setattr(kept, "IDLE", 0.1)
    deadline = time.monotonic() + 30
    with asking(tables[0].path) as asked:
        read(asked, tables[0])
        spill = asked.kept.spill
    while (kept._SHELF._kept or wardens()) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not kept._SHELF._kept
    assert not wardens(), "an idle instance has no thread of tables"
    assert not Path(spill).exists()


def test_memory_is_capped(table: Written) -> None:
    with pytest.raises(TooMuch) as stopped, asking(table.path, seconds=60) as asked:
        asked.all("SELECT list(x) FROM range(200000000) AS t(x)", {})
    assert stopped.value.code == "memory"


def test_stopping_a_question_that_has_just_ended_harms_nobody(table: Written, monkeypatch: pytest.MonkeyPatch) -> None:
    cursor = duckdb.connect(":memory:").cursor()
    cursor.close()
    stop(cursor)
    # Whatever happens to the thread that watches, the next question has one.
    dead = threading.Thread(target=int)
    dead.start()
    dead.join()
    monkeypatch.setattr(kept._WARDEN, "_thread", dead)
    with pytest.raises(TooMuch), asking(table.path, seconds=0.2) as asked:
        asked.all(ENDLESS, {})
