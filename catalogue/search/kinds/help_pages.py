"""Pages of help, each section by its heading and its own words; not by all its text, which names what one may search.

They change with the product: their texts are the fingerprint.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterator
from typing import Final

from django.conf import settings

from catalogue.guide import HelpPage, Section, pages
from catalogue.models import Audience
from catalogue.search.contract import PUBLIC
from catalogue.search.document import Document
from catalogue.search.kinds.base import Kind, Touched
from catalogue.spoken import gettext_noop as _

PREFIX: Final = "help:"  # of the ids; the page and the section follow


class HelpPages(Kind):
    name = "help"
    one = _("page d’aide")
    several = _("pages d’aide")

    def everything(self, beat: Callable[[], None]) -> Iterator[Document]:
        beat()
        yield from (_document(identifier, *found) for identifier, found in sorted(sections().items()))

    def documents(self, ids: Collection[str]) -> list[Document]:
        known = sections()
        return [_document(each, *known[each]) for each in ids if each in known]

    def touched(self, touched: Touched) -> set[str]:
        return set()

    def hidden(self, restricted: Touched, audience: Audience) -> set[str]:
        return set()

    def fingerprint(self) -> str:
        return hashlib.sha256(repr([pages(code) for code, _name in settings.LANGUAGES]).encode()).hexdigest()


def sections(language: str = "fr") -> dict[str, tuple[HelpPage, Section]]:
    """By the id of the document, which is the same in every language."""
    return {f"{PREFIX}{page.slug}#{each.anchor}": (page, each) for page in pages(language) for each in page.sections}


def _document(identifier: str, page: HelpPage, section: Section) -> Document:
    return Document(
        id=identifier,
        kind=HelpPages.name,
        titles=(section.heading,),
        keywords=section.words,
        texts=tuple(dict.fromkeys((page.title, *_headings(identifier)))),
        audience=(PUBLIC,),
    )


def _headings(identifier: str) -> Iterator[str]:
    """As each language of this portal says them, with their words: whoever reads English asks in English."""
    for code, _name in settings.LANGUAGES:
        page, section = sections(code)[identifier]
        yield from (page.title, section.heading, *section.words)
