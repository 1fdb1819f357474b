"""A question in tantivy's terms. Needs and titles give a score; rights, filters and refusals let through or not.

Each way of a need is scaled to the weight of the words as typed: a rare synonym would otherwise beat a common word that
somebody wrote. What the index does not have is left out before the query is made: most synonyms cost nothing.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

import tantivy
from tantivy import Occur
from tantivy import Query as Clause

from catalogue.search.contract import Query
from catalogue.search.document import (
    BONUSES,
    FIELD_WEIGHTS,
    LITTLE_WEIGHT,
    NEARNESS,
    PARTS,
    SEVERAL,
    UNKNOWN,
    WAY_WEIGHTS,
    WORTHS,
)
from catalogue.search.embedded.schema import SCHEMA, said, sound
from catalogue.search.french import Need, Question, Way


class Clauses:
    """The parts of one query."""

    def __init__(
        self, query: Query, question: Question, searcher: tantivy.Searcher, unseen: frozenset[Need] = frozenset()
    ) -> None:
        """`unseen`: needs that the index answers, but with nothing that this reader may see."""
        self.query = query
        self._unseen = unseen
        self.question = question
        self._searcher = searcher
        self._counts: dict[tuple[str, str], int] = {}
        self.misspelt: list[Need] = []  # needs that only words close to them answer
        self._needs = [(need, self._need(need)) for need in question.needs]
        self._bonus = [*self._fields(), *self._places(), *self._merits()]

    def words(self, least: int = 0, scored: bool = True) -> Clause:
        """Records with all the words, or with at least so many of the required needs: having more is worth more.

        Without a score, what only adds to it is left out: counting needs none of it.
        """
        if not self._needs:
            question = self.question
            return Clause.all_query() if question.blank or question.refused else Clause.empty_query()
        musts = [clause for need, clause in self._needs if need.required]
        known = [clause for clause in musts if clause]
        if len(known) < (least or len(musts)):
            return Clause.empty_query()
        if least:
            some = [(Occur.Should, clause) for clause in known]
            parts = [(Occur.Must, Clause.boolean_query(some, minimum_number_should_match=least))]
            whole = [(Occur.Should, Clause.const_score_query(each, BONUSES["whole"])) for each in known]
        else:
            parts, whole = [(Occur.Must, clause) for clause in known], []
        return Clause.boolean_query([*parts, *whole, *self._little(), *self._bonus] if scored else parts)

    def any_word(self) -> Clause:
        """Records with one word at least, of a phrase too."""
        single = [part for need in self.question.required for part in need.parts or (need,)]
        known = [clause for part in single if (clause := self._need(part))]
        some = Clause.boolean_query([(Occur.Should, clause) for clause in known])
        return Clause.boolean_query([(Occur.Must, some), *self._bonus]) if known else Clause.empty_query()

    def doubtful(self) -> list[tuple[Need, Clause]]:
        """Needs that may be words not well spelt, if this reader sees nothing that has them."""
        return [
            (need, self._bounded(clause))
            for need, clause in self._needs
            if need.edits and need.required and clause and need not in self.misspelt
        ]

    def whole(self, words: Clause, without: str = "") -> Clause:
        """The words with all that bounds them, but for the filter of one facet."""
        query = self.query
        bounds = [_any(name, values) for name, values in query.filters.items() if values and name != without]
        if query.kinds:
            bounds.append(_any("kind", query.kinds))
        if query.near:
            bounds.append(_any("territory", query.near))
        return self._bounded(words, bounds, [_refusal(each) for each in self.question.refused])

    def _bounded(self, words: Clause, bounds: Iterable[Clause] = (), never: Iterable[Clause] = ()) -> Clause:
        """With the reader's rights."""
        bounds, never = list(bounds), list(never)
        if self.query.audience is not None:
            bounds.append(_any("audience", self.query.audience))
        if self.query.excluded:
            never.append(_any("id", self.query.excluded))
        parts = [(Occur.Must, words), *((Occur.Must, Clause.const_score_query(each, 0.0)) for each in bounds)]
        return Clause.boolean_query(parts + [(Occur.MustNot, each) for each in never])

    def _need(self, need: Need) -> Clause | None:
        """None when nothing in the index answers it."""
        if need.field:
            return _all([_term("said", said(need.field, each)) for each in need.typed])
        ways = [] if need in self._unseen else self._ways(need, "everything") + self._ways(need, "around")
        parts = [] if need.ways[0].together or need in self._unseen else [self._need(part) for part in need.parts]
        if parts and all(parts):
            ways.append(_scaled(_all([part for part in parts if part]), PARTS))
        if need.unfinished:
            ways.append(
                _scaled(
                    Clause.regex_query(SCHEMA, "everything", need.unfinished + ".*"),
                    self._worth(need) * WAY_WEIGHTS["unfinished"],
                )
            )
        if not ways and need.edits:
            self.misspelt.append(need)
            ways = [_wrong(need, edits, self._worth(need)) for edits in range(1, need.edits + 1)]
        return _best(ways) if ways else None

    def _ways(self, need: Need, field: str) -> list[Clause]:
        """The ways that the index has in this field."""
        worth, found = self._worth(need), []
        for way in need.ways:
            own = self._idf(way.terms, field)
            if own is not None:
                scale = WAY_WEIGHTS[way.kind] * FIELD_WEIGHTS[field] * (min(1.0, worth / own) if way.kind else 1.0)
                found.append(_scaled(_way(way, field), scale))
        return found

    def _worth(self, need: Need) -> float:
        typed = self._idf(need.typed, "everything")
        if typed is not None:
            return typed
        known = [own for way in need.ways if (own := self._idf(way.terms, "everything")) is not None]
        return min(known, default=UNKNOWN)

    def _idf(self, terms: Sequence[str], field: str) -> float | None:
        """As BM25 weighs them together; None when the index lacks one of them."""
        total, weight = self._searcher.num_docs, 0.0
        for term in terms:
            count = self._count(field, term)
            if not count:
                return None
            weight += math.log(1 + (total - count + 0.5) / (count + 0.5)) if count < total else 0.01
        return weight

    def _count(self, field: str, term: str) -> int:
        key = field, term
        if key not in self._counts:
            self._counts[key] = self._searcher.doc_freq(field, term)
        return self._counts[key]

    def _little(self) -> list[tuple[Occur, Clause]]:
        return [
            (Occur.Should, _scaled(clause, LITTLE_WEIGHT))
            for need, clause in self._needs
            if clause and not need.required
        ]

    def _fields(self) -> list[tuple[Occur, Clause]]:
        found = []
        for name in ("title", "keywords"):
            for need in self.question.needs:
                ways = [] if need.field else self._ways(need, name)
                if ways:
                    best = _best(ways)
                    found.append((Occur.Should, best if need.required else _scaled(best, LITTLE_WEIGHT)))
        return found

    def _places(self) -> list[tuple[Occur, Clause]]:
        """The reader's own territory; of those near a place, the nearest."""
        named = {"territory": self.query.territory, "near": self.query.near[:1]}
        return [
            (Occur.Should, Clause.const_score_query(_term("territory", sound(place)), BONUSES[bonus] * share))
            for bonus, places in named.items()
            for place, share in zip(places, NEARNESS, strict=False)
        ]

    def _merits(self) -> list[tuple[Occur, Clause]]:
        year = datetime.now(UTC).year
        steps = {f"year:{year}": BONUSES["fresh"], f"year:{year - 1}": BONUSES["fresh"] / 2}
        steps |= {f"worth:{step}": BONUSES["worth"] * step / WORTHS for step in range(1, WORTHS + 1)}
        return [(Occur.Should, Clause.const_score_query(_term("merit", merit), add)) for merit, add in steps.items()]


