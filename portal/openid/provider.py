"""What is asked of the provider, and what of its answers is believed (OpenID Connect Core 1.0, §3.1; RFC 7636; RP-Initiated Logout 1.0)."""

from __future__ import annotations

import base64
import hashlib
import logging
import secrets
import time
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

from django.conf import settings
from django.utils.translation import gettext_noop

from portal.openid import NotConfigured, OpenIDError, Untrue, asking
from portal.openid.asking import BADLY

if TYPE_CHECKING:
    from joserfc.jwk import KeySet

logger = logging.getLogger(__name__)
ALGORITHMS: Final = ["RS256", "PS256", "ES256", "ES384", "RS384", "RS512"]
SKEW: Final = 60  # seconds between two clocks
KEPT: Final = 3600  # seconds: what the provider says of itself
AGAIN: Final = 30  # seconds between two looks at its keys, when one is unknown
NEEDED: Final = ("authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri")


@dataclass(frozen=True)
class Start:
    """What the session remembers of a log-in that went to the provider."""

    state: str
    nonce: str
    verifier: str
    then: str
    since: float


@dataclass(frozen=True)
class Identity:
    """Who the provider says it is. `siret`: 14 digits, "" when it says none."""

    issuer: str
    subject: str
    email: str
    first_name: str
    last_name: str
    siret: str
    unit: str
    id_token: str


def configured() -> bool:
    return bool(settings.BOUTURE_OIDC_ISSUER)


def start(then: str) -> Start:
    return Start(secrets.token_urlsafe(24), secrets.token_urlsafe(24), secrets.token_urlsafe(48), then, time.time())


def address_for(begun: Start, back: str) -> str:
    """Where the person goes; `back`: our own address that they come back to."""
    challenge = base64.urlsafe_b64encode(hashlib.sha256(begun.verifier.encode()).digest()).rstrip(b"=").decode()
    asked = {
        "response_type": "code",
        "client_id": settings.BOUTURE_OIDC_CLIENT_ID,
        "redirect_uri": back,
        "scope": settings.BOUTURE_OIDC_SCOPES,
        "state": begun.state,
        "nonce": begun.nonce,
        "code_challenge": challenge,
        "code_challenge_method": "S256",
    }
    return f"{_said()['authorization_endpoint']}?{urlencode(asked)}"


def identity_of(code: str, begun: Start, back: str) -> Identity:
    """From the code that came back. Untrue when a signature, an audience, a date, the nonce or the subject is not right."""
    given = _exchanged(code, begun, back)
    raw, access = given.get("id_token"), given.get("access_token")
    if not isinstance(raw, str) or not isinstance(access, str):
        raise _untrue("no id_token or no access_token")
    claims = _believed(raw, "id_token")
    if not secrets.compare_digest(str(claims.get("nonce", "")), begun.nonce):
        raise _untrue("another nonce")
    media, body = asking.get_bearer(_said()["userinfo_endpoint"], access)
    told = (
        _believed(body.decode("ascii", "replace"), "userinfo") if media == "application/jwt" else asking.as_json(body)
    )
    if not claims.get("sub") or told.get("sub") != claims["sub"]:
        raise _untrue("another subject")
    return _identity(told, raw)


def goodbye(id_token: str, back: str) -> str:
    """Where the session of the provider ends too; "" when it has no such address."""
    try:
        address = _said().get("end_session_endpoint", "")
    except OpenIDError:
        return ""
    asked = {"id_token_hint": id_token, "post_logout_redirect_uri": back, "state": secrets.token_urlsafe(24)}
    return f"{address}?{urlencode(asked)}" if address else ""


