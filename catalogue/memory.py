"""Memory that the process has freed and the C library still holds, given back to the machine.

A harvest, or a table that was looked at, takes and frees many small pieces of memory; glibc keeps them for the next ones.
"""

from __future__ import annotations

import ctypes
from contextlib import suppress


def give_back() -> None:
    """Some milliseconds (glibc, `malloc_trim`); elsewhere nothing."""
    with suppress(OSError, AttributeError):  # no glibc
        ctypes.CDLL(None).malloc_trim(0)
