"""`/documents-principaux/`: the list of the main documents in which public information stands, that the law asks of each administration.

CRPA, article R. 322-7: the exact title of each, its object, the date when it was made, the conditions of its reuse, and the date and
the object of its updates. Public records of the bodies that work here, whoever asks.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Final
from urllib.parse import urlencode

from django.conf import settings
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_safe

from catalogue.models import PUBLIC, Dataset, Organisation, in_french
from portal import asking, spelling
from portal.csv_lines import csv_line
from portal.pages import words
from portal.pages.pager import found_at, pager
from portal.pages.prose import first_sentences
from portal.pages.rows import LINE_FIELDS, Row, rows

FIELDS: Final = (*LINE_FIELDS, "issued", "version_notes")
OBJECT: Final = 300  # characters of an object on the page
LAW: Final = gettext_noop("conditions de la loi (CRPA, article L. 322-1)")  # of what bears no licence
BATCH: Final = 100
YEAR: Final = re.compile(r"[12]\d{3}", re.ASCII)
COLUMNS: Final = (
    "titre", "objet", "date_creation", "date_mise_a_jour", "objet_mise_a_jour", "conditions_reutilisation", "licence",
    "organisation", "adresse", "formats",
)  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """What the address asks: the slug of a body, a year of the last update; "" for all. `trouble`: what was not taken into account."""

    body: str = ""
    year: str = ""
    page: int = 1
    trouble: str = ""

    @classmethod
    def read(cls, given: QueryDict, bodies: Iterable[Organisation]) -> Asked:
        body, year = (spelling.one_line(given.get(name, "")) for name in ("organisme", "annee"))
        found = cls(body, year, asking.read(given).page)
        if body and body not in {one.slug for one in bodies}:
            found = replace(found, body="", trouble=_("Cette organisation n’est pas de celles qui publient ici."))
        if year and not YEAR.fullmatch(year):
            found = replace(found, year="", trouble=_("Une année s’écrit en quatre chiffres, par exemple 2026."))
        return found

    def address(self, base: str, page: int = 1) -> str:
        pairs = {"organisme": self.body, "annee": self.year, "page": str(page) if page > 1 else ""}
        said = urlencode({name: value for name, value in pairs.items() if value})
        return f"{base}?{said}" if said else base


@dataclass(frozen=True)
class Line:
    """One document. `object`: what it is about; `news`: what its last update changed, "" when nobody said."""

    row: Row
    object: str
    created: str
    news: str
    conditions: str


@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """`/documents-principaux/?organisme=&annee=&page=`. Three queries, one more for names; the latest first."""
    bodies = _bodies()
    asked = Asked.read(request.GET, bodies)
    page, total, found = found_at(_documents(asked).order_by("-updated_at", "pk"), asked.page)
    here = reverse("main_documents")
    context = {
        "asked": asked,
        "bodies": bodies,
        "total": total,
        "lines": list(_lines(found)),
        "pager": pager(page, total, lambda number: asked.address(here, number)),
        "csv": asked.address(reverse("main_documents_csv")),
    }
    return render(request, "main_documents.html", context)


@require_safe
def as_csv(request: HttpRequest) -> HttpResponseBase:
    """`/documents-principaux.csv?organisme=&annee=`: all of them, as wide as the page is filtered; what it cannot read is not a filter."""
    asked = Asked.read(request.GET, _bodies())
    pieces = () if request.method == "HEAD" else _csv(asked)
    answer = StreamingHttpResponse(pieces, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="documents-principaux.csv"'
    return answer


def _bodies() -> list[Organisation]:
    return list(Organisation.objects.filter(tenant=True).only("slug", "name").order_by("folded", "pk"))


def _documents(asked: Asked) -> QuerySet[Dataset]:
    found = Dataset.objects.visible_to(PUBLIC).filter(published_by__tenant=True, replicated=False)
    found = found.select_related("published_by").only(*FIELDS)
    if asked.body:
        found = found.filter(published_by__slug=asked.body)
    if asked.year:
        unsaid = Q(modified="", updated_at__year=int(asked.year))
        found = found.filter(Q(modified__startswith=asked.year) | unsaid)
    return found


def _lines(found: list[Dataset]) -> Iterator[Line]:
    for row in rows(found):
        one: Any = row.dataset
        yield Line(
            row=row,
            object=first_sentences(one.summary, OBJECT)[0],
            created=words.said_date(one.issued) if one.issued else "",
            news=first_sentences(in_french(one.version_notes), OBJECT)[0],
            conditions=row.licence or _(LAW),
        )


def _csv(asked: Asked) -> Iterator[bytes]:
    """By batches after the last key, each in short questions of its own: a slow client holds nothing of the base."""
    yield csv_line(COLUMNS)
    found = _documents(asked).order_by("pk")
    batch = list(found[:BATCH])
    while batch:
        for line in _lines(batch):
            yield csv_line(_cells(line))
        batch = list(found.filter(pk__gt=batch[-1].pk)[:BATCH])


def _cells(line: Line) -> tuple[str, ...]:
    one: Any = line.row.dataset
    return (
        line.row.title, one.summary, one.issued, one.modified or one.updated_at.isoformat(timespec="seconds"),
        in_french(one.version_notes) or "", line.row.licence or LAW, one.license, line.row.publisher,
        settings.BOUTURE_URL + one.get_absolute_url(), line.row.formats,
    )  # fmt: skip
