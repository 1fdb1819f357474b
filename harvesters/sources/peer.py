"""Another instance, by its feed: a DCAT-AP Feed, as this portal gives one and as any other may."""

from __future__ import annotations

from collections.abc import Iterator

from catalogue.spoken import gettext_noop
from harvesters.base import Fetched, Harvester, Page

STREAM = "w3id.org/ldes#"
TREE, ACTIVITIES = "w3id.org/tree#", "www.w3.org/ns/activitystreams"


class Peer(Harvester):
    """What it tells is read by `harvesters.peers`."""

    kind = "peer"
    label = gettext_noop("Flux d’une autre instance (DCAT-AP Feeds)")
    address_help = gettext_noop("l’adresse du flux d’une autre instance, souvent « /flux/ »")
    reads = (
        "the feed of another instance, of this product or of any that speaks DCAT-AP Feeds (LDES, TREE, ActivityStreams) in "
        "TriG, JSON-LD or N-Quads: see [peers.md](peers.md)"
    )
    seen_live = False
    tells_changes = True
    accept = "application/trig, application/n-quads;q=0.9, application/ld+json;q=0.8, */*;q=0.1"

    @classmethod
    def recognises(cls, head: str, address: str) -> bool:
        return STREAM in head or (TREE in head and ACTIVITIES in head)

    def read(self, fetched: Fetched) -> Iterator[Page]:
        """No page of records: a feed gives activities."""
        yield from ()
