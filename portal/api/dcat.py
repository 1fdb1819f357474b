"""A record, or a body, at its own address, in the form that the client asks for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from uuid import UUID

from django.conf import settings
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponsePermanentRedirect,
    HttpResponseRedirect,
)
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from catalogue import permissions
from catalogue.dcat import formats
from catalogue.dcat.mapping import MODELS
from catalogue.models import (
    PUBLIC,
    Audience,
    DataService,
    Dataset,
    Distribution,
    FormerAddress,
    Organisation,
    Record,
    Score,
)
from portal.api import measures, rest, statements
from portal.api.http import HTML, RDF_FORMS, conditional, etag, not_acceptable, open_to_all, problem, told, wanted_form
from portal.api.profiles import DEFAULT, asked, in_profiles


@open_to_all
@in_profiles
def record(request: HttpRequest, pk: UUID) -> HttpResponse:
    """`/id/<uuid>`: 303 to the page for a person, the record itself for a program (Cool URIs for the Semantic Web)."""
    found = find(request, pk)
    if found is None:
        return _moved(request, pk, "")
    form = wanted_form(request, plain=asked(request) == DEFAULT)
    if form == "html" and isinstance(found, Dataset | DataService) and found.status != Record.Status.WITHDRAWN:
        return HttpResponseRedirect(found.get_absolute_url(), status=303, headers={"Vary": "Accept, Cookie"})
    if not form and found.status != Record.Status.WITHDRAWN:
        return told(not_acceptable(request.path), permissions.audience_of(request.user), negotiated=True)
    return _answer(request, found, "ttl" if form in ("", "html") else form, negotiated=True)


@open_to_all
@in_profiles
def record_as(request: HttpRequest, pk: UUID, extension: str) -> HttpResponse:
    """`/id/<uuid>.<ext>`; an extension that is not ours is an address that does not exist.

    What the source said, and what older versions say, is triples, and has no form in JSON.
    """
    plain = extension == "json" and asked(request) == DEFAULT
    if extension not in RDF_FORMS and not plain:
        raise Http404
    found = find(request, pk)
    return _moved(request, pk, extension) if found is None else _answer(request, found, extension)


def find(request: HttpRequest, pk: UUID) -> Record | None:
    """The record, whatever its kind; a file's address leads to its dataset. None when there is none of that address.

    Raises Http404 for who may not know that it exists.
    """
    file = Distribution.objects.filter(pk=pk).values_list("dataset", flat=True).first()
    wanted = file or pk
    found: Record | None = (
        Dataset.objects.with_forms().filter(pk=wanted).select_related("owner", "published_by", "score").first()
    )
    found = found or DataService.objects.with_forms().filter(pk=wanted).select_related("owner", "published_by").first()
    if found is not None and not known_to(request, found):
        raise Http404
    return found


def known_to(request: HttpRequest, found: Record) -> bool:
    """Whether this reader may know that it exists, or existed."""
    if found.status == Record.Status.DRAFT:
        return False
    public_past = found.status == Record.Status.WITHDRAWN and not found.private
    return public_past or permissions.may(request.user, "see", found)


def _moved(request: HttpRequest, pk: UUID, extension: str) -> HttpResponse:
    """301 to the record that once bore this address of ours. Raises Http404."""
    row = formerly(request, [f"{settings.BOUTURE_URL}/id/{pk}"])
    if row is None:
        raise Http404
    now = reverse("record_as", args=[row.pk, extension]) if extension else reverse("record", args=[row.pk])
    query = request.META.get("QUERY_STRING", "")
    return HttpResponsePermanentRedirect(f"{now}?{query}" if query else now, headers={"Vary": "Cookie"})


def formerly(request: HttpRequest, addresses: list[str]) -> Record | None:
    """The record that bore one of these addresses, if this reader may know of it."""
    for kind, key in FormerAddress.objects.leading_from(addresses):
        row: Record | None = MODELS[kind].objects.filter(pk=key).first()  # type: ignore[attr-defined]
        if row is not None and known_to(request, row):
            return row
    return None


def _answer(request: HttpRequest, found: Record, extension: str, *, negotiated: bool = False) -> HttpResponse:
    if found.status == Record.Status.WITHDRAWN:
        return gone(request, found)
    form = asked(request)
    score: Score | None = getattr(found, "score", None) if form.version else None

    def make() -> HttpResponse:
        if extension == "json":
            return rest.answer(found)
        text = statements.form_of(found, form)
        return written([replace(text, said=text.said + measures.totals(found, score)) if score else text], extension)

    tag = etag(found.pk, found.version, found.updated_at.isoformat(), extension, form.name, score and score.at)
    moment = max(found.updated_at, score.at) if score else found.updated_at
    return told(conditional(request, tag, moment, make), audience_of(found), negotiated=negotiated)


def audience_of(found: Record) -> Audience:
    """Who may keep an answer about a record that was found for who asks."""
    return Audience(everything=True) if found.private else PUBLIC


def gone(request: HttpRequest, found: Record) -> HttpResponse:
    """410 for what was withdrawn."""
    if request.accepts(HTML):
        answer = render(request, "410.html", {"record": found}, status=410)
    else:
        answer = problem(410, "Fiche retirée", found.withdrawn_reason or "Cette fiche a été retirée.")
    return told(answer, audience_of(found), negotiated=True)


def written(texts: Iterable[formats.Text], extension: str) -> HttpResponse:
    code, media = RDF_FORMS[extension]
    return HttpResponse(b"".join(formats.write_texts(texts, code)), content_type=f"{media}; charset=utf-8")


@open_to_all
def body(request: HttpRequest, slug: str) -> HttpResponse:
    """`/organisations/<slug>`: the page for a person, foaf:Agent for a program."""
    found, audience = _body(request, slug)
    form = wanted_form(request)
    if form == "html":
        return HttpResponseRedirect(found.get_absolute_url(), status=303, headers={"Vary": "Accept, Cookie"})
    if not form:
        return told(not_acceptable(request.path), audience, negotiated=True)
    return _agent(request, found, form, audience)


@open_to_all
def body_as(request: HttpRequest, slug: str, extension: str) -> HttpResponse:
    """`/organisations/<slug>.<ext>`."""
    if extension not in RDF_FORMS:
        raise Http404
    found, audience = _body(request, slug)
    return _agent(request, found, extension, audience)


def _body(request: HttpRequest, slug: str) -> tuple[Organisation, Audience]:
    """404 when the reader sees nothing of a body that does not work here: it is but a name in a private record."""
    audience = permissions.audience_of(request.user)
    return get_object_or_404(Organisation.objects.visible_to(audience), slug=slug), audience


def _agent(request: HttpRequest, found: Organisation, extension: str, audience: Audience) -> HttpResponse:
    means = Score.objects.averages(Dataset.objects.visible_to(audience).filter(published_by=found))

    def make() -> HttpResponse:
        subject, base = statements.agent_address(found), f"{settings.BOUTURE_URL}/organisations/{found.slug}"
        text = statements.agent(found)
        return written([replace(text, said=text.said + measures.averages(subject, base, means))], extension)

    tag = etag(found.slug, found.name, found.uri, found.homepage, found.email, found.siren, extension, means)
    return told(conditional(request, tag, None, make), audience, negotiated=True)
