"""A record at its own address, in the form that the client asks for: repaired DCAT-AP, or as its source said it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from uuid import UUID

import pyoxigraph as ox
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import http_date
from django.views.decorators.http import require_safe

from catalogue import permissions
from catalogue.dcat import formats
from catalogue.dcat.profile import DCAT, DCT, FOAF
from catalogue.dcat.terms import RDF_TYPE, XSD
from catalogue.models import DataService, Dataset, Distribution, Record
from portal.api.http import HTML, RDF_FORMS, wanted_form

SOURCE = "source"


@require_safe
def record(request: HttpRequest, pk: UUID) -> HttpResponse:
    """`/id/<uuid>`: 303 to the page for a person, the record itself for a program (Cool URIs for the Semantic Web)."""
    found = _find(request, pk)
    form = wanted_form(request)
    if form == "html" and isinstance(found, Dataset) and found.status != Record.Status.WITHDRAWN:
        return HttpResponseRedirect(found.get_absolute_url(), status=303, headers={"Vary": "Accept, Cookie"})
    response = _answer(request, found, "ttl" if form in ("", "html") else form)
    response["Vary"] = "Accept, Cookie"
    return response


@require_safe
def record_as(request: HttpRequest, pk: UUID, extension: str) -> HttpResponse:
    """`/id/<uuid>.<ext>`; an extension that is not ours is an address that does not exist."""
    if extension not in RDF_FORMS:
        raise Http404
    return _answer(request, _find(request, pk), extension)


def _find(request: HttpRequest, pk: UUID) -> Record:
    """The record, whatever its kind; a file's address leads to its dataset. 404 for who may not know that it exists."""
    file = Distribution.objects.filter(pk=pk).values_list("dataset", flat=True).first()
    wanted = file or pk
    found: Record | None = Dataset.objects.with_forms().filter(pk=wanted).select_related("owner").first()
    found = found or DataService.objects.with_forms().filter(pk=wanted).select_related("owner").first()
    if found is None or found.status == Record.Status.DRAFT:
        raise Http404
    if not permissions.may(request.user, "see", found) and (found.private or found.status != Record.Status.WITHDRAWN):
        raise Http404
    return found


def _answer(request: HttpRequest, found: Record, extension: str) -> HttpResponse:
    if found.status == Record.Status.WITHDRAWN:
        if request.accepts(HTML):
            return render(request, "410.html", {"record": found}, status=410)
        return HttpResponse("Cette fiche a été retirée.\n", status=410, content_type="text/plain; charset=utf-8")
    as_said = request.GET.get("profile") == SOURCE
    code, media = RDF_FORMS[extension]
    triples = said(found) if as_said else exported(found)
    body = b"".join(formats.write(triples, code))
    response = HttpResponse(body, content_type=f"{media}; charset=utf-8")
    response["Last-Modified"] = http_date(found.updated_at.timestamp())
    response["Access-Control-Allow-Origin"] = "*"
    if found.private:
        response["Cache-Control"] = "private, no-store"
    return response


def said(found: Record) -> Iterable[ox.Triple]:
    """What the source said; what we made ourselves has no other form than the repaired one."""
    return formats.from_canonical(found.said) if found.said else exported(found)


def exported(found: Record) -> Iterator[ox.Triple]:
    """The stored form, with the page that a person reads and the record of our catalogue (DCAT-AP 3.0.1, CatalogueRecord)."""
    yield from formats.from_canonical(found.repaired)
    subject = ox.NamedNode(found.uri)
    envelope = ox.NamedNode(f"{settings.BOUTURE_URL}/id/{found.pk}#fiche")
    if isinstance(found, Dataset):
        page = ox.NamedNode(settings.BOUTURE_URL + reverse("dataset", args=[found.pk]))
        yield ox.Triple(subject, ox.NamedNode(FOAF + "page"), page)
        yield ox.Triple(page, RDF_TYPE, ox.NamedNode(FOAF + "Document"))
    yield ox.Triple(envelope, RDF_TYPE, ox.NamedNode(DCAT + "CatalogRecord"))
    yield ox.Triple(envelope, ox.NamedNode(FOAF + "primaryTopic"), subject)
    for name, moment in (("issued", found.created_at), ("modified", found.updated_at)):
        literal = ox.Literal(moment.isoformat(timespec="seconds"), datatype=ox.NamedNode(XSD + "dateTime"))
        yield ox.Triple(envelope, ox.NamedNode(DCT + name), literal)
