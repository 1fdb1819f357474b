"""Signs an answer with the keys of the instance, once it is whole (`catalogue.signing`)."""

from __future__ import annotations

import logging
from collections.abc import Iterable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from catalogue import keys, signing
from portal.api.http import problem

LOG = logging.getLogger(__name__)


def with_signature(request: HttpRequest, response: HttpResponse, by: Iterable[keys.Key] | None = None) -> HttpResponse:
    """The answer with its signature; 503 when our keys cannot be read, since who follows us would refuse it anyway.

    Only what says something is signed: of a 304 the follower keeps what it verified. `by`: the current key unless told.
    """
    if response.status_code != 200:
        return response
    target = settings.BOUTURE_URL + request.get_full_path()
    try:
        made = by if by is not None else [keys.current()]
        fields = signing.signed(response.content, response.status_code, response["Content-Type"], target, made)
    except keys.KeyUnavailable as error:
        LOG.error("Le flux n’est pas signé : %s", error.message)
        return problem(
            503,
            "Flux non signé",
            "Les clés de cette instance ne se lisent pas : son flux attend qu’elles soient remises. Prévenez qui la gère.",
        )
    for name, value in fields.items():
        response[name] = value
    return response
