"""How often one source may ask for what costs: 429 (RFC 6585 §4) beyond, until the minute ends.

Counted in the memory of each process, so that it costs microseconds and no server of ours can fail for it: with two processes
a source has between one and two times what is said here. Only addresses of the public internet are counted: behind a proxy that is
not trusted (`BOUTURE_TRUST_PROXY`) everybody comes from this machine, and nobody must be refused for the others.
"""

from __future__ import annotations

import ipaddress
import threading
from collections.abc import Callable
from time import time
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.template.loader import render_to_string

from portal.api.http import problem
from portal.api.tokens import MARK
from portal.pages.accounts.attempts import client_address, network_of

MINUTE: Final = 60  # seconds
MOST: Final = 50_000  # sources that are counted at once; those that come later in that minute are not
KNOWN: Final = 4  # times as much for whoever says who they are: a person, or a token

# What one source may ask in a minute. A town hall, a school, is one source: each is what forty people do without hurry.
LIMITS: Final = {"search": 600, "rows": 400, "export": 60, "form": 60, "write": 600}
COSTS: Final = {
    **dict.fromkeys(("search", "api_search", "search_feed", "proposals", "suggestions", "similar"), "search"),
    **dict.fromkeys(("rows", "table", "table_embed", "table_preview", "side_by_side"), "rows"),
    **dict.fromkeys(("rows_as", "dump", "observations_as", "national_layout", "indicator_figures"), "export"),
    **dict.fromkeys(("indicator_drawing", "trail_as", "original", "deposit", "feed_dump"), "export"),
}
SAFE: Final = ("GET", "HEAD", "OPTIONS")


class Minute:
    """What each source asked in this minute."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._at = 0
        self._counts: dict[tuple[str, str], int] = {}

    def counted(self, source: str, cost: str, now: float) -> int:
        """How many times, this one included."""
        minute = int(now // MINUTE)
        with self._lock:
            if minute != self._at:
                self._at, self._counts = minute, {}
            count = self._counts.get((source, cost), 0) + 1
            if count > 1 or len(self._counts) < MOST:
                self._counts[source, cost] = count
            return count


class Limits:
    """A middleware, after those that say who asks."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._answer = get_response
        self._minute = Minute()

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self._answer(request)

    def process_view(self, request: HttpRequest, view: Callable[..., Any], *_: Any) -> HttpResponse | None:
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
        if self._minute.counted(source, cost, now) <= LIMITS[cost] * times * settings.BOUTURE_LIMITS:
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
    said = "Trop de demandes sont venues d’ici en une minute. Attendez une minute, puis reprenez plus lentement."
    if not for_programs:
        return HttpResponse(render_to_string("429.html", {"said": said}), status=429)
    answer = problem(429, "Trop de demandes", said)
    answer["Access-Control-Allow-Origin"] = "*"
    return answer
