"""How often one source may ask for what costs: 429 (RFC 6585 §4) beyond, until the minute ends.

Counted once for all processes of a machine (`portal.counts`), so that it costs microseconds and no server of ours can fail for it;
what each address costs is in `portal.costs`. Only addresses of the public internet are counted: behind a proxy that is
not trusted (`BOUTURE_TRUST_PROXY`) everybody comes from this machine, and nobody must be refused for the others.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from time import time
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from portal import counts
from portal.api.http import problem
from portal.api.tokens import MARK
from portal.costs import COSTS, LIMITS
from portal.pages.accounts.attempts import client_address, network_of

MINUTE: Final = 60  # seconds
KNOWN: Final = 4  # times as much for whoever says who they are: a person, or a token

TOO_MANY: Final = gettext_noop(
    "Trop de demandes sont venues d’ici en une minute. Attendez une minute, puis reprenez plus lentement."
)
SAFE: Final = ("GET", "HEAD", "OPTIONS")


class Limits:
    """A middleware, after those that say who asks."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._answer = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self._answer(request)

    def process_view(self, request: HttpRequest, view: Callable[..., Any], *_args: Any) -> HttpResponse | None:
        match = request.resolver_match
        if match and request.method in SAFE:
            cost = COSTS.get(match.url_name or "", "")
        else:
            cost = "write" if hasattr(request, MARK) else "form"
        if not cost or not settings.BOUTURE_LIMITS:
            return None
        source, times = _source(request)
        if not source:
            return None
        now = time()
        end = (now // MINUTE + 1) * MINUTE
        count = counts.of_machine("limits").add(f"{cost} {source}", end, now=now)
        if count <= LIMITS[cost] * times * settings.BOUTURE_LIMITS:
            return None
        answer = _too_many(for_programs=view.__module__.startswith("portal.api."))
        answer["Retry-After"] = str(MINUTE - int(now % MINUTE))
        answer["Cache-Control"] = "private, no-store"
        return answer


def _source(request: HttpRequest) -> tuple[str, int]:
    """Who asks, and how many times what a stranger may; "" for who is not counted."""
    address = client_address(request)
    if not _public(address):
        return "", 1
    token = getattr(request, MARK, None)
    if token is not None:
        return f"token {token.pk}", KNOWN
    if settings.SESSION_COOKIE_NAME in request.COOKIES and request.user.is_authenticated:
        return f"user {request.user.pk}", KNOWN
    return network_of(address), 1


def _public(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_global
    except ValueError:
        return False


def _too_many(*, for_programs: bool) -> HttpResponse:
    if not for_programs:
        return HttpResponse(render_to_string("429.html", {"said": _(TOO_MANY)}), status=429)
    answer = problem(429, "Trop de demandes", TOO_MANY)
    answer["Access-Control-Allow-Origin"] = "*"
    return answer
