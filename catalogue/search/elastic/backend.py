"""The backend.

Text is analysed by `french` alone; Elasticsearch gets terms with spaces between, so that both backends rank alike.
Two indices, public and private, each behind an alias of the instance's own: a reader who may see only what is public
is answered from the public one, and peers are shown no other. An index is named after its alias, its format and a random
part; a new one is filled beside the old and the aliases are moved in one call.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from types import TracebackType
from typing import Any
from uuid import uuid4

import elasticsearch
from elasticsearch import Elasticsearch
from elasticsearch.dsl import A, Mapping, Q, Search
from elasticsearch.dsl.aggs import Agg
from elasticsearch.dsl.query import Query as Clause
from elasticsearch.helpers import streaming_bulk

from catalogue.search import french
from catalogue.search.analysed import read_document
from catalogue.search.clauses import Clauses, answer
from catalogue.search.contract import (
    PUBLIC,
    REBUILD,
    Facet,
    Held,
    Hit,
    IndexAway,
    IndexBroken,
    Page,
    Query,
    SearchBackend,
)
from catalogue.search.document import EXACT, FACETS, FIELD_WEIGHTS, Document, sound
from catalogue.search.elastic import inventory
from catalogue.search.elastic.queries import lucene_of

FORMAT = "3"  # raise it whenever the mapping below or the analysis in `french` changes: older indices are then rebuilt
WINDOW = 10_000  # hits that the server walks through (index.max_result_window)
EVERY_VALUE = 60_000  # of a facet, asked from each index: with less, a value rare in each could be lost from the sum
PATIENCE = 10  # seconds
BULK = 1_000  # documents of one call
SETTINGS = {
    "number_of_shards": 1,  # of one catalogue; counts are exact and scores comparable
    "auto_expand_replicas": "0-1",
    "refresh_interval": "-1",  # each write refreshes once
    "max_result_window": WINDOW,
}


def _mapping() -> Mapping:
    mapping = Mapping()
    mapping.meta("dynamic", "strict")
    mapping.meta("_source", includes=["shown_*", "kind"])
    for name in ("shown_title", "shown_description"):
        mapping.field(name, "keyword", index=False, doc_values=False)
    for name in FIELD_WEIGHTS:
        mapping.field(name, "text", analyzer="whitespace", similarity="BM25")
    for name in (*EXACT, *FACETS):
        mapping.field(name, "keyword")
    mapping.field("by_title", "keyword", index=False)
    mapping.field("by_modified", "long")
    mapping.field("by_key", "long")
    mapping.field("stamp", "keyword", index=False)
    return mapping


class ElasticBackend(SearchBackend):
    supports_deep_pages = False
    supports_exact_facets = True
    supports_one_picture = False
    supports_wiping_by_others = True

    def __init__(self, url: str, prefix: str) -> None:
        """`prefix` begins the name of each alias and index of this instance: [a-z0-9-]."""
        self._client = Elasticsearch(url, request_timeout=PATIENCE, max_retries=1, retry_on_timeout=False)
        self._prefix = prefix
        self._public, self._private = f"{prefix}-public", f"{prefix}-private"

    def write(self, add: Iterable[Document] = (), remove: Iterable[str] = ()) -> None:
        gone = set(remove)
        # All of them first: what fails while it is made must leave nothing behind.
        documents = [document for document in add if document.id not in gone]
        actions = [*(self._put(document) for document in documents), *self._take(gone)]
        for document in documents:
            other = self._private if _is_public(document) else self._public
            actions.append({"_op_type": "delete", "_index": other, "_id": sound(document.id)})
        with _Faults():
            self._identity()
            self._bulk(actions, require_alias=True)
            self._client.indices.refresh(index=[self._public, self._private])

    def search(self, query: Query) -> Page:
        question = french.parse(query.text, query.thesaurus, query.typing)
        indices = self._answering(query)
        with _Faults():
            lucene = lucene_of(self._client, indices, question)
            best = answer(
                lambda unseen: Clauses(query, question, lucene, unseen),
                lambda clauses, words: self._ask(query, clauses, words),
                lambda clause: self._count(indices, clause),
            )
        answers = french.answering(question, best.clauses.misspelt)
        told = best.found
        hits = tuple(
            _hit(each, answers, question.sayings, ranked=_ranked(query, question)) for each in told["hits"]["hits"]
        )
        return Page(
            hits,
            best.total,
            _facets(query, told),
            relaxed=best.total > best.complete,
            complete=best.complete,
            shortened=question.shortened,
        )

    def refresh(self) -> None:
        """Nothing to do: each write is seen by all once it returns. Says when there is no index."""
        with _Faults():
            self._identity()

    def replace(self, documents: Iterable[Document]) -> None:
        identity = f"{FORMAT}-{uuid4().hex}"
        new = {alias: f"{alias}-{identity}" for alias in (self._public, self._private)}
        with _Faults():
            for index in new.values():
                self._client.indices.create(index=index, settings=SETTINGS, mappings=_mapping().to_dict())
            self._bulk(
                ({**self._put(each), "_index": new[self._home(each)]} for each in documents), require_alias=False
            )
            self._client.indices.refresh(index=list(new.values()))
            old = self._indices()
            moves = [{"add": {"index": index, "alias": alias}} for alias, index in new.items()]
            self._client.indices.update_aliases(actions=[*moves, *({"remove_index": {"index": each}} for each in old)])

    def identity(self) -> str:
        with _Faults():
            return self._identity()

    def held(self, ids: Sequence[str]) -> list[Held]:
        with _Faults():
            return inventory.under(self._client, (self._public, self._private), ids)

    def part(self, number: int, parts: int) -> list[Held]:
        with _Faults():
            return inventory.inside(self._client, (self._public, self._private), number, parts)

    def count(self) -> int:
        with _Faults():
            self._identity()
            return int(self._client.count(index=[self._public, self._private])["count"])

    def remove_all(self) -> None:
        """Takes the indices of this instance off the server."""
        with _Faults():
            for index in self._indices():
                self._client.indices.delete(index=index)

    def _identity(self) -> str:
        names = list(self._client.indices.get_alias(name=self._public))
        ending = re.fullmatch(rf"{re.escape(self._public)}-({FORMAT}-[0-9a-f]{{32}})", names[0]) if names else None
        if ending is None:
            raise IndexBroken(f"L'index de recherche est d'une autre version de Bouture. {REBUILD}")
        return ending[1]

    def _indices(self) -> list[str]:
        """Those of this instance, of whatever format."""
        ours = re.compile(rf"{re.escape(self._prefix)}-(public|private)-[0-9]+-[0-9a-f]{{32}}")
        found = self._client.indices.get_alias(index=f"{self._prefix}-*", ignore_unavailable=True)
        return [name for name, told in found.items() if ours.fullmatch(name) and told["aliases"]]

    def _home(self, document: Document) -> str:
        return self._public if _is_public(document) else self._private

    def _put(self, document: Document) -> dict[str, Any]:
        return {"_index": self._home(document), "_id": sound(document.id), "_source": _source(document)}

    def _take(self, ids: Iterable[str]) -> Iterator[dict[str, Any]]:
        for each in ids:
            for alias in (self._public, self._private):
                yield {"_op_type": "delete", "_index": alias, "_id": sound(each)}

    def _bulk(self, actions: Iterable[dict[str, Any]], *, require_alias: bool) -> None:
        """A removal of what is not there is no fault."""
        told = streaming_bulk(
            self._client, actions, chunk_size=BULK, raise_on_error=False, max_retries=2, require_alias=require_alias
        )
        for fine, result in told:
            ((verb, found),) = result.items()
            if not fine and (verb, found.get("status")) != ("delete", 404):
                raise IndexBroken(f"Elasticsearch a refusé une fiche ({found.get('error')}). {REBUILD}")

    def _ask(self, query: Query, clauses: Clauses[Clause], words: Clause) -> tuple[int, dict[str, Any]]:
        """One call: total, hits and facets. Filters come after, so that a facet can be counted without its own."""
        indices = self._answering(query)
        search = Search(using=self._client, index=indices).query(clauses.whole(words, without=FACETS))
        if filters := clauses.filters():
            search = search.post_filter(Q("bool", filter=filters))
        for name in query.facets:
            search.aggs.bucket(name, _counted(name, clauses.filters(without=(name,)), query.facet_size))
        inside = query.offset < WINDOW
        start, size = (query.offset, min(query.size, WINDOW - query.offset)) if inside else (0, 0)
        search = search.extra(from_=start, size=size, track_total_hits=True).source(includes=["shown_*", "kind"])
        if query.sort == "title":
            search = search.sort("by_title")
        elif not _ranked(query, clauses.question):
            search = search.sort("-by_modified")
        # Words weigh the same in both indices only if they are counted over both.
        kind = "query_then_fetch" if len(indices) == 1 else "dfs_query_then_fetch"
        told = search.params(search_type=kind).execute().to_dict()
        return int(told["hits"]["total"]["value"]), told

    def _count(self, indices: list[str], clause: Clause) -> int:
        return int(self._client.count(index=indices, query=clause.to_dict(), terminate_after=1)["count"])

    def _answering(self, query: Query) -> list[str]:
        """The aliases from which this reader is answered."""
        alone = query.audience is not None and query.audience <= {PUBLIC}
        return [self._public] if alone else [self._public, self._private]


def _is_public(document: Document) -> bool:
    return PUBLIC in document.audience


def _ranked(query: Query, question: french.Question) -> bool:
    return query.sort == "relevance" and bool(question.needs)


def _source(document: Document) -> dict[str, Any]:
    read = read_document(document)
    return {
        "shown_title": read.title,
        "shown_description": read.description,
        **read.passages,
        **read.exact,
        "by_title": read.by_title,
        "by_modified": read.by_modified,
        "by_key": read.by_key,
        "stamp": read.stamp,
    }


def _counted(name: str, filters: list[Clause], size: int) -> Agg[Any]:
    counts = A("filter", filter=Q("bool", filter=filters) if filters else Q("match_all"))
    order = [{"_count": "desc"}, {"_key": "asc"}]
    counts.bucket("values", "terms", field=name, size=size, shard_size=max(size, EVERY_VALUE), order=order)
    return counts


def _hit(each: Any, answers: french.Answers, sayings: french.Sayings, *, ranked: bool) -> Hit:
    shown = each["_source"]
    return Hit(
        id=each["_id"],
        kind=shown["kind"][0],
        score=float(each["_score"] or 0) if ranked else 0.0,
        title=french.mark(shown["shown_title"], answers, sayings),
        extract=french.extract(shown["shown_description"], answers, sayings),
    )


def _facets(query: Query, found: dict[str, Any]) -> tuple[Facet, ...]:
    told = found.get("aggregations", {})
    return tuple(
        Facet(name, tuple((each["key"], each["doc_count"]) for each in told[name]["values"]["buckets"]))
        for name in query.facets
    )


class _Faults:
    """The client's errors, by what the caller does next."""

    def __enter__(self) -> None:
        """Nothing to prepare."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if isinstance(error, elasticsearch.NotFoundError):
            raise IndexBroken(f"L'index de recherche n'existe pas sur Elasticsearch. {REBUILD}") from error
        if isinstance(error, elasticsearch.TransportError) or (
            isinstance(error, elasticsearch.ApiError) and error.status_code in (401, 403, 429, 502, 503, 504)
        ):
            raise IndexAway(
                "Le serveur de recherche (Elasticsearch) ne répond pas. Rien n'est perdu : réessayez dans un instant."
            ) from error
        if isinstance(error, elasticsearch.ApiError):
            raise IndexBroken(f"Elasticsearch a refusé la demande ({error.message}). {REBUILD}") from error
