"""A question to the index, and its answer as a page shows it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from catalogue.models import Audience
from catalogue.models.territories import sort_key
from catalogue.search import find
from catalogue.search.contract import BadCursor, Page
from catalogue.search.settled import State, state
from portal import neighbours
from portal.asking import FACETS, PAGE_SIZE, SORTS, Asked, Remark, no_page
from portal.neighbours import Missing
from portal.pages import choosing, words
from portal.pages.answers import Answer, above
from portal.pages.choosing import Bounds, Choice, Choices
from portal.pages.lines import Line, lines
from portal.pages.pager import Pager, pager

NAMED: Final = ("territory", "organisation")  # kinds of results that a question may name


@dataclass(frozen=True)
class Found:
    total: int
    answers: tuple[Answer, ...]  # figures that answer, above the lines
    lines: tuple[Line, ...]
    facets: tuple[Choices, ...]
    chips: tuple[Choice, ...]
    kinds: tuple[Choice, ...]  # how many of each, when there are several
    bounds: Bounds
    pager: Pager
    remarks: tuple[str, ...]
    relaxed: bool
    complete: int
    meant: tuple[str, str]  # the question in other words, that find more, and its address; "" when there are none
    missing: tuple[Missing, ...]  # peers that did not answer
    without_filters: str  # address of the same words without any filter, "" when there is none


def results(asked: Asked, audience: Audience) -> Found:
    """Raises SearchError when the index cannot answer."""
    remarks = [str(remark) for remark in asked.remarks]
    now = state()
    try:
        page = _ask(asked, audience, now)
    except BadCursor as error:
        remarks.append(str(Remark.of("suite", error, gettext_noop("voici les premiers résultats"))))
        asked = asked.at(1)
        page = _ask(asked, audience, now)
    if page.total and not page.hits and asked.page > 1:
        remarks.append(str(no_page()))
        asked = asked.at(1)
        page = _ask(asked, audience, now)
    if page.shortened:
        remarks.append(_("Votre recherche était très longue : nous n’en avons lu que le début."))
    if page.total > page.reach and asked.page == _last(page) and not page.next:
        remarks.append(_no_further(page.reach))
    known = choosing.called(asked, page)
    return Found(
        total=page.total,
        answers=above(asked, audience, now),
        lines=_exact_first(asked, lines(page.hits, audience, now.written or None)),
        facets=choosing.facets(asked, page, known),
        chips=choosing.chips(asked, known),
        kinds=() if asked.mapped else choosing.kinds(asked, page),
        bounds=choosing.bounds(asked),
        pager=_pager(asked, page),
        remarks=tuple(dict.fromkeys(remarks)),
        relaxed=page.relaxed,
        complete=page.complete,
        meant=(page.meant, replace(asked.at(1), text=page.meant).address()) if page.meant else ("", ""),
        missing=neighbours.missing(page.silent, asked),
        without_filters=asked.everywhere().address() if asked.narrowed else "",
    )


def listed(asked: Asked, audience: Audience) -> tuple[Line, ...]:
    """The lines of that page and nothing else. Raises SearchError."""
    now = state()
    try:
        page = _ask(asked, audience, now, counted=False)
    except BadCursor:
        page = _ask(asked.at(1), audience, now, counted=False)
    return lines(page.hits, audience, now.written or None)


def _no_further(reach: int) -> str:
    said = _(
        "Par pertinence, seuls les %(most)s premiers résultats se feuillettent : précisez la recherche, ou triez-la par date."
    )
    return said % {"most": words.number(reach)}


def _ask(asked: Asked, audience: Audience, now: State, *, counted: bool = True) -> Page:
    # The map counts nothing: what narrows it is drawn.
    facets = tuple(facet for facet, _title in FACETS.values()) if counted and not asked.mapped else ()
    more = {
        **asked.bounds,
        "sort": SORTS[asked.sort],
        "page": asked.page,
        "after": asked.after,
        "state": now,
        "across": True,
    }
    return find(asked.text, audience=audience, facets=facets, size=PAGE_SIZE, kinds=asked.kinds, **more)


def _exact_first(asked: Asked, found: tuple[Line, ...]) -> tuple[Line, ...]:
    """The body or the place that the question names and nothing else comes before what speaks of it."""
    if asked.page > 1 or asked.after or asked.sort != "pertinence" or not asked.text:
        return found
    named = sort_key(asked.text)
    return tuple(sorted(found, key=lambda line: not (line.kind in NAMED and sort_key(line.thing.title) == named)))


def _pager(asked: Asked, page: Page) -> Pager:
    following = asked.following(page.next).address() if page.next else ""
    if asked.after:
        return Pager(1, (), "", following, start=asked.at(1).address())
    beyond = following if asked.page == _last(page) else ""
    return pager(asked.page, min(page.total, page.reach), lambda number: asked.at(number).address(), beyond=beyond)


def _last(page: Page) -> int:
    """The last page that has a number."""
    return page.reach // PAGE_SIZE
