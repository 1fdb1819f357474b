"""What every API shares of HTTP: the form that the client wants, conditional requests, and leave for any site to ask."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.http import http_date

from catalogue.models import PUBLIC, Audience
from portal.api.negotiation import preferred

# By extension: the format's code in `catalogue.dcat.formats`, and its media type.
RDF_FORMS = {
    "ttl": ("turtle", "text/turtle"),
    "rdf": ("rdfxml", "application/rdf+xml"),
    "jsonld": ("jsonld", "application/ld+json"),
    "nt": ("ntriples", "application/n-triples"),
}
HTML = "text/html"
JSON = "application/json"
METHODS = ("GET", "HEAD", "OPTIONS")
EXPOSED = "Content-Profile, ETag, Feed-Published, Last-Modified, Link, Signature, Signature-Input, Unencoded-Digest"
# Raised when the same rows are written in another way, so that nobody keeps the old bytes.
WRITING = "3"

View = Callable[..., HttpResponseBase]


def wanted_form(request: HttpRequest, first: str = "html", *, plain: bool = False) -> str:
    """The extension that suits the client best, "html" for a browser, "" when nothing that we speak is accepted.

    A client that accepts anything gets `first`; browsers always name HTML. `plain`: JSON is spoken too.
    """
    offers = {HTML: "html", **{media: extension for extension, (_, media) in RDF_FORMS.items()}}
    offers |= {JSON: "json"} if plain else {}
    ordered = sorted(offers, key=lambda media: offers[media] != first)
    return offers.get(preferred(request.headers.get("accept", ""), ordered), "")


def not_acceptable(path: str) -> HttpResponse:
    """406 (RFC 9110 §15.5.7), with the address of each form."""
    addresses = {media: f"{settings.BOUTURE_URL}{path}.{extension}" for extension, (_, media) in RDF_FORMS.items()}
    return problem(
        406,
        "Aucune forme acceptée",
        f"Demandez l’une de ces formes dans l’en-tête Accept, ou par son adresse : {', '.join(addresses)}.",
        formats=addresses,
    )


def open_to_all(view: View) -> View:
    """GET, HEAD and OPTIONS, from the pages of any site (CORS, Fetch standard §3.2).

    Never with credentials: a foreign page reads what the public reads, whoever is logged in here.
    """

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method not in METHODS:
            return HttpResponseNotAllowed(METHODS)
        preflight = request.method == "OPTIONS"
        response = HttpResponse(status=204) if preflight else view(request, *args, **kwargs)
        response["Access-Control-Allow-Origin"] = "*"
        if preflight:
            response["Allow"] = response["Access-Control-Allow-Methods"] = ", ".join(METHODS)
            response["Access-Control-Allow-Headers"] = "Accept, If-None-Match, If-Modified-Since"
            response["Access-Control-Max-Age"] = "86400"
        else:
            response["Access-Control-Expose-Headers"] = EXPOSED
        return response

    return answer


def problem(status: int, title: str, detail: str, **more: Any) -> HttpResponse:
    """An error that programs read (RFC 9457); `detail` tells a person what to do next."""
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail, **more}
    text = json.dumps(body, ensure_ascii=False).encode("utf-8", "replace")
    return HttpResponse(text, status=status, content_type="application/problem+json")


def etag(*parts: object) -> str:
    """Weak (RFC 9110 §8.8.1): compression differs from one answer to the next.

    Another each day (UTC): a date that was to come is said once it has come, without any row changing.
    """
    text = "\x1f".join(map(str, (WRITING, timezone.now().date(), *parts)))
    return f'W/"{hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]}"'


def conditional(request: HttpRequest, tag: str, moment: datetime | None, make: Callable[[], HttpResponseBase]) -> Any:
    """304 when the client has it already, else what `make` gives; both with ETag, and Last-Modified when it is known.

    `make` is called only when there is something to send. A moment to come is said as now.
    """
    changed = int(min(moment, timezone.now()).timestamp()) if moment else None
    response: Any = get_conditional_response(request, etag=tag, last_modified=changed) or make()
    response["ETag"] = tag
    if changed is not None:
        response["Last-Modified"] = http_date(changed)
    return response


def told(response: Any, audience: Audience, *, negotiated: bool = False) -> Any:
    """Says who may keep the answer: anybody who asks again each time, or nobody when it was for one reader."""
    patch_vary_headers(response, ("Accept", "Cookie") if negotiated else ("Cookie",))
    response["Cache-Control"] = "no-cache" if audience == PUBLIC else "private, no-store"
    return response
