"""What one picture of the index finds, counts and shows."""

from __future__ import annotations

from collections.abc import Sequence

import tantivy
from tantivy import Query as Clause

from catalogue.search import french
from catalogue.search.answering import Listed
from catalogue.search.asked import Showing
from catalogue.search.clauses import Clauses
from catalogue.search.contract import Facet, Hit
from catalogue.search.embedded.coding import Codes
from catalogue.search.embedded.counting import Counts
from catalogue.search.embedded.paging import Found, Pages


class Picture(Pages):
    """Kept until another commit is seen, with the facets that it counted."""

    def __init__(self, searcher: tantivy.Searcher, codes: Codes) -> None:
        super().__init__(searcher)
        self._counts = Counts(searcher, codes)

    def counted(self, wanted: Sequence[Clause]) -> list[int]:
        return [self.count(each) for each in wanted]

    def facets(self, clauses: Clauses[Clause], words: Clause) -> tuple[Facet, ...]:
        return self._counts.facets(clauses, words)

    def shown(self, found: Listed[Found], showing: Showing) -> tuple[Hit, ...]:
        return tuple(
            _hit(float(key) if showing.ranked else 0.0, self._searcher.doc(address), showing)
            for key, address in found.hits
        )

    def gist(self, clause: Clause) -> str | None:
        for _, address in self._searcher.search(clause, 1, count=False).hits:
            return bytes(self._searcher.doc(address)["gist"][0]).decode()
        return None


def _hit(score: float, document: tantivy.Document, showing: Showing) -> Hit:
    row = document.to_dict()
    return Hit(
        id=row["id"][0],
        kind=row["kind"][0],
        score=score,
        title=french.mark(bytes(row["shown_title"][0]).decode(), showing.answers, showing.sayings),
        extract=french.extract(bytes(row["shown_description"][0]).decode(), showing.answers, showing.sayings),
    )
