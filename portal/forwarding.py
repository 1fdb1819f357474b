"""A proxy that holds the certificate must say how it was asked (`BOUTURE_TRUST_PROXY`), else what came on https is sent on to https for ever.

Two ways it goes wrong. It says nothing: `X-Forwarded-Proto` is absent, which is told at once. Or it says http of what came on
https (two proxies, the second asked in clear by the first): a cookie goes with the first redirection that a browser keeps, and
gives back, on https alone (RFC 6265bis, "Leave Secure Cookies Alone"; its prefix keeps others from setting it in clear). If it
comes back with what is said to be in clear, it was not. Programs without cookies see the redirections that they saw before.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase

HEADER: Final = "X-Forwarded-Proto"
COOKIE: Final = "__Secure-https"
LIVES: Final = 60  # seconds
ABSENT: Final = "n’en dit rien : l’en-tête X-Forwarded-Proto est absent"
WRONG: Final = "dit « {said} » dans X-Forwarded-Proto d’une demande qui est venue en https"
TEXT: Final = """Ce portail ne peut pas répondre : le serveur mandataire (proxy) placé devant lui doit dire s’il a été demandé en https, et {fault}.

Pour qui administre ce portail :

  nginx    proxy_set_header X-Forwarded-Proto $scheme;
  Apache   RequestHeader set X-Forwarded-Proto expr=%{{REQUEST_SCHEME}}
  HAProxy  http-request set-header X-Forwarded-Proto https if {{ ssl_fc }}
  Caddy    rien à écrire

Derrière deux serveurs mandataires, le second doit passer ce que le premier a dit. Sans serveur mandataire qui le dise, retirez
BOUTURE_TRUST_PROXY. Rien n’est perdu : il suffit de recharger la page ensuite. Voir docs/operations.md, « Behind a proxy ».
"""
logger = logging.getLogger(__name__)


class Forwarded:
    """A middleware, before the one that sends on to https."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._answer = get_response
        self._exempt = [re.compile(pattern) for pattern in settings.SECURE_REDIRECT_EXEMPT]
        self._told = ""

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not (settings.BOUTURE_TRUST_PROXY and settings.SECURE_SSL_REDIRECT) or self._goes_through(request):
            return self._answer(request)
        fault = _fault(request)
        if fault:
            return self._explained(fault)
        response = self._answer(request)
        if isinstance(response, HttpResponse) and response.status_code == 301:
            response.set_cookie(COOKIE, "1", max_age=LIVES, secure=True, httponly=True, samesite="Lax")
            response["Cache-Control"] = "no-store"  # kept by a browser, it would outlive the fault
        return response

    def _goes_through(self, request: HttpRequest) -> bool:
        return request.is_secure() or any(pattern.search(request.path.lstrip("/")) for pattern in self._exempt)

    def _explained(self, fault: str) -> HttpResponse:
        if fault != self._told:  # once a process, not once a visitor
            self._told = fault
            logger.error("BOUTURE_TRUST_PROXY : le serveur mandataire %s (docs/operations.md)", fault)
        answer = HttpResponse(TEXT.format(fault=fault), status=503, content_type="text/plain; charset=utf-8")
        answer["Cache-Control"] = "no-store"
        answer["X-Content-Type-Options"] = "nosniff"
        return answer


def _fault(request: HttpRequest) -> str:
    """What the proxy does wrong, as the end of a sentence; "" when it is not known to."""
    said = request.headers.get(HEADER, "").strip()
    if not said:
        return ABSENT
    return WRONG.format(said=said[:40]) if COOKIE in request.COOKIES else ""
