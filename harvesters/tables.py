"""Reads the files that may be tables: fetched politely, or deposited here, then opened in a process of their own.

Two lanes, each in a thread of the worker: what is small never waits for what is large. Nothing is kept in memory from one
table to the next, so a worker can be killed at any moment: what it was reading is still due.
"""

from __future__ import annotations

import hashlib
import shutil
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Final

from django.conf import settings

from catalogue.models import Replacement, Table
from catalogue.tables.beside import Allowance, Before, take_in
from catalogue.tables.contract import Order, TableError, Taken
from catalogue.tables.plain import digest_of
from catalogue.tables.versions import CORRECTED, UNCORRECTED, Corrections, corrections_from
from catalogue.tabling import correcting, deciding, keeping, queue, replacing
from catalogue.tabling.queue import SMALL, Arrived
from catalogue.tabling.tabular import name_of
from harvesters.base import Answer, StopRun, TryLater
from harvesters.http import Client, Limits
from harvesters.pace import book
from harvesters.registry import agent, host_of

ROUND: Final = 300.0  # seconds
QUICK: Final = Allowance(seconds=120)
SLOW: Final = Allowance()
READING: Final = "reading"  # the folder in which a file is read, inside that of its version
LOST: Final = "Ce fichier n’est plus sur le portail. Déposez-le de nouveau."
ACCEPT: Final = "text/csv, application/vnd.apache.parquet, application/geo+json, application/json, */*;q=0.5"


def client(*, large: bool) -> Client:
    """To be closed by the caller. Our own address may be private (a laptop, a proxy in front): anybody may ask it."""
    most = settings.BOUTURE_TABLE_SIZE * 2**20
    limits = Limits(max_bytes=most if large else min(SMALL, most), total=900 if large else 120, delay=0.5)
    return Client(frozenset({host_of(settings.BOUTURE_URL)}), limits, agent(), pace=book)


def read_tables(
    *, large: bool, stopping: Callable[[], bool] = lambda: False, seconds: float = ROUND, asking: Client | None = None
) -> int:
    """A round of the worker in one lane: until nothing is due, `seconds` are over, or it is asked to stop. How many were read."""
    done, end = 0, time.monotonic() + seconds
    with ExitStack() as stack:
        while not stopping() and time.monotonic() < end and (table := queue.next_due(large=large)):
            if asking is None:
                asking = stack.enter_context(client(large=large))
            with queue.held(table):
                read_one(table, asking, large=large)
            done += 1
    return done


def read_one(table: Table, asking: Client, *, large: bool) -> None:
    """One table to its end, whatever that is; what waits to take its place first."""
    try:
        with keeping.arriving(table.pk) as folder:
            if waiting := replacing.unread_of(table):
                _take_apart(waiting, folder, SLOW if large else QUICK)
                queue.read_apart(table, own=_own_due(table))
                return
            arrived = _fetched(table, asking, folder) if table.address else _deposited(table, folder)
            if arrived is not None:
                _take(table, folder, arrived, SLOW if large else QUICK)
    except TryLater as error:
        queue.later(table, error.message)
    except StopRun as error:
        if error.fault == "size" and not large and settings.BOUTURE_TABLE_SIZE * 2**20 > SMALL:
            queue.too_large(table, SMALL + 1)
        else:
            queue.refused(table, error.message)


def _fetched(table: Table, asking: Client, folder: Path) -> Arrived | None:
    """None when it is what was read already, and was read as it would be read now."""
    try:
        answer = asking.fetch(table.address, table.etag, table.last_modified, ACCEPT)
    except (TryLater, StopRun):
        # What was decided about persons does not wait for a server: the fault is told the next time.
        if _as_now(table):
            raise
        return _again(table, folder, None)
    try:
        if answer.not_modified:
            return _again(table, folder, None)
        arrived = _arrived(table, answer)
        if table.current and table.current.checksum == answer.sha256 and table.state != Table.State.WAITING:
            return _again(table, folder, arrived)
        shutil.move(answer.path, folder / keeping.ORIGINAL)
    finally:
        answer.path.unlink(missing_ok=True)
    return arrived


