"""Counts that every process of an instance shares: what a source asked in this minute, what failed in these ten.

Without Redis they are in a file of the instance that each process maps in its memory, so that to count costs microseconds and asks
neither the base nor a server. Its size never changes: beyond it, the smallest counts are forgotten first. It holds no address and no
account, only digests under the secret key (RFC 7693 §2.9), since those of addresses of version 4 could all be tried. With Redis, Django's
cache counts for all machines.
"""

from __future__ import annotations

import fcntl
import hashlib
import logging
import mmap
import os
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import time
from typing import Final, Protocol

from django.conf import settings
from django.core.cache import cache as shared

logger = logging.getLogger(__name__)
WAYS: Final = 8  # places where a key may be
BUCKET: Final = struct.Struct("<" + "QII" * WAYS)  # of each: digest, second of its end, count
BUCKETS: Final = 8_192  # 1 MiB: 65,536 counts
LONGEST: Final = 3_600  # seconds; what ends later was written under another clock
MOST: Final = 2**32 - 1
OPEN: Final[dict[Path, Mapped]] = {}


class Counts(Protocol):
    def add(self, key: str, until: float, by: int = 1) -> int:
        """What is counted, this included; a count that begins ends at `until` (seconds of the clock)."""

    def read(self, key: str) -> int: ...

    def forget(self, key: str) -> None: ...


class Mapped:
    """A file whose bytes are the counts. Where there can be none, the memory of this process alone."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._threads = threading.Lock()  # a lock of fcntl is a process's
        self._file = -1
        self._bytes: mmap.mmap | None = None
        self._secret = hashlib.sha256(settings.SECRET_KEY.encode()).digest()

    def add(self, key: str, until: float, by: int = 1, now: float | None = None) -> int:
        moment = int(time() if now is None else now)
        digest = self._digest(key)
        with self._opened(digest) as (held, at):
            slots = list(BUCKET.unpack_from(held, at))
            place = _place(slots, digest, moment)
            known = slots[place] == digest and moment < slots[place + 1] <= moment + LONGEST
            count = min(MOST, (slots[place + 2] if known else 0) + by)
            slots[place : place + 3] = digest, slots[place + 1] if known else int(until), count
            BUCKET.pack_into(held, at, *slots)
        return count

    def read(self, key: str) -> int:
        moment, digest = int(time()), self._digest(key)
        with self._opened(digest) as (held, at):
            slots = BUCKET.unpack_from(held, at)
        for place in range(0, 3 * WAYS, 3):
            if slots[place] == digest and moment < slots[place + 1] <= moment + LONGEST:
                return int(slots[place + 2])
        return 0

    def forget(self, key: str) -> None:
        digest = self._digest(key)
        with self._opened(digest) as (held, at):
            slots = list(BUCKET.unpack_from(held, at))
            for place in range(0, 3 * WAYS, 3):
                if slots[place] == digest:
                    slots[place : place + 3] = 0, 0, 0
            BUCKET.pack_into(held, at, *slots)

    def remove(self) -> None:
        """Forgets all. For who is alone here, as a test is."""
        with self._threads:
            if self._bytes is not None:
                self._bytes.close()
                self._bytes = None
            if self._file >= 0:
                os.close(self._file)
                self._file = -1
            self._path.unlink(missing_ok=True)

    @contextmanager
    def _opened(self, digest: int) -> Iterator[tuple[mmap.mmap, int]]:
        """The bytes, and where the bucket of this digest begins, held against all others."""
        with self._threads:
            if self._bytes is None:
                self._bytes = self._open()
            if self._file < 0:
                yield self._bytes, digest % BUCKETS * BUCKET.size
                return
            fcntl.lockf(self._file, fcntl.LOCK_EX)
            try:
                yield self._bytes, digest % BUCKETS * BUCKET.size
            finally:
                fcntl.lockf(self._file, fcntl.LOCK_UN)

    def _open(self) -> mmap.mmap:
        """At the first count, so in each process after it parted from the others."""
        size = BUCKETS * BUCKET.size
        try:
            file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            # All of it now: a page of a mapped file for which the disk has no room would end the process.
            os.posix_fallocate(file, 0, size)
            found = mmap.mmap(file, size)
        except OSError as error:
            logger.warning("%s : %s ; chaque processus compte pour lui", self._path.name, error.strerror)
            return mmap.mmap(-1, size)
        self._file = file
        return found

    def _digest(self, key: str) -> int:
        """Never 0, which is an empty place."""
        made = hashlib.blake2b(key.encode("utf-8", "replace"), digest_size=8, key=self._secret).digest()
        return int.from_bytes(made, "little") or 1


class Cached:
    """The same in Django's cache, which is Redis."""

    def add(self, key: str, until: float, by: int = 1) -> int:
        seconds = max(1, int(until - time()))
        shared.add(key, 0, seconds)
        try:
            return shared.incr(key, by)
        except ValueError:  # it ended between the two calls
            shared.set(key, by, seconds)
            return by

    def read(self, key: str) -> int:
        return int(shared.get(key, 0))

    def forget(self, key: str) -> None:
        shared.delete(key)


def _place(slots: list[int], digest: int, moment: int) -> int:
    """Its own, else one that ended, else that of the smallest count."""
    places = range(0, 3 * WAYS, 3)
    for place in places:
        if slots[place] == digest:
            return place
    for place in places:
        if not moment < slots[place + 1] <= moment + LONGEST:
            return place
    return min(places, key=lambda place: slots[place + 2])


def of_machine(name: str) -> Mapped:
    """Of the processes of this machine, whatever else there is: what protects the machine itself."""
    path = settings.BOUTURE_HOME / f"{name}.counts"
    return OPEN.get(path) or OPEN.setdefault(path, Mapped(path))


def of_instance(name: str) -> Counts:
    """Of the whole instance, on several machines too where there is Redis."""
    return Cached() if settings.REDIS_URL else of_machine(name)
