"""One page out of the pages of several indices, all asked the same question in the same order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from catalogue.search import cursors
from catalogue.search.across import REACH
from catalogue.search.contract import Facet, Hit, Page, Query
from catalogue.search.elastic.asking import ENGINE as ONE

ENGINE: Final = "across"
COUNTED: Final = 500  # values of a facet that each index gives at least: what is rare in each may be frequent in all


class Place:
    """Where a page begins: at a position, or after the key of a hit."""

    def __init__(self, query: Query, *, by_position: bool) -> None:
        """`by_position`: of who must not be told a score (`Asking.listed`). Raises BadCursor."""
        self._query, self._by_position = query, by_position
        self._key: list[cursors.Key] = []
        self._start = query.offset
        if query.after and by_position:
            self._start = cursors.position(ENGINE, query)
        elif query.after:
            self._key, self._start = cursors.read(ENGINE, query), 0
        self._size = query.size if self._key else max(0, min(query.size, REACH - self._start))

    def of(self, query: Query) -> Query:
        """What one index is asked: all that may stand before the end of the page, or what follows the key."""
        size = self._start + self._size if self._size else 0
        asked = replace(query, page=1, after="", size=size, facet_size=max(query.facet_size, COUNTED))
        return replace(asked, after=cursors.written(ONE, asked, self._key)) if self._key else asked

    def cut(self, hits: Sequence[Hit], total: int, *, more: bool) -> tuple[tuple[Hit, ...], str]:
        """The page, and the cursor of what follows."""
        end = self._start + self._size
        page = tuple(hits[self._start : end])
        if not page or not (more or len(hits) > end):
            return page, ""
        if not self._by_position:
            return page, cursors.written(ENGINE, self._query, page[-1].key)
        return page, cursors.written(ENGINE, self._query, [end]) if end < min(total, REACH) else ""


def merged(query: Query, place: Place, ours: Page, theirs: Sequence[Page]) -> Page:
    pages = [ours, *theirs]
    hits = sorted((hit for page in pages for hit in page.hits), key=_order)
    total, complete = (sum(counts) for counts in zip(*((page.total, page.complete) for page in pages), strict=True))
    cut, following = place.cut(hits, total, more=any(page.next for page in pages))
    here = {(facet.name, value) for facet in ours.facets for value, _ in facet.values}
    facets = tuple(_added(query, number, pages) for number in range(len(query.facets)))
    counted = {(facet.name, value) for facet in facets for value, _ in facet.values}
    return replace(
        ours,
        hits=cut,
        total=total,
        complete=complete,
        relaxed=total > complete,
        facets=facets,
        next=following,
        reach=REACH,
        foreign=frozenset(counted - here),
    )


def _added(query: Query, number: int, pages: Sequence[Page]) -> Facet:
    counts: Counter[str] = Counter()
    for page in pages:
        counts.update(dict(page.facets[number].values))
    values = sorted(counts.items(), key=lambda each: (-each[1], each[0]))
    return Facet(query.facets[number], tuple(values[: query.facet_size]))


def _order(hit: Hit) -> tuple[float | str, ...]:
    """Numbers from the highest, then titles from A; all the hits have keys of one shape."""
    return tuple(each if isinstance(each, str) else -each for each in hit.key)
