"""A question to the index, and its answer as a page shows it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from catalogue.models import Audience
from catalogue.search import find
from catalogue.search.contract import Page
from portal.asking import FACETS, LAST_PAGE, NO_PAGE, PAGE_SIZE, SORTS, Asked
from portal.naming import Names, names
from portal.pages import words
from portal.pages.licences import terms_of
from portal.pages.lines import Line, lines
from portal.pages.pager import Pager, pager

SHOWN = 8  # values of a facet before the fold


@dataclass(frozen=True)
class Choice:
    """One value of a facet; `address` takes it or leaves it."""

    name: str
    count: int
    chosen: bool
    address: str


@dataclass(frozen=True)
class Choices:
    title: str
    first: tuple[Choice, ...]
    more: tuple[Choice, ...]


@dataclass(frozen=True)
class Found:
    total: int
    lines: tuple[Line, ...]
    facets: tuple[Choices, ...]
    chips: tuple[Choice, ...]
    pager: Pager
    remarks: tuple[str, ...]
    relaxed: bool
    complete: int
    without_filters: str  # address of the same words without any filter, "" when there is none


def results(asked: Asked, audience: Audience) -> Found:
    """Raises SearchError when the index cannot answer."""
    page = _ask(asked, audience)
    remarks = [str(remark) for remark in asked.remarks]
    if page.total and not page.hits and asked.page > 1:
        remarks.append(str(NO_PAGE))
        asked = asked.at(1)
        page = _ask(asked, audience)
    if page.shortened:
        remarks.append("Votre recherche était très longue : nous n’en avons lu que le début.")
    called = _names(asked, page)
    if page.total > LAST_PAGE * PAGE_SIZE:
        most = words.number(LAST_PAGE * PAGE_SIZE)
        remarks.append(f"Seuls les {most} premiers résultats se feuillettent : précisez la recherche.")
    return Found(
        total=page.total,
        lines=lines(page.hits, audience),
        facets=_facets(asked, page, called),
        chips=tuple(_choice(asked, name, value, 0, called) for name, values in asked.filters for value in values),
        pager=pager(asked.page, page.total, lambda number: asked.at(number).address()),
        remarks=tuple(dict.fromkeys(remarks)),
        relaxed=page.relaxed,
        complete=page.complete,
        without_filters=replace(asked, filters=(), page=1).address() if asked.filters else "",
    )


def _ask(asked: Asked, audience: Audience) -> Page:
    facets = tuple(facet for facet, _ in FACETS.values())
    return find(asked.text, asked.index_filters, audience, facets, SORTS[asked.sort], asked.page, PAGE_SIZE)


def _names(asked: Asked, page: Page) -> Names:
    counted = {facet.name: {value for value, _ in facet.values} for facet in page.facets}
    chosen = asked.index_filters
    return names({name: {*counted.get(name, ()), *chosen.get(name, ())} for name in {*counted, *chosen}}, counted)


def _facets(asked: Asked, page: Page, called: Names) -> tuple[Choices, ...]:
    counted = {facet.name: facet.values for facet in page.facets}
    found = []
    for name, (facet, title) in FACETS.items():
        choices = tuple(_choice(asked, name, value, count, called) for value, count in counted.get(facet, ()))
        if len(choices) > 1 or any(choice.chosen for choice in choices):
            found.append(Choices(title, choices[:SHOWN], choices[SHOWN:]))
    return tuple(found)


def _choice(asked: Asked, name: str, value: str, count: int, called: Names) -> Choice:
    facet = FACETS[name][0]
    label = called.get((facet, value)) or words.last_part(value)
    if facet == "format":
        label = words.FORMATS.get(value, ("", ""))[1] or value[:30]
    elif facet == "licence":
        terms = terms_of(value, called.get((facet, value), ""))
        label = terms.name if terms.known or called.get((facet, value)) else label
    return Choice(label, count, value in asked.chosen(name), asked.toggled(name, value).address())
