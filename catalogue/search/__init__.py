"""Search, as the rest of the house sees it: `find` for readers; `reader.IndexReader` follows the log.

The index lags by design. What was restricted after the index's cursor is therefore left out of every query, so that a
record made private a second ago is in no hit, no total and no facet, even with the worker stopped.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import Any
from uuid import UUID

from django.db.models import QuerySet, Subquery
from django.db.models.functions import Coalesce

from catalogue.models import Audience, Change, Cursor
from catalogue.search import licences, places, synonyms
from catalogue.search.bounds import Box
from catalogue.search.contract import Page, Query, SearchBackend, Sort
from catalogue.search.french import NOTHING, Thesaurus
from catalogue.search.instance import backend
from catalogue.search.kinds import KINDS, listed
from catalogue.search.reader import READER
from catalogue.search.settled import State, state
from catalogue.search.touching import COLUMNS, Line, touched_by


def find(  # noqa: PLR0913 - each is a field of Query
    text: str = "",
    filters: Mapping[str, tuple[str, ...]] | None = None,
    audience: Audience = Audience(),  # noqa: B008 - frozen
    facets: tuple[str, ...] = (),
    sort: Sort = "relevance",
    page: int = 1,
    size: int = 20,
    *,
    kinds: tuple[str, ...] = (),
    since: str = "",
    until: str = "",
    box: Box | None = None,
    after: str = "",
    thesaurus: Thesaurus | None = None,
    state: State | None = None,
    only: frozenset[str] | None = None,
    across: bool = False,
) -> Page:
    """One page of what this audience may see, of these kinds (none: `kinds.listed`), in one ranking. One short query to the base, a
    few more while the index is behind the log, then the index alone. Arguments are those of `contract.Query`; `thesaurus` takes
    the place of the synonyms in force; `state` is what the same request has just read, and saves the query. `across`: with what
    the peers' indices hold, as far as they answer (`Page.silent`); where the index is embedded, their replicas are in it.

    The instance's own territory comes first at equal merit. Raises IndexBroken while the index is being made, ValueError
    for an unknown facet or sort, BadCursor (in French) and ValueError (in French) for a date or an outline that is none.
    """
    filters = licences.in_filters(filters or {})
    kinds = kinds or (() if filters.get("kind") else listed(text))
    bounds: dict[str, Any] = {
        "filters": filters,
        "kinds": kinds,
        "since": since,
        "until": until,
        "box": box,
        "across": across,
    }
    asked: dict[str, Any] = {"facets": facets, "sort": sort, "page": page, "size": size, "after": after, "only": only}
    return _ask(text, audience, rules=thesaurus, known=state, **asked, **bounds)


def find_while_typing(text: str, audience: Audience, size: int = 8, *, kinds: tuple[str, ...] = ()) -> Page:
    """The first results for a question that somebody is still writing: its last word may go on."""
    return _ask(text, audience, typing=True, size=size, kinds=kinds)


def similar(record: UUID, audience: Audience, size: int = 6, *, kinds: tuple[str, ...] = ()) -> Page:
    """What is like that dataset or service, the likest first; nothing for who may not see it. Raises SearchError."""
    index, query, _ = _bounded("", audience, size=size, kinds=kinds)
    return index.similar(str(record), query)


def _ask(text: str, audience: Audience, **more: Any) -> Page:
    index, query, words = _bounded(text, audience, **more)
    page = index.search(query)
    if not page.meant or words == text:
        return page
    # What was said of a place stays as it was.
    return replace(page, meant=text.replace(words, page.meant, 1) if words in text else "")


def _bounded(
    text: str, audience: Audience, *, rules: Thesaurus | None = None, known: State | None = None, **more: Any
) -> tuple[SearchBackend, Query, str]:
    """The index, the question with the reader's rights, and its words without "près de"."""
    # The cursor first, the index after: what the cursor covers was committed to the index before it moved.
    now = known or state()
    touched = [] if now.settled else restricted()
    index = backend()
    index.refresh()
    excluded = hidden(touched, audience)
    words, near = places.read_nearness(text)
    query = Query(
        text=words,
        thesaurus=(synonyms.of_version(now.words) if rules is None else rules) if words.strip() else NOTHING,
        territory=places.of_the_reader(),
        near=near,
        audience=None if audience.everything else audience.tokens,
        excluded=excluded,
        **more,
    )
    return index, query, words


def restricted() -> list[Line]:
    """The restricting changes after the index's cursor, in one query."""
    return list(_after_the_cursor().all())


@cache
def _after_the_cursor() -> QuerySet[Change, Line]:
    """Made once: to make it takes longer than to ask it."""
    cursor = Cursor.objects.filter(reader=READER).values("number")[:1]
    found = Change.objects.filter(number__gt=Coalesce(Subquery(cursor), 0), restricts=True)
    return found.order_by().values_list(*COLUMNS)


def hidden(records: list[Line], audience: Audience) -> frozenset[str]:
    """Ids of what this audience must not find: those records, and what was to be found by them alone."""
    if not records:
        return frozenset()
    touched = touched_by(records)
    return frozenset().union(*(kind.hidden(touched, audience) for kind in KINDS))
