"""The rows of a table that is being looked at, copied into the memory of its connection.

To find the hundred rows of a sorted page and to bring them out of the file, whole columns are decoded. A copy gives
rows by their numbers, and compares and sorts what is no text, or is one of few (`ranks`), in half the time. The rest is
asked of the file (`query/sources.py`), and no answer depends on whether there is a copy: a test asks both.

A copy is made once the second such page has been answered, beside the questions, one at a time in a process; it goes
with its connection. All those of a process share one room: what does not fit stays in its file.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

import duckdb

from catalogue.tables.store.connections import stop
from catalogue.tables.store.parquet import Stored, Value
from catalogue.tables.store.ranks import RANK, RANKED, Texts, look, rank
from catalogue.tables.store.warden import Warden, Watch

ROOM: Final = 96 * 2**20  # bytes, of all the copies of one process: a million rows of six columns take 70 MiB
LARGEST: Final = 32 * 2**20  # bytes of a file that is thought of at all
PAGES: Final = 2  # sorted pages that are answered from the file alone
PAUSE: Final = 0.1  # seconds, for the last of them to have left
SECONDS: Final = 5.0  # of work; a million rows take 0.2
# Bytes of a value in DuckDB's memory; 16 for the types that are not named. A text has its place beside its bytes.
WIDTHS: Final = {
    "BOOLEAN": 1, "TINYINT": 1, "UTINYINT": 1, "SMALLINT": 2, "USMALLINT": 2, "INTEGER": 4, "UINTEGER": 4, "DATE": 4,
    "FLOAT": 4, "DECIMAL": 8, "BIGINT": 8, "UBIGINT": 8, "DOUBLE": 8, "TIME": 8, "TIMESTAMP": 8, "VARCHAR": 4,
}  # fmt: skip
BLOCKS: Final = 1.4  # of what its values take: blocks that are not full, and which cells are empty


class Room:
    """The bytes that copies may take, and do."""

    def __init__(self, size: int = ROOM) -> None:
        self.size, self.taken = size, 0
        self._lock = threading.Lock()

    def change(self, before: int, after: int) -> bool:
        """Whether there was room for it; to take less is always granted."""
        with self._lock:
            if after > before and self.taken - before + after > self.size:
                return False
            self.taken += after - before
            return True


@dataclass(frozen=True)
class Copied(Stored):
    """The rows of a copy. `plain`: of its columns that are RANKED, those whose texts rank by their bytes too."""

    plain: frozenset[str] = frozenset()

    def bound(self, path: Path) -> dict[str, Value]:
        return {}

    @property
    def source(self) -> str:
        return f"(SELECT *, rowid FROM copied) AS t({', '.join([*self.names, 'n'])})"


@dataclass(eq=False)
class Copy:
    """Of the rows of one open file, once there is one. `pages`: how many were asked that would have had rows of it."""

    path: Path
    stored: Stored
    connection: duckdb.DuckDBPyConnection
    room: Room
    pages: int = 0
    tried: bool = False
    ready: bool = False
    size: int = 0  # bytes that are taken of the room
    rows: Copied | None = None  # once it is ready

    @property
    def wanted(self) -> bool:
        return self.pages >= PAGES and not self.tried

    def take(self, size: int) -> bool:
        """Whether the room has as many bytes for it."""
        granted = self.room.change(self.size, size)
        self.size = size if granted else self.size
        return granted

    def forget(self) -> None:
        """Its connection is closed."""
        self.ready = False
        self.take(0)

    def make(self, cursor: duckdb.DuckDBPyConnection) -> bool:
        """False when it is too large. Its bytes are counted before, as the file says, and after, as DuckDB does."""
        if self.path.stat().st_size > LARGEST:
            return False
        rows, texts = look(cursor, self.path, self.stored)
        if not self.take(self._bytes(rows, texts)):
            return False
        ranks = rank(cursor, self.path, self.stored, [name for name, of in texts.items() if of.repeated(rows)])
        columns = ", ".join(
            f"CAST({name} AS {name}) AS {name}" if name in ranks else name for name in self.stored.names
        )
        cursor.execute(
            f"CREATE TABLE copied AS SELECT {columns} FROM {self.stored.source}", self.stored.bound(self.path)
        )
        [[real]] = cursor.execute(
            "SELECT memory_usage_bytes + temporary_storage_bytes FROM duckdb_memory() WHERE tag = 'IN_MEMORY_TABLE'"
        ).fetchall()
        if self.take(int(real) + sum(texts[name].listed for name in ranks)):
            types = zip(self.stored.names, self.stored.types, strict=True)
            self.rows = Copied(
                tuple(RANKED if name in ranks else type_ for name, type_ in types),
                self.stored.clash,
                frozenset(name for name, plain in ranks.items() if plain),
            )
            return True
        cursor.execute("DROP TABLE copied")
        for name in ranks:
            cursor.execute(f"DROP TYPE {name}")
        return False

    def _bytes(self, rows: int, texts: Mapping[str, Texts]) -> int:
        found = 0.0
        for name, type_ in zip(self.stored.names, self.stored.types, strict=True):
            if name in texts and texts[name].repeated(rows):
                found += rows * RANK * BLOCKS + texts[name].listed
            else:
                length = texts[name].bytes if name in texts else 0
                found += (rows * WIDTHS.get(type_.partition("(")[0], 16) + length) * BLOCKS
        return int(found)


class Copier:
    """Makes copies, one at a time, in a thread that lasts as long as its copy is being made."""

    def __init__(self, warden: Warden) -> None:
        self._warden = warden
        self._busy = threading.Lock()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self, copy: Copy, begun: Callable[[], None], ended: Callable[[], None]) -> None:
        """Nothing while another is being made. `begun` and `ended` stand around the work, however it ends."""
        if not self._busy.acquire(blocking=False):
            return
        copy.tried = True
        self._stopping.clear()
        self._thread = threading.Thread(target=self._run, args=(copy, ended), name="tables-copier", daemon=True)
        begun()
        try:
            self._thread.start()
        except RuntimeError:  # no more threads on this machine
            ended()
            self._busy.release()

    def stop(self) -> None:
        """Returns once what is being copied has been given up."""
        thread = self._thread
        if thread is not None:
            self._stopping.set()
            thread.join(SECONDS)

    def _run(self, copy: Copy, ended: Callable[[], None]) -> None:
        try:
            if not self._stopping.wait(PAUSE):
                self._make(copy)
        finally:
            ended()
            self._busy.release()

    def _make(self, copy: Copy) -> None:
        cursor = copy.connection.cursor()
        watch = Watch(SECONDS, partial(stop, cursor), self._stopping.is_set)
        try:
            with self._warden.watching(watch), watch.working():
                copy.ready = copy.make(cursor)
        except (duckdb.Error, OSError):
            pass  # the file has all that the copy would have had
        finally:
            if not copy.ready:
                copy.take(0)
            cursor.close()
