"""What is the Elasticsearch backend's own: a server that goes away, indices of several instances, of other formats."""

import re
import socket
import statistics
import uuid
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from time import time
from typing import Any

import pytest
from django.conf import settings
from elastic_transport import Transport
from elasticsearch import Elasticsearch

from catalogue import publishing
from catalogue.log import drain
from catalogue.search import instance
from catalogue.search.comparing import Verdict, verdict
from catalogue.search.contract import IndexAway, IndexBroken, Query
from catalogue.search.document import FACETS, Document
from catalogue.search.elastic import ElasticBackend, indices
from catalogue.search.elastic import backend as elastic
from catalogue.search.elastic.asking import Asking
from catalogue.search.reader import IndexReader
from tests import factories

ONE = Document("1", "dataset", ("Déchets",), audience=("public",))
HIDDEN = Document("2", "dataset", ("Déchets en cours",), audience=("org:1",))


@pytest.fixture
def prefix() -> str:
    return f"test-{uuid.uuid4().hex}"


@pytest.fixture
def backend(prefix: str) -> Iterator[ElasticBackend]:
    made = ElasticBackend(settings.ELASTICSEARCH_FOR_TESTS, prefix)
    yield made
    made.remove_all()


def client() -> Elasticsearch:
    return Elasticsearch(settings.ELASTICSEARCH_FOR_TESTS)


def test_a_server_that_is_not_there_is_away_and_nothing_is_broken() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    backend = ElasticBackend(f"http://127.0.0.1:{port}", "nobody")
    for call in (
        backend.identity,
        backend.refresh,
        backend.count,
        backend.clear,
        lambda: backend.add([ONE]),
        lambda: backend.search(Query("déchets")),
    ):
        with pytest.raises(IndexAway, match="ne répond pas"):
            call()


@pytest.mark.elastic
def test_what_was_never_made_is_broken_until_cleared(backend: ElasticBackend, prefix: str) -> None:
    for call in (backend.identity, backend.refresh, backend.count, backend.write, lambda: backend.add([ONE])):
        with pytest.raises(IndexBroken, match="index --rebuild"):
            call()
    assert not client().indices.exists(index=f"{prefix}-public")
    backend.clear()
    assert backend.search(Query()).total == 0


@pytest.mark.elastic
def test_an_index_of_another_format_is_to_be_made_again(
    backend: ElasticBackend, monkeypatch: pytest.MonkeyPatch
) -> None:
    backend.replace([ONE])
    monkeypatch.setattr(elastic, "FORMAT", "77")
    with pytest.raises(IndexBroken, match="autre version"):
        backend.refresh()
    backend.replace([ONE])
    assert backend.identity().startswith("77-")
    assert backend.count() == 1


@pytest.mark.elastic
def test_a_new_index_leaves_no_old_one_behind_nor_touches_another_instances(
    backend: ElasticBackend, prefix: str
) -> None:
    neighbour = ElasticBackend(settings.ELASTICSEARCH_FOR_TESTS, f"{prefix}-public")
    try:
        neighbour.replace([ONE])
        for _ in range(3):
            backend.replace([ONE, HIDDEN])
        names = set(client().indices.get(index=f"{prefix}-*", expand_wildcards="all"))
        assert len(names) == 4
        assert neighbour.count() == 1
        assert backend.count() == 2
    finally:
        neighbour.remove_all()
    assert backend.count() == 2


