"""What a reader asked, read from the query string, for the search page, its feed and the search API alike.

Whatever was typed there gives a question, never an error. What of it could not be followed is told: a page shows it, an
API refuses by it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Final
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from catalogue.search import licences
from catalogue.search.bounds import Box, day, unrolled
from catalogue.search.contract import WINDOW, Sort
from catalogue.search.kinds import listed
from portal.paths import path

# Name in the address -> facet of the index, and what the page calls it.
FACETS: Final = {
    "genre": ("kind", gettext_noop("Genre de résultat")),
    "organisme": ("publisher", gettext_noop("Qui publie")),
    "sujet": ("theme", gettext_noop("Sujet")),
    "territoire": ("territory", gettext_noop("Territoire")),
    "format": ("format", gettext_noop("Format")),
    "licence": ("licence", gettext_noop("Licence")),
    "frequence": ("frequency", gettext_noop("Rythme annoncé")),
    "schema": ("schema", gettext_noop("Schéma suivi")),
    "qualite": ("quality", gettext_noop("Qualité de la fiche")),
    "hvd": ("hvd", gettext_noop("Données de forte valeur")),
    "provenance": ("source", gettext_noop("D’où vient la fiche")),
    "instance": ("instance", gettext_noop("Instance")),
}
SORTS: Final[dict[str, Sort]] = {
    "pertinence": "relevance", "maj": "modified", "nouveau": "created", "titre": "title", "qualite": "quality",
}  # fmt: skip
SORT_NAMES: Final = {
    "pertinence": gettext_lazy("Pertinence"),
    "maj": gettext_lazy("Date de mise à jour"),
    "nouveau": gettext_lazy("Arrivée sur ce portail"),
    "titre": gettext_lazy("Titre"),
    "qualite": gettext_lazy("Qualité de la fiche"),
}
EDGES: Final = ("ouest", "sud", "est", "nord")  # of an outline, one by one, as a form gives them
# All that may be written in an address -> our name of it: a facet's own name, and a sort's, say the same.
NAMES: Final = {name: name for name in ("q", *FACETS, "depuis", "jusqua", "cadre", "tri", "page", "suite")} | {
    **{facet: name for name, (facet, _title) in FACETS.items()},
    **dict.fromkeys(EDGES, "cadre"),
    "since": "depuis", "until": "jusqua", "bbox": "cadre", "sort": "tri", "after": "suite",
}  # fmt: skip
PAGE_SIZE: Final = 20
LAST_PAGE: Final = WINDOW // PAGE_SIZE
LONGEST: Final = 300  # characters of a question
MOST: Final = 20  # values of one filter
ALIKE: Final = 2000  # characters of one value
CURSOR: Final = 4_000  # characters
UNPRINTABLE: Final = dict.fromkeys((*range(32), *range(127, 160)), " ")
ANY_DAY: Final = gettext_noop("cette date ne compte pas")
ANYWHERE: Final = gettext_noop("ce cadre ne compte pas")


@dataclass(frozen=True)
class Remark:
    """What could not be followed: the parameter, what is wrong with it, and what the page does instead."""

    name: str
    fault: str
    instead: str

    def __str__(self) -> str:
        if " : " in self.fault or ": " in self.fault:
            return f"{self.fault}. {capfirst(self.instead)}."
        return f"{self.fault}{_(' : ')}{self.instead}."

    @classmethod
    def of(cls, name: str, error: ValueError, instead: str) -> Remark:
        """In the error's own words; `instead` is given to gettext."""
        return cls(name, str(error).rstrip(".").replace("'", "’"), _(instead))


def no_page() -> Remark:
    return Remark("page", _("Cette page de résultats n’existe pas"), _("voici la première"))


