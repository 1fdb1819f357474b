"""What the index holds, for who compares it with the base."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from elasticsearch import Elasticsearch
from elasticsearch.dsl import Q, Search
from elasticsearch.dsl.query import Query as Clause

from catalogue.search.contract import PUBLIC, Held
from catalogue.search.document import range_of, sound


@dataclass(frozen=True)
class Laid:
    """Where documents lie, by alias: `second` holds everything (`whole`), or what is private alone."""

    public: str
    second: str
    whole: bool


def under(client: Elasticsearch, laid: Laid, ids: Sequence[str]) -> list[Held]:
    return list(_held(client, laid, Q("ids", values=[sound(each) for each in ids])))


def inside(client: Elasticsearch, laid: Laid, number: int, parts: int) -> list[Held]:
    low, high = range_of(number, parts)
    return list(_held(client, laid, Q("range", by_key={"gte": low, "lte": high})))


def _held(client: Elasticsearch, laid: Laid, clause: Clause) -> Iterator[Held]:
    """Where one lies decides who is answered from it. What everybody sees lies twice in a whole pair and is told once, if both say
    the same; else as what differs from any that is right."""
    public = {each.id: each for each in _lying(client, laid.public, clause)}
    second = {each.id: each for each in _lying(client, laid.second, clause)}
    for each in public.values():
        alone = laid.whole and each.id not in second
        yield replace(each, audience=each.audience | {PUBLIC}, stamp="" if alone else each.stamp)
    for each in second.values():
        if laid.whole and PUBLIC in each.audience and public.get(each.id) == each:
            continue
        yield replace(each, audience=each.audience - {PUBLIC})


def _lying(client: Elasticsearch, alias: str, clause: Clause) -> Iterator[Held]:
    search = Search(using=client, index=alias).query("bool", filter=[clause]).source(includes=["kind"])
    wanted: Any = search.extra(size=10_000, docvalue_fields=["audience", "stamp"]).execute().to_dict()
    for row in wanted["hits"]["hits"]:
        told = row.get("fields", {})
        audience = frozenset(told.get("audience", ()))
        yield Held(row["_id"], row["_source"]["kind"][0], audience, told.get("stamp", [""])[0])
