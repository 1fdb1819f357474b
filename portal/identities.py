"""The provider of identities of an instance, from its environment: `BOUTURE_OIDC_ISSUER` and what goes with it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from portal.environment import Environment

# Those of ProConnect; a provider that has other words for them is told in BOUTURE_OIDC_SCOPES.
SCOPES: Final = "openid email given_name usual_name siret organizational_unit idp_id"
ISSUER: Final = "https://auth.agentconnect.gouv.fr/api/v2"
NEAR: Final = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True)
class ProviderSettings:
    """`issuer` is "" where people log in with a password alone. `origins`: whom a log-out may be sent on to."""

    issuer: str = ""
    client: str = ""
    secret: str = ""
    origins: tuple[str, ...] = ()

    @classmethod
    def read(cls, env: Environment, issuer: str, client: str, secret: str) -> ProviderSettings:
        """Tells `env` what is wrong; no value is repeated. A secret that begins with a slash is the path of its file."""
        if not issuer:
            return cls()
        parts = urlsplit(issuer)
        if parts.scheme == "http" and parts.hostname not in NEAR:
            env.wrong(
                "E016", "BOUTURE_OIDC_ISSUER n'est pas chiffrée.", f"Écrivez par exemple BOUTURE_OIDC_ISSUER={ISSUER}"
            )
            return cls()
        secret = _from_file(secret) if secret.startswith(("/", "~")) else secret
        if not client or not secret:
            env.wrong(
                "E017",
                "BOUTURE_OIDC_ISSUER est donnée sans identifiant, ou sans secret qui se lise.",
                "Donnez BOUTURE_OIDC_CLIENT_ID, et BOUTURE_OIDC_CLIENT_SECRET ou son fichier dans BOUTURE_OIDC_CLIENT_SECRET_FILE.",
            )
            return cls()
        return cls(issuer, client, secret, (f"{parts.scheme}://{parts.netloc}",))


def _from_file(path: str) -> str:
    try:
        return Path(path).expanduser().read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return ""
