"""The copy in memory of a table whose sorted pages are asked again: it changes no answer, and has bounds."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalogue.tables.contract import BadQuestion, Column, Type
from catalogue.tables.query import Filter, Group, Op, Page, Sort, TableQuery, answer, answering
from catalogue.tables.query.sources import quickest
from catalogue.tables.store import asking, copies, kept, put_away, ranks
from tests.tables.rows import Written, written

TYPES = {
    "numero": Type.INTEGER,
    "nom": Type.TEXT,
    "commune": Type.COMMUNE,
    "montant": Type.DECIMAL,
    "jour": Type.DATE,
    "mot": Type.TEXT,
    "code": Type.COMMUNE,
    "file_row": Type.TEXT,
}
ROWS = 9_000  # in groups of 2,048
MADE = """COPY (SELECT i AS numero, CASE WHEN i % 11 > 0 THEN 'Élé ' || (hash(i) % 700) END AS nom,
    CAST(40000 + hash(i * 7) % 9 AS VARCHAR) AS commune,
    CASE WHEN i % 5 > 0 THEN CAST((hash(i * 11) % 50000) / 100.0 AS DECIMAL(18, 2)) END AS montant,
    CASE WHEN i % 3 > 0 THEN date '2015-01-01' + CAST(hash(i * 3) % 400 AS INTEGER) END AS jour,
    CASE WHEN i % 7 > 0 THEN ['été', 'Eté', 'ETE', 'zoo', 'a"b', ''][1 + CAST(hash(i * 13) % 6 AS INTEGER)] END AS mot,
    ['b', 'A', 'é', 'E'][1 + CAST(hash(i * 17) % 4 AS INTEGER)] AS code,
    repeat('x', CAST(hash(i) % 90 AS INTEGER)) AS {last} FROM range({rows}) AS t(i))
    TO '{path}' (FORMAT parquet, ROW_GROUP_SIZE 2048)"""
SORTED = TableQuery(sort=(Sort("montant", True),), limit=10)


def made(path: Path, rows: int = ROWS, last: str = "file_row") -> Written:
    with duckdb.connect(":memory:") as connection:
        connection.execute(MADE.format(rows=rows, path=path, last=last))
    types = {last if name == "file_row" else name: type_ for name, type_ in TYPES.items()}
    return Written(path, tuple(Column(name, type_, name) for name, type_ in types.items()), rows)


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Written:
    return made(tmp_path_factory.mktemp("copies") / "t.parquet")


@pytest.fixture(autouse=True)
def closed(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(copies, "PAUSE", 0.0)
    monkeypatch.setattr(answering, "FEW", 0)
    put_away()
    yield
    put_away()
    assert kept._ROOM.taken == 0, "what is closed takes no room"


def copier() -> threading.Thread | None:
    return kept._COPIER._thread


def copied(table: Written) -> bool:
    """Whether it has a copy, once two sorted pages were asked of it."""
    for _ in range(copies.PAGES):
        answer(table, SORTED)
    thread = copier()
    if thread is not None:
        thread.join(30)
    with asking(table.path) as asked:
        return asked.kept.copy.ready


def test_it_is_made_once_the_second_sorted_page_has_been_answered(table: Written) -> None:
    answer(table, SORTED)
    for _ in range(3):
        answer(table, TableQuery(limit=10))
        answer(table, TableQuery(group=(Group("commune"),), sort=(Sort("commune"),)))
    with asking(table.path) as asked:
        assert (asked.kept.copy.pages, asked.kept.copy.tried) == (1, False), "other questions need none"
    assert copied(table)
    assert 0 < kept._ROOM.taken < 4 * 2**20
    with asking(table.path) as asked:
        assert asked.scattered().source != asked.stored.source
        assert not asked.kept.copy.wanted, "one is enough"


def test_a_small_table_needs_none(table: Written, monkeypatch: pytest.MonkeyPatch) -> None:
    in_two = pages(table, SORTED)
    put_away()
    monkeypatch.setattr(answering, "FEW", ROWS * len(TYPES) + 1)
    assert pages(table, SORTED) == in_two
    with asking(table.path) as asked:
        assert asked.kept.copy.pages == 0


FILTERS = st.lists(
    st.one_of(
        st.builds(lambda most: Filter("montant", Op.LT, (str(most),)), st.integers(-1, 600)),
        st.builds(lambda code: Filter("commune", Op.EQ, (f"4000{code}",)), st.integers(0, 9)),
        st.builds(lambda text: Filter("nom", Op.CONTAINS, (text,)), st.sampled_from(["ele 1", "é", "zz"])),
        st.builds(Filter, st.sampled_from(["mot", "code", "commune", "jour"]), st.sampled_from([Op.EMPTY, Op.FILLED])),
        st.builds(
            lambda op, texts: Filter("mot", op, tuple(texts[: 1 if op in (Op.EQ, Op.NE) else None])),
            st.sampled_from([Op.EQ, Op.NE, Op.IN, Op.OUT]),
            st.lists(st.sampled_from(["été", "ETE", "", 'a"b', "nulle part", "\x00"]), min_size=1),
        ),
        st.builds(lambda day: Filter("jour", Op.GE, (f"2015-0{day}",)), st.integers(1, 9)),
    ),
    max_size=2,
)
QUESTIONS = st.builds(
    TableQuery,
    filters=FILTERS.map(tuple),
    select=st.lists(st.sampled_from(list(TYPES)), max_size=3).map(tuple),
    sort=st.lists(st.builds(Sort, st.sampled_from(list(TYPES)), st.booleans()), min_size=1, max_size=3).map(tuple),
    limit=st.integers(1, 60),
    offset=st.sampled_from([0, 0, 7, 9_000]),
    total=st.booleans(),
)


def pages(table: Written, query: TableQuery) -> list[Page]:
    """The first three of a question."""
    found = [answer(table, query)]
    while found[-1].next and len(found) < 3:
        found.append(answer(table, replace(query, cursor=found[-1].next, offset=0)))
    return found


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(query=QUESTIONS)
def test_file_and_copy_give_the_same_pages(table: Written, query: TableQuery) -> None:
    if not has_copy(table):
        assert copied(table)
    with asking(table.path) as asked:
        copy = asked.kept.copy
    from_copy = pages(table, query)
    copy.ready = False
    asked.kept.counts.clear()
    try:
        from_file = pages(table, query)
        crossed = answer(table, query)
    finally:
        copy.ready = True
    assert from_copy == from_file
    if crossed.next:  # a page of the file, the next of its copy
        assert answer(table, replace(query, cursor=crossed.next, offset=0)) == from_file[1]


@pytest.mark.parametrize(
    ("asked", "there"),
    [
        (SORTED, True),
        (replace(SORTED, filters=(Filter("mot", Op.IN, ("été", "zoo")), Filter("jour", Op.GE, ("2015-02",)))), True),
        (replace(SORTED, sort=(Sort("nom"), Sort("commune"))), True),
        (replace(SORTED, sort=(Sort("code"),)), False),  # by its bytes, not as a dictionary
        (replace(SORTED, filters=(Filter("mot", Op.CONTAINS, ("e",)),)), False),
        (replace(SORTED, filters=(Filter("mot", Op.GT, ("e",)),)), False),
        (replace(SORTED, sort=(Sort("file_row"),)), True),
    ],
)
def test_what_needs_no_look_into_each_text_is_asked_of_it(table: Written, asked: TableQuery, there: bool) -> None:
    assert copied(table)
    with asking(table.path) as turn:
        assert (quickest(turn, table, asked) is turn.copied) is there
        assert quickest(turn, table, replace(asked, cursor="x")) is turn.stored


def test_texts_that_are_few_are_kept_by_their_ranks(table: Written, monkeypatch: pytest.MonkeyPatch) -> None:
    ranked = {"nom", "commune", "mot", "code", "file_row"}
    for most, expected in ((ranks.MOST, ranked), (100, ranked - {"nom"}), (0, set())):
        monkeypatch.setattr(ranks, "MOST", most)
        put_away()
        assert copied(table)
        with asking(table.path) as turn:
            assert turn.copied is not None
            kinds = dict(zip(TYPES, turn.copied.types, strict=True))
            assert {name for name, type_ in kinds.items() if type_ == ranks.RANKED} == expected
            assert answer(table, replace(SORTED, sort=(Sort("mot"),), limit=1)).rows


def has_copy(table: Written) -> bool:
    with asking(table.path) as asked:
        return asked.kept.copy.ready


def test_the_pages_of_a_sort_are_all_the_rows_once(table: Written) -> None:
    assert copied(table)
    query = TableQuery(sort=(Sort("commune"), Sort("jour", True)), select=("numero",), limit=1000)
    rows, cursor = [], ""
    while True:
        page = answer(table, replace(query, cursor=cursor))
        rows += page.rows
        cursor = page.next
        if not cursor:
            break
    assert len(rows) == len(set(rows)) == ROWS


def test_a_column_called_like_the_number_of_the_rows_is_copied_too(tmp_path: Path) -> None:
    strange = made(tmp_path / "s.parquet", last="FILE_ROW_NUMBER")
    before = pages(strange, SORTED)
    assert copied(strange)
    assert pages(strange, SORTED) == before


@pytest.mark.parametrize(
    ("name", "bytes_"),
    [("LARGEST", 10), ("BLOCKS", 1e6)],
    ids=["a file that is too large", "rows that would be too large"],
)
def test_what_is_too_large_stays_in_its_file(
    table: Written, monkeypatch: pytest.MonkeyPatch, name: str, bytes_: float
) -> None:
    before = pages(table, SORTED)
    put_away()
    monkeypatch.setattr(copies, name, bytes_)
    assert not copied(table)
    assert kept._ROOM.taken == 0
    assert pages(table, SORTED) == before
    with asking(table.path) as asked:
        assert asked.kept.copy.tried
        assert not asked.kept.copy.wanted, "it is tried once"


def test_what_turns_out_too_large_is_dropped(table: Written, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(copies, "BLOCKS", 0.0)
    monkeypatch.setattr(kept._ROOM, "size", 1000)
    assert not copied(table)
    assert kept._ROOM.taken == 0
    with asking(table.path) as asked, pytest.raises(duckdb.CatalogException):
        asked.all("SELECT count(*) FROM copied", {})


def test_the_copies_of_a_process_share_one_room(
    table: Written, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = made(tmp_path / "o.parquet")
    assert copied(table)
    one = kept._ROOM.taken
    monkeypatch.setattr(kept._ROOM, "size", one * 3 // 2)
    assert not copied(other)
    assert kept._ROOM.taken == one
    put_away()
    assert kept._ROOM.taken == 0
    assert copied(other)


def test_it_goes_with_the_table_that_nobody_asks(table: Written, monkeypatch: pytest.MonkeyPatch) -> None:
    assert copied(table)
    monkeypatch.setattr(kept, "IDLE", 0.1)
    deadline = time.monotonic() + 30
    with asking(table.path):
        pass  # the thread that tidies wakes up
    while kept._ROOM.taken and time.monotonic() < deadline:
        time.sleep(0.05)
    assert kept._ROOM.taken == 0
    assert not any(each.name == "tables-copier" for each in threading.enumerate())


@pytest.mark.parametrize("error", [duckdb.OutOfMemoryException("…"), OSError("…")], ids=["memory", "file"])
def test_a_copy_that_cannot_be_made_is_done_without(
    table: Written, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def fails(_self: copies.Copy, _cursor: duckdb.DuckDBPyConnection) -> bool:
        raise error

    monkeypatch.setattr(copies.Copy, "make", fails)
    assert not copied(table)
    assert pages(table, SORTED)[0].rows
    with asking(table.path) as asked:
        assert asked.kept.users == 1, "it was given back"


def test_one_that_is_being_made_is_given_up(table: Written, monkeypatch: pytest.MonkeyPatch) -> None:
    begun = threading.Event()

    def endless(_self: copies.Copy, cursor: duckdb.DuckDBPyConnection) -> bool:
        begun.set()
        cursor.execute("SELECT count(*) FROM range(100000000) AS a(x), range(100000) AS b(y) WHERE (x * y) % 7 = 3")
        return True

    monkeypatch.setattr(copies.Copy, "make", endless)
    for _ in range(copies.PAGES):
        answer(table, SORTED)
    assert begun.wait(10)
    started = time.monotonic()
    assert answer(table, SORTED).rows, "questions go on meanwhile"
    put_away()
    assert time.monotonic() - started < 5
    assert not kept._SHELF._kept


def test_no_question_names_it_nor_reaches_another(table: Written, tmp_path: Path) -> None:
    theirs = written(tmp_path / "theirs.parquet", {"secret": Type.TEXT}, [("1",)])
    assert copied(table)
    asked: dict[str, Any]
    for name in ("copied", "rowid", "t", "n", "number", "place"):
        for asked in ({"select": (name,)}, {"sort": (Sort(name),)}, {"filters": (Filter(name, Op.FILLED),)}):
            with pytest.raises(BadQuestion):
                answer(table, replace(SORTED, **asked))
    with asking(theirs.path) as other, pytest.raises(duckdb.CatalogException):
        other.all("SELECT * FROM copied", {})
    with asking(table.path) as ours:
        assert ours.kept.copy.ready
        for statement in ("SELECT * FROM read_parquet($file)", "COPY copied TO $file", "ATTACH '/tmp/x.duckdb'"):
            with pytest.raises((duckdb.PermissionException, duckdb.Error)):
                ours.all(statement, {"file": str(theirs.path)} if "$file" in statement else {})


def test_the_room_grants_what_there_is() -> None:
    room = copies.Room(100)
    assert room.change(0, 60)
    assert not room.change(0, 41)
    assert room.change(0, 40)
    assert not room.change(60, 61)
    assert room.change(60, 10)
    assert room.change(0, 50)
    assert room.taken == 100
