"""A document as every engine takes it: terms with spaces between, exact values, keys to sort by."""

from __future__ import annotations

from dataclasses import dataclass
from zlib import crc32

from catalogue.search import french
from catalogue.search.document import FACETS, SHOWN, Document, key_of, said, sound


@dataclass(frozen=True)
class Analysed:
    """No text in it has a lone surrogate."""

    id: str
    title: str  # as it is shown
    description: str
    passages: dict[str, list[str]]  # field of FIELD_WEIGHTS -> the terms of each passage
    exact: dict[str, list[str]]  # facet or field of EXACT -> its values
    by_title: str
    by_modified: int
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
    exact["said"] = sorted(
        {said(name, term) for name, texts in document.said().items() for text in texts for term in _terms(text, terms)}
    )
    return Analysed(
        id=sound(document.id),
        title=sound(title),
        description=sound(description),
        passages={
            name: [" ".join(_terms(passage, terms)) for passage in passages]
            for name, passages in document.passages().items()
        },
        exact=exact,
        # The id makes every key different, so that pages never overlap.
        by_title=sound(f"{french.fold(title)}\0{document.id}"),
        by_modified=document.moment() << 20 | crc32(document.id.encode("utf-8", "replace")) >> 12,
        by_key=key_of(document.id),
        stamp=document.stamp(),
    )


def _terms(passage: str, known: dict[str, list[str]]) -> list[str]:
    if passage not in known:
        known[passage] = french.indexed(passage)
    return known[passage]
