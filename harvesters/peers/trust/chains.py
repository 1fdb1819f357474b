"""The chains of the records that were replicated: which instances each went through to come here, the nearest first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from urllib.parse import urlsplit
from uuid import UUID

from catalogue.batching import batches
from harvesters.models import HarvestRecord, HarvestSource, PeerFeed, PeerObject
from harvesters.peers.trust.provenance import Chain
from harvesters.sources.peer import Peer

MANY = 500  # addresses asked for at once


def chains(records: Collection[UUID]) -> dict[UUID, Chain]:
    """Of those of these records that a feed speaks for; two questions a feed, and one."""
    rows = HarvestRecord.objects.filter(record__in=records, follows=False, gone_at=None, source__kind=Peer.kind)
    found = [row for row in rows.select_related("source").order_by("-pk") if row.record]
    by_source: dict[HarvestSource, list[HarvestRecord]] = defaultdict(list)
    for row in found:
        by_source[row.source].append(row)
    every: dict[UUID, Chain] = {}
    for source, some in by_source.items():
        home, before = home_of(source), told(source.pk, [_uri(row) for row in some])
        every |= {row.record: (home, *before.get(_uri(row), ())) for row in some if row.record}
    return every


def hops(rows: Iterable[HarvestRecord]) -> dict[str, int]:
    """By key, through how many instances a record came; none for what was harvested where it lives. Of rows of one source,
    those that are not saved yet too."""
    found = [row for row in rows if row.source.kind == Peer.kind]
    if not found:
        return {}
    before = told(found[0].source_id, [_uri(row) for row in found])
    return {row.key: 1 + len(before.get(_uri(row), ())) for row in found}


def home_of(source: HarvestSource) -> str:
    """The address of the instance whose feed it is."""
    feed = PeerFeed.objects.filter(source=source, signed=PeerFeed.Signed.SIGNED).first()
    if feed and feed.prefix:
        return feed.prefix
    parts = urlsplit(source.key)
    return f"{parts.scheme}://{parts.netloc}/"


def told(source: int, uris: Iterable[str]) -> dict[str, Chain]:
    """What a feed said of the way before it, by the address of the record."""
    held = PeerObject.objects.filter(source=source).exclude(chain=[])
    return {
        uri: tuple(chain)
        for some in batches(uris, MANY)
        for uri, chain in held.filter(uri__in=some).values_list("uri", "chain")
    }


def _uri(row: HarvestRecord) -> str:
    return row.key.removeprefix("iri:")