def _again(table: Table, folder: Path, arrived: Arrived | None) -> Arrived | None:
    """The same bytes: read once more from what is kept if they would be read otherwise (choices, decisions about persons)."""
    kept = table.current
    if kept is None or _as_now(table):
        queue.unchanged(table, arrived)
        return None
    keeping.lend(keeping.original_of(kept), folder / keeping.ORIGINAL)
    return arrived or Arrived(kept.checksum, kept.size, kept.name, kept.media_type, table.etag, table.last_modified)


def _as_now(table: Table) -> bool:
    """Whether what is there, if anything, was read as it would be read now."""
    return table.current is None or table.current.reading.get("order") == digest_of(deciding.order_of(table))


def _arrived(table: Table, answer: Answer) -> Arrived:
    media_type = answer.content_type.split(";")[0].strip()
    return Arrived(
        answer.sha256,
        answer.size,
        name_of(answer.url) or table.name,
        media_type,
        answer.etag,
        answer.last_modified,
    )


def _deposited(table: Table, folder: Path) -> Arrived | None:
    """The bytes of the version that is there, read anew; of a table that has none, what was deposited and not read yet."""
    new = keeping.deposit_of(table.deposit) if table.deposit else None
    source = new if new and new.is_file() else keeping.original_of(table.current) if table.current else None
    arrived = _lent(source, folder, table.name)
    if arrived is None:
        queue.refused(table, LOST)
        return None
    return replace(arrived, etag=arrived.checksum if source == new else table.etag)


def _lent(source: Path | None, folder: Path, name: str) -> Arrived | None:
    """A file that is on this disk, in the place of an original; None when it is there no more."""
    if source is None or not source.is_file():
        return None
    keeping.lend(source, folder / keeping.ORIGINAL)
    with source.open("rb") as file:
        checksum = hashlib.file_digest(file, "sha256").hexdigest()
    return Arrived(checksum, source.stat().st_size, name)


def _take_apart(waiting: Replacement, folder: Path, allowance: Allowance) -> None:
    """A new version that is shown to its body before it takes the place of the one that is there."""
    table, order = waiting.table, deciding.order_of(waiting.table)
    arrived = _lent(keeping.deposit_of(waiting.pk), folder, waiting.name)
    if arrived is None:
        replacing.refused(waiting, LOST)
        return
    try:
        taken = _opened(folder, arrived, order, allowance, UNCORRECTED, correcting.before(table, shown=True))
    except TableError as error:
        replacing.refused(waiting, error.message)
        return
    _settled(folder)
    replacing.read(waiting, folder, arrived, taken, order)


def _own_due(table: Table) -> bool:
    """Whether its own file is to be read too."""
    return table.state == Table.State.WAITING or bool(table.corrections) or not _as_now(table)


def _opened(
    folder: Path, arrived: Arrived, order: Order, allowance: Allowance, corrections: Corrections, before: Before | None
) -> Taken:
    """The original of a folder, read in its `reading`. Raises TableError."""
    reading = folder / READING
    reading.mkdir()
    options = replace(order.options, name=arrived.name, media_type=arrived.media_type)
    original, told = folder / keeping.ORIGINAL, replace(order, options=options)
    return take_in(original, reading, told, allowance, corrections=corrections, before=before)


def _settled(folder: Path) -> None:
    """The rows beside their original."""
    (folder / READING / keeping.ROWS).rename(folder / keeping.ROWS)
    (folder / READING).rmdir()


def _take(table: Table, folder: Path, arrived: Arrived, allowance: Allowance) -> None:
    order, corrections = deciding.order_of(table), corrections_from(table.corrections)
    try:
        taken = _opened(folder, arrived, order, allowance, corrections, correcting.before(table))
    except TableError as error:
        correcting.given_up(table)
        queue.refused(table, error.message, arrived)
        return
    if table.corrections:
        arrived = correcting.settled(table, folder / READING / CORRECTED, folder / keeping.ORIGINAL, arrived)
        order = deciding.order_of(table)
    _settled(folder)
    version = queue.accepted(table, folder, arrived, taken, order)
    if version and table.deposit:
        keeping.clear(keeping.deposit_of(table.deposit), keeping.original_of(version))