def _way(way: Way, field: str) -> Clause:
    if len(way.terms) == 1:
        return _term(field, way.terms[0])
    if way.together:
        return Clause.phrase_query(SCHEMA, field, list(way.terms))
    return _all([_term(field, each) for each in way.terms])


def _wrong(need: Need, edits: int, worth: float) -> Clause:
    close = Clause.fuzzy_term_query(SCHEMA, "everything", need.typed[0], edits, prefix=False)
    return Clause.const_score_query(close, worth * WAY_WEIGHTS["fuzzy"] / edits)


def _refusal(need: Need) -> Clause:
    if need.field:
        return _all([_term("said", said(need.field, each)) for each in need.typed])
    return _way(Way(need.typed, together=True), "everything")


def _scaled(clause: Clause, weight: float) -> Clause:
    return clause if weight == 1.0 else Clause.boost_query(clause, weight)


def _best(clauses: list[Clause]) -> Clause:
    return clauses[0] if len(clauses) == 1 else Clause.disjunction_max_query(clauses, SEVERAL)


def _all(clauses: list[Clause]) -> Clause:
    return clauses[0] if len(clauses) == 1 else Clause.boolean_query([(Occur.Must, each) for each in clauses])


def _term(field: str, value: str) -> Clause:
    return Clause.term_query(SCHEMA, field, value)


def _any(field: str, values: Iterable[str]) -> Clause:
    named = [sound(each) for each in values]
    return _term(field, named[0]) if len(named) == 1 else Clause.term_set_query(SCHEMA, field, named)
