"""Private networks: whose addresses an instance there may bring along.

An address on a private network is nobody's: two towns may both have a 10.0.0.5. So no source owns one (`catalogue.drafting.ownable`),
but the instance that answers there, by a host that somebody with a shell on this server named for it.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from catalogue.dcat.hosts import is_private
from harvesters.models import HarvestSource
from harvesters.registry import host_of, trusted_by
from harvesters.sources.peer import Peer


def private_home(source: HarvestSource) -> str:
    """Where the addresses of a followed instance on a private network begin, with its "/"; "" for every other source: what the public
    can follow needs no word of anybody."""
    if source.kind != Peer.kind or not is_private(source.key) or host_of(source.key) not in trusted_by(source):
        return ""
    parts = urlsplit(source.key)
    return f"{parts.scheme}://{parts.netloc}/"
