"""A list of results walked by its cursor, on every backend."""

import dataclasses
import json
from base64 import urlsafe_b64decode

import pytest

from catalogue.search.contract import WINDOW, BadCursor, Query, SearchBackend
from catalogue.search.document import Document
from tests.search.test_contract import ids

SORTS = ["relevance", "modified", "created", "title", "quality"]
ONE = Document("1", "dataset", ("Collecte des déchets",), modified="2024", audience=("public",))


def filled(backend: SearchBackend, count: int) -> None:
    """Many that are alike: same title, same day, same quality."""
    backend.add(
        dataclasses.replace(
            ONE,
            id=f"{number:04}",
            titles=(f"Collecte des déchets de la ville {number % 3}",),
            modified=f"2024-0{1 + number % 2}",
            quality=number % 2 / 2,
        )
        for number in range(count)
    )
    backend.refresh()


def walked(backend: SearchBackend, query: Query) -> list[list[str]]:
    pages, page = [], backend.search(query)
    total = page.total
    while page.hits:
        pages.append(ids(page))
        assert page.total == total
        if not page.next:
            return pages
        page = backend.search(dataclasses.replace(query, after=page.next))
    raise AssertionError("a cursor led to nothing")


@pytest.mark.parametrize("sort", SORTS)
@pytest.mark.parametrize("text", ["", "déchets", "déchets zygomatiques"])
def test_a_cursor_walks_all_results_once_in_the_order_of_the_pages(
    backend: SearchBackend, sort: str, text: str
) -> None:
    filled(backend, 95)
    query = Query(text, sort=sort, size=20)
    pages = walked(backend, query)
    assert [len(page) for page in pages] == [20, 20, 20, 20, 15]
    assert sorted(each for page in pages for each in page) == [f"{number:04}" for number in range(95)]
    assert pages == [ids(backend.search(dataclasses.replace(query, page=number))) for number in range(1, 6)]


@pytest.mark.parametrize("sort", ["modified", "title"])
def test_a_cursor_goes_on_where_it_was_when_others_come_and_go(backend: SearchBackend, sort: str) -> None:
    filled(backend, 30)
    query = Query(sort=sort, size=10)
    first = backend.search(query)
    backend.write(
        add=[dataclasses.replace(ONE, id="new", titles=("Aaa",), modified="2025")],
        remove=[ids(first)[-1], ids(first)[0]],
    )
    backend.refresh()
    second = backend.search(dataclasses.replace(query, after=first.next))
    third = backend.search(dataclasses.replace(query, after=second.next))
    seen = [*ids(first), *ids(second), *ids(third)]
    assert sorted(seen) == [f"{number:04}" for number in range(30)]
    assert (second.total, third.next) == (29, "")


def test_a_cursor_gives_no_right_and_keeps_to_the_filters(backend: SearchBackend) -> None:
    filled(backend, 12)
    backend.add(dataclasses.replace(ONE, id=f"secret-{n}", audience=("org:1",), modified="2023") for n in range(5))
    backend.refresh()
    insider = Query(sort="modified", size=10, audience=frozenset({"public", "org:1"}))
    page = backend.search(insider)
    assert page.total == 17
    rest = backend.search(Query(sort="modified", size=10, after=page.next, facets=("theme",)))
    assert (len(rest.hits), rest.total, rest.next) == (2, 12, "")
    excluded = frozenset(ids(rest))
    assert ids(backend.search(Query(sort="modified", size=10, after=page.next, excluded=excluded))) == []


def test_a_cursor_tells_no_score_counted_over_what_others_see(backend: SearchBackend) -> None:
    """How rare a word is among private records would show in it."""
    filled(backend, 45)
    backend.add(dataclasses.replace(ONE, id=f"secret-{n}", audience=("org:1",)) for n in range(5))
    backend.refresh()
    for audience, total in ((frozenset({"public", "org:1"}), 50), (frozenset({"public", "org:2"}), 45), (None, 50)):
        query = Query("collecte déchets", audience=audience)
        pages = walked(backend, query)
        assert [len(page) for page in pages] == [20, 20, total - 40]
        assert len({each for page in pages for each in page}) == total
        cursor = backend.search(query).next
        said = json.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        assert not any(isinstance(each, float) for each in said)


def test_there_is_no_next_page_at_the_end(backend: SearchBackend) -> None:
    filled(backend, 20)
    for sort in SORTS:
        assert backend.search(Query("déchets", sort=sort, size=20)).next == ""
        assert backend.search(Query("déchets", sort=sort, size=0)).next == ""
        assert backend.search(Query("zygomatique", sort=sort)).next == ""
        assert backend.search(Query("déchets", sort=sort, page=9)).next == ""


@pytest.mark.parametrize("sort", SORTS)
def test_a_damaged_or_foreign_cursor_is_refused_in_french(backend: SearchBackend, sort: str) -> None:
    filled(backend, 5)
    query = Query("déchets", sort=sort, size=2)
    cursor = backend.search(query).next
    assert backend.search(dataclasses.replace(query, after=cursor)).hits
    wrong = ["x", "%", "é", "W10", "bnVsbA", "[" * 3000, cursor[:-3], cursor[3:], cursor[::-1], cursor * 2, "\ud800"]
    for after in wrong:
        with pytest.raises(BadCursor, match="suite"):
            backend.search(dataclasses.replace(query, after=after))
    foreign = [{"text": "déchet"}, {"filters": {"theme": ("x",)}}, {"since": "2020"}, {"kinds": ("dataset",)}]
    for more in foreign:
        with pytest.raises(BadCursor, match="suite"):
            backend.search(dataclasses.replace(query, after=cursor, **more))
    other = "title" if sort != "title" else "modified"
    with pytest.raises(BadCursor, match="suite"):
        backend.search(dataclasses.replace(query, after=cursor, sort=other))


def test_pages_by_number_end_at_the_window_and_know_the_total(backend: SearchBackend) -> None:
    filled(backend, 5)
    for number in (WINDOW // 20, WINDOW // 20 + 1, 10**12):
        page = backend.search(Query("déchets", page=number))
        assert (page.hits, page.total, page.next) == ((), 5, "")


def test_a_cursor_goes_beyond_the_window_in_the_orders_that_the_backend_can_walk(
    backend: SearchBackend, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("embedded.paging", "elastic.asking"):
        monkeypatch.setattr(f"catalogue.search.{module}.WINDOW", 40)
    filled(backend, 95)
    for sort in SORTS:
        query = Query("déchets", sort=sort)
        found = sum(len(page) for page in walked(backend, query))
        assert found == (95 if sort != "relevance" or backend.supports_all_by_relevance else 40)
        page = backend.search(dataclasses.replace(query, page=3))
        assert (page.hits, page.total) == ((), 95)
