"""A new version of a published file: kept apart, read, and shown to its body with what it changes, before anybody else sees it.

    propose ──> (read) ──> confirm
                  └──────> abandon, or KEPT days

Its address is that of the file that it replaces, which stays as it is until then.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from catalogue import auditing, log
from catalogue.auditing import Thing
from catalogue.errors import Conflict, Refused
from catalogue.models import Record, Replacement, Table, User
from catalogue.tables.contract import Order, Taken
from catalogue.tables.plain import digest_of, suspicions_from
from catalogue.tabling import deciding, keeping, queue
from catalogue.tabling.coming import coming
from catalogue.tabling.queue import Arrived
from catalogue.tabling.tabular import plain_name

KEPT: Final = timedelta(days=14)  # of what nobody confirms
GONE: Final = gettext_noop(
    "Cette nouvelle version n’attend plus : elle a été mise en ligne, remplacée ou abandonnée. Rechargez la page."
)
BUSY: Final = gettext_noop("Une autre version de ce fichier est en train d’être lue. Recommencez dans un instant.")
UNREAD: Final = gettext_noop("Ce fichier n’a pas encore été lu. Rechargez la page dans un instant.")
STALE: Final = gettext_noop(
    "Le fichier en ligne, ou ce qui est décidé de lui, a changé entre-temps. Nous relisons le vôtre : "
    "regardez de nouveau ce qu’il change, puis confirmez."
)


def replaceable(table: Table) -> bool:
    """Whether what takes its place is first shown: it is published, and there is something to compare with."""
    return table.deposit is not None and table.current is not None and table.dataset.status == Record.Status.PUBLISHED


def propose(table: Table, pieces: Iterable[bytes], name: str, actor: User | None = None) -> Replacement:
    """To be read now, in the place of another that waited. Raises Refused as `depositing.deposit`."""
    if not replaceable(table):
        raise Refused(_("Ce fichier n’est pas en ligne ici : il n’y a rien à remplacer."))
    made = Replacement(table=table, name=plain_name(name) or table.name, size=0, author=actor)
    with coming(pieces, table.dataset.owner) as came:
        made.size = came.size
        came.settle(keeping.deposit_of(made.pk))
        with transaction.atomic():
            # Of two people at once, the last: one file waits at a time.
            held = Table.objects.select_for_update().get(pk=table.pk)
            if waiting := Replacement.objects.filter(table=held).first():
                abandon(waiting)
            made.save(force_insert=True)
            Table.objects.filter(pk=table.pk).update(next_at=timezone.now())
    return made


def unread_of(table: Table) -> Replacement | None:
    """What is to be read for this table before itself."""
    rows = Replacement.objects.unread().filter(table=table)
    return rows.select_related("table__current", "table__dataset__owner").first()


def refused(waiting: Replacement, reason: str) -> None:
    """It cannot be read: told to its body, which puts another in its place or lets it go."""
    Replacement.objects.filter(pk=waiting.pk).update(reason=reason)


def read(waiting: Replacement, folder: Path, arrived: Arrived, taken: Taken, order: Order) -> None:
    """What came of reading it, from a folder that holds the original and its rows. Nothing, when it waits no longer."""
    table, room = waiting.table, keeping.weigh(folder)
    if told := queue.full(table, room, waiting.size):
        refused(waiting, told)
        return
    version = queue.version_of(table, room, arrived, taken, order)
    compared = table.current.number if table.current else 0
    with transaction.atomic():
        if not Replacement.objects.unread().select_for_update().filter(pk=waiting.pk).exists():
            return
        keeping.settle(folder, version)
        version.save(force_insert=True)
        Replacement.objects.filter(pk=waiting.pk).update(version=version, compared=compared)
    keeping.deposit_of(waiting.pk).unlink(missing_ok=True)


def confirm(waiting: Replacement, actor: User | None = None) -> None:
    """It is the version that everybody sees. Raises Refused while it is not read, and Conflict when it waits no longer, or
    when what it was compared with is no longer there: then it is read again.
    """
    if waiting.version is None:
        raise Refused(waiting.reason or _(UNREAD))
    if not _fresh(waiting):
        _read_again(waiting)
        raise Conflict(_(STALE))
    version = waiting.version
    version.difference.pop("examples", None)  # rows of a version that may be for its body alone
    with log.transaction(actor) as entries:
        rows = Table.objects.select_for_update(of=("self",)).select_related("dataset__owner", "current")
        table = rows.get(pk=waiting.table_id)
        if table.state == Table.State.WAITING:
            raise Conflict(_(BUSY))
        gone, _rows = Replacement.objects.filter(pk=waiting.pk, version=version.pk).delete()
        if not gone or table.current is None or table.current.number != waiting.compared:
            raise Conflict(_(GONE))
        version.withheld = version.withheld or deciding.withheld(table, suspicions_from(version.suspicions))
        version.save(update_fields=["difference", "withheld"])
        now, ready = timezone.now(), Table.State.READY
        same = {"name": version.name, "size": version.size, "etag": version.checksum}
        Table.objects.filter(pk=table.pk).update(
            current=version, state=ready, reason="", failures=0, checked_at=now, **same
        )
        after = {"table": str(table.pk), "name": version.name, "size": version.size}
        auditing.tell(actor, "file.replace", Thing.record(table.dataset), after=after)
        entries.extend(deciding.told(table, closed=version.withheld))
    if table.deposit:
        keeping.deposit_of(table.deposit).unlink(missing_ok=True)  # one that could not be read before
    keeping.prune(table)
    if version.reading.get("remedied"):
        keeping.unlearn(table, version.number)


def _fresh(waiting: Replacement) -> bool:
    """Whether it was read as it would be now, beside what is online now."""
    table, version = waiting.table, waiting.version
    if table.current is None or version is None or table.current.number != waiting.compared:
        return False
    return bool(version.reading.get("order") == digest_of(deciding.order_of(table)))


def _read_again(waiting: Replacement) -> None:
    version = waiting.version
    assert version is not None
    keeping.lend(keeping.original_of(version), keeping.deposit_of(waiting.pk))
    with transaction.atomic():
        Replacement.objects.filter(pk=waiting.pk).update(version=None)
        version.delete()
        Table.objects.filter(pk=waiting.table_id).update(next_at=timezone.now())
    keeping.prune(waiting.table)


def abandon(waiting: Replacement) -> None:
    """Lets go of it, and of all that was made of it; what is online stays."""
    with transaction.atomic():
        Replacement.objects.filter(pk=waiting.pk).delete()
        if waiting.version is not None:
            waiting.version.delete()
    keeping.deposit_of(waiting.pk).unlink(missing_ok=True)
    keeping.prune(waiting.table)


def forget(now: datetime) -> int:
    """Lets go of what nobody confirmed in KEPT; returns how many."""
    old = list(Replacement.objects.filter(at__lt=now - KEPT).select_related("table", "version"))
    for waiting in old:
        abandon(waiting)
    return len(old)
