"""What the peers' indices hold, beside ours: real remote clusters. Here each is the test server itself, reached from outside by
its other door; `benchmarks/across.py` does the same with two servers and kills one."""

import socket
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest
from django.conf import settings
from elastic_transport import Transport
from elasticsearch import Elasticsearch

from catalogue.search.across import Peer, Silent
from catalogue.search.contract import BadCursor, Hit, Page, Query
from catalogue.search.document import FACETS, Document
from catalogue.search.elastic import ElasticBackend, patience
from catalogue.search.elastic import backend as elastic
from catalogue.search.elastic.schema import source

pytestmark = pytest.mark.elastic

HERE, THERE, ELSEWHERE = "https://ici.exemple", "https://voisine.exemple", "https://loin.exemple"
TIMEOUT = 10.0  # seconds: a loaded machine is not a peer that hangs
Build = Callable[..., ElasticBackend]


def record(title: str, home: str = HERE, **more: Any) -> Document:
    given: dict[str, Any] = {"id": str(uuid.uuid4()), "kind": "dataset", "audience": ("public",), **more}
    return Document(titles=(title,), instance=(home,), **given)


def client() -> Elasticsearch:
    return Elasticsearch(settings.ELASTICSEARCH_FOR_TESTS)


def door() -> str:
    """Where the test server takes in other clusters."""
    (node,) = client().nodes.info(metric="transport")["nodes"].values()
    return str(node["transport"]["publish_address"])


class Road:
    """A way to the test server's other door, which can be closed without a word, as a process that is stopped is silent."""

    def __init__(self) -> None:
        self.open = threading.Event()
        self.open.set()
        self._taken = socket.create_server(("127.0.0.1", 0))
        self._ends: list[socket.socket] = [self._taken]
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self._taken.getsockname()[1]}"

    def close(self) -> None:
        self.open.set()
        for end in self._ends:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()

    def _accept(self) -> None:
        host, _, port = door().rpartition(":")
        with suppress(OSError):
            while True:
                one, _ = self._taken.accept()
                other = socket.create_connection((host, int(port)))
                self._ends += [one, other]
                for ends in ((one, other), (other, one)):
                    threading.Thread(target=self._carry, args=ends, daemon=True).start()

    def _carry(self, one: socket.socket, other: socket.socket) -> None:
        with suppress(OSError):
            while given := one.recv(65_536):
                self.open.wait()
                other.sendall(given)


def nobody() -> str:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{free.getsockname()[1]}"


class Country:
    """Instances on one server: each has a prefix of its own, and is a peer of the first."""

    def __init__(self) -> None:
        self.prefix = f"test-{uuid.uuid4().hex}"
        self._all: list[ElasticBackend] = []
        self._peers: list[Peer] = []

    def peer(self, home: str, documents: list[Document], seed: str = "") -> ElasticBackend:
        """An instance with these documents; `seed`: where it is said to be."""
        prefix = f"{self.prefix}{len(self._all)}"
        self._peers.append(Peer(home, seed or door(), f"{self.prefix}--{len(self._all)}", f"{prefix}-public"))
        return self._made(prefix, documents)

    def ours(self, *documents: Document, timeout: float = TIMEOUT) -> ElasticBackend:
        return self._made(self.prefix, list(documents), self._peers, timeout)

    def _made(self, prefix: str, documents: list[Document], *more: Any) -> ElasticBackend:
        made = ElasticBackend(settings.ELASTICSEARCH_FOR_TESTS, prefix, *more)
        self._all.append(made)
        made.replace(documents)
        return made

    def remove(self) -> None:
        for each in self._all:
            each.remove_all()
        client().cluster.put_settings(persistent={f"cluster.remote.{each.cluster}.*": None for each in self._peers})


@pytest.fixture
def country() -> Iterator[Country]:
    made = Country()
    yield made
    made.remove()


def across(text: str = "", **more: Any) -> Query:
    return Query(text, across=True, **more)


def titles(page: Page) -> list[str]:
    return ["".join(text for text, _ in hit.title) for hit in page.hits]


def homes(page: Page) -> set[str]:
    return {hit.home for hit in page.hits}


def test_a_peers_records_are_found_beside_ours_and_say_where_they_are(country: Country) -> None:
    country.peer(THERE, [record("Déchets de la voisine", THERE)])
    found = country.ours(record("Déchets d'ici")).search(across("déchets"))
    assert sorted(titles(found)) == ["Déchets d'ici", "Déchets de la voisine"]
    assert {hit.home: titles(Page((hit,)))[0] for hit in found.hits} == {
        "": "Déchets d'ici", THERE: "Déchets de la voisine",
    }  # fmt: skip
    assert (found.total, found.complete, found.relaxed, found.silent) == (2, 2, False, ())


