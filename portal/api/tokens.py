"""`Authorization: Bearer bouture_…`: the one place where a program's token is read (RFC 6750), never from an address, a form or a cookie.

With a token the session of the browser is not looked at, so that nothing is done in the name of who happens to be logged in, and no
form token is asked. It opens the addresses for programs alone.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import patch_vary_headers

from catalogue.accounts import tokens
from catalogue.auditing import Through, acting
from catalogue.auditing.acting import now
from portal.api.http import problem

OPEN: Final = ("portal.api.", "portal.pages.originals")  # whose views a token may ask
MARK: Final = "api_token"


class Tokens:
    """A middleware: `request.user` becomes the token's person, held to what the token may do; `request.api_token` says which."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        scheme, _, text = request.headers.get("Authorization", "").partition(" ")
        text = text.strip()
        if scheme.lower() != "bearer" or not text.startswith(tokens.PREFIX):
            return self._get_response(request)
        found = tokens.find(text)
        if found is None:
            return refused()
        request.user = tokens.speaker(found)
        setattr(request, MARK, found)
        # What a form's token protects from is a browser that sends its cookie along; none is read here.
        request._dont_enforce_csrf_checks = True  # type: ignore[attr-defined]  # noqa: SLF001
        with acting(Through.TOKEN, f"jeton {found.start}…", now().request):
            response = self._get_response(request)
        response["Cache-Control"] = "private, no-store"
        patch_vary_headers(response, ["Authorization"])
        return response

    def process_view(self, request: HttpRequest, view: Callable[..., Any], *_: Any) -> HttpResponse | None:
        if hasattr(request, MARK) and not view.__module__.startswith(OPEN):
            return problem(
                403,
                "Adresse réservée aux personnes",
                "Un jeton ouvre les adresses des programmes (/api/, /catalogue, /id/…). Ouvrez cette page dans un navigateur, en vous connectant.",
            )
        return None


def refused() -> HttpResponse:
    """The same for a token that never was, is revoked or too old, or whose account is closed."""
    answer = problem(
        401,
        "Jeton refusé",
        "Ce jeton n’existe pas, n’existe plus ou a expiré. Faites-en un autre sur « Mon compte », puis donnez-le dans l’en-tête Authorization.",
    )
    answer["WWW-Authenticate"] = 'Bearer error="invalid_token"'
    answer["Cache-Control"] = "no-store"
    return answer
