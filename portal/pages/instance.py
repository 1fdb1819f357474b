"""Addresses of the instance itself."""

from typing import Final

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.http import require_safe

from portal import identity

TYPES: Final = {"svg": "image/svg+xml", "png": "image/png"}


@require_safe
@cache_control(public=True, max_age=3600)
def territory_style(_request: HttpRequest) -> HttpResponse:
    """The territory's colours, as a sheet: nothing is ever inline. Pages ask for it by its version."""
    text = identity.sheet(identity.face(), settings.BOUTURE_HUE)
    return HttpResponse(text, content_type="text/css; charset=utf-8")


@require_safe
def logo(_request: HttpRequest, version: int) -> HttpResponse:
    """`/logo/<version>`: the one there is, whatever the version, which only tells browsers that it changed. 404 without one."""
    found = identity.logo()
    if found is None:
        raise Http404
    data, kind, now = found
    answer = HttpResponse(data, content_type=TYPES[kind])
    answer["Cache-Control"] = "public, max-age=31536000, immutable" if version == now else "no-cache"
    answer["Content-Security-Policy"] = (
        "sandbox; default-src 'none'; style-src 'unsafe-inline'"  # of a drawing, its own
    )
    return answer


@require_safe
@never_cache
def health(_request: HttpRequest) -> HttpResponse:
    """For a supervisor: 200 when the base answers, 503 when it does not."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return HttpResponse("la base ne répond pas\n", content_type="text/plain; charset=utf-8", status=503)
    return HttpResponse("ok\n", content_type="text/plain; charset=utf-8")
