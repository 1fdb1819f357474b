"""Tiles that were asked of the server that the instance names, kept on the disk within so many bytes.

A folder of many small ones: each has its share of the room, so that whoever writes looks at the files beside alone, and no count is
shared between processes. What is kept is asked again after a week; while the server does not answer, what is there serves.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import BoundedSemaphore
from time import time
from typing import Final

from django.conf import settings
from django.core.cache import cache

from harvesters.base import HarvestError, Unreadable
from harvesters.http import Client, Limits
from harvesters.registry import agent, host_of
from portal.tiles import source

SHARES: Final = 64  # folders
LARGEST: Final = 512 * 1024  # bytes of one tile
FRESH: Final = 7 * 86_400  # seconds before it is asked again
ABSENT: Final = 3_600  # seconds before one that the server does not have is asked again
DOWN: Final = 30  # seconds during which a server that failed is left alone
AT_ONCE: Final = 2  # asked of the server by one process: its other threads serve pages
LIMITS: Final = Limits(max_bytes=LARGEST, connect=3.0, read=4.0, total=6.0, redirects=2, delay=0.0, retries=0)
# What browsers draw, by how it begins; an SVG could hold a script and is none of these.
KINDS: Final = {b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg"}
WEBP: Final = (b"RIFF", b"WEBP")

_turns = BoundedSemaphore(AT_ONCE)


class NoTile(Exception):
    """None can be had now. `wait`: seconds before one may ask again. `missing`: whether the server has no such tile."""

    def __init__(self, wait: int, *, missing: bool = False) -> None:
        super().__init__(wait)
        self.wait = wait
        self.missing = missing


def tile(zoom: int, column: int, row: int) -> tuple[bytes, str]:
    """The picture, and its media type. Raises NoTile."""
    address = source(zoom, column, row)
    path = _path(address)
    kept, age = _kept(path)
    if kept and age < FRESH:
        return kept, kind_of(kept)
    try:
        found = _fetched(address)
    except NoTile:
        if kept:
            return kept, kind_of(kept)
        raise
    _keep(path, found)
    return found, kind_of(found)


def kind_of(content: bytes) -> str:
    """Its media type, "" when it is no picture that we serve."""
    if content.startswith(WEBP[0]) and content[8:12] == WEBP[1]:
        return "image/webp"
    return next((kind for start, kind in KINDS.items() if content.startswith(start)), "")


def _fetched(address: str) -> bytes:
    if cache.get("tiles:down"):
        raise NoTile(DOWN)
    # The server that the instance's own settings name may be private; where it sends us on is checked as for any source.
    trusted = frozenset({host_of(address)})
    with _turn():
        try:
            with Client(trusted, LIMITS, agent()) as client:
                content = client.fetch(address, accept="image/*").path.read_bytes()
        except Unreadable as error:
            raise NoTile(ABSENT, missing=True) from error
        except HarvestError as error:
            raise _left_alone() from error
    if not kind_of(content):
        raise _left_alone()
    return content


def _left_alone() -> NoTile:
    cache.set("tiles:down", True, DOWN)
    return NoTile(DOWN)


@contextmanager
def _turn() -> Iterator[None]:
    if not _turns.acquire(timeout=LIMITS.total):
        raise NoTile(1)
    try:
        yield
    finally:
        _turns.release()


def _path(address: str) -> Path:
    """Named by the whole address: another server, another tile."""
    name = hashlib.sha256(address.encode()).hexdigest()[:40]
    return Path(settings.BOUTURE_HOME) / "tiles" / f"{int(name[:2], 16) % SHARES:02}" / name


def _kept(path: Path) -> tuple[bytes, float]:
    """What is there and its age in seconds; nothing when it is not there."""
    try:
        return path.read_bytes(), time() - path.stat().st_mtime
    except FileNotFoundError:
        return b"", 0.0


def _keep(path: Path, content: bytes) -> None:
    """Written beside and renamed; the oldest of its folder leave until the folder is within its share."""
    share = settings.BOUTURE_TILES.room // SHARES
    if len(content) > share:
        return
    path.parent.mkdir(mode=0o750, parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix="coming-")
    with os.fdopen(handle, "wb") as file:
        file.write(content)
    Path(name).replace(path)
    beside = [(told.st_mtime, told.st_size, one) for one in path.parent.iterdir() if (told := _told(one))]
    for _, size, one in sorted(beside, reverse=True):
        share -= size
        if share < 0:
            one.unlink(missing_ok=True)


def _told(path: Path) -> os.stat_result | None:
    """None when another process took it away meanwhile."""
    try:
        return path.stat()
    except FileNotFoundError:
        return None