@dataclass(frozen=True)
class Asked:
    """One question."""

    text: str = ""
    filters: tuple[tuple[str, tuple[str, ...]], ...] = ()  # by the names of FACETS
    since: str = ""  # "2024", "2024-05" or "2024-05-31"
    until: str = ""
    box: Box | None = None  # west, south, east, north
    sort: str = "pertinence"
    page: int = 1
    after: str = ""  # cursor of what follows; then `page` means nothing
    remarks: tuple[Remark, ...] = ()
    mapped: bool = False  # asked on the map, of datasets alone

    @property
    def own(self) -> str:
        """The path of the page that it is asked on: where its forms lead."""
        return path("search_map" if self.mapped else "search")

    @property
    def narrowed(self) -> bool:
        """Whether anything but words bounds it."""
        return bool(self.filters or self.since or self.until or self.box)

    @property
    def plain(self) -> bool:
        """Whether it is words alone, asked for the first time: neither narrowed nor a page further on."""
        return bool(self.text) and not self.narrowed and self.page == 1 and not self.after

    @property
    def kept(self) -> list[tuple[str, str]]:
        """The hidden fields of the search box: a new question keeps the filters."""
        pairs = [(name, value) for name, values in self.filters for value in values]
        pairs += [(name, value) for name, value in (("depuis", self.since), ("jusqua", self.until)) if value]
        pairs += [("cadre", frame(self.box))] if self.box else []
        return pairs + ([("tri", self.sort)] if self.sort != "pertinence" else [])

    @property
    def index_filters(self) -> dict[str, tuple[str, ...]]:
        return {FACETS[name][0]: values for name, values in self.filters}

    @property
    def bounds(self) -> dict[str, Any]:
        """What `catalogue.search.find` takes besides the text, the sort and the place in the results."""
        return {"filters": self.index_filters, "since": self.since, "until": self.until, "box": self.box}

    @property
    def kinds(self) -> tuple[str, ...]:
        """Those that a page looks for. Without words one leafs through the datasets."""
        if self.mapped:
            return ("dataset",)
        return self.chosen("genre") or (listed(self.text) if self.text else ("dataset",))

    def chosen(self, name: str) -> tuple[str, ...]:
        return dict(self.filters).get(name, ())

    def address(self, base: str = "") -> str:
        """The path of this question; `base` instead of its own page's."""
        pairs = [("q", self.text)] if self.text else []
        pairs += self.kept
        if self.after:
            pairs.append(("suite", self.after))
        elif self.page > 1:
            pairs.append(("page", str(self.page)))
        return (base or self.own) + (f"?{urlencode(pairs)}" if pairs else "")

    def at(self, page: int) -> Asked:
        return replace(self, page=page, after="")

    def following(self, cursor: str) -> Asked:
        return replace(self, page=1, after=cursor)

    def toggled(self, name: str, value: str) -> Asked:
        """With the value when it was not chosen, without it when it was; back on the first page."""
        chosen = dict(self.filters)
        values = chosen.get(name, ())
        chosen[name] = tuple(v for v in values if v != value) if value in values else (*values, value)
        return replace(self.at(1), filters=tuple((n, v) for n, v in chosen.items() if v))

    def alone(self, name: str, *values: str) -> Asked:
        """With these values of one filter and no other of it; back on the first page."""
        others = tuple(each for each in self.filters if each[0] != name)
        return replace(self.at(1), filters=(*others, (name, values)) if values else others)

    def inside(self, box: Box | None) -> Asked:
        """Within another outline, or none; back on the first page."""
        return replace(self.at(1), box=box)

    def everywhere(self) -> Asked:
        """The same words without any bound."""
        return replace(self.at(1), filters=(), since="", until="", box=None)


