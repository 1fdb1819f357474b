"""A document as every engine takes it: terms with spaces between, exact values, keys to sort by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from catalogue.search import bounds, french
from catalogue.search.document import ACRONYM, FACETS, SHOWN, Document, key_of, said, sound
from catalogue.search.gists import gist

KEYS: Final = ("by_modified", "by_created", "by_quality")
BOX: Final = ("west", "south", "east", "north")
COMPARED: Final = 100  # characters of two titles; then their ids are
TOLD_APART: Final = 22  # bits of a digest of the id at the end of a key, so that few are alike


@dataclass(frozen=True)
class Analysed:
    """No text in it has a lone surrogate."""

    id: str
    title: str  # as it is shown
    description: str
    passages: dict[str, list[str]]  # field of FIELD_WEIGHTS -> the terms of each passage
    exact: dict[str, list[str]]  # facet or field of EXACT -> its values
    gist: str  # what it is about (`likeness.gist`)
    by_title: str
    keys: dict[str, int]  # field of KEYS -> what is sorted by
    box: dict[str, float]  # side of BOX -> degrees; empty without an outline
    by_key: int
    stamp: str


def read_document(document: Document) -> Analysed:
    title, description = (
        " ".join(french.tidy(each[:SHOWN]).split()) for each in (document.title, document.description)
    )
    terms: dict[str, list[str]] = {}  # of each passage: most stand in several fields
    exact = {name: [sound(value) for value in dict.fromkeys(document.values(name))] for name in FACETS}
    exact["audience"] = [sound(token) for token in document.audience]
    exact["merit"] = list(document.merits())
    found = {
        said(name, term) for name, texts in document.said().items() for text in texts for term in _terms(text, terms)
    }
    written = {each for passage in document.passages()["everything"] for each in french.acronyms(passage)}
    exact["said"] = sorted(found | {said(ACRONYM, term) for term in written})
    return Analysed(
        id=sound(document.id),
        title=sound(title),
        description=sound(description),
        passages={
            name: [" ".join(_terms(passage, terms)) for passage in passages]
            for name, passages in document.passages().items()
        },
        exact=exact,
        gist=_gist(document, terms),
        by_title=sound(f"{french.fold(title)[:COMPARED]}\0{document.id}"),
        keys=_keys(document),
        box={} if document.box is None else dict(zip(BOX, bounds.unrolled(document.box), strict=True)),
        by_key=key_of(document.id),
        stamp=document.stamp(),
    )


def _gist(document: Document, known: dict[str, list[str]]) -> str:
    def of(*texts: str) -> list[str]:
        return [term for text in texts for term in _terms(text, known)]

    local = of(*document.places, *document.around, document.publisher_label)
    place = sound(document.territory[0]) if document.territory else ""
    return gist(of(*document.titles[:1], *document.keywords), of(document.description), local, place)


def _keys(document: Document) -> dict[str, int]:
    """Below 2**62. Of like quality the latest first, about to the hour."""
    told, modified = key_of(document.id) >> 63 - TOLD_APART, document.moment()
    worth = round(min(1, max(0, document.quality or 0)) * 1000)
    return {
        "by_modified": modified << TOLD_APART | told,
        "by_created": bounds.moment(document.created) << TOLD_APART | told,
        "by_quality": (worth << 28 | modified >> 12) << TOLD_APART | told,
    }


def between(since: str, until: str) -> tuple[int, int]:
    """The first and the last of "by_modified" in these dates, both included; "" is no bound. What has no date is outside."""
    first = bounds.day(since)[0] if since else 1
    last = bounds.day(until)[1] if until else (1 << 40) - 1
    return first << TOLD_APART, (last + 1 << TOLD_APART) - 1


def _terms(passage: str, known: dict[str, list[str]]) -> list[str]:
    if passage not in known:
        known[passage] = french.indexed(passage)
    return known[passage]
