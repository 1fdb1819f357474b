"""Addresses of the instance itself."""

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.http import require_safe


@require_safe
@cache_control(public=True, max_age=3600)
def territory_style(_request: HttpRequest) -> HttpResponse:
    """The territory's hue, as a sheet: nothing is ever inline."""
    return HttpResponse(f":root {{ --hue: {settings.BOUTURE_HUE} }}\n", content_type="text/css; charset=utf-8")


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
