"""What a reader asked, read from the query string; whatever was typed there gives a question, never an error."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse

from catalogue.search.contract import Sort

# Name in the address -> facet of the index, and what the page calls it.
FACETS: Final = {
    "organisme": ("publisher", "Qui publie"),
    "sujet": ("theme", "Sujet"),
    "format": ("format", "Format"),
    "licence": ("licence", "Licence"),
    "territoire": ("territory", "Territoire"),
}
SORTS: Final[dict[str, Sort]] = {"pertinence": "relevance", "maj": "modified", "titre": "title"}
SORT_NAMES: Final = {"pertinence": "Pertinence", "maj": "Date de mise à jour", "titre": "Titre"}
PAGE_SIZE: Final = 20
LAST_PAGE: Final = 500  # 10,000 results: beyond, one asks again
LONGEST: Final = 300  # characters of a question
MOST: Final = 20  # values of one filter
ALIKE: Final = 2000  # characters of one value


@dataclass(frozen=True)
class Asked:
    """One question. `remarks` tell the reader what of it could not be followed."""

    text: str = ""
    filters: tuple[tuple[str, tuple[str, ...]], ...] = ()  # by the names of FACETS
    sort: str = "pertinence"
    page: int = 1
    remarks: tuple[str, ...] = ()

    @property
    def kept(self) -> list[tuple[str, str]]:
        """The hidden fields of the search box: a new question keeps the filters."""
        pairs = [(name, value) for name, values in self.filters for value in values]
        return pairs + ([("tri", self.sort)] if self.sort != "pertinence" else [])

    @property
    def index_filters(self) -> dict[str, tuple[str, ...]]:
        return {FACETS[name][0]: values for name, values in self.filters}

    def chosen(self, name: str) -> tuple[str, ...]:
        return dict(self.filters).get(name, ())

    def address(self) -> str:
        pairs = [("q", self.text)] if self.text else []
        pairs += self.kept + ([("page", str(self.page))] if self.page > 1 else [])
        return reverse("search") + (f"?{urlencode(pairs)}" if pairs else "")

    def at(self, page: int) -> Asked:
        return replace(self, page=page)

    def toggled(self, name: str, value: str) -> Asked:
        """With the value when it was not chosen, without it when it was; back on the first page."""
        chosen = dict(self.filters)
        values = chosen.get(name, ())
        chosen[name] = tuple(v for v in values if v != value) if value in values else (*values, value)
        return replace(self, filters=tuple((n, v) for n, v in chosen.items() if v), page=1)


def read(data: QueryDict) -> Asked:
    """The question of this query string."""
    remarks: list[str] = []
    text = " ".join(data.get("q", "").replace("\x00", " ").split())
    if len(text) > LONGEST:
        text = text[:LONGEST].rsplit(" ", 1)[0]
        remarks.append(f"Votre recherche était très longue : nous n’en avons gardé que les {LONGEST} premiers signes.")
    filters = tuple((name, values) for name in FACETS if (values := _values(data.getlist(name))))
    sort = data.get("tri", "") or "pertinence"
    if sort not in SORTS:
        remarks.append("Ce tri n’existe pas : les résultats sont rangés par pertinence.")
        sort = "pertinence"
    page = _page(data.get("page", ""), remarks)
    return Asked(text, filters, sort, page, tuple(remarks))


def _values(given: list[str]) -> tuple[str, ...]:
    usable = [value for value in given if value and "\x00" not in value and len(value) <= ALIKE]
    return tuple(dict.fromkeys(usable))[:MOST]


def _page(given: str, remarks: list[str]) -> int:
    page = int(given) if given.isascii() and given.isdecimal() and len(given) < 10 else 0
    if 1 <= page <= LAST_PAGE:
        return page
    if given:
        remarks.append("Cette page de résultats n’existe pas : voici la première.")
    return 1


@dataclass(frozen=True)
class Pager:
    """Addresses of the neighbouring pages; a link without address is the page one is on, without label a gap."""

    pages: int
    links: tuple[tuple[str, str], ...]
    previous: str
    next: str


def pager(page: int, total: int, address: Callable[[int], str], size: int = PAGE_SIZE) -> Pager:
    pages = max(1, min(LAST_PAGE, -(-total // size)))
    near = sorted({1, pages, *range(max(1, page - 1), min(pages, page + 1) + 1)})
    links: list[tuple[str, str]] = []
    for before, number in zip([0, *near], near, strict=False):
        if number > before + 1:
            links.append(("", ""))
        links.append((str(number), "" if number == page else address(number)))
    return Pager(pages, tuple(links), address(page - 1) if page > 1 else "", address(page + 1) if page < pages else "")
