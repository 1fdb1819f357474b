"""The server that sends our messages, from one address: smtp://, smtp+tls:// (STARTTLS), smtps:// (TLS from the start)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from portal.environment import Environment

PORTS: Final = {"smtp": 25, "smtp+tls": 587, "smtps": 465}
NEAR: Final = ("127.0.0.1", "localhost", "::1")
EXAMPLE: Final = "Écrivez par exemple BOUTURE_MAIL_URL=smtp+tls://compte:secret@smtp.exemple.fr:587"


@dataclass(frozen=True)
class MailServer:
    """`host` is "" when nothing can be sent."""

    host: str = ""
    port: int = 25
    user: str = ""
    password: str = ""
    ssl: bool = False
    starttls: bool = False
    sender: str = "personne@localhost"

    @classmethod
    def read(cls, env: Environment, url: str, sender: str) -> MailServer:
        """Tells `env` what is wrong; the values may hold a password and are not repeated."""
        if not url:
            if sender:
                env.doubtful("W005", "BOUTURE_MAIL_FROM est donnée sans BOUTURE_MAIL_URL : rien ne partira.", EXAMPLE)
            return cls()
        try:
            parts = urlsplit(url)
            port = parts.port or PORTS[parts.scheme]
        except (ValueError, KeyError):
            parts, port = urlsplit(""), 0
        if not parts.hostname or parts.path not in ("", "/") or parts.query or parts.fragment:
            env.wrong("E010", "BOUTURE_MAIL_URL n'est pas l'adresse d'un serveur de messagerie.", EXAMPLE)
            return cls()
        try:
            validate_email(sender)
        except ValidationError:
            env.wrong(
                "E011",
                "BOUTURE_MAIL_FROM n'est pas une adresse électronique, et BOUTURE_MAIL_URL en demande une.",
                "Écrivez par exemple BOUTURE_MAIL_FROM=donnees@exemple.fr",
            )
            return cls()
        if parts.password and parts.scheme == "smtp" and parts.hostname not in NEAR:
            env.doubtful(
                "W004",
                "BOUTURE_MAIL_URL envoie un mot de passe en clair sur le réseau.",
                "Écrivez smtp+tls:// (port 587) ou smtps:// (port 465) à la place de smtp://.",
            )
        return cls(
            host=parts.hostname,
            port=port,
            user=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
            ssl=parts.scheme == "smtps",
            starttls=parts.scheme == "smtp+tls",
            sender=sender,
        )
