"""`/id/<uuid>/quality`: all that is measured of a dataset, in RDF."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse

from catalogue.models import Dataset, Record, Score
from portal.api import measures
from portal.api.dcat import audience_of, find, gone, written
from portal.api.http import RDF_FORMS, conditional, etag, open_to_all, problem, told, wanted_form


@open_to_all
def quality(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Negotiated; a person reads it on the dataset's page, which says the same."""
    return _answer(request, pk, wanted_form(request, first="ttl"), negotiated=True)


@open_to_all
def quality_as(request: HttpRequest, pk: UUID, extension: str) -> HttpResponse:
    """`/id/<uuid>/quality.<ext>`; an extension that is not ours is an address that does not exist."""
    if extension not in RDF_FORMS:
        raise Http404
    return _answer(request, pk, extension)


def _answer(request: HttpRequest, pk: UUID, form: str, *, negotiated: bool = False) -> HttpResponse:
    found = find(request, pk)
    if found is None:
        raise Http404
    if found.status == Record.Status.WITHDRAWN:
        return gone(request, found)
    extension = form if form in RDF_FORMS else "ttl"
    score: Score | None = getattr(found, "score", None)
    if not isinstance(found, Dataset) or score is None:
        return told(_unknown(found), audience_of(found), negotiated=negotiated)
    tag = etag("quality", found.pk, found.uri, score.at, extension)
    answer = conditional(request, tag, score.at, lambda: written(measures.whole(found, score), extension))
    return told(answer, audience_of(found), negotiated=negotiated)


def _unknown(found: Record) -> HttpResponse:
    if isinstance(found, Dataset):
        return problem(
            404, "Pas encore noté", "La note de ce jeu de données sera calculée dans quelques instants. Réessayez."
        )
    why = "L’Europe n’a pas publié comment noter un service de données : il n’est pas évalué."
    return problem(404, "Non évalué", f"{why} Demandez les jeux de données qu’il sert.")
