"""The backend.

Text is analysed by `french` alone; Elasticsearch gets terms with spaces between, so that both backends rank alike.
Two indices, public and private: a reader who may see only what is public is answered from the public one, and peers are
shown no other (`indices`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from elasticsearch import Elasticsearch
from elasticsearch.dsl.query import Query as Clause
from elasticsearch.helpers import streaming_bulk

from catalogue.search import french
from catalogue.search.asked import Asked, answered, similar
from catalogue.search.contract import PUBLIC, REBUILD, Held, IndexBroken, Page, Query, SearchBackend
from catalogue.search.document import Document, sound
from catalogue.search.elastic import inventory
from catalogue.search.elastic.asking import Asking, Row
from catalogue.search.elastic.faults import Faults
from catalogue.search.elastic.indices import Indices
from catalogue.search.elastic.queries import lucene_of, terms_of
from catalogue.search.elastic.schema import source

FORMAT = "6"  # raise it whenever the mapping or the analysis in `french` changes: older indices are then rebuilt
PATIENCE = 10  # seconds
BULK = 1_000  # documents of one call


class ElasticBackend(SearchBackend):
    supports_all_by_relevance = True
    supports_exact_facets = True
    supports_one_picture = False
    supports_wiping_by_others = True

    def __init__(self, url: str, prefix: str) -> None:
        """`prefix` begins the name of each alias and index of this instance: [a-z0-9-]."""
        self._client = Elasticsearch(url, request_timeout=PATIENCE, max_retries=1, retry_on_timeout=False)
        self._prefix = prefix

    def write(self, add: Iterable[Document] = (), remove: Iterable[str] = ()) -> None:
        gone, ours = set(remove), self._indices
        # All of them first: what fails while it is made must leave nothing behind.
        documents = [document for document in add if document.id not in gone]
        actions = [*(self._put(document) for document in documents), *self._take(gone)]
        for document in documents:
            other = ours.private if _is_public(document) else ours.public
            actions.append({"_op_type": "delete", "_index": other, "_id": sound(document.id)})
        with Faults():
            ours.identity()
            self._bulk(actions, require_alias=True)
            self._client.indices.refresh(index=ours.both)

    def search(self, query: Query) -> Page:
        with Faults():
            return answered(query, self._asked)

    def similar(self, id: str, query: Query) -> Page:
        with Faults():
            return similar(id, query, self._asked)

    def _asked(self, query: Query, terms: Sequence[str] = ()) -> Asked[Clause, Row]:
        question, indices = french.parse(query.text, query.thesaurus, query.typing), self._answering(query)
        lucene = lucene_of(self._client, indices, {*terms_of(question), *terms})
        return Asked(query, question, lucene, Asking(self._client, indices))

    def refresh(self) -> None:
        """Nothing to do: each write is seen by all once it returns. Says when there is no index."""
        self.identity()

    def replace(self, documents: Iterable[Document]) -> None:
        with Faults(), self._indices.new() as new:
            self._bulk(
                ({**self._put(each), "_index": new[self._home(each)]} for each in documents), require_alias=False
            )

    def identity(self) -> str:
        with Faults():
            return self._indices.identity()

    def held(self, ids: Sequence[str]) -> list[Held]:
        with Faults():
            return inventory.under(self._client, self._indices.both, ids)

    def part(self, number: int, parts: int) -> list[Held]:
        with Faults():
            return inventory.inside(self._client, self._indices.both, number, parts)

    def count(self) -> int:
        with Faults():
            self._indices.identity()
            return int(self._client.count(index=self._indices.both)["count"])

    def remove_all(self) -> None:
        """Takes the indices of this instance off the server."""
        with Faults():
            self._indices.remove_all()

    @property
    def _indices(self) -> Indices:
        return Indices(self._client, self._prefix, FORMAT)

    def _home(self, document: Document) -> str:
        return self._indices.public if _is_public(document) else self._indices.private

    def _put(self, document: Document) -> dict[str, Any]:
        return {"_index": self._home(document), "_id": sound(document.id), "_source": source(document)}

    def _take(self, ids: Iterable[str]) -> Iterator[dict[str, Any]]:
        for each in ids:
            for alias in self._indices.both:
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

    def _answering(self, query: Query) -> list[str]:
        """The aliases from which this reader is answered."""
        alone = query.audience is not None and query.audience <= {PUBLIC}
        return [self._indices.public] if alone else self._indices.both


def _is_public(document: Document) -> bool:
    return PUBLIC in document.audience
