"""The one door to the provider: short answers, few seconds, no redirect, no proxy of the environment.

The issuer is named by the administrator in the environment, so its address may be private, as that of a hub's own provider.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

import httpx
from django.utils.translation import gettext_noop

from portal.openid import Unreachable, Untrue

LONGEST: Final = 10.0  # seconds
LARGEST: Final = 256 * 1024  # bytes
LATER: Final = gettext_noop(
    "Le service d’identification ne répond pas. Réessayez dans quelques minutes, ou connectez-vous avec votre mot de passe."
)
BADLY: Final = gettext_noop(
    "Le service d’identification a refusé la connexion. Recommencez ; si cela dure, prévenez l’administrateur du portail."
)


def get_json(address: str) -> dict[str, Any]:
    return as_json(_asked("GET", address).content)


def post_form(address: str, fields: Mapping[str, str], basic: tuple[str, str] | None) -> dict[str, Any]:
    """`basic`: identifier and secret for the header, None when they are among the fields."""
    return as_json(_asked("POST", address, data=dict(fields), auth=basic).content)


def get_bearer(address: str, token: str) -> tuple[str, bytes]:
    """Media type and body."""
    found = _asked(
        "GET", address, headers={"Authorization": f"Bearer {token}", "Accept": "application/jwt, application/json"}
    )
    return found.headers.get("content-type", "").partition(";")[0].strip().lower(), found.content


def as_json(content: bytes) -> dict[str, Any]:
    try:
        found = json.loads(content)
    except ValueError as error:
        raise Unreachable(LATER) from error
    if not isinstance(found, dict):
        raise Unreachable(LATER)
    return found


def _asked(method: str, address: str, **more: Any) -> httpx.Response:
    try:
        with httpx.Client(timeout=LONGEST, trust_env=False) as client, client.stream(method, address, **more) as found:
            content = b""
            for piece in found.iter_bytes():
                content += piece
                if len(content) > LARGEST:
                    raise Unreachable(LATER)
            if 400 <= found.status_code < 500:
                raise Untrue(BADLY)
            if found.status_code != 200:
                raise Unreachable(LATER)
            return httpx.Response(200, headers=_plain(found.headers), content=content)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise Unreachable(LATER) from error


def _plain(headers: httpx.Headers) -> dict[str, str]:
    """Without what was true of the bytes of the network alone."""
    return {"content-type": headers.get("content-type", "")}
