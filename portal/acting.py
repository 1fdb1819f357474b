"""Says around each request that asks for an effect through what it is done, and gives it a number for the journals."""

from __future__ import annotations

import secrets
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from catalogue.auditing import Through, acting

SAFE = ("GET", "HEAD", "OPTIONS")


class ActingMiddleware:
    """A page that only shows costs nothing. What a client says of a request's number never counts."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._answer = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method in SAFE:
            return self._answer(request)
        number = secrets.token_hex(8)
        through = Through.TOKEN if hasattr(request, "api_token") else Through.PAGE
        with acting(through, request=number):
            response = self._answer(request)
        response.headers["X-Request-ID"] = number
        return response
