"""A stored text as a result shows it: whole or in part, what answers the question told apart."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from catalogue.search.french.analysis import WORD, term

Fragment = tuple[str, bool]  # a piece of the original text; whether it answers the query
Answers = Callable[[str], bool]  # whether a term answers
Sayings = Sequence[tuple[str, ...]]  # terms that answer side by side only


def mark(text: str, answers: Answers, sayings: Sayings = ()) -> tuple[Fragment, ...]:
    """The whole text in pieces, those that answer the question told apart."""
    return tuple(_pieces(text, answers, sayings))


def extract(text: str, answers: Answers, sayings: Sayings = (), width: int = 200) -> tuple[Fragment, ...]:
    """About `width` characters around the first answer, else the beginning; cut between words, with "…"."""
    first = next((each.start() for each in WORD.finditer(text) if answers(term(each[0]))), 0)
    start = _after_space(text, first - width // 3) if first > width * 2 // 3 else 0
    end = _before_space(text, start + width, first)
    before = [("… ", False)] if start else []
    after = [(" …", False)] if end < len(text) else []
    return (*before, *_pieces(text[start:end], answers, sayings), *after)


def _pieces(text: str, answers: Answers, sayings: Sayings) -> Iterator[Fragment]:
    parts = WORD.split(text)  # what stands between words, a word, what stands between...
    terms = [term(each) for each in parts[1::2]]
    found = [place for place, each in enumerate(terms) if answers(each)]
    if sayings and (together := _side_by_side(terms, sayings)):
        found = sorted({*found, *together})
    done = 0
    for place in found:
        at = 2 * place + 1
        if between := "".join(parts[done:at]):
            yield between, False
        yield parts[at], True
        done = at + 1
    if rest := "".join(parts[done:]):
        yield rest, False


def _side_by_side(terms: Sequence[str], sayings: Sayings) -> set[int]:
    """The places of the words that make one of the sayings; stop words between do not count."""
    beginnings = {saying[0] for saying in sayings}
    if beginnings.isdisjoint(terms):
        return set()
    places = [place for place, each in enumerate(terms) if each]
    kept = [terms[place] for place in places]
    return {
        places[at + step]
        for at, each in enumerate(kept)
        if each in beginnings
        for saying in sayings
        if tuple(kept[at : at + len(saying)]) == saying
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
