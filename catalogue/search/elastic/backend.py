"""The backend.

Text is analysed by `french` alone; Elasticsearch gets terms with spaces between, so that both backends rank alike.
A reader who may see only what is public is answered from an index that holds nothing else, and peers are shown no other; who may
see more is answered from a second one, that holds everything where something is private (`indices`).
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from elasticsearch import Elasticsearch
from elasticsearch.dsl.query import Query as Clause
from elasticsearch.helpers import streaming_bulk

from catalogue.search import french
from catalogue.search.across import Peer
from catalogue.search.asked import Asked, answered, similar
from catalogue.search.contract import PUBLIC, REBUILD, Held, IndexBroken, Page, Query, SearchBackend
from catalogue.search.document import Document, sound
from catalogue.search.elastic import inventory
from catalogue.search.elastic.asking import Asking, Row
from catalogue.search.elastic.faults import Faults
from catalogue.search.elastic.indices import Extent, Indices, Pair
from catalogue.search.elastic.peers import Peers
from catalogue.search.elastic.queries import lucene_of, terms_of
from catalogue.search.elastic.remotes import Remotes
from catalogue.search.elastic.schema import source

FORMAT = "8"  # raise it whenever the mapping or the analysis in `french` changes: older indices are then rebuilt
PATIENCE = 10  # seconds
BULK = 1_000  # documents of one call


class ElasticBackend(SearchBackend):
    supports_all_by_relevance = True
    supports_exact_facets = True
    supports_one_picture = False
    supports_wiping_by_others = True

    def __init__(self, url: str, prefix: str, peers: Sequence[Peer] = (), timeout: float = 0.6) -> None:
        """`prefix` begins the name of each alias and index of this instance: [a-z0-9-]. `timeout`: seconds that a search
        waits for a peer."""
        self._client = Elasticsearch(url, request_timeout=PATIENCE, max_retries=1, retry_on_timeout=False)
        self._prefix = prefix
        self._holds: Extent | None = None  # the second index, when this process last looked
        self._remotes = Remotes(prefix, peers, FORMAT)
        self._peers = Peers(self._client, peers, self._remotes, timeout) if peers else None

    def settle_remotes(self) -> None:
        """Our cluster knows the peers that are declared, and no other of this instance: that which was the last one too."""
        with Faults():
            self._remotes.settle(self._client)

    def write(self, add: Iterable[Document] = (), remove: Iterable[str] = ()) -> None:
        gone, ours = set(remove), self._indices
        # All of them first: what fails while it is made must leave nothing behind.
        documents = [document for document in add if document.id not in gone]
        with Faults():
            pair = ours.now()
            if pair.holds is Extent.NOTHING and not all(map(_is_public, documents)):
                ours.begin(pair)
                pair.holds = Extent.SOME
            # By their aliases: indices that somebody takes off the server meanwhile are not to come back half empty.
            pair = dataclasses.replace(pair, public=ours.public, second=ours.private)
            puts = [action for each in documents for action in self._put(each, pair)]
            self._bulk([*puts, *self._take(documents, gone, pair)], require_alias=True)
            self._client.indices.refresh(index=ours.both)
            self._holds = pair.holds

    def search(self, query: Query) -> Page:
        with Faults():
            if self._peers is None or not query.across or query.only is not None:
                return self._alone(query)
            terms = terms_of(french.parse(query.text, query.thesaurus, query.typing))
            ours = lucene_of(self._client, [self._indices.public], terms)
            # As in `Asking.listed`: a score counted over what others see too would tell of it.
            by_position = query.sort == "relevance" and not _sees_no_more(query)
            return self._peers.search(query, self._alone, ours, by_position=by_position)

    def similar(self, id: str, query: Query) -> Page:
        with Faults():
            return similar(id, query, self._asked)

    def _alone(self, query: Query) -> Page:
        return answered(query, self._asked)

    def _asked(self, query: Query) -> Asked[Clause, Row]:
        question, indices = french.parse(query.text, query.thesaurus, query.typing), self._answering(query)
        lucene = lucene_of(self._client, indices, terms_of(question))
        return Asked(query, question, lucene, Asking(self._client, indices, _sees_no_more(query)))

    def refresh(self) -> None:
        """Each write is seen by all once it returns: what is looked at is which index answers whom. Says when there is none."""
        with Faults():
            self._holds = self._indices.now().holds

    def replace(self, documents: Iterable[Document]) -> None:
        with Faults(), self._indices.new() as pair:
            self._bulk(self._filling(documents, pair), require_alias=False)
        self._holds = pair.holds

    def identity(self) -> str:
        with Faults():
            return self._indices.now().identity

    def complete(self) -> bool:
        with Faults():
            return self._indices.now().holds is not Extent.SOME

    def held(self, ids: Sequence[str]) -> list[Held]:
        with Faults():
            return inventory.under(self._client, self._laid(), ids)

    def part(self, number: int, parts: int) -> list[Held]:
        with Faults():
            return inventory.inside(self._client, self._laid(), number, parts)

    def count(self) -> int:
        """Of the larger where they differ, so that who compares looks for what is too much."""
        with Faults():
            laid = self._laid()
            counts = [self._client.count(index=self._indices.both), self._client.count(index=laid.second)]
            return max(int(each["count"]) for each in counts)

    def remove_all(self) -> None:
        """Takes the indices of this instance off the server."""
        with Faults():
            self._indices.remove_all()

    @property
    def _indices(self) -> Indices:
        return Indices(self._client, self._prefix, FORMAT)

    def _filling(self, documents: Iterable[Document], pair: Pair) -> Iterator[dict[str, Any]]:
        for each in documents:
            if pair.holds is Extent.NOTHING and not _is_public(each):
                pair.holds = Extent.SOME
            yield from self._put(each, pair)

    def _put(self, document: Document, pair: Pair) -> Iterator[dict[str, Any]]:
        action = {"_id": sound(document.id), "_source": source(document)}
        if _is_public(document):
            yield {**action, "_index": pair.public}
        if not _is_public(document) or pair.holds is Extent.WHOLE:
            yield {**action, "_index": pair.second}

    def _take(self, documents: Iterable[Document], gone: Iterable[str], pair: Pair) -> Iterator[dict[str, Any]]:
        """Those that are gone, and each document from where it is no more."""
        holding = [pair.public, *([pair.second] if pair.holds else [])]
        wanted = [(key, index) for key in gone for index in holding]
        for each in documents:
            if not _is_public(each):
                wanted.append((each.id, pair.public))
            elif pair.holds is Extent.SOME:
                wanted.append((each.id, pair.second))
        for key, index in wanted:
            yield {"_op_type": "delete", "_index": index, "_id": sound(key)}

    def _bulk(self, actions: Iterable[dict[str, Any]], *, require_alias: bool) -> None:
        """A removal of what is not there is no fault."""
        told = streaming_bulk(
            self._client, actions, chunk_size=BULK, raise_on_error=False, max_retries=2, require_alias=require_alias
        )
        for fine, result in told:
            ((verb, found),) = result.items()
            if not fine and (verb, found.get("status")) != ("delete", 404):
                raise IndexBroken(f"Elasticsearch a refusé une fiche ({found.get('error')}). {REBUILD}")

    def _answering(self, query: Query) -> list[str]:
        """The aliases from which this reader is answered: one, but between the first private document and the next making."""
        if self._holds is None:
            self.refresh()
        ours = self._indices
        if _sees_no_more(query) or self._holds is Extent.NOTHING:
            return [ours.public]
        return [ours.whole] if self._holds is Extent.WHOLE else ours.both

    def _laid(self) -> inventory.Laid:
        ours = self._indices
        whole = ours.now().holds is Extent.WHOLE
        return inventory.Laid(ours.public, ours.whole if whole else ours.private, whole)


def _sees_no_more(query: Query) -> bool:
    """Than a stranger."""
    return query.audience is not None and query.audience <= {PUBLIC}


def _is_public(document: Document) -> bool:
    return PUBLIC in document.audience
