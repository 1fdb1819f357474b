"""A stored text as a result shows it: whole or in part, what answers the question told apart."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from catalogue.search.french.analysis import WORD, term

Fragment = tuple[str, bool]  # a piece of the original text; whether it answers the query
Answers = Callable[[str], bool]  # whether a term answers
Sayings = Sequence[tuple[str, ...]]  # terms that answer side by side only


def mark(text: str, answers: Answers, sayings: Sayings = ()) -> tuple[Fragment, ...]:
    """The whole text in pieces, those that answer the question told apart."""
    return tuple(_pieces(text, 0, len(text), answers, sayings))


def extract(text: str, answers: Answers, sayings: Sayings = (), width: int = 200) -> tuple[Fragment, ...]:
    """About `width` characters around the first answer, else the beginning; cut between words, with "…"."""
    first = next((each.start(1) for each in WORD.finditer(text) if answers(term(each[1]))), 0)
    start = _after_space(text, first - width // 3) if first > width * 2 // 3 else 0
    end = _before_space(text, start + width, first)
    pieces = list(_pieces(text, start, end, answers, sayings))
    before = [("… ", False)] if start else []
    after = [(" …", False)] if end < len(text) else []
    return tuple(before + pieces + after)


def _pieces(text: str, start: int, end: int, answers: Answers, sayings: Sayings) -> Iterator[Fragment]:
    done = start
    words = [(each, term(each[1])) for each in WORD.finditer(text, start, end)]
    together = _side_by_side(words, sayings) if sayings else ()
    for place, (each, found) in enumerate(words):
        if answers(found) or place in together:
            if each.start(1) > done:
                yield text[done : each.start(1)], False
            yield each[1], True
            done = each.end(1)
    if done < end:
        yield text[done:end], False


def _side_by_side(words: Sequence[tuple[re.Match[str], str]], sayings: Sayings) -> set[int]:
    """The places of the words that make one of the sayings; stop words between do not count."""
    kept = [(place, found) for place, (_, found) in enumerate(words) if found]
    terms = [found for _, found in kept]
    beginnings = {saying[0] for saying in sayings}
    return {
        kept[at + step][0]
        for at, found in enumerate(terms)
        if found in beginnings
        for saying in sayings
        if tuple(terms[at : at + len(saying)]) == saying
        for step in range(len(saying))
    }


def _after_space(text: str, position: int) -> int:
    space = text.find(" ", position, position + 40)
    return position if space < 0 else space + 1


def _before_space(text: str, position: int, least: int) -> int:
    if position >= len(text):
        return len(text)
    space = text.rfind(" ", max(least, position - 40), position + 1)
    return position if space < 0 else space
