"""How long a peer is waited for, and how long one that did not answer is left alone.

A search waits for a peer until its time is over, then goes on without it. For REST seconds no other search waits for it; then
one asks it again, and the others go on without it until that one has an answer.
"""

from __future__ import annotations

from threading import Lock
from time import monotonic
from typing import Final

from catalogue.search.across import Peer, Why

REST: Final = 15.0  # seconds


class Patience:
    """One per process. Safe in several threads."""

    def __init__(self) -> None:
        self._until: dict[str, tuple[float, Why]] = {}
        self._lock = Lock()

    def refusal(self, peer: Peer, trial: float) -> Why | None:
        """Why it is not asked now; None: it is to be asked. Whoever asks it again first has `trial` seconds for that."""
        now = monotonic()
        with self._lock:
            until, why = self._until.get(peer.cluster, (0.0, "away"))
            if until > now:
                return why
            if until:
                self._until[peer.cluster] = (now + trial, why)
            return None

    def answered(self, peer: Peer) -> None:
        with self._lock:
            self._until.pop(peer.cluster, None)

    def failed(self, peer: Peer, why: Why) -> None:
        with self._lock:
            self._until[peer.cluster] = (monotonic() + REST, why)
