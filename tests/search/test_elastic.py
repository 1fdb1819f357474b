"""What is the Elasticsearch backend's own: a server that goes away, indices of several instances, of other formats."""

import socket
import statistics
import uuid
from collections.abc import Iterator
from dataclasses import replace
from time import time
from typing import Any

import pytest
from django.conf import settings
from elastic_transport import Transport
from elasticsearch import Elasticsearch

from catalogue.search.contract import IndexAway, IndexBroken, Query
from catalogue.search.document import FACETS, Document
from catalogue.search.elastic import ElasticBackend, indices
from catalogue.search.elastic import backend as elastic
from catalogue.search.elastic.asking import Asking

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
