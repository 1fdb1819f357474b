"""The catalogue at its own address, a hundred records a page, linked as Hydra says (PartialCollectionView).

Records are in the order of their identifiers: one that is added while a client walks shifts others to pages that it
has yet to read, so that it may meet one twice, but misses none.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Any, Final
from urllib.parse import urlencode

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from catalogue.dcat.contexts import PREFIXES
from catalogue.dcat.formats import Text
from catalogue.dcat.terms import RDF_TYPE, XSD
from catalogue.models import Audience, Change, DataService, Dataset, Record
from catalogue.models.datasets import RecordManager, RecordQuerySet
from catalogue.permissions import audience_of
from catalogue.quality.averages import averages
from catalogue.search import find
from catalogue.search.contract import WINDOW, SearchError
from portal.api import leftovers, measures, statements
from portal.api.dcat import written
from portal.api.http import RDF_FORMS, conditional, etag, not_acceptable, open_to_all, told, wanted_form
from portal.api.profiles import DEFAULT, SOURCE, Form, in_profiles
from portal.api.profiles import asked as asked_form
from portal.api.statements import link
from portal.branding import branding

PAGE_SIZE: Final = 100
MOST_FOUND: Final = WINDOW  # by words or by theme: what the index leafs through
LONGEST: Final = 2000  # characters of one value
HYDRA: Final = PREFIXES["hydra"]
# Name in our address -> facet of the index, and the name in the address of the search page.
FILTERS: Final = {"organisation": ("publisher", "organisme"), "theme": ("theme", "sujet")}


@dataclass(frozen=True)
class Asked:
    """One page of the catalogue; `filters` holds "q" and the names of FILTERS, those that were given."""

    filters: tuple[tuple[str, str], ...]
    page: int
    form: Form

    @property
    def whole_source(self) -> bool:
        """Whether it begins all that the sources said."""
        return self.form == SOURCE and self.page == 1 and not self.filters

    def address(self, base: str, page: int) -> str:
        pairs = [*self.filters, *([("profile", self.form.name)] if self.form != DEFAULT else [])]
        pairs += [("page", str(page))] if page > 1 else []
        return settings.BOUTURE_URL + base + (f"?{urlencode(pairs)}" if pairs else "")


def read(request: HttpRequest) -> Asked:
    """Raises Http404 for a page that cannot be: zero, negative, in words; UnknownProfile."""
    data = request.GET
    given = data.get("page", "1")
    page = int(given) if given.isascii() and given.isdecimal() and len(given) < 10 else 0
    if page < 1:
        raise Http404
    kept = [(name, " ".join(data.get(name, "").replace("\x00", " ").split())) for name in ("q", *FILTERS)]
    return Asked(tuple((name, value[:LONGEST]) for name, value in kept if value), page, asked_form(request))


@dataclass(frozen=True)
class Slice:
    """The records of one page, their long forms unread: kind, key and version."""

    rows: tuple[tuple[type[Record], uuid.UUID, int], ...]
    total: int
    means: dict[str, float]  # of the quality of all that the reader sees
    modified: datetime | None  # of all that the reader sees, and of what was hidden since

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // PAGE_SIZE))


@open_to_all
@in_profiles
def catalogue(request: HttpRequest) -> HttpResponse:
    """`/catalogue`: the search page for a person, the catalogue for a program."""
    form = wanted_form(request, first="ttl")
    if form == "html":
        asked = [("q", request.GET.get("q", ""))]
        asked += [(theirs, request.GET.get(ours, "")) for ours, (_, theirs) in FILTERS.items()]
        query = urlencode([pair for pair in asked if pair[1]])
        address = reverse("search") + (f"?{query}" if query else "")
        return HttpResponseRedirect(address, status=303, headers={"Vary": "Accept, Cookie"})
    if not form:
        return told(not_acceptable(reverse("catalogue")), audience_of(request.user), negotiated=True)
    return _answer(request, form, reverse("catalogue"))


@open_to_all
@in_profiles
def catalogue_as(request: HttpRequest, extension: str) -> HttpResponse:
    """`/catalogue.<ext>`; an extension that is not ours is an address that does not exist."""
    if extension not in RDF_FORMS:
        raise Http404
    return _answer(request, extension, reverse("catalogue_as", args=[extension]))


def _answer(request: HttpRequest, extension: str, base: str) -> HttpResponse:
    audience = audience_of(request.user)
    asked = read(request)
    try:
        found = slice_of(asked, audience)
    except SearchError as error:
        text = f"{error.message}\n"
        down = HttpResponse(text, status=503, content_type="text/plain; charset=utf-8", headers={"Retry-After": "60"})
        return told(down, audience, negotiated=True)
    if asked.page > found.pages:
        raise Http404
    head: list[object] = [branding(), found.total, found.means, found.modified, asked, base, extension]
    moment = found.modified
    more: Iterable[Text] = ()
    if asked.whole_source:
        # With the first page: a client that walks them all has everything that the sources said.
        count, at = leftovers.changed(audience)
        head += [count, at]
        moment = max((m for m in (moment, at) if m), default=None)
        more = leftovers.left(audience, paging=False)

    def make() -> HttpResponse:
        return written(chain(page(asked, found, base), more), extension)

    return told(conditional(request, etag(*head, *found.rows), moment, make), audience, negotiated=True)


def slice_of(asked: Asked, audience: Audience) -> Slice:
    """Raises SearchError when words or a theme are asked and the index cannot answer."""
    given = dict(asked.filters)
    if "q" in given or "theme" in given:
        keys, total = _found(given, asked.page, audience)
        seen = dict(Dataset.objects.visible_to(audience).filter(pk__in=keys).values_list("pk", "version"))
        rows = [(Dataset, key, seen[key]) for key in keys if key in seen]
    else:
        rows, total = _stored(given.get("organisation", ""), asked.page, audience)
    return Slice(tuple(rows), total, averages(audience), modified(audience))


def _found(given: dict[str, str], page: int, audience: Audience) -> tuple[list[uuid.UUID], int]:
    facets = {FILTERS[name][0]: (value,) for name, value in given.items() if name in FILTERS}
    if page * PAGE_SIZE > MOST_FOUND:
        raise Http404
    found = find(given.get("q", ""), facets, audience, (), "title", page, PAGE_SIZE, kinds=("dataset",))
    return [uuid.UUID(hit.id) for hit in found.hits], min(found.total, MOST_FOUND)


def _stored(organisation: str, page: int, audience: Audience) -> tuple[list[Any], int]:
    """Datasets, then services, as one list."""
    start, total = (page - 1) * PAGE_SIZE, 0
    rows: list[Any] = []
    models: tuple[type[Record], ...] = (Dataset, DataService)
    for model in models:
        visible = model.objects.visible_to(audience)  # type: ignore[attr-defined]
        if organisation:
            visible = visible.filter(published_by__slug=organisation)
        count = visible.count()
        first = max(0, start - total)
        room = PAGE_SIZE - len(rows)
        if room and first < count:
            wanted = visible.order_by("pk").values_list("pk", "version")[first : first + room]
            rows += [(model, key, version) for key, version in wanted]
        total += count
    return rows, total


def modified(audience: Audience) -> datetime | None:
    """When what this reader sees last changed; hiding a record is a change too, or a client would keep it for ever."""
    moments = [
        model.objects.visible_to(audience).order_by("-updated_at").values_list("updated_at", flat=True).first()
        for model in (Dataset, DataService)
    ]
    hidden = Change.objects.filter(restricts=True).order_by("-number").values_list("at", flat=True).first()
    return max((moment for moment in (*moments, hidden) if moment), default=None)


def page(asked: Asked, found: Slice, base: str) -> Iterator[Text]:
    """The catalogue, the view, then each record; a record withdrawn meanwhile is left out."""
    records = list(_records(found, asked.form))
    members = "".join(statements.membership(record, asked.form) for record in records)
    us = statements.catalogue_uri()
    total = f'<{us}> <{HYDRA}totalItems> "{found.total}"^^<{XSD}integer> .\n'
    said = statements.catalogue(found.modified).said + members + link(us, RDF_TYPE.value, HYDRA + "Collection") + total
    said += measures.averages(us, us, found.means)
    lines = (said + _view(us, asked, found.pages, base)).rstrip("\n").split("\n")
    # In order: all that is said of the catalogue is then written in one place.
    yield Text("".join(f"{line}\n" for line in sorted(lines)))
    yield from (statements.form_of(record, asked.form) for record in records)


def _view(us: str, asked: Asked, pages: int, base: str) -> str:
    links = {"first": 1, "last": pages}
    if asked.page > 1:
        links["previous"] = asked.page - 1
    if asked.page < pages:
        links["next"] = asked.page + 1
    view = asked.address(base, asked.page)
    lines = [link(us, HYDRA + "view", view)] if view != us else []
    lines.append(link(view, RDF_TYPE.value, HYDRA + "PartialCollectionView"))
    lines += [link(view, HYDRA + name, asked.address(base, number)) for name, number in links.items()]
    return "".join(lines)


def _records(found: Slice, form: Form) -> Iterator[Record]:
    for model in (Dataset, DataService):
        keys = [key for kind, key, _ in found.rows if kind is model]
        if keys:
            rows = columns_of(model.objects, form).published().in_bulk(keys)
            yield from (rows[key] for key in keys if key in rows)


def columns_of(manager: RecordManager, form: Form) -> RecordQuerySet:
    """The records with what `statements` reads of them; ours is read beside what the source said, which some lack."""
    return manager.with_forms().only(*statements.COLUMNS, *{form.stored, "repaired"})
