"""What an answer other than a document means, and what to do about it, in French."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from catalogue.sizes import in_words
from harvesters.base import HarvestError, Misasked, Refused, TryLater, Unreadable

PASSING = frozenset({408, 425, 429})
# What is wrong with a certificate, by the codes of OpenSSL's X509_verify_cert_error_string.
CERTIFICATES = {
    9: "certificat pas encore valable",
    10: "certificat périmé",
    18: "certificat que le serveur s’est fait lui-même",
    19: "certificat d’une autorité inconnue",
    20: "certificat d’une autorité inconnue, ou chaîne incomplète",
    21: "chaîne de certificats incomplète",
    23: "certificat révoqué",
    62: "certificat d’un autre nom",
    64: "certificat d’une autre adresse",
}


def seconds(retry_after: str) -> float | None:
    """Retry-After (RFC 9110 §10.2.3): a number of seconds or a date. None when absent or unreadable; never negative."""
    text = retry_after.strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, OverflowError):  # a time zone of years
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())


def refusal(url: str, status: int, retry_after: str) -> HarvestError:
    """The error to raise for a status that brings no document."""
    if status == 429:
        wait = seconds(retry_after)
        when = f"dans {int(wait) + 1} s" if wait is not None else "plus tard"
        return TryLater(
            f"{url} reçoit trop de demandes (HTTP 429). Réessayez {when} ou moissonnez moins souvent.", wait
        )
    if status >= 500 or status in PASSING:
        return TryLater(
            f"{url} est en panne ou en maintenance (HTTP {status}). Rien n'a changé ici ; réessayez plus tard.",
            seconds(retry_after),
        )
    if status in (404, 410):
        return Unreadable(
            f"{url} n'existe pas ou n'existe plus (HTTP {status}). Cherchez la bonne adresse sur le site d'origine."
        )
    if status == 400:
        return Misasked(
            f"{url} ne comprend pas ce que nous lui demandons (HTTP 400). Vérifiez l'adresse et les options de la source."
        )
    if status in (401, 403, 407):
        return Unreadable(
            f"{url} demande une autorisation (HTTP {status}). Donnez une adresse publique, "
            "ou demandez l'accès au gestionnaire de la source."
        )
    return Unreadable(
        f"{url} ne donne pas de document (HTTP {status}). Ouvrez cette adresse et vérifiez ce qu'elle répond."
    )


def too_big(url: str, limit: int) -> Refused:
    return Refused(
        f"{url} dépasse la taille permise ({in_words(limit)}). Demandez au gestionnaire de la source de le donner en "
        "plusieurs morceaux, ou à l'administrateur du serveur de relever la limite.",
        fault="size",
    )
