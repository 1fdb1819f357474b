"""What is like a record: what has its most telling words, weighed by how few have them of what the reader sees."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Final

from catalogue.search.algebra import C
from catalogue.search.clauses import Clauses
from catalogue.search.contract import Sort
from catalogue.search.document import FIELD_WEIGHTS
from catalogue.search.gists import parts
from catalogue.search.needs import rarity

TELLING: Final = 8  # terms that are asked for
LEAST: Final = 4  # one of so many must be there
MENTIONED: Final = 0.6  # worth of a term of the description, beside one of the title or of the keywords
SAME_PLACE: Final = 1.0  # added; a common word of a title is worth about 3


class Like(Clauses[C]):
    """The parts of a query that finds what is like a record; no words were typed."""

    @property
    def order(self) -> Sort:
        return "relevance"

    def like(self, gist: str, counted: Callable[[Sequence[C]], Sequence[int]]) -> C:
        """Records with some of its telling terms: those that few have, if others than itself do.

        `counted`: how many records this reader sees of each clause. Terms are chosen and weighed by these counts alone: the
        weights of BM25 know what others see, and would tell of it by the order.
        """
        algebra = self._algebra
        strong, weak, place = parts(gist)
        shares = dict.fromkeys(weak, MENTIONED) | dict.fromkeys(strong, 1.0)
        clauses = [self.seen(each) for each in (algebra.everything(), *self._terms("everything", shares))]
        total, *counts = counted(clauses)
        worth = {
            term: share * rarity(count, total)
            for (term, share), count in zip(shares.items(), counts, strict=True)
            if count
        }
        best = sorted(worth, key=lambda term: (-worth[term], term))[:TELLING]
        if not best:
            return algebra.nothing()
        some = [
            algebra.constant(each, worth[term])
            for each, term in zip(self._terms("everything", best), best, strict=True)
        ]
        more = [
            algebra.constant(each, FIELD_WEIGHTS[field] * worth[term])
            for field in ("title", "keywords")
            for each, term in zip(self._terms(field, best), best, strict=True)
        ]
        same = [algebra.constant(algebra.term("territory", place), SAME_PLACE)] if place else []
        return self._earning(algebra.all_of([algebra.some(some, -(-len(best) // LEAST))], [*more, *same]))

    def _terms(self, field: str, terms: Iterable[str]) -> list[C]:
        return [self._algebra.term(field, each) for each in terms]
