"""What somebody looks for, as clauses: each way of saying it that the index has.

Each way of a need is scaled to the weight of the words as typed: a rare synonym would otherwise beat a common word that
somebody wrote. What the index does not have is left out before the query is made: most synonyms cost nothing.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Generic

from catalogue.search.algebra import Algebra, C
from catalogue.search.document import ACRONYM, FIELD_WEIGHTS, PARTS, SCATTERED, SEVERAL, UNKNOWN, WAY_WEIGHTS, said
from catalogue.search.french import Need, Way

Weights = dict[tuple[str, tuple[str, ...]], float | None]


def rarity(count: int, total: int) -> float:
    """What a term is worth that so many of all have: the inverse document frequency of BM25."""
    return math.log(1 + (total - count + 0.5) / (count + 0.5)) if count < total else 0.01


class Needs(Generic[C]):
    """Of one question. `misspelt` are those that only words close to them answer, as far as they were asked for."""

    def __init__(
        self, algebra: Algebra[C], unseen: frozenset[Need], weights: Weights | None = None, *, scored: bool = True
    ) -> None:
        """Without a score, a clause finds the same records in the fewest ways, and what it scores means nothing."""
        self._algebra, self._unseen, self._is_scored = algebra, unseen, scored
        self.weights: Weights = {} if weights is None else weights
        self._counts: dict[tuple[str, str], int] = {}
        self.misspelt: list[Need] = []

    def clause(self, need: Need) -> C | None:
        """None when nothing in the index answers it."""
        if need.field:
            return self.said(need)
        seen = need not in self._unseen
        parts = self._parts(need) if seen else None
        ways = self.ways(need, "everything", apart=parts is not None) + self.ways(need, "around") if seen else []
        if parts is not None:
            ways.append(self.scaled(parts, PARTS))
        if need.unfinished:
            beginning = self._algebra.beginning("everything", need.unfinished)
            ways.append(self.scaled(beginning, self._worth(need) * WAY_WEIGHTS["unfinished"]))
        if not ways and need.edits:
            self.misspelt.append(need)
            ways = self._wrong(need)
        return self.best(ways) if ways else None

    def _parts(self, need: Need) -> C | None:
        """All the words of a saying, each in any of its ways; None where nothing answers one of them, or they must stand together."""
        known = [] if need.ways[0].together else [self.clause(part) for part in need.parts]
        found = [each for each in known if each is not None]
        return self._all(found) if found and len(found) == len(known) else None

    def ways(self, need: Need, field: str, *, apart: bool = False) -> list[C]:
        """The ways that the index has in this field; `apart`: the words of the saying are sought one by one besides."""
        known = [(way, own) for way in need.ways if (own := self.idf(way.terms, field)) is not None]
        if not self._is_scored:
            held = need.ways[:1] if apart and self._unseen.isdisjoint(need.parts) else ()
            return [self.way(way, field) for way in _enough(way for way, _ in known if way not in held)]
        worth = self._worth(need)
        return [
            self.scaled(
                self.way(way, field),
                WAY_WEIGHTS[way.kind] * FIELD_WEIGHTS[field] * (min(1.0, worth / own) if way.kind else 1.0),
            )
            for way, own in known
        ]

    def _worth(self, need: Need) -> float:
        typed = self.idf(need.typed, "everything")
        if typed is not None:
            return typed
        known = [own for way in need.ways if (own := self.idf(way.terms, "everything")) is not None]
        return min(known, default=UNKNOWN)

    def idf(self, terms: tuple[str, ...], field: str) -> float | None:
        """As BM25 weighs them together; None when the index lacks one of them."""
        key = field, terms
        if key not in self.weights:
            self.weights[key] = self._idf(terms, field)
        return self.weights[key]

    def _idf(self, terms: Sequence[str], field: str) -> float | None:
        total, weight = self._algebra.documents(), 0.0
        for term in terms:
            count = self.count(field, term)
            if not count:
                return None
            weight += rarity(count, total)
        return weight

    def count(self, field: str, term: str) -> int:
        key = field, term
        if key not in self._counts:
            self._counts[key] = self._algebra.count(field, term)
        return self._counts[key]

    def way(self, way: Way, field: str) -> C:
        if len(way.terms) == 1:
            term = self._algebra.term(field, way.terms[0])
            if not way.acronym:
                return term
            written = self._algebra.term("said", said(ACRONYM, way.terms[0]))
            return self._algebra.all_of([term, self._algebra.constant(written, 0.0)])
        if way.together:
            return self._algebra.phrase(field, way.terms)
        every = self._all([self._algebra.term(field, each) for each in way.terms])
        if not self._is_scored:
            return every
        beside = self.scaled(self._algebra.phrase(field, way.terms), 1 - SCATTERED)
        return self._algebra.all_of([self.scaled(every, SCATTERED)], [beside])

    def _wrong(self, need: Need) -> list[C]:
        """Words so many letters away; those that are nearer, twice, for they are worth more."""
        worth = self._worth(need) * WAY_WEIGHTS["fuzzy"]
        nearest = 1 if self._is_scored else need.edits
        found = [
            (edits, self._algebra.close("everything", need.typed[0], edits)) for edits in range(nearest, need.edits + 1)
        ]
        return [self._algebra.constant(close, worth / edits) for edits, close in found]

    def scaled(self, clause: C, weight: float) -> C:
        return self._algebra.scaled(clause, weight) if self._is_scored and weight != 1.0 else clause

    def best(self, clauses: Sequence[C]) -> C:
        if len(clauses) == 1:
            return clauses[0]
        return self._algebra.best(clauses, SEVERAL) if self._is_scored else self._algebra.some(clauses, 1)

    def _all(self, clauses: Sequence[C]) -> C:
        return clauses[0] if len(clauses) == 1 else self._algebra.all_of(clauses)

    def said(self, need: Need) -> C:
        """In the field that was named."""
        return self._all([self._algebra.term("said", said(need.field, each)) for each in need.typed])


def _enough(ways: Iterable[Way]) -> list[Way]:
    """Those that find all that these find: whoever looks for "tri" needs not look for "centre de tri"."""
    kept: list[Way] = []
    for way in sorted(ways, key=lambda each: (len(each.terms), each.together, each.acronym)):
        if not any(set(each.terms) <= set(way.terms) for each in kept if not each.together and not each.acronym):
            kept.append(way)
    return kept
