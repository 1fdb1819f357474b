"""What stops a question that takes too long, or whose client has gone, and closes what nobody asks any more.

One thread per process, only while there is something to watch: an idle instance has none.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

LOOK: Final = 0.05  # seconds between two looks at a client's connection


@dataclass(eq=False)
class Watch:
    """One question under way. `why` says what stopped it: "" for nothing, "time" or "gone"."""

    seconds: float
    stop: Callable[[], None]
    gone: Callable[[], bool] | None = None
    why: str = ""
    deadline: float | None = None  # of the clock of `time.monotonic`; None while DuckDB is not working

    @contextmanager
    def working(self) -> Iterator[None]:
        """The seconds are those of DuckDB: a client that reads slowly is not a question that takes long."""
        self.deadline = time.monotonic() + self.seconds
        try:
            yield
        finally:
            self.deadline = None

    def judge(self, now: float) -> None:
        deadline = self.deadline
        if deadline is None:
            return
        if now >= deadline:
            self.why = self.why or "time"
        elif self.gone is not None and self.gone():
            self.why = self.why or "gone"
        if self.why:
            # Again at each look: a statement may have begun after the first.
            self.stop()


class Warden:
    def __init__(self, tidy: Callable[[float], float | None]) -> None:
        """`tidy(now)` closes what is due and gives the moment of the next, None when nothing is kept."""
        self._tidy = tidy
        self._watches: set[Watch] = set()
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None

    @contextmanager
    def watching(self, watch: Watch) -> Iterator[Watch]:
        with self._changed:
            self._watches.add(watch)
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._run, name="tables-warden", daemon=True)
                self._thread.start()
            else:
                self._changed.notify()
        try:
            yield watch
        finally:
            with self._changed:
                self._watches.discard(watch)

    def _run(self) -> None:
        while True:
            now = time.monotonic()
            due = self._tidy(now)
            with self._changed:
                if not self._watches and due is None:
                    self._thread = None
                    return
                watches = list(self._watches)
            for watch in watches:
                watch.judge(now)
            with self._changed:
                # What was added meanwhile waits one look at most.
                self._changed.wait(LOOK if self._watches else max(LOOK, (due or now) - time.monotonic()))
