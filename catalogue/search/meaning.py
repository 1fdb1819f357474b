"""What somebody meant to write, from the words of what was found: "did you mean"."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from typing import Final

from catalogue.search import french
from catalogue.search.contract import Hit
from catalogue.search.french import Need

FEW: Final = 2  # results: with more, nobody is asked whether they meant something else


def respelt(text: str, wrong: Collection[Need], hits: Iterable[Hit]) -> str:
    """The question with those of its words replaced by close ones that hits show, most often the best; "" when none shows
    any. Codes and words of three letters stay (`french.spelling`)."""
    shown = Counter(
        (french.term(piece), piece.lower())
        for hit in hits
        for piece, found in (*hit.title, *hit.extract)
        if found and piece.isalpha()
    )
    words: dict[str, str] = {}
    for need in wrong:
        near = [
            (count, word)
            for (term, word), count in shown.items()
            if need.edits and term != need.typed[0] and french.within(term, need.typed[0], need.edits)
        ]
        if near:
            words[need.typed[0]] = max(near)[1]
    return french.replaced(text, words) if words else ""
