"""How a question is read, in words that a person knows: for who edits the synonyms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from catalogue.search.french.analysis import WORD, term, tidy
from catalogue.search.french.question import Need, Question
from catalogue.search.french.thesaurus import Thesaurus


@dataclass(frozen=True)
class Reading:
    """One need of a question."""

    typed: str
    others: tuple[str, ...] = ()  # synonyms, as the rules write them
    required: bool = True
    refused: bool = False
    field: str = ""  # where alone it is sought, as a person names it
    words: tuple[Reading, ...] = ()  # of a saying: each of its words and its own synonyms, when they stand apart


def readings(text: str, question: Question, thesaurus: Thesaurus) -> tuple[Reading, ...]:
    """`question` is what `parse` made of `text` with this thesaurus."""
    spelt: dict[str, str] = {}
    for word in WORD.findall(tidy(text)):
        spelt.setdefault(term(word), word)
    needs = [_reading(need, thesaurus, spelt) for need in question.needs]
    never = [Reading(_said(need.typed, {}, spelt), refused=True, field=need.field) for need in question.refused]
    return (*needs, *never)


def _reading(need: Need, thesaurus: Thesaurus, spelt: Mapping[str, str]) -> Reading:
    others = [_said(way.terms, thesaurus.written, spelt) for way in need.ways if way.kind]
    apart = () if need.ways[0].together else need.parts
    return Reading(
        typed=_said(need.typed, {}, spelt),
        others=tuple(dict.fromkeys(others)),
        required=need.required,
        field=need.field,
        words=tuple(_reading(part, thesaurus, spelt) for part in apart),
    )


def _said(terms: Sequence[str], written: Mapping[tuple[str, ...], str], spelt: Mapping[str, str]) -> str:
    return written.get(tuple(terms)) or " ".join(spelt.get(each, each) for each in terms)
