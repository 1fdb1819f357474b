"""What a reader asked, read from the query string, for the search page, its feed and the search API alike.

Whatever was typed there gives a question, never an error. What of it could not be followed is told: a page shows it, an
API refuses by it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse

from catalogue.search.contract import Sort

# Name in the address -> facet of the index, and what the page calls it. The facet's own name says the same.
FACETS: Final = {
    "organisme": ("publisher", "Qui publie"),
    "sujet": ("theme", "Sujet"),
    "format": ("format", "Format"),
    "licence": ("licence", "Licence"),
    "territoire": ("territory", "Territoire"),
}
SORTS: Final[dict[str, Sort]] = {"pertinence": "relevance", "maj": "modified", "titre": "title"}
SORT_NAMES: Final = {"pertinence": "Pertinence", "maj": "Date de mise à jour", "titre": "Titre"}
# All that may be written in an address -> our name of it: a facet's own name, and a sort's, say the same.
NAMES: Final = {name: name for name in ("q", *FACETS, "tri", "page")} | {
    **{facet: name for name, (facet, _) in FACETS.items()},
    "sort": "tri",
}
PAGE_SIZE: Final = 20
LAST_PAGE: Final = 500  # 10,000 results: beyond, one asks again
LONGEST: Final = 300  # characters of a question
MOST: Final = 20  # values of one filter
ALIKE: Final = 2000  # characters of one value
UNPRINTABLE: Final = dict.fromkeys((*range(32), *range(127, 160)), " ")


@dataclass(frozen=True)
class Remark:
    """What could not be followed: the parameter, what is wrong with it, and what the page does instead."""

    name: str
    fault: str
    instead: str

    def __str__(self) -> str:
        return f"{self.fault} : {self.instead}."


@dataclass(frozen=True)
class Asked:
    """One question."""

    text: str = ""
    filters: tuple[tuple[str, tuple[str, ...]], ...] = ()  # by the names of FACETS
    sort: str = "pertinence"
    page: int = 1
    remarks: tuple[Remark, ...] = ()

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

    def address(self, base: str = "") -> str:
        """The path of this question; `base` instead of the search page's."""
        pairs = [("q", self.text)] if self.text else []
        pairs += self.kept + ([("page", str(self.page))] if self.page > 1 else [])
        return (base or reverse("search")) + (f"?{urlencode(pairs)}" if pairs else "")

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
    remarks: list[Remark] = []
    text = " ".join(data.get("q", "").translate(UNPRINTABLE).split())
    if len(text) > LONGEST:
        text = text[:LONGEST].rsplit(" ", 1)[0]
        remarks.append(
            Remark("q", "Votre recherche était très longue", f"nous n’en avons gardé que les {LONGEST} premiers signes")
        )
    filters = tuple((name, values) for name in FACETS if (values := _values(data, name, remarks)))
    sort = data.get("tri") or data.get("sort") or "pertinence"
    sort = next((name for name, theirs in SORTS.items() if sort == theirs), sort)
    if sort not in SORTS:
        remarks.append(Remark("tri", "Ce tri n’existe pas", "les résultats sont rangés par pertinence"))
        sort = "pertinence"
    page = _page(data.get("page", ""), remarks)
    return Asked(text, filters, sort, page, tuple(remarks))


def _values(data: QueryDict, name: str, remarks: list[Remark]) -> tuple[str, ...]:
    given = data.getlist(name) + (data.getlist(FACETS[name][0]) if FACETS[name][0] != name else [])
    usable = [value for value in given if value and value.isprintable() and len(value) <= ALIKE]
    values = tuple(dict.fromkeys(usable))
    if len(values) > MOST:
        remarks.append(Remark(name, f"Il y a plus de {MOST} valeurs de « {name} »", f"les {MOST} premières comptent"))
    return values[:MOST]


def _page(given: str, remarks: list[Remark]) -> int:
    page = int(given) if given.isascii() and given.isdecimal() and len(given) < 10 else 0
    if 1 <= page <= LAST_PAGE:
        return page
    if given:
        remarks.append(NO_PAGE)
    return 1


NO_PAGE: Final = Remark("page", "Cette page de résultats n’existe pas", "voici la première")
