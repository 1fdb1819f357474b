"""A question to the index, and its answer as a page shows it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.db.models import Q

from catalogue.models import Audience, Organisation, Territory
from catalogue.search import find
from catalogue.search.contract import Page
from portal.asking import FACETS, LAST_PAGE, NO_PAGE, PAGE_SIZE, SORTS, Asked
from portal.pages import words
from portal.pages.licences import terms_of
from portal.pages.lines import Line, lines
from portal.pages.pager import Pager, pager
from portal.pages.rows import labels

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
    names = _names(asked, page)
    if page.total > LAST_PAGE * PAGE_SIZE:
        most = words.number(LAST_PAGE * PAGE_SIZE)
        remarks.append(f"Seuls les {most} premiers résultats se feuillettent : précisez la recherche.")
    return Found(
        total=page.total,
        lines=lines(page.hits, audience),
        facets=_facets(asked, page, names),
        chips=tuple(_choice(asked, name, value, 0, names) for name, values in asked.filters for value in values),
        pager=pager(asked.page, page.total, lambda number: asked.at(number).address()),
        remarks=tuple(dict.fromkeys(remarks)),
        relaxed=page.relaxed,
        complete=page.complete,
        without_filters=replace(asked, filters=(), page=1).address() if asked.filters else "",
    )


def _ask(asked: Asked, audience: Audience) -> Page:
    facets = tuple(facet for facet, _ in FACETS.values())
    return find(asked.text, asked.index_filters, audience, facets, SORTS[asked.sort], asked.page, PAGE_SIZE)


def _names(asked: Asked, page: Page) -> dict[tuple[str, str], str]:
    """What each facet value is called: three queries at most."""
    values: dict[str, set[str]] = {facet.name: {value for value, _ in facet.values} for facet in page.facets}
    for name, chosen in asked.filters:
        values.setdefault(FACETS[name][0], set()).update(chosen)
    addresses = [(name, value) for name in ("theme", "licence") for value in values.get(name, ())]
    terms = labels(value for _, value in addresses)
    found = {(name, value): terms[value] for name, value in addresses if value in terms}
    # A body that the index does not offer to this reader is named only if it works here: a name can be private too.
    offered = {value for counted in page.facets if counted.name == "publisher" for value, _ in counted.values}
    if values.get("publisher"):
        known = Organisation.objects.filter(Q(slug__in=offered) | Q(slug__in=values["publisher"], tenant=True))
        found |= {("publisher", slug): name for slug, name in known.values_list("slug", "name")}
    return found | _places(values.get("territory", set()))


def _places(values: set[str]) -> dict[tuple[str, str], str]:
    wanted = Q()
    for value in values:
        level, _, code = value.partition(":")
        wanted |= Q(level=level, code=code)
    if not wanted:
        return {}
    named = Territory.objects.filter(wanted).values_list("level", "code", "name")
    return {("territory", f"{level}:{code}"): name for level, code, name in named}


def _facets(asked: Asked, page: Page, names: dict[tuple[str, str], str]) -> tuple[Choices, ...]:
    counted = {facet.name: facet.values for facet in page.facets}
    found = []
    for name, (facet, title) in FACETS.items():
        choices = tuple(_choice(asked, name, value, count, names) for value, count in counted.get(facet, ()))
        if len(choices) > 1 or any(choice.chosen for choice in choices):
            found.append(Choices(title, choices[:SHOWN], choices[SHOWN:]))
    return tuple(found)


def _choice(asked: Asked, name: str, value: str, count: int, names: dict[tuple[str, str], str]) -> Choice:
    facet = FACETS[name][0]
    label = names.get((facet, value)) or words.last_part(value)
    if facet == "format":
        label = words.FORMATS.get(value, ("", ""))[1] or value[:30]
    elif facet == "licence":
        terms = terms_of(value, names.get((facet, value), ""))
        label = terms.name if terms.known or names.get((facet, value)) else label
    return Choice(label, count, value in asked.chosen(name), asked.toggled(name, value).address())
