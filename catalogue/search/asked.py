"""One question put to one engine: what it finds, what its words were meant to be, what is like a record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Generic, Protocol, TypeVar

from catalogue.search import french, likeness, meaning
from catalogue.search.algebra import Algebra, C
from catalogue.search.answering import Answer, Engine, Listed, answer, best_answer, complete
from catalogue.search.clauses import Clauses
from catalogue.search.contract import Facet, Hit, Page, Query
from catalogue.search.document import sound
from catalogue.search.french import Need, Question

H = TypeVar("H")


@dataclass(frozen=True)
class Showing:
    """How the texts of hits are shown: which terms answer, and whether the order is that of scores."""

    answers: french.Answers
    sayings: french.Sayings
    ranked: bool


class Shower(Engine[C, H], Protocol[C, H]):
    """An engine that shows and counts too."""

    def counted(self, wanted: Sequence[C], /) -> Sequence[int]:
        """How many each of these queries finds, exactly: one call to a server, however many they are."""

    def shown(self, found: Listed[H], showing: Showing, /) -> tuple[Hit, ...]:
        """The hits of a page."""

    def facets(self, clauses: Clauses[C], words: C, /) -> tuple[Facet, ...]:
        """Those that the query asks for, each as if its own filter were absent."""

    def gist(self, clause: C, /) -> str | None:
        """What a whole query's first record is about (`likeness.gist`); None when it finds nothing."""


@dataclass(frozen=True)
class Asked(Generic[C, H]):
    """`algebra` knows how many records have each term of the question."""

    query: Query
    question: Question
    algebra: Algebra[C]
    engine: Shower[C, H]

    def clauses(self, unseen: frozenset[Need] = frozenset()) -> Clauses[C]:
        return Clauses(self.query, self.question, self.algebra, unseen)

    def best(self) -> Answer[C, H]:
        return answer(self.clauses, self.engine)

    def complete(self) -> int:
        return complete(self.clauses, self.engine)

    def hits(self, best: Answer[C, H]) -> tuple[Hit, ...]:
        answers = french.answering(self.question, best.clauses.misspelt)
        return self.engine.shown(best.found, Showing(answers, self.question.sayings, best.clauses.order == "relevance"))


class Ask(Protocol[C, H]):
    """How a backend makes it."""

    def __call__(self, query: Query) -> Asked[C, H]: ...


def answered(query: Query, ask: Ask[C, H]) -> Page:
    """Raises BadCursor."""
    asked = ask(query)
    best = asked.best()
    hits = asked.hits(best)
    return Page(
        hits,
        best.total,
        asked.engine.facets(best.clauses, best.words),
        relaxed=best.total > best.complete,
        complete=best.complete,
        next=best.found.next,
        meant=_meant(asked, best, hits, ask),
        shortened=asked.question.shortened,
    )


def _meant(asked: Asked[C, H], best: Answer[C, H], hits: tuple[Hit, ...], ask: Ask[C, H]) -> str:
    """Words are taken from hits alone, so from what this reader sees; the other question must find more."""
    query = asked.query
    if query.typing or query.after or query.page > 1 or not query.size:
        return ""
    wrong, least = best.clauses.misspelt, 1
    if not wrong and best.complete <= meaning.FEW:
        # A word that hardly anything has: as if nothing had it, what is close to it?
        doubtful = best.clauses.doubtful()
        looks = asked.engine.looked([(clause, 0) for _, clause in doubtful])
        wrong = [need for (need, _), look in zip(doubtful, looks, strict=True) if look.total <= meaning.FEW]
        least = meaning.FEW + 1
        hits = asked.hits(best_answer(asked.clauses(frozenset(wrong)), asked.engine)) if wrong else ()
    text = meaning.respelt(query.text, wrong, hits)
    if not text:
        return ""
    found = ask(replace(query, text=text, size=0, facets=())).complete()
    return text if found >= max(least, best.complete if least > 1 else 0) else ""


def similar(id: str, query: Query, ask: Ask[C, H]) -> Page:
    """Of the record with this id, if this reader sees it; else nothing."""
    if not id:
        return Page()
    bounded = replace(query, text="", excluded=query.excluded | {id}, sort="relevance", facets=(), page=1, after="")
    asked = ask(replace(query, text=""))
    gist = asked.engine.gist(asked.clauses().seen(asked.algebra.term("id", sound(id))))
    if gist is None:
        return Page()
    asked = ask(bounded)
    clauses = likeness.Like(bounded, asked.question, asked.algebra)
    words = clauses.like(gist, asked.engine.counted)
    total, found = asked.engine.listed(clauses, words)
    hits = asked.hits(Answer(clauses, words, total, total, found))
    return Page(hits, total, complete=total)
