"""The list of tables, in step with the records: a reader of the log."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.utils import timezone

from catalogue import log
from catalogue.batching import batches
from catalogue.models import Change, Distribution, Record, Table
from catalogue.models.links import CHUNK
from catalogue.tabling import keeping
from catalogue.tabling.tabular import address_of, deposit_key, name_of, wanted

READER: Final = "tables"
GRACE: Final = timedelta(days=30)  # before what no record gives any more leaves the disk
SAID: Final = (
    "dataset", "address", "deposit", "name", "declared", "size", "etag", "last_modified", "next_at", "left_at",
)  # fmt: skip


class TableReader(log.LogReader):
    """Adds a table when a record gives a file that may be one, and lets go of those that none gives."""

    name = READER

    def handle(self, changes: Sequence[Change]) -> None:
        for some in batches({change.record for change in changes if change.record_type == "dataset"}, CHUNK):
            _follow(some)


def _follow(datasets: Sequence[uuid.UUID]) -> None:
    now = timezone.now()
    known = {table.pk: table for table in Table.objects.filter(dataset__in=datasets)}
    new: list[Table] = []
    seen: set[uuid.UUID] = set()
    for file, address, deposit in _files(datasets):
        seen.add(file.pk)
        table = known.get(file.pk)
        if table is None:
            table = Table(pk=file.pk, dataset_id=file.dataset_id)
            new.append(table)
        _say(table, file, address, deposit, now)
    with transaction.atomic():
        Table.objects.bulk_create(new, ignore_conflicts=True)
        Table.objects.bulk_update([known[pk] for pk in seen if pk in known], SAID)
        # Of a record that was withdrawn, the files are still there: it may come back.
        rest = known.keys() - seen
        kept = set(Distribution.objects.filter(pk__in=rest).order_by().values_list("pk", flat=True))
        Table.objects.filter(pk__in=kept).update(next_at=None)
        Table.objects.filter(pk__in=rest - kept, left_at=None).update(left_at=now, next_at=None)


def _files(datasets: Sequence[uuid.UUID]) -> Iterator[tuple[Distribution, str, uuid.UUID | None]]:
    """Those that may be tables of records that are published: where they are, or the key of their deposit."""
    files = Distribution.objects.filter(dataset__in=datasets, dataset__status=Record.Status.PUBLISHED)
    for file in files.select_related("dataset").only(*_READ).order_by().iterator(CHUNK):
        if deposit := deposit_key(file):
            yield file, "", deposit
        elif wanted(file, harvested=file.dataset.harvested) and (address := address_of(file)):
            yield file, address, None


_READ: Final = (
    "dataset", "dataset__harvested", "title", "access_url", "download_url", "format", "media_type", "byte_size", "conforms_to", "origin",
    "dataset__conforms_to",
)  # fmt: skip


def _say(table: Table, file: Distribution, address: str, deposit: uuid.UUID | None, now: datetime) -> None:
    """Whatever changed in the record, a file of elsewhere is looked at again: its server says at little cost that it did not."""
    if address != table.address:
        table.etag = table.last_modified = ""
    declared = [str(one) for one in (*file.conforms_to, *file.dataset.conforms_to)]
    if address or declared != table.declared or table.current_id is None:
        table.next_at = now  # what was deposited is read again only under what the record says now
    table.dataset_id, table.address, table.deposit, table.left_at = file.dataset_id, address, deposit, None
    table.declared = declared
    table.size = file.byte_size if address else table.size
    table.name = (name_of(address, file.label) if address else table.name) or str(file.pk)


def forget(now: datetime) -> int:
    """Removes what no record has given for GRACE; returns how many tables."""
    gone = list(Table.objects.filter(left_at__lt=now - GRACE).only("deposit"))
    for table in gone:
        keeping.remove(table)
        Table.objects.filter(pk=table.pk).delete()
    return len(gone)
