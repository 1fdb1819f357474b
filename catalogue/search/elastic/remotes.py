"""How our cluster reaches those of the peers: its persistent settings, and whether a peer's index is one that we can read.

Each is a remote in proxy mode: one address, behind which its nodes may be whatever they are. The sniffing mode would have our
nodes reach each of its nodes, at addresses that it gives.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from threading import Lock, Thread
from time import monotonic
from typing import Any, Final

import elasticsearch
from elasticsearch import Elasticsearch

from catalogue.search.across import Peer
from catalogue.search.elastic.afar import Unheard

logger = logging.getLogger(__name__)

# Seconds: a server that is told of a new remote tries to reach it at once, ten seconds long where nobody answers.
DECLARING: Final = 30
GOOD_FOR: Final = 60  # seconds that a layout once read is taken for the present one


class Remotes:
    """One per process. Safe in several threads."""

    def __init__(self, prefix: str, peers: Sequence[Peer], written_as: str) -> None:
        """`prefix` begins the names of all remotes of this instance; `written_as`: the version of the index."""
        self._prefix, self._peers, self._written_as = prefix, peers, written_as
        self._declaring: Future[None] | None = None
        self._read: dict[str, float] = {}
        self._lock = Lock()

    def ready(self, client: Elasticsearch, peer: Peer, until: float) -> None:
        """Raises Unheard, "away" where there is no such index, "layout" where it is of another version, "late" while our cluster
        is still being told of its peers."""
        self._declared(client, until)
        if monotonic() - self._read.get(peer.cluster, -GOOD_FOR) < GOOD_FOR:
            return
        told = client.indices.resolve_index(name=f"{peer.cluster}:{peer.alias}")
        names = [name for alias in told["aliases"] for name in _names(alias["indices"])]
        if not names:
            raise Unheard("away")
        ours = re.compile(rf"{re.escape(peer.alias)}-{self._written_as}-[0-9a-f]{{32}}")
        if not all(isinstance(name, str) and ours.fullmatch(name) for name in names):
            raise Unheard("layout")
        self._read[peer.cluster] = monotonic()

    def forget(self, peer: Peer) -> None:
        """To read its layout again: it may come back with another."""
        self._read.pop(peer.cluster, None)

    def settle(self, client: Elasticsearch) -> None:
        """Puts what the administrator declared and takes away what is declared no more, where it is not so already."""
        patient = client.options(request_timeout=DECLARING)
        held = patient.cluster.get_settings(filter_path="persistent.cluster.remote").body
        remotes = held.get("persistent", {}).get("cluster", {}).get("remote", {})
        if changes := self._changes(remotes):
            patient.cluster.put_settings(persistent=changes)

    def _declared(self, client: Elasticsearch, until: float) -> None:
        """Once a process, beside the searches, which wait for it as long as for the rest."""
        with self._lock:
            if self._declaring is None or (self._declaring.done() and self._declaring.exception()):
                self._declaring = Future()
                Thread(target=self._declare, args=(client, self._declaring), daemon=True, name="remotes").start()
        try:
            self._declaring.result(max(0.0, until - monotonic()))
        except TimeoutError as error:
            raise Unheard("late") from error

    def _declare(self, client: Elasticsearch, done: Future[None]) -> None:
        try:
            self.settle(client)
        except (elasticsearch.TransportError, elasticsearch.ApiError) as error:
            logger.warning("the peers could not be declared to Elasticsearch: %s", error)
            done.set_exception(error)
        else:
            done.set_result(None)

    def _changes(self, held: Mapping[str, Any]) -> dict[str, Any]:
        wanted = {
            peer.cluster: {"mode": "proxy", "proxy_address": peer.seed, "skip_unavailable": "true"}
            for peer in self._peers
        }
        gone = [name for name in held if name.startswith(f"{self._prefix}--") and name not in wanted]
        changes: dict[str, Any] = {f"cluster.remote.{name}.*": None for name in gone}
        for name, settings in wanted.items():
            if not settings.items() <= dict(held.get(name, {})).items():
                changes |= {f"cluster.remote.{name}.{key}": value for key, value in settings.items()}
        return changes


def _names(given: object) -> list[object]:
    return given if isinstance(given, list) else [given]
