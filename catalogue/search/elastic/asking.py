"""One page of results, and facets, each in one call."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

from elasticsearch import ApiError, Elasticsearch
from elasticsearch.dsl import A, Q, Search
from elasticsearch.dsl.aggs import Agg
from elasticsearch.dsl.query import Query as Clause

from catalogue.search import cursors, french
from catalogue.search.answering import Listed, Looked
from catalogue.search.asked import Showing
from catalogue.search.clauses import Clauses
from catalogue.search.contract import WINDOW, BadCursor, Facet, Hit, Query
from catalogue.search.document import ENOUGH, EVERY_VALUE, FACETS, SORTS

ENGINE: Final = "elastic"
TIE: Final = "by_title"  # ends with the id: no two are alike


Row = dict[str, Any]  # a hit, as the server gives it


class Asking:
    """One client, and the indices that one reader is answered from, who sees all that is in them or some (`sees_all`)."""

    def __init__(self, client: Elasticsearch, indices: list[str], sees_all: bool) -> None:
        self._client, self._indices, self._sees_all = client, indices, sees_all
        # Counted with what was listed last, which of the forms of one question is the one that answers.
        self._counts: tuple[Clauses[Clause], tuple[Facet, ...]] | None = None

    def looked(self, wanted: Sequence[tuple[Clause, int]]) -> list[Looked]:
        searches = [
            self._search(clause).extra(size=most, track_total_hits=ENOUGH).source(False) for clause, most in wanted
        ]
        kinds = [self._kind(ranked=most > 0) for _, most in wanted]
        if len(searches) < 2:
            return [_look(self._told(each, kind)["hits"]) for each, kind in zip(searches, kinds, strict=True)]
        lines = [
            line for each, kind in zip(searches, kinds, strict=True) for line in ({"search_type": kind}, each.to_dict())
        ]
        told = self._client.msearch(index=self._indices, searches=lines)
        for each in told["responses"]:
            if "error" in each:
                raise ApiError("msearch", meta=replace(told.meta, status=each["status"]), body=each)
            self.check(each)
        return [_look(each["hits"]) for each in told["responses"]]

    def counted(self, wanted: Sequence[Clause]) -> list[int]:
        search = self._search(Q("match_all")).extra(size=0, track_total_hits=False)
        search.aggs.bucket("each", "filters", filters={str(at): each for at, each in enumerate(wanted)})
        buckets = self._told(search, self._kind(ranked=False))["aggregations"]["each"]["buckets"]
        return [int(buckets[str(at)]["doc_count"]) for at in range(len(wanted))]

    def listed(self, clauses: Clauses[Clause], words: Clause) -> tuple[int, Listed[Row]]:
        """The total, and the page. Raises BadCursor."""
        query, start = clauses.query, 0
        # A score counted over what others see too would tell of it: who reads private records gets a position instead.
        by_position = clauses.order == "relevance" and not self._sees_all
        search = self._search(clauses.whole(words)).sort(*_order(clauses)).source(includes=["shown_*", "kind"])
        if query.after and not by_position:
            size = min(query.size, WINDOW - 1)
            search = search.extra(search_after=_place(clauses), size=size + 1)
        else:
            start = min(cursors.position(ENGINE, query) if query.after else query.offset, WINDOW)
            size = min(query.size, WINDOW - start)
            search = search.extra(from_=start if size else 0, size=size)
        found = self._counting(clauses, search.extra(track_total_hits=True))
        total, hits = int(found["total"]["value"]), found["hits"]
        if by_position:
            more = start + size < min(total, WINDOW)
        else:
            more = len(hits) > size if query.after else start + size < total
        after = ""
        if size and hits and more:
            after = cursors.written(ENGINE, query, [start + size] if by_position else hits[size - 1]["sort"])
        return total, Listed(tuple(hits[:size]), after)

    def facets(self, clauses: Clauses[Clause], words: Clause) -> tuple[Facet, ...]:
        """Each as if its own filter were absent."""
        query = clauses.query
        if not query.facets:
            return ()
        if self._counts is not None and self._counts[0] is clauses:
            return self._counts[1]
        own = [name for name in query.facets if query.chosen.get(name)]
        search = self._search(clauses.whole(words, without=own)).extra(size=0, track_total_hits=False)
        for name in query.facets:
            filters = clauses.filters(without={name, *set(FACETS).difference(own)})
            search.aggs.bucket(name, _counted(name, filters, query.facet_size))
        return _facets(query, self._told(search, self._kind(ranked=False)))

    def _counting(self, clauses: Clauses[Clause], search: Search[Any]) -> dict[str, Any]:
        """The hits, with the facets in the same call where none of them is filtered: what is listed is then what they count."""
        query = clauses.query
        together = bool(query.facets) and not any(query.chosen.get(name) for name in query.facets)
        for name in query.facets if together else ():
            search.aggs.bucket(name, _counted(name, [], query.facet_size))
        told = self._told(search, self._kind(ranked=clauses.order == "relevance"))
        self._counts = (clauses, _facets(query, told)) if together else None
        hits: dict[str, Any] = told["hits"]
        return hits

    def shown(self, found: Listed[Row], showing: Showing) -> tuple[Hit, ...]:
        return tuple(_hit(row, showing) for row in found.hits)

    def gist(self, clause: Clause) -> str | None:
        search = self._search(clause).extra(size=1, track_total_hits=False).source(includes=["gist"])
        for row in self._told(search, self._kind(ranked=False))["hits"]["hits"]:
            return str(row["_source"]["gist"])
        return None

    def check(self, told: dict[str, Any]) -> None:
        """Called with each answer; those of our own indices are whole or an error."""

    def _told(self, search: Search[Any], kind: str) -> dict[str, Any]:
        told: dict[str, Any] = search.params(search_type=kind).execute().to_dict()
        self.check(told)
        return told

    def _kind(self, *, ranked: bool) -> str:
        """Words weigh the same in two indices only if they are counted over both, a round of the server more."""
        return "dfs_query_then_fetch" if ranked and len(self._indices) > 1 else "query_then_fetch"

    def _search(self, clause: Clause) -> Search[Any]:
        return Search(using=self._client, index=self._indices).query(clause)


def _look(hits: dict[str, Any]) -> Looked:
    return Looked(int(hits["total"]["value"]), [(each["_id"], float(each["_score"] or 0)) for each in hits["hits"]])


def _order(clauses: Clauses[Clause]) -> list[Any]:
    if clauses.order == "title":
        return [TIE]
    return [{"_score": "desc"} if clauses.order == "relevance" else f"-{SORTS[clauses.order]}", TIE]


def _place(clauses: Clauses[Clause]) -> list[cursors.Key]:
    """One key for each of what it is sorted by, of its kind: the server would refuse another."""
    place = cursors.read(ENGINE, clauses.query)
    *numbers, title = place or [""]
    if len(place) != len(_order(clauses)) or isinstance(title, int | float):
        raise BadCursor("Cette suite de résultats n'existe pas.")
    if any(isinstance(each, str) or (clauses.order != "relevance" and isinstance(each, float)) for each in numbers):
        raise BadCursor("Cette suite de résultats n'existe pas.")
    return place


def _facets(query: Query, told: dict[str, Any]) -> tuple[Facet, ...]:
    counted = {name: told["aggregations"][name]["values"]["buckets"] for name in query.facets}
    return tuple(
        Facet(name, tuple((each["key"], each["doc_count"]) for each in buckets)) for name, buckets in counted.items()
    )


def _counted(name: str, filters: list[Clause], size: int) -> Agg[Any]:
    counts = A("filter", filter=Q("bool", filter=filters) if filters else Q("match_all"))
    order = [{"_count": "desc"}, {"_key": "asc"}]
    counts.bucket("values", "terms", field=name, size=size, shard_size=max(size, EVERY_VALUE), order=order)
    return counts


def _hit(row: Row, showing: Showing) -> Hit:
    shown = row["_source"]
    return Hit(
        id=row["_id"],
        kind=shown["kind"][0],
        # Not "_score": the server counts that one again when it fetches, over one index alone.
        score=float(row["sort"][0]) if showing.ranked else 0.0,
        title=french.mark(shown["shown_title"], showing.answers, showing.sayings),
        extract=french.extract(shown["shown_description"], showing.answers, showing.sayings),
        key=tuple(row["sort"]),
    )
