"""Memory that was freed goes back to the machine."""

import ctypes
import platform
from pathlib import Path

import pytest

from catalogue import memory


def held() -> int:
    """Bytes of this process in memory."""
    status = Path("/proc/self/status").read_text()
    return int(next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1]) * 1024


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="it is glibc that holds it")
def test_what_was_freed_goes_back() -> None:
    library = ctypes.CDLL(None)
    library.malloc.restype = ctypes.c_void_p
    pieces = [library.malloc(60_000) for _ in range(1000)]  # below what glibc maps apart
    for piece in pieces:
        ctypes.memset(piece, 1, 60_000)
    for piece in pieces[:-1]:  # the last one holds the end of the heap
        library.free(ctypes.c_void_p(piece))
    before = held()
    memory.give_back()
    assert held() < before - 30 * 2**20
    library.free(ctypes.c_void_p(pieces[-1]))


def test_where_there_is_no_glibc_nothing_happens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ctypes, "CDLL", lambda _name: object())
    memory.give_back()
