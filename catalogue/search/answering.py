"""From a question to the page that answers it: which form of the question is asked, in which order.

All the words; with too few of those, most of them; and when a word is nowhere that this reader sees, those close to it.
Each is asked twice where a reader's own territory is known: the best of what it has first, then everything, led by those.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from catalogue.search.algebra import C
from catalogue.search.clauses import Clauses, Scored
from catalogue.search.document import ENOUGH, LEADERS
from catalogue.search.french import Need

H = TypeVar("H")


@dataclass(frozen=True)
class Listed(Generic[H]):
    """The hits of one page, as the engine gives them, and the cursor of the next."""

    hits: Sequence[H] = ()
    next: str = ""


class Engine(Protocol[C, H]):
    """What an engine does with whole queries."""

    def listed(self, clauses: Clauses[C], words: C, /) -> tuple[int, Listed[H]]:
        """The total of words with their score, and the page."""

    def best(self, clause: C, most: int, /) -> Sequence[Scored]:
        """So many of the best of a whole query, the best first."""

    def count(self, clause: C, /) -> int:
        """0 when a whole query finds nothing."""


@dataclass(frozen=True)
class Answer(Generic[C, H]):
    """What the best form of the question found."""

    clauses: Clauses[C]
    words: C  # without their score
    complete: int  # records that have all the words
    total: int
    found: Listed[H]


def answer(make: Callable[[frozenset[Need]], Clauses[C]], engine: Engine[C, H]) -> Answer[C, H]:
    """`make` gives the clauses, knowing which needs nothing that this reader may see answers: what only others may see must
    not keep a word from being taken for one not well spelt, since it would tell of it.
    """
    clauses = make(frozenset())
    best = best_answer(clauses, engine)
    if not best.complete:
        unseen = frozenset(need for need, clause in clauses.doubtful() if not engine.count(clause))
        if unseen:
            best = best_answer(make(unseen), engine)
    return best


def best_answer(clauses: Clauses[C], engine: Engine[C, H]) -> Answer[C, H]:
    """Without a second thought for words that nobody sees."""
    words = clauses.words(scored=False)
    ranked = clauses.order == "relevance"
    complete, found = _listed(clauses, clauses.words() if ranked else words, engine)
    total, needs = complete, len(clauses.question.required)
    # By date or title, those that have but some of the words would come between.
    enough = ENOUGH if clauses.query.sort == "relevance" else 1
    for least in dict.fromkeys((needs - 1, 1)) if needs > 1 else ():
        if total < enough:
            words = clauses.words(least, scored=False)
            total, found = _listed(clauses, clauses.words(least) if ranked else words, engine)
    if not total and any(need.parts for need in clauses.question.required):
        words = clauses.any_word(scored=False)
        total, found = _listed(clauses, clauses.any_word() if ranked else words, engine)
    return Answer(clauses, words, complete, total, found)


def _listed(clauses: Clauses[C], words: C, engine: Engine[C, H]) -> tuple[int, Listed[H]]:
    home = clauses.at_home(words)
    return engine.listed(clauses, words if home is None else clauses.led(words, engine.best(home, LEADERS)))
