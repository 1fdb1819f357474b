"""Elasticsearch's own `french` analyzer over all the text of a record: printed beside what we do (docs/search.md)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from uuid import uuid4

from elasticsearch import Elasticsearch
from elasticsearch.helpers import bulk

from catalogue.search.document import Document, sound


@contextmanager
def asked_of(url: str, documents: Iterable[Document], size: int) -> Iterator[Callable[[str], Sequence[str]]]:
    """What answers a question with the ids of the best; its index is taken off the server at the end."""
    client, index = Elasticsearch(url), f"bouture-measure-{uuid4().hex}"
    client.indices.create(index=index, mappings={"properties": {"text": {"type": "text", "analyzer": "french"}}})

    def ask(text: str) -> Sequence[str]:
        found = client.search(index=index, query={"match": {"text": sound(text)}}, size=size, source=False)
        return [hit["_id"] for hit in found["hits"]["hits"]]

    try:
        texts = ((each.id, [sound(text) for text in each.passages()["everything"]]) for each in documents)
        bulk(client, ({"_index": index, "_id": key, "text": text} for key, text in texts), refresh=True)
        yield ask
    finally:
        client.indices.delete(index=index)
