"""Connections kept for a short while, one per table that is being looked at: opening one costs 15 ms, asking 1.

Each reaches its own file alone. Few are kept, and none for long: DuckDB's threads and buffers go with them. A table
whose sorted pages are asked again has its rows copied into the memory of its connection (`copies`).
"""

from __future__ import annotations

import atexit
import tempfile
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Final

import duckdb

from catalogue.memory import give_back
from catalogue.tables.contract import TooMuch, Unreadable
from catalogue.tables.store.connections import Limits, opened, stop, told_in_french
from catalogue.tables.store.copies import Copied, Copier, Copy, Room
from catalogue.tables.store.parquet import Stored, Value
from catalogue.tables.store.warden import Warden, Watch

MOST: Final = 4  # files kept open
IDLE: Final = 20.0  # seconds without a question before one is closed
AT_ONCE: Final = 4  # questions of one process, of each kind of `asking`
PATIENCE: Final = 2.0  # seconds that a question waits for its turn
BUSY: Final = "Trop de questions sont posées en même temps. Réessayez dans quelques secondes."
LONG: Final = "Ce calcul prend trop de temps. Filtrez davantage, groupez moins finement ou demandez moins de colonnes."
GONE: Final = "La réponse n’était plus attendue."


@dataclass(eq=False)
class Kept:
    """A file that is open. `stored` says how its columns are written."""

    connection: duckdb.DuckDBPyConnection
    spill: str  # its folder
    stored: Stored
    copy: Copy
    held: ExitStack
    users: int = 0
    last: float = 0.0  # time.monotonic() of the end of the last question
    counts: OrderedDict[str, int] = field(default_factory=OrderedDict)  # totals that were asked of it

    def close(self) -> None:
        self.held.close()


class Shelf:
    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[str, int, int], Kept] = OrderedDict()
        self._lock = threading.Lock()

    def take(self, path: Path) -> Kept:
        """Open the first time. A file that was replaced is another one."""
        try:
            known = path.stat()
        except OSError as error:
            raise Unreadable("Les lignes de cette table ne sont plus là. Redemandez-la dans un moment.") from error
        key = (str(path), known.st_mtime_ns, known.st_size)
        with self._lock:
            kept = self._kept.get(key)
            if kept is None:
                kept = self._kept[key] = _open(path)
            self._kept.move_to_end(key)
            kept.users += 1
        self._shrink(MOST)
        return kept

    def hold(self, kept: Kept) -> None:
        """One user more of what is in use."""
        with self._lock:
            kept.users += 1

    def give_back(self, kept: Kept) -> None:
        with self._lock:
            kept.users -= 1
            kept.last = time.monotonic()

    def tidy(self, now: float) -> float | None:
        """Closes what nobody asked for a while; gives when the next is due, None when nothing is left."""
        with self._lock:
            due = [key for key, kept in self._kept.items() if not kept.users and kept.last + IDLE <= now]
            closing = [self._kept.pop(key) for key in due]
            left = [(now if kept.users else kept.last) + IDLE for kept in self._kept.values()]
        for kept in closing:
            kept.close()
        if closing and not left:
            give_back()
        return min(left, default=None)

    def _shrink(self, most: int) -> None:
        with self._lock:
            free = [key for key, kept in self._kept.items() if not kept.users]
            closing = [self._kept.pop(key) for key in free[: max(0, len(self._kept) - most)]]
        for kept in closing:
            kept.close()

    def clear(self) -> None:
        self._shrink(0)


def _open(path: Path, *writes: Path) -> Kept:
    with ExitStack() as held, told_in_french():
        spill = held.enter_context(tempfile.TemporaryDirectory(prefix="bouture-rows-"))
        connection = held.enter_context(opened([path, *writes], Limits(), spill, unchanging=True))
        stored = Stored.of(connection, path)
        copy = Copy(path, stored, connection, _ROOM)
        held.callback(copy.forget)
        return Kept(connection, spill, stored, copy, held.pop_all())


_ROOM: Final = Room()
_SHELF: Final = Shelf()
_WARDEN: Final = Warden(_SHELF.tidy)
_TURNS: Final = {"page": threading.BoundedSemaphore(AT_ONCE), "export": threading.BoundedSemaphore(AT_ONCE // 2)}


_COPIER: Final = Copier(_WARDEN)


def put_away() -> None:
    """Closes what is kept and not in use."""
    _COPIER.stop()
    _SHELF.clear()


atexit.register(put_away)


@dataclass(frozen=True)
class Asking:
    """A turn at one file."""

    kept: Kept
    _cursor: duckdb.DuckDBPyConnection
    _watch: Watch

    @property
    def stored(self) -> Stored:
        return self.kept.stored

    @property
    def copied(self) -> Copied | None:
        """The same rows in memory, once they are there."""
        copy = self.kept.copy
        return copy.rows if copy.ready else None

    def scattered(self) -> Stored:
        """Where rows that are asked by their numbers are read."""
        self.kept.copy.pages += 1
        return self.copied or self.stored

    def all(self, sql: str, values: Mapping[str, Value | list[int]]) -> list[tuple[Any, ...]]:
        with self._told(), self._watch.working():
            return self._cursor.execute(sql, dict(values)).fetchall()

    def batches(self, sql: str, values: Mapping[str, Value], size: int) -> Iterator[Sequence[tuple[Any, ...]]]:
        """As they are computed: a few thousand rows are in memory, however many there are."""
        with self._told(), self._watch.working():
            self._cursor.execute(sql, dict(values))
        while True:
            with self._told(), self._watch.working():
                rows = self._cursor.fetchmany(size)
            if not rows:
                return
            yield rows

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            with told_in_french():
                yield
        except duckdb.InterruptException as error:
            raise TooMuch(*((GONE, "gone") if self._watch.why == "gone" else (LONG, "time"))) from error


@contextmanager
def asking(
    path: Path,
    kind: str = "page",
    seconds: float = 5.0,
    gone: Callable[[], bool] | None = None,
    into: Path | None = None,
) -> Iterator[Asking]:
    """A turn at the rows of one file, absolute. `seconds`: of DuckDB's work before each batch of rows.

    `into`: a file to be written, absolute; then the connection is its own and serves once. Raises TooMuch ("busy",
    "time", "memory"; "gone" when `gone()` says that nobody waits for the answer any more) and Unreadable.
    """
    turn = _TURNS[kind]
    if not turn.acquire(timeout=PATIENCE):
        raise TooMuch(BUSY, "busy")
    try:
        with _held(path, into) as kept:
            cursor = kept.connection.cursor()
            try:
                with _WARDEN.watching(Watch(seconds, partial(stop, cursor), gone)) as watch:
                    yield Asking(kept, cursor, watch)
            finally:
                cursor.close()
    finally:
        turn.release()


@contextmanager
def _held(path: Path, into: Path | None) -> Iterator[Kept]:
    if into is not None:
        kept = _open(path, into)
        try:
            yield kept
        finally:
            kept.close()
        return
    kept = _SHELF.take(path)
    try:
        yield kept
        if kept.copy.wanted:
            _COPIER.start(kept.copy, partial(_SHELF.hold, kept), partial(_SHELF.give_back, kept))
    finally:
        _SHELF.give_back(kept)
