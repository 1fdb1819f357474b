"""What is like a record: what has its most telling words, weighed as those of a question are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import islice
from typing import Final

from catalogue.search.algebra import C
from catalogue.search.clauses import Clauses
from catalogue.search.contract import Sort
from catalogue.search.document import FIELD_WEIGHTS
from catalogue.search.gists import parts

TELLING: Final = 8  # terms that are asked for
LEAST: Final = 4  # one of so many must be there
MENTIONED: Final = 0.6  # worth of a term of the description, beside one of the title or of the keywords
SAME_PLACE: Final = 1.0  # added; a common word of a title is worth about 3


def terms(gist: str) -> list[str]:
    """All the terms of it."""
    strong, weak, _ = parts(gist)
    return [*strong, *weak]


class Like(Clauses[C]):
    """The parts of a query that finds what is like a record; no words were typed."""

    @property
    def order(self) -> Sort:
        return "relevance"

    def like(self, gist: str, shared: Callable[[C], bool]) -> C:
        """Records with some of its telling terms: those that few have, if others than itself do.

        `shared`: whether this reader sees several records that have a term. What only others see must not choose.
        """
        algebra = self._algebra
        strong, weak, place = parts(gist)
        worth = self._worths(strong, 1.0) | self._worths(weak, MENTIONED)
        order = sorted(worth, key=lambda term: (-worth[term], term))
        best = list(islice((term for term in order if shared(algebra.term("everything", term))), TELLING))
        if not best:
            return algebra.nothing()
        scale = {term: MENTIONED if term in weak else 1.0 for term in best}
        some = [self._scored.scaled(algebra.term("everything", term), scale[term]) for term in best]
        more = [
            self._scored.scaled(algebra.term(field, term), FIELD_WEIGHTS[field] * scale[term])
            for field in ("title", "keywords")
            for term in best
            if self._scored.count(field, term)
        ]
        same = [algebra.constant(algebra.term("territory", place), SAME_PLACE)] if place else []
        return algebra.all_of([algebra.some(some, -(-len(best) // LEAST))], [*more, *same])

    def _worths(self, terms: Sequence[str], share: float) -> dict[str, float]:
        return {
            term: share * (self._scored.idf((term,), "everything") or 0.0)
            for term in terms
            if self._scored.count("everything", term) > 1
        }
