"""What the index holds, for who compares it with the base."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from elasticsearch import Elasticsearch
from elasticsearch.dsl import Q, Search
from elasticsearch.dsl.query import Query as Clause

from catalogue.search.contract import PUBLIC, Held
from catalogue.search.document import range_of, sound


def under(client: Elasticsearch, aliases: Sequence[str], ids: Sequence[str]) -> list[Held]:
    """`aliases`: the public one, then the private one."""
    return list(_held(client, aliases, Q("ids", values=[sound(each) for each in ids])))


def inside(client: Elasticsearch, aliases: Sequence[str], number: int, parts: int) -> list[Held]:
    low, high = range_of(number, parts)
    return list(_held(client, aliases, Q("range", by_key={"gte": low, "lte": high})))


def _held(client: Elasticsearch, aliases: Sequence[str], clause: Clause) -> Iterator[Held]:
    for alias, public in zip(aliases, (True, False), strict=True):
        search = Search(using=client, index=alias).query("bool", filter=[clause]).source(includes=["kind"])
        wanted: Any = search.extra(size=10_000, docvalue_fields=["audience", "stamp"]).execute().to_dict()
        for row in wanted["hits"]["hits"]:
            told = row.get("fields", {})
            # Where it lies decides who is answered from it.
            audience = frozenset(told.get("audience", ())) - {PUBLIC} | ({PUBLIC} if public else frozenset())
            yield Held(row["_id"], row["_source"]["kind"][0], audience, told.get("stamp", [""])[0])
