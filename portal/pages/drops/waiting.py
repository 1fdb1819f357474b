"""The wait for the worker: a small file is read while its page is being asked for."""

from __future__ import annotations

import threading
import time
import uuid
from typing import Final

from catalogue.models import Table

PATIENCE = 3.0  # seconds
LOOK: Final = 0.15
# Of the threads of a web process, those that may wait at once: the others answer everybody else.
_WAITERS: Final = threading.BoundedSemaphore(2)


def read_by_now(key: uuid.UUID) -> bool:
    """Waits until the table is read, or refused; whether it is. No longer than PATIENCE, and not at all in a crowd."""
    if not _waits(key):
        return True
    if not _WAITERS.acquire(blocking=False):
        return False
    try:
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            time.sleep(LOOK)
            if not _waits(key):
                return True
    finally:
        _WAITERS.release()
    return False


def _waits(key: uuid.UUID) -> bool:
    return Table.objects.filter(pk=key, state=Table.State.WAITING).exists()
