"""What the pages of datasets and of data services share: who may read them, and what every record says."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any, Final
from urllib.parse import urlencode

from django.contrib.auth.models import AnonymousUser
from django.contrib.contenttypes.models import ContentType
from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from catalogue.models import Change, Dataset, Layer, Organisation, Record, User, in_reading
from catalogue.permissions import actions_of, may, with_rights
from catalogue.prepared import Prepared
from catalogue.tables.schemas import national, schema
from harvesters.models import HarvestRecord
from portal.pages import prose, words
from portal.pages.history import conformity_of, story_of, troubles_of
from portal.pages.licences import Terms, terms_of
from portal.pages.origins import origin_of, others_of, rows_of
from portal.pages.own_words import own_words

Held = Callable[[], QuerySet[Any]]
KEYWORDS: Final = 30
SERIALISATIONS: Final = (
    ("ttl", "Turtle", "text/turtle"),
    ("jsonld", "JSON-LD", "application/ld+json"),
    ("rdf", "RDF/XML", "application/rdf+xml"),
    ("nt", "N-Triples", "application/n-triples"),
)


def read(request: HttpRequest, held: Held, pk: uuid.UUID) -> tuple[Any, frozenset[str]]:
    """The record, and what this reader may do to it. Raises Http404 for whoever may not know that it exists; a draft is
    for who writes it. `held`: a function of a module, since what it makes is prepared once.
    """
    user = request.user
    if not user.is_authenticated:
        rows = _ready(held)(pk)
    elif user.limits is None:
        bodies = 0 if user.is_superuser else ContentType.objects.get_for_model(Organisation).pk
        rows = _ready(held, user.pk, user.is_active, user.is_superuser, bodies)(pk)
    else:
        rows = list(with_rights(_marked(held, pk), user))
    found = next(iter(rows), None)
    if found is None:
        raise Http404
    rights = actions_of(user, found)
    if found.status == Record.Status.DRAFT:
        if "edit" not in rights:
            raise Http404
    elif found.private and "see" not in rights:
        raise Http404
    return found, rights


def placed() -> QuerySet[Dataset]:
    """Datasets with their territories."""
    return Dataset.objects.select_related("territory")


def _marked(held: Held, pk: uuid.UUID) -> QuerySet[Any]:
    marks = {"layered": Exists(Layer.objects.filter(record=OuterRef("pk")))}
    marks["sourced"] = Exists(HarvestRecord.objects.filter(record=OuterRef("pk")))
    return held().select_related("owner", "published_by").filter(pk=pk).annotate(**marks).order_by()


@lru_cache(maxsize=50)
def _ready(held: Held, person: int = 0, active: bool = False, chief: bool = False, _bodies: int = 0) -> Prepared[Any]:
    """For strangers, and for each of the last people; the rights themselves are asked of the base each time. `_bodies`: the number of
    that kind of things, which the SQL of rights has in it; a base that was emptied has another.
    """
    user = User(pk=person, is_active=active, is_superuser=chief) if person else AnonymousUser()
    return Prepared(lambda pk: with_rights(_marked(held, pk), user))


_changes = Prepared(
    lambda record: Change.objects.filter(record=record, kind=Change.Kind.RECORD).order_by("-number")[:100]
)


def withdrawn(request: HttpRequest, found: Record) -> HttpResponse:
    """410, with the reason; who publishes there may put it back."""
    back = isinstance(found, Dataset) and may(request.user, "publish", found)
    return render(request, "410.html", {"record": found, "back": back}, status=410)


def told(found: Any, terms: list[Terms], held: frozenset[str]) -> dict[str, Any]:
    """What the page of any record shows: a query for its story, one more when it comes from elsewhere."""
    lead, whole = prose.first_sentences(in_reading(found.description))
    sources = rows_of(found) if found.sourced else []
    return {
        "record": found,
        "label": in_reading(found.title) or found.uri,
        "lead": lead,
        "description": "" if whole else prose.to_html(in_reading(found.description), after=lead),
        "updated": words.said_date(found.modified) if found.modified else words.day(found.updated_at),
        "terms": terms,
        "mixed_licences": len(terms) > 1,
        "contacts": contacts(found),
        "story": story_of(_changes(found.pk)),
        "origin": origin_of(found, sources),
        "other_origins": others_of(found, sources),
        "troubles": troubles_of(found),
        "landing_page": first_page(found),
        "serialisations": SERIALISATIONS,
        "conformity": conformity_of(found) if "edit" in held else None,
        "writer": ("edit" if found.status == Record.Status.DRAFT else "publish") in held,
        "proposer": "edit" in held and "publish" not in held and not found.harvested,
        "past": reverse("record_past" if isinstance(found, Dataset) else "service_past", args=[found.pk])
        if "edit" in held
        else "",
        "chief": "administer" in held and isinstance(found, Dataset),
    }


def named(addresses: Iterable[str], names: dict[str, str]) -> list[str]:
    return [names.get(address) or words.last_part(address) for address in addresses]


def searches(name: str, values: list[str], labels: list[str]) -> list[tuple[str, str]]:
    """Each label with the address of the search for its value."""
    return [
        (label, f"{reverse('search')}?{urlencode({name: value})}") for label, value in zip(labels, values, strict=True)
    ]


def topics(found: Record, names: dict[str, str]) -> list[tuple[str, str]]:
    """Its themes, then those that it names in its source's words."""
    others = own_words(found, "theme")
    return [*searches("sujet", found.theme, named(found.theme, names)), *searches("q", others, others)]


def keywords(found: Record) -> list[tuple[str, str]]:
    said = (in_reading(found.keyword) or [])[:KEYWORDS]
    return searches("q", said, said)


def first_page(found: Record) -> str:
    return next(filter(None, map(prose.away, found.landing_page)), "")


def standards(found: Record) -> list[tuple[str, str]]:
    """What it conforms to: a national schema by its title, anything else as it is written."""
    return [(_schema_title(standard), prose.web_link(standard)) for standard in found.conforms_to]


def _schema_title(standard: str) -> str:
    known = national.named(standard)
    return schema(known[0]).title if known else standard  # of whatever version: its title does not move


def access(found: Record, names: dict[str, str]) -> str:
    said = names.get(found.access_rights) or next(iter(own_words(found, "access_rights")), "")
    return said or (words.last_part(found.access_rights) if found.access_rights else "")


def licences(found: Record, files: list[Any], names: dict[str, str]) -> list[Terms]:
    """The record's licence, by its address or in the source's words; when it says none, those of its files."""
    said = [(row.license, next(iter(own_words(row, "license")), "")) for row in (found, *files)]
    given = said[:1] if any(said[0]) else said[1:]
    return [terms_of(address, names.get(address, text)) for address, text in dict.fromkeys(given) if address or text]


def contacts(found: Record) -> list[dict[str, str]]:
    """Those of whom there is something to say."""
    known = []
    for said in found.contact_point:
        contact = {
            "name": in_reading(said.get("name", {})),
            "email": next(filter(None, map(prose.mail_link, said.get("email", []))), ""),
            "page": next(filter(None, map(prose.web_link, said.get("page", []))), ""),
        }
        if any(contact.values()):
            known.append(contact)
    return known
