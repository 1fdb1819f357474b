"""Which source speaks for a record, as the index and the pages tell it."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final
from uuid import UUID

from django.db.models import F, QuerySet

from harvesters.models import HarvestRecord
from harvesters.succession import source_host

FILE: Final = "fichier"  # a catalogue that came as a file, from nowhere on the web


def speaking_first(rows: QuerySet[HarvestRecord]) -> QuerySet[HarvestRecord]:
    """The rows of one record: the one whose words are shown, then the others."""
    return rows.order_by(F("gone_at").asc(nulls_first=True), "follows", "-pk")


def hosts(records: Collection[UUID]) -> dict[UUID, str]:
    """The host that each of these records comes from, FILE where there is none; what was made here is left out. One query."""
    rows = HarvestRecord.objects.filter(record__in=records).select_related("source")
    found: dict[UUID, str] = {}
    for row in speaking_first(rows).only("record", "source__key", "source__base"):
        if row.record:
            found.setdefault(row.record, source_host(row.source) or FILE)
    return found
