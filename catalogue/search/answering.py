"""From a question to the page that answers it: which form of the question is asked, in which order.

All the words; with too few of those, most of them; and when a word is nowhere that this reader sees, those close to it.
Each is asked twice where a reader's own territory is known: the best of what it has first, then everything, led by those.
What need not wait for an answer is asked in one call: on a server that is busy each call waits for its turn.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Generic, Protocol, TypeVar

from catalogue.search.algebra import C
from catalogue.search.clauses import Clauses, Scored
from catalogue.search.document import ENOUGH, LEADERS
from catalogue.search.french import Need

H = TypeVar("H")
Make = Callable[[frozenset[Need]], Clauses[C]]


@dataclass(frozen=True)
class Listed(Generic[H]):
    """The hits of one page, as the engine gives them, and the cursor of the next."""

    hits: Sequence[H] = ()
    next: str = ""


@dataclass(frozen=True)
class Looked:
    """What a whole query finds: how many, exact up to ENOUGH, and the best of them, the best first."""

    total: int
    best: Sequence[Scored] = ()


class Engine(Protocol[C, H]):
    """What an engine does with whole queries."""

    def listed(self, clauses: Clauses[C], words: C, /) -> tuple[int, Listed[H]]:
        """The total of words with their score, and the page."""

    def looked(self, wanted: Sequence[tuple[C, int]], /) -> Sequence[Looked]:
        """Of each of these queries how many it finds and so many of the best: one call to a server, however many they are."""


@dataclass(frozen=True)
class Answer(Generic[C, H]):
    """What the best form of the question found."""

    clauses: Clauses[C]
    words: C  # without their score
    complete: int  # records that have all the words
    total: int
    found: Listed[H]


def answer(make: Make[C], engine: Engine[C, H]) -> Answer[C, H]:
    first = _strictly(make, engine)
    return first if first.clauses.query.whole else _enlarged(first, engine)


def complete(make: Make[C], engine: Engine[C, H]) -> int:
    """How many have all the words: the first half of an answer."""
    return _strictly(make, engine).complete


def best_answer(clauses: Clauses[C], engine: Engine[C, H]) -> Answer[C, H]:
    """Without a second thought for words that nobody sees."""
    return _enlarged(_all_words(clauses, engine), engine)


def _strictly(make: Make[C], engine: Engine[C, H]) -> Answer[C, H]:
    """`make` gives the clauses, knowing which needs nothing that this reader may see answers: what only others may see must
    not keep a word from being taken for one not well spelt, since it would tell of it.
    """
    first = _all_words(make(frozenset()), engine)
    doubtful = [] if first.complete else first.clauses.doubtful()
    looks = engine.looked([(clause, 0) for _, clause in doubtful])
    unseen = frozenset(need for (need, _), look in zip(doubtful, looks, strict=True) if not look.total)
    return _all_words(make(unseen), engine) if unseen else first


def _all_words(clauses: Clauses[C], engine: Engine[C, H]) -> Answer[C, H]:
    words = clauses.words(scored=False)
    # Where the index lacks one of the words nothing is asked, but for a cursor, which may be a wrong one.
    known = clauses.has() or clauses.query.after
    total, found = (
        _listed(clauses, clauses.words() if _ranked(clauses) else words, engine) if known else (0, Listed[H]())
    )
    return Answer(clauses, words, total, total, found)


def _enlarged(first: Answer[C, H], engine: Engine[C, H]) -> Answer[C, H]:
    """With those that have most of the words where there are too few, else with one of them."""
    clauses, needs = first.clauses, len(first.clauses.question.required)
    # By date or title, those that have but some of the words would come between.
    enough = ENOUGH if clauses.query.sort == "relevance" else 1
    if first.total >= enough:
        return first
    forms = [least for least in dict.fromkeys((needs - 1, 1)) if needs > 1 and clauses.has(least)]
    found = _first_enough(first, forms, enough, engine) if forms else first
    if found.total or not any(need.parts for need in clauses.question.required):
        return found
    total, page = _listed(clauses, clauses.any_word(scored=_ranked(clauses)), engine)
    return replace(first, words=clauses.any_word(scored=False), total=total, found=page)


def _first_enough(first: Answer[C, H], forms: Sequence[int], enough: int, engine: Engine[C, H]) -> Answer[C, H]:
    """The first form that finds enough, else the last; what each finds at home is looked up in the same call as how many."""
    clauses = first.clauses
    bare = [clauses.words(least, scored=False) for least in forms]
    words = [clauses.words(least) for least in forms] if _ranked(clauses) else bare
    homes = [home for each in words if (home := clauses.at_home(each)) is not None]
    counted = [(clauses.whole(each), 0) for each in bare[:-1]]
    looks = engine.looked([*counted, *((home, LEADERS) for home in homes)])
    at = next((at for at, look in enumerate(looks[: len(counted)]) if look.total >= enough), len(forms) - 1)
    best = looks[len(counted) + at].best if homes else ()
    total, found = engine.listed(clauses, clauses.led(words[at], best))
    return replace(first, words=bare[at], total=total, found=found)


def _ranked(clauses: Clauses[C]) -> bool:
    return clauses.order == "relevance"


def _listed(clauses: Clauses[C], words: C, engine: Engine[C, H]) -> tuple[int, Listed[H]]:
    home = clauses.at_home(words)
    return engine.listed(
        clauses, words if home is None else clauses.led(words, engine.looked([(home, LEADERS)])[0].best)
    )
