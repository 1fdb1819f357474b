"""Where the feed of an instance is, when somebody gives the address of the instance or of its feed."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from harvesters.base import Unreadable
from harvesters.http import Client, Limits
from harvesters.models import HarvestSource
from harvesters.pace import book
from harvesters.registry import BadSource, agent, host_of
from harvesters.sources import KINDS, kind_of
from harvesters.sources.peer import Peer

FEED: Final = "flux/"  # where an instance of this product has it, below its own address
# Somebody waits for the answer: a feed that cannot be read in that time is no feed to follow now.
BRIEF: Final = Limits(max_bytes=4 * 2**20, connect=3, read=5, total=12, delay=0, retries=0)
NO_FEED: Final = gettext_noop(
    "Il n’y a pas de flux à {address}. Donnez l’adresse d’une instance (https://donnees.ville.fr/) ou celle de son flux "
    "(https://donnees.ville.fr/flux/). Un catalogue sans flux se suit par les moissons."
)
OURS: Final = gettext_noop("Cette adresse est celle de ce portail : une instance ne se suit pas elle-même.")


def brief_client(source: HarvestSource) -> Client:
    """As `registry.client_for`, for one question that somebody waits for."""
    named = {host_of(source.key)} & set(settings.BOUTURE_PRIVATE_HOSTS)
    return Client(frozenset({*source.trusted, *named}), BRIEF, agent(), pace=book)


def feed_at(address: str, client: Client) -> str:
    """The address of the feed that is there, or below. Raises BadSource when there is none, TryLater when nobody answers,
    Refused for an address that is not to be asked."""
    if host_of(address) == host_of(settings.BOUTURE_URL):
        raise BadSource(_(OURS))
    for candidate in _candidates(address):
        try:
            answer = client.fetch(candidate, accept=KINDS[Peer.kind].accept)
        except Unreadable:  # no such page: perhaps the next
            continue
        if kind_of(answer, candidate) == Peer.kind:
            return answer.url or candidate
    raise BadSource(_(NO_FEED).format(address=address[:200]))


def _candidates(address: str) -> list[str]:
    """The feed of an instance first when its own address was given: its front page is heavier, and for people."""
    bare = address if address.endswith("/") else f"{address}/"
    if urlsplit(address).path in ("", "/"):
        return [bare + FEED, address]
    return [address, bare + FEED]
