"""What an instance says of itself at `/.well-known/bouture`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlsplit

from django.utils import timezone

from catalogue import keys
from catalogue.dcat.literals import CONTROL
from catalogue.signing import Message
from harvesters.base import Answer, Refused, Unreadable
from harvesters.describing import sound
from harvesters.peers.models import PeerFeed

CARD: Final = ".well-known/bouture"
LARGEST: Final = 2**20  # bytes
MOST: Final = 16  # keys of one instance
MOST_PLACES: Final = 5_000  # beginnings of addresses that it declares to harvest
BROKEN: Final = "La carte de l’instance ({}) ne se lit pas : {}. Prévenez l’instance."
ELSEWHERE: Final = "L’instance se dit à {}, et nous la suivons à {} : suivez-la à l’adresse qu’elle donne, ou prévenez son gestionnaire."
Jwk = dict[str, str]


@dataclass(frozen=True)
class Card:
    """`prefix` ends with "/"; the keys are those that are well formed; `says`: what `_says` makes of the rest."""

    prefix: str
    keys: tuple[Jwk, ...]
    harvests: tuple[str, ...]
    message: Message
    says: dict[str, Any]


def address_of(feed: str) -> str:
    """Where the card of the instance is whose feed is at this address."""
    base, found, _ = feed.partition("/flux")
    if not found:
        parts = urlsplit(feed)
        base = f"{parts.scheme}://{parts.netloc}"
    return f"{base}/{CARD}"


def message_of(answer: Answer) -> Message:
    return Message(answer.url, answer.status, answer.fields, answer.sha256)


def read(answer: Answer, feed: str) -> Card:
    """Raises Unreadable for what is no card, Refused for that of an instance that says it is elsewhere."""
    try:
        if answer.size > LARGEST:
            raise ValueError(f"plus de {LARGEST // 2**20} Mio")
        said = json.loads(answer.path.read_bytes())
        url, announced, places = str(said["url"]), said["keys"], said.get("harvests", [])
        if not isinstance(announced, list) or not isinstance(places, list):
            raise TypeError("keys, harvests")
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise Unreadable(BROKEN.format(answer.url, error)) from error
    prefix = url.rstrip("/") + "/"
    if not feed.startswith(prefix):
        raise Refused(ELSEWHERE.format(url[:200], feed))
    found = tuple(jwk for jwk in map(_jwk, announced[:MOST]) if jwk)
    harvests = tuple(place for place in places[:MOST_PLACES] if isinstance(place, str) and place_fine(place))
    return Card(prefix, found, harvests, message_of(answer), _says(said))


def keep(card: Card, feed: PeerFeed) -> None:
    """In the row of the feed, not saved: its keys, since when each is known, and what it says of itself."""
    now = timezone.now().isoformat(timespec="seconds")
    since = {jwk["kid"]: jwk.get("since", "") for jwk in feed.keys}
    feed.keys = [jwk | {"since": since.get(jwk["kid"], now)} for jwk in card.keys]
    feed.harvests, feed.card, feed.seen = list(card.harvests), card.says | {"at": now}, []


def place_fine(place: str) -> bool:
    """A beginning of addresses that ends where a name ends: « https://ville.fr » would be that of « https://ville.fr.mechant.example »."""
    try:
        parts = urlsplit(place)
    except ValueError:
        return False
    named = parts.scheme in ("http", "https") and bool(parts.netloc) and place.endswith("/")
    return named and place.isprintable() and len(place) <= 2_000


def valid(announced: tuple[Jwk, ...] | list[Jwk], now: datetime) -> dict[str, str]:
    """kid -> public key, of those that still are."""
    return {jwk["kid"]: jwk["x"] for jwk in announced if _lasts(jwk, now)}


def _says(said: Mapping[str, Any]) -> dict[str, Any]:
    """Its software, its version, and how much it withholds: short texts and counts, whatever was written there."""
    policy = said.get("policy")
    held = policy if isinstance(policy, dict) else {}
    themes = held.get("themes")
    counts: dict[str, Any] = {"themes": len(themes) if isinstance(themes, list) else 0}
    for name in ("organisations", "records"):
        count = held.get(name)
        counts[name] = count if type(count) is int and 0 <= count < 10**9 else 0
    texts = {name: said.get(name) for name in ("software", "version")}
    shown = {name: CONTROL.sub("", sound(text))[:40] for name, text in texts.items() if isinstance(text, str)}
    return shown | {"withheld": counts}


def _lasts(jwk: Mapping[str, str], now: datetime) -> bool:
    return not jwk.get("until") or datetime.fromisoformat(jwk["until"]) > now


def _jwk(said: Any) -> Jwk | None:
    """None for what is no Ed25519 key under its own name (RFC 8037)."""
    if not isinstance(said, dict) or (said.get("kty"), said.get("crv")) != ("OKP", "Ed25519"):
        return None
    public, until = said.get("x"), said.get("until")
    if (
        not isinstance(public, str)
        or len(keys.decoded(public)) != keys.LENGTH
        or said.get("kid") != keys.thumbprint(public)
    ):
        return None
    try:
        if until is not None and datetime.fromisoformat(until).tzinfo is None:
            return None
    except (TypeError, ValueError):
        return None
    made = {"kty": "OKP", "crv": "Ed25519", "x": public, "kid": said["kid"]}
    return made | ({"until": until} if until else {})