@pytest.mark.elastic
def test_the_public_alias_holds_nothing_private(backend: ElasticBackend, prefix: str) -> None:
    backend.replace([ONE, HIDDEN])
    backend.add([Document("3", "dataset", ("Secret",), audience=("user:1",))])
    found = client().search(index=f"{prefix}-public")
    assert [hit["_id"] for hit in found["hits"]["hits"]] == ["1"]


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The addresses that the server is asked at."""
    made: list[str] = []
    perform = Transport.perform_request

    def noted(self: Transport, method: str, target: str, **more: Any) -> Any:
        made.append(f"{target} {more.get('body') or ''}")
        return perform(self, method, target, **more)

    monkeypatch.setattr(Transport, "perform_request", noted)
    return made


def names(asked: list[str], prefix: str) -> set[str]:
    """The indices among them."""
    return {name for each in asked for name in re.findall(rf"{prefix}-([a-z]+)", each)}


MEMBER = Query("déchets", audience=frozenset({"public", "org:1"}), facets=("theme",))


@pytest.mark.elastic
def test_where_nothing_is_private_one_index_is_filled_and_asked(
    backend: ElasticBackend, prefix: str, asked: list[str]
) -> None:
    backend.replace([ONE])
    backend.write([replace(ONE, id="3")], ["9"])
    backend.refresh()
    asked.clear()
    assert backend.search(MEMBER).total == 2
    assert names(asked, prefix) == {"public"}
    assert client().indices.stats(index=f"{prefix}-private")["_all"]["total"]["docs"]["count"] == 0
    assert backend.complete()


@pytest.mark.elastic
def test_who_sees_more_asks_one_index_too_once_it_is_made_anew(
    backend: ElasticBackend, prefix: str, asked: list[str]
) -> None:
    backend.replace([ONE])
    backend.add([HIDDEN])  # the first: seen at once, in an index of its own
    assert (backend.search(MEMBER).total, backend.complete(), backend.count()) == (2, False, 2)
    backend.replace([ONE, HIDDEN])
    backend.add([replace(ONE, id="3")])
    assert (backend.complete(), backend.count()) == (True, 3)
    backend.refresh()
    asked.clear()
    page = backend.search(MEMBER)
    assert names(asked, prefix) == {"whole"}
    assert not any("dfs" in each for each in asked)
    assert sorted(hit.id for hit in page.hits) == ["1", "2", "3"]
    assert {hit.id for hit in backend.search(replace(MEMBER, audience=frozenset({"public"}))).hits} == {"1", "3"}
    backend.write([replace(ONE, audience=("org:1",)), replace(HIDDEN, audience=("public",))], ["3"])
    assert {hit.id for hit in backend.search(replace(MEMBER, audience=frozenset({"public"}))).hits} == {"2"}
    assert sorted(hit.id for hit in backend.search(MEMBER).hits) == ["1", "2"]
    backend.replace([replace(ONE, audience=("public",))])
    backend.replace([ONE])  # nothing is private any more
    assert not client().indices.exists_alias(name=f"{prefix}-whole")


@pytest.mark.elastic
def test_a_process_that_looked_before_finds_each_record_once(backend: ElasticBackend, prefix: str) -> None:
    backend.replace([ONE])
    backend.add([HIDDEN])
    other = ElasticBackend(settings.ELASTICSEARCH_FOR_TESTS, prefix)
    other.refresh()
    backend.replace([ONE, HIDDEN])
    assert sorted(hit.id for hit in other.search(MEMBER).hits) == ["1", "2"]


@pytest.mark.elastic
def test_what_the_two_indices_do_not_both_say_differs_from_what_is_right(backend: ElasticBackend, prefix: str) -> None:
    other = replace(ONE, id="3")
    rows = {each.id: each for each in (ONE, HIDDEN, other)}
    backend.replace([HIDDEN])
    backend.replace(rows.values())

    def wrong() -> dict[str, Verdict | None]:
        client().indices.refresh(index=f"{prefix}-*")
        held = backend.held([*rows, "4"])
        assert sorted(held, key=str) == sorted(backend.part(0, 1), key=str)
        found = {key: verdict(row, [one for one in held if one.id == key]) for key, row in rows.items()}
        return {key: each for key, each in found.items() if each}

    assert wrong() == {}
    client().delete(index=f"{prefix}-whole", id="1")
    assert wrong() == {"1": Verdict.STALE}
    backend.add([ONE])
    client().delete(index=f"{prefix}-public", id="3")
    assert wrong() == {"3": Verdict.STALE}
    backend.add([other])
    backend.add([replace(ONE, id="4")])
    client().delete(index=f"{prefix}-public", id="4")
    assert wrong() == {}
    assert [each.id for each in backend.held(["4"])] == ["4"]
    assert backend.count() == 4  # so that who compares looks for it


@pytest.mark.elastic
@pytest.mark.django_db
def test_the_first_private_record_has_the_index_made_anew_by_itself(home: Path, settings: Any, prefix: str) -> None:
    settings.ELASTICSEARCH_URL = settings.ELASTICSEARCH_FOR_TESTS
    settings.BOUTURE_URL = f"https://{prefix}.example"
    row = factories.dataset("Déchets")
    index = instance.backend()
    assert isinstance(index, ElasticBackend)
    try:
        drain(IndexReader(), "one")
        first = index.identity()
        drain(IndexReader(), "one")
        assert (index.identity(), index.complete()) == (first, True)
        publishing.set_private(row, private=True)
        drain(IndexReader(), "one")
        drain(IndexReader(), "one")
        assert index.identity() != first
        assert index.complete()
        second = index.identity()
        publishing.set_private(factories.dataset("Autres déchets"), private=True)
        drain(IndexReader(), "one")
        assert index.identity() == second
        index.remove_all()  # as on a new server: what is private is there from the beginning
        drain(IndexReader(), "one")
        assert index.complete()
        assert index.search(replace(MEMBER, audience=None)).total == 2
    finally:
        index.remove_all()


@pytest.mark.elastic
def test_a_new_index_that_fails_on_its_way_leaves_nothing_on_the_server(backend: ElasticBackend, prefix: str) -> None:
    backend.replace([ONE])
    before = set(client().indices.get(index=f"{prefix}-*"))

    def broken() -> Iterator[Document]:
        yield ONE
        raise RuntimeError("the base went away")

    with pytest.raises(RuntimeError):
        backend.replace(broken())
    assert set(client().indices.get(index=f"{prefix}-*")) == before


@pytest.mark.elastic
def test_what_a_killed_process_left_goes_an_hour_later(
    backend: ElasticBackend, prefix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    left = f"{prefix}-public-2-{uuid.uuid4().hex}"
    backend.replace([ONE])
    client().indices.create(index=left)
    backend.replace([ONE])
    assert client().indices.exists(index=left)  # somebody may be filling it
    monkeypatch.setattr(indices, "time", lambda: time() + 3700)
    backend.replace([ONE])
    assert not client().indices.exists(index=left)
    assert backend.count() == 1


@pytest.mark.elastic
def test_many_small_writes_leave_few_segments_to_ask(backend: ElasticBackend, prefix: str) -> None:
    """Each segment costs every question its part; the server left to itself keeps ten of them."""
    backend.clear()
    segments: list[int] = []
    for number in range(30):
        backend.write([replace(HIDDEN, id=f"{number}")])
        told = client().indices.segments(index=f"{prefix}-private")["indices"]
        ((shard,),) = (shards for index in told.values() for shards in index["shards"].values())
        segments.append(sum(each["search"] for each in shard["segments"].values()))
    assert backend.count() == 30
    assert statistics.median(segments[10:]) <= 5, segments


@pytest.mark.elastic
def test_facets_are_counted_once_whatever_the_attempts(
    backend: ElasticBackend, monkeypatch: pytest.MonkeyPatch
) -> None:
    backend.replace([ONE, HIDDEN])
    counted = []
    facets = Asking.facets
    monkeypatch.setattr(Asking, "facets", lambda *given: counted.append(given) or facets(*given))
    assert backend.search(Query("déchets zygomatiques inconnus", facets=("theme",))).total == 1
    assert len(counted) == 1


@pytest.mark.elastic
@pytest.mark.parametrize(
    ("text", "calls"),
    [
        ("déchets", 3),  # counts of its terms, what leads, the page with its facets
        ("'; DROP TABLE catalogue_dataset; -- OR 1=1", 5),
        ("déchets zygomatique hippopotame", 6),
        ("dehcets gratuis zygomatique " * 10, 11),
    ],
)
def test_a_question_is_few_calls_whatever_its_words(
    backend: ElasticBackend, text: str, calls: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a server that is busy each waits for its turn."""
    backend.replace([HIDDEN, *(replace(ONE, id=f"{number}") for number in range(10, 15))])
    asked: list[str] = []
    perform = Transport.perform_request

    def counted(self: Transport, method: str, target: str, **more: Any) -> Any:
        asked.append(target)
        return perform(self, method, target, **more)

    monkeypatch.setattr(Transport, "perform_request", counted)
    page = backend.search(Query(text, territory=("commune:40088",), facets=FACETS))
    assert page.total in (0, 5)
    assert 2 <= len(asked) <= calls, asked
