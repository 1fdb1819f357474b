"""The wait for the worker: a small file is read while its page is being asked for."""

from __future__ import annotations

import threading
import time
from typing import Any, Final

from django.db.models import QuerySet
from django.http import HttpResponse

PATIENCE = 3.0  # seconds
REFRESH = 3  # seconds
LOOK: Final = 0.15
# Of the threads of a web process, those that may wait at once: the others answer everybody else.
_WAITERS: Final = threading.BoundedSemaphore(2)


def read_by_now(waiting: QuerySet[Any]) -> bool:
    """Waits until there are no such rows any more; whether it is so. No longer than PATIENCE, and not at all in a crowd."""
    if not waiting.exists():
        return True
    if not _WAITERS.acquire(blocking=False):
        return False
    try:
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            time.sleep(LOOK)
            if not waiting.exists():
                return True
    finally:
        _WAITERS.release()
    return False


def comes_again(answer: HttpResponse) -> None:
    """The page of a file that is still to be read loads itself again, without JavaScript."""
    answer["Refresh"] = str(REFRESH)
