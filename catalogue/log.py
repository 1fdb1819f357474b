"""The change log: written with the record it speaks of, read by any number of readers, each at its own pace.

Writing. `transaction()` opens the transaction; what is appended to it is numbered by the last statements before the
commit. The counter's row is locked from then on, so the next writer gets its numbers after this one is visible:
a reader that has seen number n has seen everything below n.

Reading. A reader keeps a cursor and holds a lease while it works, so that exactly one process does its work. It moves
its cursor only after its effect is durable: killed between the two, it does the same batch again, and must not mind.
"""

from __future__ import annotations

import os
import secrets
import socket
import uuid
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from django.db import transaction as database_transaction
from django.db.models import F, Q
from django.utils import timezone

from catalogue import auditing
from catalogue.errors import NotAlone
from catalogue.inserting import bare, spelled, write
from catalogue.models import Change, Counter, Cursor, User

BATCH = 200
LEASE = timedelta(seconds=60)
COUNTER = "log"


@dataclass(frozen=True)
class Entry:
    """A line of the log before it has its number."""

    verb: Change.Verb
    record: uuid.UUID
    record_type: str = "dataset"
    kind: Change.Kind = Change.Kind.RECORD
    restricts: bool = False
    fields: tuple[str, ...] = ()
    reason: str = ""


@contextmanager
def transaction(actor: User | None = None) -> Iterator[list[Entry]]:
    """One transaction for the records, their lines and what the audit trail is told; what raises inside leaves nothing."""
    with database_transaction.atomic(), auditing.together() as told:
        entries: list[Entry] = []
        yield entries
        if entries:
            last = _append(entries, actor)
            if told.entries:
                told.numbered({entry.record: number for number, entry in enumerate(entries, last - len(entries) + 1)})


def _append(entries: Sequence[Entry], actor: User | None) -> int:
    """Returns the number of the last."""
    now = timezone.now()
    counter = Counter.objects.filter(name=COUNTER)
    if not counter.update(value=F("value") + len(entries)):
        Counter.objects.get_or_create(name=COUNTER)
        counter.update(value=F("value") + len(entries))
    last = Counter.objects.get(name=COUNTER).value
    first = last - len(entries) + 1
    rows = [
        bare(
            Change,
            number=number,
            kind=entry.kind,
            verb=entry.verb,
            record_type=entry.record_type,
            record=entry.record,
            restricts=entry.restricts,
            fields=list(entry.fields),
            reason=entry.reason,
            at=now,
            actor_id=actor.pk if actor else None,
        )
        for number, entry in enumerate(entries, first)
    ]
    write(Change, spelled(rows))
    return last


def last_number() -> int:
    """The number of the last visible line, 0 when there is none."""
    return Counter.objects.filter(name=COUNTER).values_list("value", flat=True).first() or 0


def standing() -> str:
    """How far the log has come, and each of its readers: while it is the same, so is what is made of what they tell."""
    readers = Cursor.objects.order_by("reader").values_list("reader", "number", "state")
    return f"{last_number()} {list(readers)}"


def holder_name() -> str:
    """A name for this process that no other bears, not even after a restart."""
    return f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"


def abandoned(holder: str) -> bool:
    """Whether a lease's holder was a process of this machine that is no more (killed, power cut)."""
    host, _, rest = holder.rpartition(":")[0].rpartition(":")
    if host != socket.gethostname() or not rest.isdigit():
        return False
    try:
        os.kill(int(rest), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False


def takeable(holder: str, now: datetime) -> Q:
    """The rows with a lease (`holder`, `held_until`) that another may take; `holder` is who has it as last read."""
    gone = [holder] if abandoned(holder) else []
    return Q(holder__in=["", *gone]) | Q(held_until__isnull=True) | Q(held_until__lt=now)


class LogReader(ABC):
    """Something that follows the log: an index, a feed. Stopped, killed or rebuilt, it picks up where its effect ends."""

    name: str
    kinds: tuple[Change.Kind, ...] = (Change.Kind.RECORD,)
    # Keeps the lease: called at least once a minute by whatever takes long. Raises NotAlone when the lease is lost.
    beat: Callable[[], None] = staticmethod(lambda: None)

    def state(self) -> str:
        """What the effect is called now; when it differs from what the cursor remembers, the effect was lost."""
        return ""

    def start_over(self) -> int:
        """Makes anew what was lost; returns the number of the last line that is in it, 0 to read the log from its beginning."""
        return 0

    @abstractmethod
    def handle(self, changes: Sequence[Change]) -> None:
        """Takes a batch in. Durable when it returns; doing it twice is the same as once."""


def cursor_of(reader: str) -> int:
    return Cursor.objects.filter(reader=reader).values_list("number", flat=True).first() or 0


def take_lease(reader: str, holder: str) -> Cursor:
    """Raises NotAlone while another process holds it and has shown life within the lease."""
    now = timezone.now()
    cursor, _ = Cursor.objects.get_or_create(reader=reader)
    free = takeable(cursor.holder, now) | Q(holder=holder)
    if not Cursor.objects.filter(free, reader=reader).update(holder=holder, held_until=now + LEASE):
        raise NotAlone(f"Un autre processus tient déjà le lecteur « {reader} » ; il continue, il n’y a rien à faire.")
    return Cursor.objects.get(reader=reader)


def release(reader: str, holder: str) -> None:
    Cursor.objects.filter(reader=reader, holder=holder).update(holder="", held_until=None)


def advance(reader: LogReader, holder: str) -> int:
    """Reads one batch; returns how many lines it took in, 0 when the reader is at the end.

    Raises NotAlone when the lease is held elsewhere or was lost on the way (the batch is then done again there).
    """
    cursor = take_lease(reader.name, holder)
    state = reader.state()
    reader.beat = partial(_renew, reader.name, holder)
    if cursor.state != state:
        cursor.number = reader.start_over()
        state = reader.state()
        _move(reader.name, holder, cursor.number, state)
    changes = list(Change.objects.filter(number__gt=cursor.number).order_by("number")[:BATCH])
    if not changes:
        return 0
    wanted = [change for change in changes if change.kind in reader.kinds]
    if wanted:
        reader.handle(wanted)
    _move(reader.name, holder, changes[-1].number, state)
    return len(changes)


def behind(reader: LogReader) -> bool:
    """Whether the reader has something to do. Asked without the lease, and nothing is written."""
    cursor = Cursor.objects.filter(reader=reader.name).first()
    return cursor is None or cursor.state != reader.state() or Change.objects.filter(number__gt=cursor.number).exists()


def forget(reader: str) -> None:
    """The effect of this reader is not to be trusted: it starts over at its next batch."""
    Cursor.objects.filter(reader=reader).update(state="")


def _renew(reader: str, holder: str) -> None:
    held = Cursor.objects.filter(reader=reader, holder=holder)
    if not held.update(held_until=timezone.now() + LEASE):
        raise _taken_over(reader)


def _taken_over(reader: str) -> NotAlone:
    return NotAlone(f"Le lecteur « {reader} » a été repris par un autre processus ; il continue là-bas.")


def _move(reader: str, holder: str, number: int, state: str) -> None:
    now = timezone.now()
    held = Cursor.objects.filter(reader=reader, holder=holder)
    if not held.update(number=number, state=state, moved_at=now, held_until=now + LEASE, error=""):
        raise _taken_over(reader)


def drain(reader: LogReader, holder: str) -> int:
    """Reads to the end of the log; returns how many lines were taken in."""
    total = 0
    while taken := advance(reader, holder):
        total += taken
    return total
