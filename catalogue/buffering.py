"""What a process counts without a write: held in memory, and taken by a thread once a minute.

A process that is killed loses a minute at most.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Final, Generic, TypeVar

from django.db import connections

EVERY: Final = 60.0  # seconds between two writings
T = TypeVar("T")


class Buffer(Generic[T]):
    """Counts of one process, from any of its threads; `due` is called once, `every` seconds after the first."""

    def __init__(self, empty: Callable[[], T], due: Callable[[], None], every: float = EVERY) -> None:
        self._lock = threading.Lock()
        self._empty, self._held = empty, empty()
        self._due, self._every = due, every
        self._waiting = False

    def put(self, change: Callable[[T], None]) -> None:
        """`change` is short: other threads wait for it."""
        with self._lock:
            change(self._held)
            if self._waiting:
                return
            self._waiting = True
        timer = threading.Timer(self._every, self._due)
        timer.daemon = True
        timer.start()

    def take(self) -> T:
        """All that was counted; the buffer is then empty."""
        with self._lock:
            taken, self._held = self._held, self._empty()
            self._waiting = False
        return taken


def in_a_thread(flush: Callable[[], None]) -> None:
    """Flushes with connections of this thread's own, closed after."""
    try:
        flush()
    finally:
        connections.close_all()