def _exchanged(code: str, begun: Start, back: str) -> dict[str, Any]:
    fields = {"grant_type": "authorization_code", "code": code, "redirect_uri": back, "code_verifier": begun.verifier}
    name, secret = settings.BOUTURE_OIDC_CLIENT_ID, settings.BOUTURE_OIDC_CLIENT_SECRET
    ways = _said().get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
    if "client_secret_post" in ways:
        return asking.post_form(_said()["token_endpoint"], {**fields, "client_id": name, "client_secret": secret}, None)
    return asking.post_form(_said()["token_endpoint"], fields, (name, secret))


def _identity(told: dict[str, Any], id_token: str) -> Identity:
    def text(*names: str) -> str:
        found = next((told[name] for name in names if isinstance(told.get(name), str)), "")
        return " ".join(found.replace("\x00", "").split())[:150]

    siret = "".join(text("siret").split())
    return Identity(
        issuer=settings.BOUTURE_OIDC_ISSUER,
        subject=text("sub"),
        email=text("email").lower(),
        first_name=text("given_name"),
        last_name=text("usual_name", "family_name"),
        siret=siret if len(siret) == 14 and siret.isascii() and siret.isdecimal() else "",
        unit=text("organizational_unit"),
        id_token=id_token,
    )


def _believed(token: str, what: str) -> dict[str, Any]:
    """The claims of a signed token, once its signature, issuer, audience and dates are right."""
    from joserfc import jwt  # nine MiB with cryptography: for whoever logs in this way
    from joserfc.errors import JoseError

    try:
        try:
            found = jwt.decode(token, _keys(_epoch(KEPT)), algorithms=ALGORITHMS)
        except (JoseError, ValueError):  # the provider may have changed its keys
            found = jwt.decode(token, _keys(_epoch(AGAIN)), algorithms=ALGORITHMS)
    except (JoseError, ValueError) as error:
        raise _untrue(f"{what}: {type(error).__name__}") from error
    claims = dict(found.claims)
    audience = claims.get("aud")
    audiences = audience if isinstance(audience, list) else [audience]
    if claims.get("iss") != _said()["issuer"] or settings.BOUTURE_OIDC_CLIENT_ID not in audiences:
        raise _untrue(f"{what}: not ours")
    if len(audiences) > 1 and claims.get("azp") != settings.BOUTURE_OIDC_CLIENT_ID:
        raise _untrue(f"{what}: for several")
    now, ends = time.time(), claims.get("exp")
    # A signed userinfo need not say dates; an id_token must (Core §2).
    if (what == "id_token" and not isinstance(ends, int)) or (isinstance(ends, int) and ends < now - SKEW):
        raise _untrue(f"{what}: too old")
    return claims


def _untrue(why: str) -> Untrue:
    logger.warning("connexion par un service d’identification refusée : %s", why)
    return Untrue(BADLY)


def _epoch(seconds: int) -> tuple[int, int]:
    """Changes every so many seconds: what is kept under it is asked again then."""
    return seconds, int(time.time()) // seconds


def _said() -> dict[str, Any]:
    if not configured():
        raise NotConfigured(
            gettext_noop("Ce portail n’a pas de service d’identification. Connectez-vous avec votre mot de passe.")
        )
    return _discovered(settings.BOUTURE_OIDC_ISSUER, _epoch(KEPT))


@lru_cache(maxsize=2)
def _discovered(issuer: str, _: tuple[int, int]) -> dict[str, Any]:
    found = asking.get_json(f"{issuer}/.well-known/openid-configuration")
    if str(found.get("issuer")).rstrip("/") != issuer or not all(isinstance(found.get(name), str) for name in NEEDED):
        raise _untrue("its own description")
    return found


def _keys(epoch: tuple[int, int]) -> KeySet:
    return _key_set(_said()["jwks_uri"], epoch)


@lru_cache(maxsize=4)
def _key_set(address: str, _: tuple[int, int]) -> KeySet:
    from joserfc.jwk import KeySet

    found = asking.get_json(address)
    return KeySet.import_key_set({"keys": [key for key in found.get("keys", []) if key.get("use", "sig") == "sig"]})