def test_nothing_is_asked_of_peers_unless_the_question_says_so(country: Country) -> None:
    country.peer(THERE, [record("Déchets de la voisine", THERE)], seed=nobody())
    found = country.ours(record("Déchets d'ici")).search(Query("déchets"))
    assert (titles(found), found.silent) == (["Déchets d'ici"], ())


def test_a_replica_is_not_shown_twice_and_is_shown_when_its_home_does_not_answer(country: Country) -> None:
    there, lost = record("Déchets de la voisine", THERE), record("Déchets de loin", ELSEWHERE)
    country.peer(THERE, [there, replace(record("Déchets d'ici"), id=str(uuid.uuid4())), lost])
    country.peer(ELSEWHERE, [lost], seed=nobody())
    replicas = [replace(each, id=str(uuid.uuid4())) for each in (there, lost)]
    found = country.ours(record("Déchets d'ici"), *replicas).search(across("déchets", facets=("instance",)))
    assert sorted(titles(found)) == ["Déchets d'ici", "Déchets de la voisine", "Déchets de loin"]
    assert found.total == 3
    assert homes(found) == {"", THERE}
    assert found.silent == (Silent(ELSEWHERE, "away"),)
    assert dict(found.facets[0].values) == {HERE: 1, THERE: 1, ELSEWHERE: 1}


def test_facets_add_up_and_say_what_no_record_of_ours_has(country: Country) -> None:
    country.peer(THERE, [record(f"Déchets {n}", THERE, format=("CSV",), publisher=("voisine",)) for n in range(3)])
    ours = country.ours(record("Déchets", format=("CSV",)), record("Déchets en carte", format=("SHP",)))
    found = ours.search(across("déchets", facets=("format", "publisher", "kind")))
    assert dict(found.facets[0].values) == {"CSV": 4, "SHP": 1}
    assert ("publisher", "voisine") in found.foreign
    assert ("format", "CSV") not in found.foreign
    narrowed = ours.search(across("déchets", filters={"format": ("SHP",)}, facets=("format",)))
    assert narrowed.total == 1
    assert dict(narrowed.facets[0].values) == {"CSV": 4, "SHP": 1}
    there = ours.search(across(filters={"instance": (THERE,)}, facets=("instance",)))
    assert (there.total, homes(there)) == (3, {THERE})
    assert dict(there.facets[0].values) == {HERE: 2, THERE: 3}


def test_kinds_whose_page_we_do_not_know_are_counted_nowhere(country: Country) -> None:
    country.peer(THERE, [record("Déchets", THERE), record("Déchets", THERE, id="organisation:3", kind="organisation")])
    ours = country.ours(record("Déchets", id="organisation:7", kind="organisation"))
    found = ours.search(across("déchets", facets=("kind",)))
    assert dict(found.facets[0].values) == {"dataset": 1, "organisation": 1}
    bodies = ours.search(across("déchets", kinds=("organisation",), facets=("kind",)))
    assert (bodies.total, homes(bodies)) == (1, {""})
    assert dict(bodies.facets[0].values) == {"dataset": 1, "organisation": 1}


@pytest.mark.parametrize("sort", ["relevance", "modified", "title"])
@pytest.mark.parametrize("reader", [frozenset({"public"}), frozenset({"public", "org:1"}), None])
def test_pages_and_cursors_give_each_record_once_in_order(
    country: Country, sort: Any, reader: frozenset[str] | None
) -> None:
    def made(home: str, first: int) -> list[Document]:
        return [
            record(f"Déchets {n:02} " + "et eau " * (n % 4), home, modified=f"2025-01-{n + 1:02}")
            for n in range(first, 27, 3)
        ]

    country.peer(THERE, made(THERE, 0))
    country.peer(ELSEWHERE, made(ELSEWHERE, 1))
    ours = country.ours(*made(HERE, 2))
    query = across("déchets", sort=sort, size=5, audience=reader)
    numbered = [hit for n in range(1, 8) for hit in ours.search(replace(query, page=n)).hits]
    followed: list[Hit] = []
    page = ours.search(query)
    while True:
        followed += page.hits
        if not page.next:
            break
        page = ours.search(replace(query, after=page.next))
    assert [hit.id for hit in numbered] == [hit.id for hit in followed]
    assert len({hit.id for hit in followed}) == len(followed) == 27
    if sort == "relevance":
        assert [hit.score for hit in followed] == sorted((hit.score for hit in followed), reverse=True)
    else:
        shown = [title.split()[1] for title in titles(Page(tuple(followed)))]
        assert shown == sorted(shown, reverse=sort == "modified")


