"""Pages that people of the territory write: by their titles and texts, once they are published. The log tells all of them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from typing import Final
from uuid import UUID

from catalogue.models import Audience, Page
from catalogue.pages import FACT
from catalogue.search.contract import PUBLIC
from catalogue.search.document import Document
from catalogue.search.kinds.base import BATCH, Kind, Touched, keys_of
from catalogue.spoken import gettext_noop as _

PREFIX: Final = "page:"  # of the ids; the key follows


class OwnPages(Kind):
    name = "page"
    one = _("page du portail")
    several = _("pages du portail")
    facts = frozenset({FACT})

    def everything(self, beat: Callable[[], None]) -> Iterator[Document]:
        last = UUID(int=0)
        rows = Page.objects.published().order_by("pk")
        while batch := list(rows.filter(pk__gt=last)[:BATCH]):
            beat()
            yield from map(_document, batch)
            last = batch[-1].pk

    def documents(self, ids: Collection[str]) -> list[Document]:
        return [_document(row) for row in Page.objects.published().filter(pk__in=uuids(ids))]

    def touched(self, touched: Touched) -> set[str]:
        return {f"{PREFIX}{key}" for key in touched.keys(FACT)}

    def hidden(self, restricted: Touched, audience: Audience) -> set[str]:
        keys = restricted.keys(FACT)
        shown = set(Page.objects.published().filter(pk__in=keys).values_list("pk", flat=True)) if keys else set()
        return {f"{PREFIX}{key}" for key in keys - shown}


def identifier(key: UUID) -> str:
    """The id of a page's document."""
    return f"{PREFIX}{key}"


def uuids(ids: Iterable[str]) -> list[UUID]:
    """Of pages, whatever the ids are."""
    return keys_of(each.removeprefix(PREFIX) for each in ids if each.startswith(PREFIX))


def _document(page: Page) -> Document:
    return Document(
        id=identifier(page.pk), kind=OwnPages.name, titles=(page.title,), description=page.body, audience=(PUBLIC,)
    )
