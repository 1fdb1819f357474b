"""What the invented producer serves: pages of its catalogue, and its files. On a real portal these do not exist."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.http import http_date, quote_etag
from django.views.decorators.http import require_safe

from portal.branding import INVENTED
from portal.demonstration import catalogue
from portal.demonstration.catalogue import Addresses

TURTLE: Final = "text/turtle; charset=utf-8"


def addresses() -> Addresses:
    """Of this portal, by the public address that it was given."""
    # reverse() of a name that cannot be: the folder of the files.
    folder = reverse("demonstration_file", args=["-"]).removesuffix("-")
    return Addresses(settings.BOUTURE_URL + reverse("demonstration_catalogue"), settings.BOUTURE_URL + folder)


@require_safe
def page(request: HttpRequest) -> HttpResponseBase:
    """The catalogue in Turtle, one page of it; 404 beyond the last."""
    _only_when_invented()
    asked = request.GET.get("page", "1")
    if not (asked.isascii() and asked.isdigit() and 1 <= int(asked[:9]) <= catalogue.page_count()):
        raise Http404
    body, sha256 = catalogue.turtle(addresses(), int(asked))
    modified = datetime.fromisoformat(catalogue.said()["catalogue"]["modified"]).replace(tzinfo=UTC).timestamp()
    response = HttpResponse(body, content_type=TURTLE)
    return _conditional(request, response, sha256, modified)


@require_safe
def file(request: HttpRequest, name: str) -> HttpResponseBase:
    """One of the files that the catalogue names."""
    _only_when_invented()
    path = catalogue.files().get(name)
    if path is None:
        raise Http404
    _, media = catalogue.FORMATS[path.suffix]
    response = HttpResponse(path.read_bytes(), content_type=f"{media}; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    status = path.stat()
    return _conditional(request, response, f"{status.st_size:x}-{status.st_mtime_ns:x}", status.st_mtime)


def is_demonstration() -> bool:
    """As `branding().invented`, without the names: asked before the commune exists, those would be kept wrong."""
    code = settings.BOUTURE_TERRITORY
    return settings.BOUTURE_DEMO or (len(code) == 5 and code.startswith(INVENTED))


def _only_when_invented() -> None:
    if not is_demonstration():
        raise Http404


def _conditional(request: HttpRequest, response: HttpResponse, tag: str, modified: float) -> HttpResponseBase:
    """The response with its validators, or 304 when the client has it already (RFC 9110 §13)."""
    etag = quote_etag(tag)
    response["ETag"] = etag
    response["Last-Modified"] = http_date(modified)
    response["Cache-Control"] = "no-cache"  # kept, and asked about each time
    response["Access-Control-Allow-Origin"] = "*"
    return get_conditional_response(request, etag, int(modified), response) or response
