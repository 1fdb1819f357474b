"""What is like a dataset. A page of its own, which the dataset's page shows a part of when it is looked at: that page never
waits for the index."""

from __future__ import annotations

import uuid

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from catalogue.models import Dataset
from catalogue.permissions import audience_of
from catalogue.search import similar as like
from catalogue.search.contract import SearchError
from catalogue.search.kinds import LISTED
from portal.pages.lines import lines


@require_safe
def similar(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """`/jeux-de-donnees/<uuid>/proches/`; with `?partie=`, the list alone. 404 for who may not see the dataset."""
    audience = audience_of(request.user)
    visible = Dataset.objects.visible_to(audience)
    found = visible.only("id", "uri", "title", "description", "private").filter(pk=pk).first()
    if found is None:
        raise Http404
    part = "partie" in request.GET
    try:
        page = like(pk, audience, kinds=LISTED)
    except SearchError as error:
        shown = {"dataset": found, "message": error.message}
        return render(request, "parts/similar.html" if part else "similar.html", shown, status=503)
    shown = {"dataset": found, "lines": lines(page.hits, audience)}
    response = render(request, "parts/similar.html" if part else "similar.html", shown)
    response["Cache-Control"] = "private, no-cache"
    return response