def read(data: QueryDict) -> Asked:
    """The question of this query string."""
    remarks: list[Remark] = []
    text = " ".join(data.get("q", "").translate(UNPRINTABLE).split())
    if len(text) > LONGEST:
        text = text[:LONGEST].rsplit(" ", 1)[0]
        remarks.append(
            Remark(
                "q",
                _("Votre recherche était très longue"),
                _("nous n’en avons gardé que les %(count)s premiers signes") % {"count": LONGEST},
            )
        )
    filters = tuple((name, values) for name in FACETS if (values := _values(data, name, remarks)))
    since, until = (_date(_one(data, name), name, remarks) for name in ("depuis", "jusqua"))
    if since and until and day(since)[0] > day(until)[1]:
        remarks.append(Remark("jusqua", _("La première date est après la seconde"), _("aucune des deux ne compte")))
        since = until = ""
    sort = _sort(_one(data, "tri"), remarks)
    page, after = _page(data.get("page", ""), remarks), _one(data, "suite")
    if len(after) > CURSOR:
        remarks.append(Remark("suite", _("Cette suite de résultats n’existe pas"), _("voici les premiers")))
        after = ""
    return Asked(text, filters, since, until, _box(data, remarks), sort, page, after, tuple(remarks))


def frame(box: Box) -> str:
    """As an address says it: "west,south,east,north"."""
    return ",".join(f"{each:.6f}".rstrip("0").rstrip(".") for each in box)


def _one(data: QueryDict, name: str) -> str:
    """The last value that bears one of the names of `name`, without what cannot be printed."""
    said = [data.get(each, "") for each, ours in NAMES.items() if ours == name and each not in EDGES]
    return next(filter(None, reversed(said)), "").translate(UNPRINTABLE).strip()


def _values(data: QueryDict, name: str, remarks: list[Remark]) -> tuple[str, ...]:
    given = data.getlist(name) + (data.getlist(FACETS[name][0]) if FACETS[name][0] != name else [])
    usable = [value for value in given if value and value.isprintable() and len(value) <= ALIKE]
    # An old link may bear another address of a licence than the facet, which would tick nothing.
    values = licences.listed(usable) if usable and name == "licence" else tuple(dict.fromkeys(usable))
    if len(values) > MOST:
        fault = _("Il y a plus de %(most)s valeurs de « %(name)s »") % {"most": MOST, "name": name}
        remarks.append(Remark(name, fault, _("les %(most)s premières comptent") % {"most": MOST}))
    return values[:MOST]


def _date(given: str, name: str, remarks: list[Remark]) -> str:
    return given if not given or _said(lambda: day(given), name, ANY_DAY, remarks) else ""


def _box(data: QueryDict, remarks: list[Remark]) -> Box | None:
    """ "west,south,east,north" in degrees (OGC API Features, part 1, §7.15.3), or the four numbers of a form."""
    edges = [data.get(edge, "").strip().replace(",", ".") for edge in EDGES]
    given = _one(data, "cadre") or (",".join(edges) if any(edges) else "")
    if not given:
        return None
    try:
        parts = tuple(float(part.replace("\N{MINUS SIGN}", "-")) for part in given[:200].split(","))
    except ValueError:
        parts = ()
    return parts if _said(lambda: unrolled(parts), "cadre", ANYWHERE, remarks) else None  # type: ignore[return-value]


def _said(check: Callable[[], object], name: str, instead: str, remarks: list[Remark]) -> bool:
    """Whether it holds; what is wrong is said in the check's own words."""
    try:
        check()
    except ValueError as error:
        remarks.append(Remark.of(name, error, instead))
        return False
    return True


def _sort(given: str, remarks: list[Remark]) -> str:
    sort = next((name for name, theirs in SORTS.items() if given == theirs), given or "pertinence")
    if sort in SORTS:
        return sort
    remarks.append(Remark("tri", _("Ce tri n’existe pas"), _("les résultats sont rangés par pertinence")))
    return "pertinence"


def _page(given: str, remarks: list[Remark]) -> int:
    page = int(given) if given.isascii() and given.isdecimal() and len(given) < 10 else 0
    if 1 <= page <= LAST_PAGE:
        return page
    if given:
        remarks.append(no_page())
    return 1
