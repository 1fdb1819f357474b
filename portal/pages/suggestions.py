"""The list under the search box, while somebody types; `static/suggestions.js` puts it there."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from catalogue.permissions import audience_of
from catalogue.search.contract import SearchError
from portal import suggesting


@require_safe
def suggestions(request: HttpRequest) -> HttpResponse:
    """Options of a list and what is said of them aloud; empty, with 503, when the index cannot answer: the box works without."""
    text = suggesting.asked(request.GET.get("q", ""))
    try:
        found = suggesting.suggestions(text, audience_of(request.user))
    except SearchError:
        return HttpResponse(status=503, headers={"Retry-After": "60"})
    response = render(request, "parts/suggestions.html", {"suggestions": found})
    response["Cache-Control"] = "private, no-store"
    return response
