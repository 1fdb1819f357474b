"""The words of a query in Elasticsearch's terms. Its BM25 keeps the factor k1 + 1 that Lucene dropped: as tantivy's."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from elasticsearch import Elasticsearch
from elasticsearch.dsl import Q
from elasticsearch.dsl.query import Query as Clause

from catalogue.search.algebra import Algebra
from catalogue.search.document import FIELD_WEIGHTS
from catalogue.search.french import Need, Question, Way


class Lucene(Algebra[Clause]):
    def __init__(self, counts: Mapping[tuple[str, str], int], documents: int) -> None:
        self._counts, self._documents = counts, documents

    def documents(self) -> int:
        return self._documents

    def count(self, field: str, term: str) -> int:
        return self._counts.get((field, term), 0)

    def everything(self) -> Clause:
        return Q("match_all")

    def nothing(self) -> Clause:
        return Q("match_none")

    def term(self, field: str, value: str) -> Clause:
        return Q("ids", values=[value]) if field == "id" else Q("term", **{field: {"value": value}})

    def one_of(self, field: str, values: Sequence[str]) -> Clause:
        return Q("ids", values=list(values)) if field == "id" else Q("terms", **{field: list(values)})

    def between(self, field: str, low: float | None, high: float | None) -> Clause:
        bounds = {name: bound for name, bound in (("gte", low), ("lte", high)) if bound is not None}
        return Q("range", **{field: bounds})

    def phrase(self, field: str, terms: Sequence[str]) -> Clause:
        return Q("match_phrase", **{field: {"query": " ".join(terms)}})

    def beginning(self, field: str, text: str) -> Clause:
        return Q("prefix", **{field: {"value": text}})

    def close(self, field: str, term: str, edits: int) -> Clause:
        return Q("fuzzy", **{field: {"value": term, "fuzziness": edits, "max_expansions": 50}})

    def scaled(self, clause: Clause, weight: float) -> Clause:
        return Q("bool", must=[clause], boost=weight)

    def constant(self, clause: Clause, score: float) -> Clause:
        return Q("constant_score", filter=clause, boost=score)

    def best(self, clauses: Sequence[Clause], tie: float) -> Clause:
        return Q("dis_max", queries=list(clauses), tie_breaker=tie)

    def some(self, clauses: Sequence[Clause], least: int) -> Clause:
        return Q("bool", should=list(clauses), minimum_should_match=least)

    def all_of(self, clauses: Sequence[Clause], more: Sequence[Clause] = (), never: Sequence[Clause] = ()) -> Clause:
        return Q("bool", must=list(clauses), should=list(more), must_not=list(never))


def terms_of(question: Question) -> set[str]:
    """All that a question may look for."""
    return {term for need in question.needs for way in (*need.ways, *_parts(need)) for term in way.terms}


def lucene_of(client: Elasticsearch, indices: Iterable[str], terms: Collection[str]) -> Lucene:
    """With the counts of every one of these terms, in one call."""
    counts: dict[tuple[str, str], int] = {}
    documents = 0
    if terms:
        artificial = dict.fromkeys(FIELD_WEIGHTS, " ".join(sorted(terms)))
        wanted = {"doc": artificial, "term_statistics": True, "positions": False, "offsets": False, "payloads": False}
        told = client.mtermvectors(docs=[{"_index": index, **wanted} for index in indices])
        for each in told["docs"]:
            for field, vector in each.get("term_vectors", {}).items():
                for term, found in vector["terms"].items():
                    counts[field, term] = counts.get((field, term), 0) + found.get("doc_freq", 0)
            documents += (
                each.get("term_vectors", {}).get("everything", {}).get("field_statistics", {}).get("doc_count", 0)
            )
    return Lucene(counts, documents)


def _parts(need: Need) -> list[Way]:
    return [way for part in need.parts for way in (*part.ways, *_parts(part))]