def test_a_cursor_of_another_question_is_refused(country: Country) -> None:
    country.peer(THERE, [record(f"Déchets {n}", THERE) for n in range(5)])
    ours = country.ours(record("Déchets"))
    following = ours.search(across("déchets", size=2)).next
    for wrong in (across("eau", size=2, after=following), Query("déchets", size=2, after=following)):
        with pytest.raises(BadCursor):
            ours.search(wrong)


def test_a_word_weighs_in_a_peers_index_what_it_weighs_in_ours(country: Country) -> None:
    """ "Compost" is rare here and everywhere at the peer: its records must not all come first, nor last."""
    country.peer(THERE, [*(record(f"Compost de quartier {n}", THERE) for n in range(30)), record("Marché bio", THERE)])
    ours = country.ours(record("Compost de quartier"), *(record(f"Budget {n}") for n in range(30)))
    found = ours.search(across("compost de quartier", size=31))
    scores = {hit.home: hit.score for hit in found.hits}
    assert scores[THERE] == pytest.approx(scores[""], rel=0.1)


def test_who_has_too_few_alone_shows_no_half_answers_when_there_are_enough_together(country: Country) -> None:
    country.peer(THERE, [record(f"Budget des déchets {n}", THERE) for n in range(25)])
    ours = country.ours(record("Budget des déchets"), record("Budget"), record("Déchets"))
    found = ours.search(across("budget déchets"))
    assert (found.total, found.complete, found.relaxed) == (26, 26, False)
    alone = ours.search(Query("budget déchets"))
    assert (alone.total, alone.complete, alone.relaxed) == (3, 1, True)


def test_a_reader_of_private_records_is_asked_for_at_peers_as_a_stranger(
    country: Country, monkeypatch: pytest.MonkeyPatch
) -> None:
    country.peer(THERE, [record("Déchets de la voisine", THERE), record("Déchets tus", THERE, audience=("org:7",))])
    ours = country.ours(record("Déchets d'ici"), record("Déchets privés", audience=("org:7",)))
    sent: list[tuple[str, str]] = []
    perform = Transport.perform_request

    def noted(self: Transport, method: str, target: str, **more: Any) -> Any:
        sent.append((target, repr(more.get("body"))))
        return perform(self, method, target, **more)

    monkeypatch.setattr(Transport, "perform_request", noted)
    restricted = str(uuid.uuid4())
    reader = {"audience": frozenset({"public", "org:7", "user:12"}), "excluded": frozenset({restricted})}
    found = ours.search(across("déchets", facets=FACETS, territory=("commune:40088",), **reader))
    assert sorted(titles(found)) == ["Déchets d'ici", "Déchets de la voisine", "Déchets privés"]
    assert ours.search(across("déchets", facets=FACETS, audience=None)).total == 3
    outside = [body for target, body in sent if "--" in target]
    assert len(outside) >= 4
    assert not [body for body in outside if "org:7" in body or "user:12" in body or restricted in body]
    assert all(target.split("/")[1].endswith("-public") for target, _ in sent if target.split("/")[1].count("--"))


@pytest.fixture
def road() -> Iterator[Road]:
    made = Road()
    yield made
    made.close()


def timed(ours: ElasticBackend, query: Query) -> tuple[Page, float]:
    began = time.monotonic()
    return ours.search(query), time.monotonic() - began


def test_a_peer_that_hangs_costs_its_time_once_and_is_named(country: Country, road: Road) -> None:
    country.peer(THERE, [record("Déchets de la voisine", THERE)])
    country.peer(ELSEWHERE, [record("Déchets de loin", ELSEWHERE)], seed=road.address)
    ours = country.ours(record("Déchets d'ici"), timeout=2.0)
    deadline = time.monotonic() + 30
    while ours.search(across("déchets")).silent and time.monotonic() < deadline:
        ours._peers.patience._until.clear()  # type: ignore[union-attr]
    assert ours.search(across("déchets")).total == 3
    road.open.clear()
    for most in (3.0, 1.5, 1.5):
        found, took = timed(ours, across("déchets"))
        assert sorted(titles(found)) == ["Déchets d'ici", "Déchets de la voisine"]
        assert found.silent == (Silent(ELSEWHERE, "late"),)
        assert took < most


