"""Pages for strangers, kept as they were sent until the log moves, or a reader of it does.

A page says what the records, the index and the scores were at one number of the log. That number, and how far each reader has come,
are asked before the page is made and each time that it is given again: what was withdrawn or made private a moment ago is in
none. What no line of the log tells (the name of the portal, its own pages, what was checked of an address, what a licence is called) is
two minutes late at most, as in the foot of every page. Held by each process for itself, compressed: nothing of who asked, and no page with a form's secret.
"""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Callable
from functools import wraps
from typing import Concatenate, Final, NamedTuple, ParamSpec

from django.conf import settings
from django.core.cache import caches
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language

from catalogue.log import standing

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]
Again = Callable[Concatenate[HttpRequest, str, P], object]
LASTS: Final = 60  # seconds
LONGEST: Final = 500  # characters of an address
ACCEPTED: Final = "gzip"
NOTE: Final = "kept_note"


class Kept(NamedTuple):
    """`note`: what the view says of its page to who is called when it is given without it."""

    standing: str
    note: str
    headers: tuple[tuple[str, str], ...]
    packed: bytes  # gzip (RFC 1952)


def kept(view: View[P], again: Again[P] | None = None) -> View[P]:
    """A decorator of a view. `again`: called as the view, with the note of its page, when that is given without it."""

    @wraps(view)
    def answer(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        key = _key(request)
        if not key:
            return view(request, *args, **kwargs)
        pages, now = caches["pages"], standing()
        found: Kept | None = pages.get(key)
        if found and found.standing == now:
            if again:
                again(request, found.note, *args, **kwargs)
            return _given(found, request)
        response = view(request, *args, **kwargs)
        if _may_be_kept(request, response):
            # The same bytes each time, whoever asks: no secret is in them that their length could tell (BREACH).
            packed = gzip.compress(response.content, 6, mtime=0)
            pages.set(key, Kept(now, getattr(response, NOTE, ""), tuple(response.headers.items()), packed), LASTS)
        return response

    return answer


def noted(response: HttpResponse, note: str) -> HttpResponse:
    """The response, with what `again` will be told of it."""
    setattr(response, NOTE, note)
    return response


def kept_and(again: Again[P]) -> Callable[[View[P]], View[P]]:
    """The decorator, with what must happen each time."""
    return lambda view: kept(view, again)


def _key(request: HttpRequest) -> str:
    """ "" for whoever is not a stranger who only looks."""
    if not settings.BOUTURE_KEPT_PAGES or request.method not in ("GET", "HEAD"):
        return ""
    known = {settings.SESSION_COOKIE_NAME, "messages"} & request.COOKIES.keys() or "Authorization" in request.headers
    address = request.build_absolute_uri()
    if known or len(address) > LONGEST:
        return ""
    part = "part" if "HX-Request" in request.headers else "page"
    return hashlib.sha256(f"{get_language()} {part} {address}".encode()).hexdigest()


def _may_be_kept(request: HttpRequest, response: HttpResponse) -> bool:
    whole = request.method == "GET" and response.status_code == 200 and not response.streaming
    told = response.headers.get("Cache-Control", "")
    own = bool(response.cookies) or "CSRF_COOKIE_NEEDS_UPDATE" in request.META
    return whole and not own and "private" not in told and "no-store" not in told


def _given(found: Kept, request: HttpRequest) -> HttpResponse:
    packed = ACCEPTED in request.headers.get("Accept-Encoding", "")
    response = HttpResponse(found.packed if packed else gzip.decompress(found.packed), headers=dict(found.headers))
    if packed:
        response["Content-Encoding"] = ACCEPTED
    patch_vary_headers(response, ("Accept-Encoding",))
    return response
