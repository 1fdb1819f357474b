"""One page of what a clause finds, in its order, and the cursor of what follows.

By a key the cursor holds the last key: what follows is a range, as cheap on the thousandth page as on the first. tantivy
has ranges of numbers alone: of titles the first letters are kept as numbers too. Relevance is no field: its cursor counts.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

import tantivy
from tantivy import Order
from tantivy import Query as Clause

from catalogue.search import cursors
from catalogue.search.answering import Listed, Looked
from catalogue.search.clauses import Clauses
from catalogue.search.contract import WINDOW, BadCursor
from catalogue.search.document import SORTS
from catalogue.search.embedded.queries import Tantivy
from catalogue.search.embedded.schema import TITLE_PARTS, title_numbers

ENGINE: Final = "embedded"
Found = tuple[Any, tantivy.DocAddress]  # what it was sorted by, and where it is


class Pages:
    """Of one picture of the index."""

    def __init__(self, searcher: tantivy.Searcher) -> None:
        self._searcher = searcher
        self._algebra = Tantivy(searcher)

    def count(self, clause: Clause) -> int:
        return _total(self._searcher.search(clause, limit=1))

    def looked(self, wanted: Sequence[tuple[Clause, int]]) -> list[Looked]:
        return [Looked(self.count(clause)) if not most else self._best(clause, most) for clause, most in wanted]

    def _best(self, clause: Clause, most: int) -> Looked:
        found = self._searcher.search(clause, most)
        return Looked(_total(found), [(self._searcher.doc(address)["id"][0], score) for score, address in found.hits])

    def listed(self, clauses: Clauses[Clause], words: Clause) -> tuple[int, Listed[Found]]:
        """The total, and the page. Raises BadCursor."""
        query, clause = clauses.query, clauses.whole(words)
        if query.after and clauses.order != "relevance":
            return self.count(clause), self._beyond(clauses, clause)
        start = cursors.position(ENGINE, query) if query.after else query.offset
        # tantivy makes room for offset + limit, whatever there is.
        size = min(query.size, WINDOW - start, self._searcher.num_docs - start)
        if size < 1:
            return self.count(clause), Listed()
        result = self._ordered(clauses, clause, size, start)
        total, hits = _total(result), result.hits
        after = self._cursor(clauses, hits, start + len(hits)) if hits and start + len(hits) < total else ""
        return total, Listed(hits, after)

    def _ordered(self, clauses: Clauses[Clause], clause: Clause, size: int, start: int = 0) -> tantivy.SearchResult:
        if clauses.order == "relevance":
            return self._searcher.search(clause, size, offset=start)
        order = Order.Asc if clauses.order == "title" else Order.Desc
        return self._searcher.search(clause, size, order_by_field=SORTS[clauses.order], offset=start, order=order)

    def _beyond(self, clauses: Clauses[Clause], clause: Clause) -> Listed[Found]:
        """What follows the last key. Those of the same key that were shown already are left out."""
        query = clauses.query
        key, *shown = cursors.read(ENGINE, query)
        size = min(query.size, WINDOW)
        if not size:
            return Listed()
        if clauses.order == "title":
            found = self._titles(clauses, clause, str(key), size + 1)
        else:
            found = self._ordered(clauses, self._below(clauses, clause, key, shown), size + 1).hits
        more = self._cursor(clauses, found[:size], 0, (key, shown)) if len(found) > size else ""
        return Listed(found[:size], more)

    def _below(
        self, clauses: Clauses[Clause], clause: Clause, key: cursors.Key, shown: Sequence[cursors.Key]
    ) -> Clause:
        if not isinstance(key, int):
            raise BadCursor("Cette suite de résultats n'existe pas.")
        at_most = self._algebra.between(SORTS[clauses.order], None, key)
        return self._algebra.all_of(
            [clause, at_most], never=[self._algebra.one_of("id", [str(each) for each in shown])]
        )

    def _titles(self, clauses: Clauses[Clause], clause: Clause, key: str, wanted: int) -> list[Found]:
        """Of those with the very same first letters the ones after the key, then the later ones, from the nearest part of
        the letters to the farthest: each step looks at few records but the last."""
        algebra, numbers = self._algebra, list(zip(TITLE_PARTS, title_numbers(key), strict=True))
        same = [algebra.between(name, number, number) for name, number in numbers]
        alike = algebra.all_of([clause, *same])
        ties = self.count(alike)
        found: list[Found] = []
        if ties:
            found = [each for each in self._ordered(clauses, alike, ties).hits if each[0] > key][:wanted]
        for depth in reversed(range(len(numbers))):
            if len(found) < wanted:
                name, number = numbers[depth]
                later = algebra.all_of([clause, *same[:depth], algebra.between(name, number + 1, None)])
                found += self._ordered(clauses, later, wanted - len(found)).hits
        return found

    def _cursor(
        self,
        clauses: Clauses[Clause],
        hits: Sequence[Found],
        position: int,
        before: tuple[cursors.Key, Sequence[cursors.Key]] = ("", ()),
    ) -> str:
        if clauses.order == "relevance":
            return cursors.written(ENGINE, clauses.query, [position]) if position < WINDOW else ""
        key = hits[-1][0]
        place: list[cursors.Key] = [key]
        if clauses.order != "title":
            place += [*(before[1] if before[0] == key else ()), *self._ids(hits, key)]
        return cursors.written(ENGINE, clauses.query, place)

    def _ids(self, hits: Sequence[Found], key: object) -> Iterator[str]:
        for own, address in reversed(hits):
            if own != key:
                return
            yield self._searcher.doc(address)["id"][0]


def _total(result: tantivy.SearchResult) -> int:
    return int(result.count)  # type: ignore[attr-defined]  # tantivy 0.27 has it and its stub forgets it
