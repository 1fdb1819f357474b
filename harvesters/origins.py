"""Which source speaks for a record, as the index and the pages tell it."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final
from urllib.parse import urlsplit
from uuid import UUID

from django.db.models import F, QuerySet

from catalogue.search.origins import Origin
from harvesters.models import HarvestRecord, HarvestSource
from harvesters.succession import source_host

PEER: Final = "peer"  # the kind of the sources that are other instances
FILE: Final = "fichier"  # a catalogue that came as a file, from nowhere on the web


def speaking_first(rows: QuerySet[HarvestRecord]) -> QuerySet[HarvestRecord]:
    """The rows of one record: the one whose words are shown, then the others."""
    return rows.order_by(F("gone_at").asc(nulls_first=True), "follows", "-pk")


def origins(records: Collection[UUID]) -> dict[UUID, Origin]:
    """Of each of these records: the host that it comes from, FILE where there is none, and the instance that is its home when
    it was replicated; what was made here is left out. One query."""
    rows = HarvestRecord.objects.filter(record__in=records).select_related("source")
    found: dict[UUID, Origin] = {}
    for row in speaking_first(rows).only("record", "source__key", "source__base", "source__kind"):
        if row.record and row.record not in found:
            home = home_of(row.source.key) if row.source.kind == PEER else ""
            found[row.record] = Origin(source_host(row.source) or FILE, home)
    return found


def home_of(feed: str) -> str:
    """The base address of the instance that gives a feed at this address: ours give it at `/flux/`; of any other product it is
    known only which server answers."""
    path = feed.partition("?")[0].rstrip("/")
    parts = urlsplit(feed)
    return path.removesuffix("/flux") if path.endswith("/flux") else f"{parts.scheme}://{parts.netloc}"


def instances(homes: Collection[str]) -> dict[str, str]:
    """What the instances at these base addresses are called, those that are followed and have a name. One query, of peers."""
    if not homes:
        return {}
    peers = HarvestSource.objects.filter(kind=PEER).exclude(title="").values_list("key", "title")
    return {home: title for key, title in peers if (home := home_of(key)) in homes}