def test_a_peer_that_is_not_there_is_named_at_once(country: Country) -> None:
    country.peer(THERE, [record("Déchets de la voisine", THERE)])
    country.peer(ELSEWHERE, [record("Déchets de loin", ELSEWHERE)], seed=nobody())
    ours = country.ours(record("Déchets d'ici"))
    for most in (TIMEOUT, 1.5, 1.5):
        found, took = timed(ours, across("déchets"))
        assert sorted(titles(found)) == ["Déchets d'ici", "Déchets de la voisine"]
        assert found.silent == (Silent(ELSEWHERE, "away"),)
        assert took < most


def test_a_peer_that_is_back_is_heard_after_a_rest(country: Country, monkeypatch: pytest.MonkeyPatch) -> None:
    there = country.peer(THERE, [record("Déchets de la voisine", THERE)])
    ours = country.ours(record("Déchets d'ici"))
    monkeypatch.setattr(elastic, "FORMAT", "77")
    there.replace([record("Déchets de la voisine", THERE)])
    monkeypatch.undo()
    found = ours.search(across("déchets"))
    assert (titles(found), found.silent) == (["Déchets d'ici"], (Silent(THERE, "layout"),))
    there.replace([record("Déchets de la voisine", THERE)])
    assert ours.search(across("déchets")).silent == (Silent(THERE, "layout"),)
    now = time.monotonic()
    monkeypatch.setattr(patience, "monotonic", lambda: now + patience.REST + 1)
    found = ours.search(across("déchets"))
    assert (found.total, found.silent) == (2, ())


@pytest.mark.parametrize("case", [{"_id": "../../evil"}, {"kind": ["nothing", "dataset"]}, {"shown_title": 7}], ids=str)
def test_what_no_index_of_ours_would_answer_is_left_out_whole(country: Country, case: dict[str, Any]) -> None:
    written = record("Déchets de la voisine", THERE)
    there = country.peer(THERE, [written])
    written_there = {**source(written), **{name: each for name, each in case.items() if name != "_id"}}
    there.remove([written.id])
    client().index(index=there._indices.public, id=case.get("_id", written.id), document=written_there, refresh=True)
    found = country.ours(record("Déchets d'ici")).search(across("déchets"))
    assert titles(found) == ["Déchets d'ici"]
    assert found.silent == (Silent(THERE, "garbled"),)


def test_the_texts_of_a_peer_are_cut_and_lose_what_is_not_seen(country: Country) -> None:
    title = "Déchets \u202etxt.exe\u202c\x00 <script>alert(1)</script> " + "x" * 5_000
    values = ("CSV", "y" * 400, "a\u202eb", "bad\nline")
    country.peer(THERE, [record(title, THERE, description="eau " * 3000, format=values, publisher=("p" * 301,))])
    found = country.ours().search(across("déchets", facets=("format", "publisher")))
    (hit,) = found.hits
    (shown,) = titles(found)
    assert shown.startswith("Déchets txt.exe <script>")  # a page escapes it
    assert len(shown) == 300
    assert sum(len(text) for text, _ in hit.extract) <= 600
    assert found.facets[0].values == (("CSV", 1),)
    assert found.facets[1].values == ()


def test_what_is_declared_no_more_is_taken_off_our_cluster(country: Country) -> None:
    country.peer(THERE, [])
    stale, other = f"{country.prefix}--gone", f"{country.prefix}x--kept"
    remote = {"mode": "proxy", "proxy_address": nobody(), "skip_unavailable": True}
    client().cluster.put_settings(persistent={f"cluster.remote.{name}": remote for name in (stale, other)})
    try:
        country.ours().search(across())
        held = client().cluster.remote_info()
        assert stale not in held
        assert other in held
        assert held[f"{country.prefix}--0"]["skip_unavailable"] is True
        assert held[f"{country.prefix}--0"]["mode"] == "proxy"
    finally:
        client().cluster.put_settings(persistent={f"cluster.remote.{other}.*": None})


def test_the_last_one_is_taken_off_too(country: Country) -> None:
    country.peer(THERE, [])
    country.ours().search(across())
    assert f"{country.prefix}--0" in client().cluster.remote_info()
    ElasticBackend(settings.ELASTICSEARCH_FOR_TESTS, country.prefix).settle_remotes()
    assert f"{country.prefix}--0" not in client().cluster.remote_info()
