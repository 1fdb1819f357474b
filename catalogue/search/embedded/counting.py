"""Facets: how many results each value has, remembered with one picture of the index."""

from __future__ import annotations

from typing import Any, Final

import tantivy
from tantivy import Query as Clause

from catalogue.search.clauses import Clauses
from catalogue.search.contract import Facet
from catalogue.search.document import EVERY_VALUE
from catalogue.search.embedded.coding import CODED, Codes, column

REMEMBERED: Final = 200  # sets of facets: a page or a sort changes none of them

Values = tuple[tuple[str, int], ...]


class Counts:
    """Of one picture of the index."""

    def __init__(self, searcher: tantivy.Searcher, codes: Codes) -> None:
        self._searcher, self._codes = searcher, codes
        self._known: dict[object, tuple[Facet, ...]] = {}

    def facets(self, clauses: Clauses[Clause], words: Clause) -> tuple[Facet, ...]:
        query = clauses.query
        # All that the counts depend on, the reader's rights first.
        key = (query.audience, query.excluded, clauses.question, query.scope, query.facets, query.facet_size)
        known = self._known.get(key)
        if known is None:
            free = [name for name in query.facets if not query.chosen.get(name)]
            found = self._counts(clauses.whole(words), free, query.facet_size)
            for name in set(query.facets) - set(free):
                found |= self._counts(clauses.whole(words, without=(name,)), [name], query.facet_size)
            known = tuple(Facet(name, found[name]) for name in query.facets)
            if len(self._known) >= REMEMBERED:
                self._known.clear()
            self._known[key] = known
        return known

    def _counts(self, clause: Clause, names: list[str], size: int) -> dict[str, Values]:
        every = EVERY_VALUE if self._searcher.num_segments > 1 else size
        wanted = {name: {"terms": {"field": column(name), "size": size, "segment_size": every}} for name in names}
        counted = self._searcher.aggregate(clause, wanted) if wanted else {}
        return {
            name: tuple(sorted(self._values(name, found["buckets"]), key=lambda value: (-value[1], value[0])))
            for name, found in counted.items()
        }

    def _values(self, name: str, buckets: list[dict[str, Any]]) -> list[tuple[str, int]]:
        counts = [(each["key"], each["doc_count"]) for each in buckets]
        return self._codes.named(self._searcher, name, counts) if name in CODED else counts
