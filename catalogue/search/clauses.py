"""A question as a query of any engine. Needs and titles give a score; rights, filters and refusals let through or not.

An engine gives its `Algebra`: how it says a term, a phrase, some of these, all of them. What is asked is decided here once.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, datetime
from functools import cached_property
from typing import Generic

from catalogue.search.algebra import Algebra, C
from catalogue.search.analysed import between
from catalogue.search.bounds import Box, spans, unrolled
from catalogue.search.contract import Query, Sort
from catalogue.search.document import BONUSES, LEAST_LEADER, LITTLE_WEIGHT, NEARNESS, WORTHS, sound
from catalogue.search.french import Need, Question, Way
from catalogue.search.needs import Needs

Scored = tuple[str, float]  # the id of a record, and its score


class Clauses(Generic[C]):
    """The parts of one query."""

    def __init__(
        self, query: Query, question: Question, algebra: Algebra[C], unseen: frozenset[Need] = frozenset()
    ) -> None:
        """`unseen`: needs that the index answers, but with nothing that this reader may see."""
        self.query = query
        self.question = question
        self._algebra = algebra
        self._scored = Needs(algebra, unseen)
        self._bare = Needs(algebra, unseen, self._scored.weights, scored=False)
        self.misspelt = self._scored.misspelt
        self._needs = [(need, self._scored.clause(need)) for need in question.needs]
        self._bonus = [*self._fields(), *self._places()]

    @cached_property
    def _counted(self) -> list[tuple[Need, C | None]]:
        return [(need, self._bare.clause(need)) for need in self.question.needs]

    @property
    def order(self) -> Sort:
        """Without words all are equally relevant: the latest first."""
        ranked = self.query.sort != "relevance" or self.question.needs
        return self.query.sort if ranked else "modified"

    def has(self, least: int = 0) -> bool:
        """Whether the index has what all the required needs ask for, or so many of them; without it `words` finds nothing."""
        known = [clause is not None for need, clause in self._needs if need.required]
        return sum(known) >= (least or len(known))

    def words(self, least: int = 0, scored: bool = True) -> C:
        """Records with all the words, or with at least so many of the required needs: having more is worth more.

        Without a score, what only adds to it is left out, and what another way of saying holds already: counting and
        sorting by date need none of it.
        """
        algebra = self._algebra
        if not self._needs:
            question = self.question
            return algebra.everything() if question.blank or question.refused else algebra.nothing()
        needs = self._needs if scored else self._counted
        musts = [clause for need, clause in needs if need.required]
        known = [clause for clause in musts if clause is not None]
        if len(known) < (least or len(musts)):
            return algebra.nothing()
        parts = [algebra.some(known, least)] if least else known
        if not scored:
            return algebra.all_of(parts)
        whole = [algebra.constant(each, BONUSES["whole"]) for each in known] if least else []
        return self._earning(algebra.all_of(parts, [*whole, *self._little(), *self._bonus]))

    def any_word(self, scored: bool = True) -> C:
        """Records with one word at least, of a phrase too."""
        single = [part for need in self.question.required for part in need.parts or (need,)]
        needs = self._scored if scored else self._bare
        known = [clause for part in single if (clause := needs.clause(part)) is not None]
        if not known:
            return self._algebra.nothing()
        some = self._algebra.some(known, 1)
        return self._earning(self._algebra.all_of([some], self._bonus)) if scored else some

    def doubtful(self) -> list[tuple[Need, C]]:
        """Needs that may be words not well spelt, if this reader sees nothing that has them."""
        return [
            (need, self._bounded(clause))
            for need, clause in self._counted
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

    def _bounded(self, words: C, bounds: Sequence[C] = (), never: Iterable[C] = ()) -> C:
        """With the reader's rights."""
        algebra, bounds, never = self._algebra, list(bounds), list(never)
        if self.query.homes:
            bounds.append(self._any("instance", self.query.homes))
        if self.query.not_homes:
            never.append(self._any("instance", self.query.not_homes))
        if self.query.excluded:
            never.append(self._any("id", self.query.excluded))
        clause = algebra.all_of([words, *(algebra.constant(each, 0.0) for each in bounds)]) if bounds else words
        if self.query.audience is None:
            return algebra.all_of([clause], never=never) if never else clause
        return algebra.seen_by(clause, [sound(each) for each in self.query.audience], never)

    def _little(self) -> list[C]:
        return [
            self._scored.scaled(clause, LITTLE_WEIGHT)
            for need, clause in self._needs
            if clause is not None and not need.required
        ]

    def _fields(self) -> list[C]:
        found = []
        for name in ("title", "keywords"):
            for need in self.question.needs:
                ways = [] if need.field else self._scored.ways(need, name)
                if ways:
                    best = self._scored.best(ways)
                    found.append(best if need.required else self._scored.scaled(best, LITTLE_WEIGHT))
        return found

    def _places(self) -> list[C]:
        """The reader's own territory; of those near a place, the nearest."""
        named = {"territory": self.query.territory, "near": self.query.near[:1]}
        return [
            self._algebra.constant(self._algebra.term("territory", sound(place)), BONUSES[bonus] * share)
            for bonus, places in named.items()
            for place, share in zip(places, NEARNESS, strict=False)
        ]

    def _earning(self, clause: C) -> C:
        """With what its records earn by being fresh, described well and looked at."""
        year = datetime.now(UTC).year
        steps = {f"year:{year}": BONUSES["fresh"], f"year:{year - 1}": BONUSES["fresh"] / 2}
        steps |= {f"worth:{step}": BONUSES["worth"] * step / WORTHS for step in range(1, WORTHS + 1)}
        return self._algebra.earning(clause, "merit", steps)

    def _refusal(self, need: Need) -> C:
        if need.field:
            return self._bare.said(need)
        return self._bare.way(Way(need.typed, together=True), "everything")

    def _any(self, field: str, values: Iterable[str]) -> C:
        named = [sound(each) for each in values]
        return self._algebra.term(field, named[0]) if len(named) == 1 else self._algebra.one_of(field, named)
