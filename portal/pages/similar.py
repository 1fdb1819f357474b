"""What is like a dataset. A page of its own, which the dataset's page shows a part of when it is looked at: that page never
waits for the index."""

from __future__ import annotations

import uuid
from typing import Final

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from catalogue.models import Audience, Dataset, Record
from catalogue.permissions import audience_of
from catalogue.search import find
from catalogue.search import similar as like
from catalogue.search.contract import Page, SearchError
from catalogue.search.kinds import LISTED
from portal.pages.lines import lines

SHOWN, NEAR = 6, 4
LONGEST: Final = 200  # characters of a title that is looked for
GONE: Final = Q(status=Record.Status.WITHDRAWN, private=False)


@require_safe
def similar(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """`/jeux-de-donnees/<uuid>/proches/`; with `?partie=`, the list alone. 404 for who may not see the dataset; of one that was
    public and is withdrawn, what may take its place.
    """
    audience = audience_of(request.user)
    shown_of = Dataset.objects.only("id", "uri", "title", "description", "private", "status").filter(pk=pk)
    found = shown_of.filter(Q(pk__in=Dataset.objects.visible_to(audience).filter(pk=pk)) | GONE).first()
    if found is None:
        raise Http404
    part = "partie" in request.GET
    try:
        page = _like(found, audience)
    except SearchError as error:
        shown = {"dataset": found, "message": error.message}
        return render(request, "parts/similar.html" if part else "similar.html", shown, status=503)
    shown = {"dataset": found, "lines": lines(page.hits, audience)}
    response = render(request, "parts/similar.html" if part else "similar.html", shown)
    response["Cache-Control"] = "private, no-cache"
    return response


def _like(found: Dataset, audience: Audience) -> Page:
    """What was withdrawn is in the index no more: its title is looked for. Raises SearchError."""
    if found.status == Record.Status.WITHDRAWN:
        return find(found.label[:LONGEST], {}, audience, size=NEAR, kinds=("dataset",))
    return like(found.pk, audience, SHOWN, kinds=LISTED)
