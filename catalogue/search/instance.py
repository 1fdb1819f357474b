"""The index of this instance: embedded, or on Elasticsearch."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings

from catalogue.search.across import REACH, Peer
from catalogue.search.contract import WINDOW, SearchBackend
from catalogue.search.embedded import EmbeddedBackend


def backend() -> SearchBackend:
    """The instance's index, on Elasticsearch where ELASTICSEARCH_URL names a server; one object per process."""
    if settings.ELASTICSEARCH_URL:
        return _elastic(
            settings.ELASTICSEARCH_URL, prefix_of(settings.BOUTURE_URL), peers(), settings.BOUTURE_PEER_TIMEOUT / 1000
        )
    return _embedded(Path(settings.BOUTURE_HOME) / "index")


def public_alias() -> str:
    """What peers may search on Elasticsearch; "" for an embedded index."""
    return f"{prefix_of(settings.BOUTURE_URL)}-public" if settings.ELASTICSEARCH_URL else ""


def prefix_of(home: str) -> str:
    """Of the names of an instance's indices, by its base address: several instances may share a server."""
    return "bouture-" + re.sub(r"[^a-z0-9]+", "-", urlsplit(home).netloc.lower()).strip("-")


def peers() -> tuple[Peer, ...]:
    """Those that the administrator declared; without Elasticsearch none is asked, their replicas are here."""
    if not settings.ELASTICSEARCH_URL:
        return ()
    ours = prefix_of(settings.BOUTURE_URL)
    return tuple(
        Peer(home, seed, f"{ours}--{prefix_of(home)}", f"{prefix_of(home)}-public")
        for home, seed in settings.BOUTURE_PEER_CLUSTERS
    )


def settle_remotes() -> None:
    """Takes what is declared no more off our cluster; nothing to do without Elasticsearch. Raises SearchError."""
    if settings.ELASTICSEARCH_URL:
        from catalogue.search.elastic import ElasticBackend

        found = backend()
        assert isinstance(found, ElasticBackend)
        found.settle_remotes()


def searched_beside(address: str) -> bool:
    """Whether the index of the instance of this feed is asked in each search (BOUTURE_PEER_CLUSTERS)."""
    return any(f"{address}/".startswith(f"{peer.home}/") for peer in peers())


def reach() -> int:
    """Results of one search that pages by number reach."""
    return REACH if peers() else WINDOW


@cache
def _embedded(folder: Path) -> SearchBackend:
    return EmbeddedBackend(folder)


@cache
def _elastic(url: str, prefix: str, peers: tuple[Peer, ...], timeout: float) -> SearchBackend:
    # Imported where it is used: an embedded instance stays small without it.
    from catalogue.search.elastic import ElasticBackend

    return ElasticBackend(url, prefix, peers, timeout)
