"""Processes that part from one that has read the code: what they have in common is in memory once.

The one that stays opens nothing: it waits, starts again what may be started again, and passes on the wish to stop.
"""

from __future__ import annotations

import ctypes
import gc
import logging
import os
import signal
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from django.db import connections

logger = logging.getLogger(__name__)

REST: Final = 5.0  # seconds before what ended starts again
GRACE: Final = 40.0  # seconds to end in; gunicorn takes 30 of them for the answers under way
STOPPING: Final = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
AWAITED: Final = (*STOPPING, signal.SIGCHLD)
PR_SET_PDEATHSIG: Final = 1  # prctl(2)
PR_SET_NAME: Final = 15


@dataclass
class Part:
    """A process. When one that is `needed` ends all do; any other starts again after a rest."""

    name: str  # in the journal and in `ps -e`: 15 bytes at most
    work: Callable[[], object]
    needed: bool = False
    pid: int = 0
    due: float = 0.0  # time.monotonic() from which it may start


def keep(parts: Sequence[Part]) -> None:
    """Until a signal asks to stop. Raises SystemExit(1) when a needed part has ended, and in each part at its end.

    For a process of one thread, which has loaded all that its parts have in common.
    """
    connections.close_all()  # a connection to the base belongs to one process
    gc.collect()
    gc.freeze()  # else the search for cycles would write to each object, and each part would have its own copy
    signal.pthread_sigmask(signal.SIG_BLOCK, AWAITED)  # none comes between two statements
    ended = _watch(parts)
    _stop(parts)
    if ended is not None:
        logger.error("« %s » s’est arrêté : le reste est arrêté aussi", ended.name)
        sys.exit(1)


def _watch(parts: Sequence[Part]) -> Part | None:
    """The needed part that ended; None: a signal asks to stop."""
    while True:
        for part in parts:
            if not part.pid and part.due <= time.monotonic():
                _start(part)
        resting = [part.due - time.monotonic() for part in parts if not part.pid]
        told = signal.sigtimedwait(AWAITED, max(0.0, min(resting, default=3_600.0)))
        if told is not None and told.si_signo in STOPPING:
            return None
        for part in _ended(parts):
            if part.needed:
                return part
            logger.error("« %s » s’est arrêté ; nouvel essai dans %g s", part.name, REST)
            part.due = time.monotonic() + REST


def _start(part: Part) -> None:
    for stream in (sys.stdout, sys.stderr):  # else the part would write it a second time
        stream.flush()
    parent = os.getpid()
    part.pid = os.fork()
    if part.pid:
        return
    with suppress(OSError, AttributeError):  # elsewhere than on Linux a part outlives a parent that was killed
        prctl = ctypes.CDLL(None).prctl
        prctl(PR_SET_NAME, part.name.encode())
        prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, AWAITED)
    if os.getppid() == parent:  # else it was killed before it was asked to tell
        part.work()
    sys.exit()  # the way out of every process: what was opened is put away (atexit)


def _ended(parts: Sequence[Part]) -> list[Part]:
    """Those that have ended since the last time. Reaps strangers too: the first process of a container gets some."""
    gone = set()
    with suppress(ChildProcessError):  # none is left
        while pid := os.waitpid(-1, os.WNOHANG)[0]:
            gone.add(pid)
    ended = [part for part in parts if part.pid in gone]
    for part in ended:
        part.pid = 0
    return ended


def _stop(parts: Sequence[Part]) -> None:
    deadline = time.monotonic() + GRACE
    _tell(parts, signal.SIGTERM)
    while any(part.pid for part in parts) and time.monotonic() < deadline:
        signal.sigtimedwait([signal.SIGCHLD], 1.0)
        _ended(parts)
    _tell(parts, signal.SIGKILL)


def _tell(parts: Sequence[Part], number: signal.Signals) -> None:
    for part in parts:
        if part.pid:
            os.kill(part.pid, number)
