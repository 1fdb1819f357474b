"""A question as a query of any engine. Needs and titles give a score; rights, filters and refusals let through or not.

Each way of a need is scaled to the weight of the words as typed: a rare synonym would otherwise beat a common word that
somebody wrote. What the index does not have is left out before the query is made: most synonyms cost nothing.

An engine gives its `Algebra`: how it says a term, a phrase, some of these, all of them. What is asked is decided here once.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, datetime
from typing import Generic

from catalogue.search.algebra import Algebra, C
from catalogue.search.analysed import between
from catalogue.search.bounds import Box, spans, unrolled
from catalogue.search.contract import Query, Sort
from catalogue.search.document import (
    BONUSES,
    FIELD_WEIGHTS,
    LEAST_LEADER,
    LITTLE_WEIGHT,
    NEARNESS,
    PARTS,
    SCATTERED,
    SEVERAL,
    UNKNOWN,
    WAY_WEIGHTS,
    WORTHS,
    said,
    sound,
)
from catalogue.search.french import Need, Question, Way

Scored = tuple[str, float]  # the id of a record, and its score


class Clauses(Generic[C]):
    """The parts of one query."""

    def __init__(
        self, query: Query, question: Question, algebra: Algebra[C], unseen: frozenset[Need] = frozenset()
    ) -> None:
        """`unseen`: needs that the index answers, but with nothing that this reader may see."""
        self.query = query
        self.question = question
        self._unseen = unseen
        self._algebra = algebra
        self._counts: dict[tuple[str, str], int] = {}
        self.misspelt: list[Need] = []  # needs that only words close to them answer
        self._needs = [(need, self._need(need)) for need in question.needs]
        self._bonus = [*self._fields(), *self._places(), *self._merits()]

    @property
    def order(self) -> Sort:
        """Without words all are equally relevant: the latest first."""
        ranked = self.query.sort != "relevance" or self.question.needs
        return self.query.sort if ranked else "modified"

    def words(self, least: int = 0, scored: bool = True) -> C:
        """Records with all the words, or with at least so many of the required needs: having more is worth more.

        Without a score, what only adds to it is left out: counting needs none of it.
        """
        algebra = self._algebra
        if not self._needs:
            question = self.question
            return algebra.everything() if question.blank or question.refused else algebra.nothing()
        musts = [clause for need, clause in self._needs if need.required]
        known = [clause for clause in musts if clause is not None]
        if len(known) < (least or len(musts)):
            return algebra.nothing()
        parts = [algebra.some(known, least)] if least else known
        whole = [algebra.constant(each, BONUSES["whole"]) for each in known] if least else []
        return algebra.all_of(parts, [*whole, *self._little(), *self._bonus] if scored else ())

    def any_word(self) -> C:
        """Records with one word at least, of a phrase too."""
        single = [part for need in self.question.required for part in need.parts or (need,)]
        known = [clause for part in single if (clause := self._need(part)) is not None]
        if not known:
            return self._algebra.nothing()
        return self._algebra.all_of([self._algebra.some(known, 1)], self._bonus)

    def doubtful(self) -> list[tuple[Need, C]]:
        """Needs that may be words not well spelt, if this reader sees nothing that has them."""
        return [
            (need, self._bounded(clause))
            for need, clause in self._needs
            if need.edits and need.required and clause is not None and need not in self.misspelt
        ]

    def whole(self, words: C, without: Collection[str] = ()) -> C:
        """The words with all that bounds them, but for the filters of some facets."""
        query = self.query
        bounds = self.filters(without)
        if query.only is not None:
            bounds.append(self._any("id", query.only) if query.only else self._algebra.nothing())
        if query.near:
            bounds.append(self._any("territory", query.near))
        if query.since or query.until:
            bounds.append(self._algebra.between("by_modified", *between(query.since, query.until)))
        if query.box:
            bounds.append(self._meeting(unrolled(query.box)))
        return self._bounded(words, bounds, [self._refusal(each) for each in self.question.refused])

    def _meeting(self, box: Box) -> C:
        """Records whose outline has something in common with this one, were it but a point."""
        _, south, _, north = box
        between, all_of = self._algebra.between, self._algebra.all_of
        beside = [all_of([between("west", None, east), between("east", west, None)]) for west, east in spans(box)]
        return all_of([between("south", None, north), between("north", south, None), self._algebra.some(beside, 1)])

    def at_home(self, words: C) -> C | None:
        """Those of the place named after "près de", else of the reader's own territory; None where the order is not by words,
        or no place is known."""
        query = self.query
        place = (query.near or query.territory)[:1]
        if not (place and self._needs and query.size and query.sort == "relevance"):
            return None
        here = self._algebra.constant(self._algebra.term("territory", sound(place[0])), 0.0)
        return self.whole(self._algebra.all_of([words, here]))

    def led(self, words: C, best: Sequence[Scored]) -> C:
        """The words with their score, `best` of that place before all others, where they are about as good as the first of
        them: what there is at home comes first, what only shares a word with it does not."""
        if not best:
            return words
        top = best[0][1]
        leaders = [sound(each) for each, score in best if score >= top * LEAST_LEADER]
        ahead = self._algebra.constant(self._algebra.one_of("id", leaders), top * BONUSES["leader"])
        return self._algebra.all_of([words], [ahead])

    def seen(self, words: C) -> C:
        """What this reader may see of the words, whatever else was asked."""
        return self._bounded(words)

    def filters(self, without: Collection[str] = ()) -> list[C]:
        return [self._any(name, values) for name, values in self.query.chosen.items() if name not in without]

    def _bounded(self, words: C, bounds: Iterable[C] = (), never: Iterable[C] = ()) -> C:
        """With the reader's rights."""
        bounds, never = list(bounds), list(never)
        if self.query.audience is not None:
            bounds.append(self._any("audience", self.query.audience))
        if self.query.excluded:
            never.append(self._any("id", self.query.excluded))
        parts = [words, *(self._algebra.constant(each, 0.0) for each in bounds)]
        return self._algebra.all_of(parts, never=never)

    def _need(self, need: Need) -> C | None:
        """None when nothing in the index answers it."""
        algebra = self._algebra
        if need.field:
            return self._all([algebra.term("said", said(need.field, each)) for each in need.typed])
        ways = [] if need in self._unseen else self._ways(need, "everything") + self._ways(need, "around")
        parts = [] if need.ways[0].together or need in self._unseen else [self._need(part) for part in need.parts]
        known = [part for part in parts if part is not None]
        if known and len(known) == len(parts):
            ways.append(self._scaled(self._all(known), PARTS))
        if need.unfinished:
            beginning = algebra.beginning("everything", need.unfinished)
            ways.append(self._scaled(beginning, self._worth(need) * WAY_WEIGHTS["unfinished"]))
        if not ways and need.edits:
            self.misspelt.append(need)
            ways = [self._wrong(need, edits) for edits in range(1, need.edits + 1)]
        return self._best(ways) if ways else None

    def _ways(self, need: Need, field: str) -> list[C]:
        """The ways that the index has in this field."""
        worth, found = self._worth(need), []
        for way in need.ways:
            own = self._idf(way.terms, field)
            if own is not None:
                scale = WAY_WEIGHTS[way.kind] * FIELD_WEIGHTS[field] * (min(1.0, worth / own) if way.kind else 1.0)
                found.append(self._scaled(self._way(way, field), scale))
        return found

    def _worth(self, need: Need) -> float:
        typed = self._idf(need.typed, "everything")
        if typed is not None:
            return typed
        known = [own for way in need.ways if (own := self._idf(way.terms, "everything")) is not None]
        return min(known, default=UNKNOWN)

    def _idf(self, terms: Sequence[str], field: str) -> float | None:
        """As BM25 weighs them together; None when the index lacks one of them."""
        total, weight = self._algebra.documents(), 0.0
        for term in terms:
            count = self._count(field, term)
            if not count:
                return None
            weight += math.log(1 + (total - count + 0.5) / (count + 0.5)) if count < total else 0.01
        return weight

    def _count(self, field: str, term: str) -> int:
        key = field, term
        if key not in self._counts:
            self._counts[key] = self._algebra.count(field, term)
        return self._counts[key]

    def _little(self) -> list[C]:
        return [
            self._scaled(clause, LITTLE_WEIGHT)
            for need, clause in self._needs
            if clause is not None and not need.required
        ]

    def _fields(self) -> list[C]:
        found = []
        for name in ("title", "keywords"):
            for need in self.question.needs:
                ways = [] if need.field else self._ways(need, name)
                if ways:
                    best = self._best(ways)
                    found.append(best if need.required else self._scaled(best, LITTLE_WEIGHT))
        return found

    def _places(self) -> list[C]:
        """The reader's own territory; of those near a place, the nearest."""
        named = {"territory": self.query.territory, "near": self.query.near[:1]}
        return [
            self._algebra.constant(self._algebra.term("territory", sound(place)), BONUSES[bonus] * share)
            for bonus, places in named.items()
            for place, share in zip(places, NEARNESS, strict=False)
        ]

    def _merits(self) -> list[C]:
        year = datetime.now(UTC).year
        steps = {f"year:{year}": BONUSES["fresh"], f"year:{year - 1}": BONUSES["fresh"] / 2}
        steps |= {f"worth:{step}": BONUSES["worth"] * step / WORTHS for step in range(1, WORTHS + 1)}
        return [self._algebra.constant(self._algebra.term("merit", merit), add) for merit, add in steps.items()]

    def _way(self, way: Way, field: str) -> C:
        if len(way.terms) == 1:
            return self._algebra.term(field, way.terms[0])
        if way.together:
            return self._algebra.phrase(field, way.terms)
        every = self._all([self._algebra.term(field, each) for each in way.terms])
        beside = self._scaled(self._algebra.phrase(field, way.terms), 1 - SCATTERED)
        return self._algebra.all_of([self._scaled(every, SCATTERED)], [beside])

    def _wrong(self, need: Need, edits: int) -> C:
        close = self._algebra.close("everything", need.typed[0], edits)
        return self._algebra.constant(close, self._worth(need) * WAY_WEIGHTS["fuzzy"] / edits)

    def _refusal(self, need: Need) -> C:
        if need.field:
            return self._all([self._algebra.term("said", said(need.field, each)) for each in need.typed])
        return self._way(Way(need.typed, together=True), "everything")

    def _scaled(self, clause: C, weight: float) -> C:
        return clause if weight == 1.0 else self._algebra.scaled(clause, weight)

    def _best(self, clauses: Sequence[C]) -> C:
        return clauses[0] if len(clauses) == 1 else self._algebra.best(clauses, SEVERAL)

    def _all(self, clauses: Sequence[C]) -> C:
        return clauses[0] if len(clauses) == 1 else self._algebra.all_of(clauses)

    def _any(self, field: str, values: Iterable[str]) -> C:
        named = [sound(each) for each in values]
        return self._algebra.term(field, named[0]) if len(named) == 1 else self._algebra.one_of(field, named)
