"""The queue of tables to read: one lease a table, two lanes, so that a file of a gigabyte holds up no small one.

Who reads asks `next_due`, does its work and says how it ended; killed in between, the lease runs out and another does it
again. A version is there whole, its line in the log with it, or not at all.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from catalogue import log
from catalogue.log import holder_name, takeable
from catalogue.models import Replacement, Table, TableVersion
from catalogue.tables.contract import Order, Taken
from catalogue.tables.plain import digest_of, plain, suspicions_from
from catalogue.tabling import deciding, keeping

LEASE: Final = timedelta(minutes=30)  # more than the longest reading
SMALL: Final = 16 * 2**20  # bytes: what the quick lane takes
USUAL: Final = timedelta(days=7)  # between two looks at a file that answers
AGAIN: Final = (timedelta(hours=1), timedelta(hours=6), timedelta(days=1), timedelta(days=3), timedelta(days=7))


@dataclass(frozen=True)
class Arrived:
    """An original, as it came, where `keeping.arriving` put it."""

    checksum: str
    size: int
    name: str
    media_type: str = ""
    etag: str = ""
    last_modified: str = ""


def next_due(*, large: bool) -> Table | None:
    """The table that waits longest in this lane, leased; whose size is not known goes by the quick one."""
    now, holder = timezone.now(), holder_name()
    heavy = Exists(Replacement.objects.unread().filter(table=OuterRef("pk"), size__gt=SMALL))
    lane = Q(size__gt=SMALL) | Q(heavy) if large else (Q(size__isnull=True) | Q(size__lte=SMALL)) & ~Q(heavy)
    for table in Table.objects.due().filter(lane, left_at=None).order_by("next_at")[:20]:
        free = Table.objects.filter(takeable(table.holder, now), pk=table.pk, next_at=table.next_at)
        if free.update(holder=holder, held_until=now + LEASE):
            table.holder = holder
            return table
    return None


@contextmanager
def held(table: Table) -> Iterator[None]:
    """Gives the lease back; what fell over on a fault of ours is not tried again at once."""
    done = False
    try:
        yield
        done = True
    finally:
        mine = Table.objects.filter(pk=table.pk, holder=table.holder)
        later: dict[str, Any] = {} if done else {"next_at": timezone.now() + AGAIN[0]}
        mine.update(holder="", held_until=None, **later)


def read_apart(table: Table, *, own: bool) -> None:
    """Something else than its own file was read for it; `own`: that one is still to be."""
    if not own:
        _write(table, next_at=None)


def too_large(table: Table, size: int) -> None:
    """It goes to the other lane."""
    _write(table, size=size)


def unchanged(table: Table, arrived: Arrived | None = None) -> None:
    """What is there is what was read. `arrived`: when it came whole again, with its validators of today."""
    said = _validators(arrived)
    _judge_again(table)
    if table.state != Table.State.REFUSED:  # what could not be read still cannot
        said |= {"state": Table.State.READY, "reason": "", "failures": 0}
    _write(table, **said, **_looked(table))


def _judge_again(table: Table) -> None:
    """Who may see the rows that are there, by what is decided now."""
    version = table.current
    if version is None:
        return
    closed = deciding.withheld(table, suspicions_from(version.suspicions))
    if closed != version.withheld:
        with log.transaction() as entries:
            TableVersion.objects.filter(pk=version.pk).update(withheld=closed)
            entries.extend(deciding.told(table, closed=closed))


def later(table: Table, reason: str) -> None:
    """A passing fault, elsewhere."""
    wait = AGAIN[min(table.failures, len(AGAIN) - 1)]
    now = timezone.now()
    _write(
        table, state=Table.State.LATER, reason=reason, failures=table.failures + 1, checked_at=now, next_at=now + wait
    )


def refused(table: Table, reason: str, arrived: Arrived | None = None) -> None:
    """It cannot be read as it is; looked at again, since whoever publishes may mend it. The version before it stays."""
    with log.transaction() as entries:
        _write(
            table,
            state=Table.State.REFUSED,
            reason=reason,
            failures=table.failures + 1,
            **_validators(arrived),
            **_looked(table),
        )
        entries.extend(deciding.told(table))


def accepted(
    table: Table, folder: Path, arrived: Arrived, taken: Taken, order: Order | None = None
) -> TableVersion | None:
    """A new version, from a folder that holds the original and its rows. None, and a reason, when the body has no room for it.

    `order`: how it was read.
    """
    room = keeping.weigh(folder)
    counted = (table.size or 0) if table.deposit and table.current is None else 0
    if told := full(table, room, counted):
        refused(table, told)
        return None
    version = version_of(table, room, arrived, taken, order)
    keeping.settle(folder, version)
    with log.transaction() as entries:
        version.save(force_insert=True)
        _write(
            table,
            state=Table.State.READY,
            reason="",
            failures=0,
            size=arrived.size,
            current=version,
            **_validators(arrived),
            **_looked(table),
        )
        entries.extend(deciding.told(table, closed=version.withheld))
    keeping.prune(table)
    if taken.remedied:
        keeping.unlearn(table, version.number)
    return version


def full(table: Table, room: int, counted: int) -> str:
    """What to say when its body has no room for so many bytes, `counted` of which it is said to take already; "" when it has."""
    body = table.dataset.owner
    place = keeping.room_of(body)
    if place.taken - counted + room <= place.quota:
        return ""
    return (
        f"{body} a rempli la place de ses fichiers ({place.quota / 2**20:g} Mio). Retirez des fichiers dont personne ne se sert, "
        "ou demandez plus de place à qui tient le portail."
    )


def version_of(table: Table, room: int, arrived: Arrived, taken: Taken, order: Order | None) -> TableVersion:
    """The next one, not saved."""
    last = table.versions.order_by("-number").values_list("number", flat=True).first() or 0
    version = _version(table, last + 1, room, arrived, taken)
    if order is not None:
        version.reading["order"] = digest_of(order)
        # A remedy that was decided while it was being read is in the next reading, due by then.
        version.withheld = version.withheld or bool(set(deciding.remedies(table)).difference(order.decisions))
    return version


def _version(table: Table, number: int, room: int, arrived: Arrived, taken: Taken) -> TableVersion:
    verdict = taken.verdict
    return TableVersion(
        table=table,
        number=number,
        at=timezone.now(),
        checksum=arrived.checksum,
        name=arrived.name,
        media_type=arrived.media_type,
        size=arrived.size,
        room=room,
        rows=taken.rows,
        reading=plain(replace(taken, columns=(), notes=(), verdict=None, suspicions=(), difference=None)),
        columns=plain(taken.columns),
        notes=plain(taken.notes),
        schema=verdict.match.schema if verdict else "",
        schema_version=verdict.match.version if verdict else "",
        level=verdict.level if verdict else "",
        verdict=plain(verdict) if verdict else {},
        suspicions=plain(taken.suspicions),
        corrected=taken.corrected,
        difference=plain(taken.difference) if taken.difference is not None else {},
        withheld=deciding.withheld(table, taken.suspicions),
    )


def _validators(arrived: Arrived | None) -> dict[str, Any]:
    """What its server said to know it again by; nothing of what did not come."""
    return {"etag": arrived.etag, "last_modified": arrived.last_modified} if arrived else {}


def _looked(table: Table) -> dict[str, datetime | None]:
    now = timezone.now()
    return {"checked_at": now, "next_at": now + USUAL if table.address else None}


def _write(table: Table, **values: Any) -> None:
    """A reader of the log may have asked for it anew meanwhile: then its hour stands."""
    hour = values.pop("next_at", table.next_at)
    Table.objects.filter(pk=table.pk).update(**values)
    Table.objects.filter(pk=table.pk, next_at=table.next_at).update(next_at=hour)
    for name, value in values.items():
        setattr(table, name, value)
