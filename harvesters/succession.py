"""Who speaks for a record that several sources give, once the one that spoke is gone.

Each run changes the rows of its own source alone: the run that loses a record leaves it published when another source
still gives it, and the next run of the nearest of those speaks in its place.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils import timezone

from catalogue.dcat.mapping import MODELS
from catalogue.publishing import BATCH
from harvesters.models import HarvestPage, HarvestRecord, HarvestSource, RouteMark
from harvesters.nearness import Route, host_of, nearer
from harvesters.peers.trust.chains import hops


def source_host(source: HarvestSource) -> str:
    """Where a source is on the web: its address, or the base of a file; "" for a file without one."""
    return host_of(source.key) or host_of(source.base)


def live_rows() -> Any:
    """The rows of records that their sources give, and that were taken in."""
    return HarvestRecord.objects.filter(gone_at=None, record__isnull=False, left_out="").exclude(stamp="")


def held_elsewhere(source: HarvestSource, records: Collection[uuid.UUID]) -> set[uuid.UUID]:
    """Of these records, those that another source gives too, and is still asked."""
    others = live_rows().exclude(source=source).filter(source__active=True)
    found: set[uuid.UUID] = set()
    every = list(records)
    for start in range(0, len(every), BATCH):
        found.update(others.filter(record__in=every[start : start + BATCH]).values_list("record", flat=True))
    return found


def leave(source: HarvestSource, seen: Collection[int]) -> None:
    """What the source gave without speaking for it, and gives no more: nothing of it is published, nothing is lost."""
    gone = [pk for pk in _following(source).values_list("pk", flat=True) if pk not in seen]
    for start in range(0, len(gone), BATCH):
        HarvestRecord.objects.filter(pk__in=gone[start : start + BATCH]).update(gone_at=timezone.now())


def promote(source: HarvestSource) -> int:
    """Lets the source speak for the records that it follows and that nobody speaks for any more, when no other route is
    nearer. Its pages are then read again. Returns for how many.
    """
    speaking = HarvestRecord.objects.filter(follows=False, gone_at=None, left_out="", source__left_at=None)
    spoken = speaking.filter(record=OuterRef("record"))
    left = {
        record: pk
        for pk, record in _following(source).filter(left_out="").filter(~Exists(spoken)).values_list("pk", "record")
        if record
    }
    harvested: set[uuid.UUID] = set()
    for model in MODELS.values():
        held = model.objects.filter(pk__in=left, harvested=True)  # type: ignore[attr-defined]
        harvested.update(held.values_list("pk", flat=True))
    chosen = {record: pk for record, pk in nearest_of(harvested).items() if pk == left[record]}
    if chosen:
        # Of a source that is followed no more, in case it is again.
        HarvestRecord.objects.filter(record__in=chosen, follows=False).update(follows=True)
        HarvestRecord.objects.filter(pk__in=chosen.values()).update(follows=False, stamp="")
        HarvestPage.objects.filter(run__source=source).update(sha256="", etag="", last_modified="")
    return len(chosen)


def nearest_of(records: Collection[uuid.UUID]) -> dict[uuid.UUID, int]:
    """Record -> the nearest of the routes that follow it and are still asked; the first to have come, among equals."""
    if not records:
        return {}
    rows = live_rows().filter(record__in=records, follows=True, source__active=True).select_related("source")
    by_record: dict[uuid.UUID, list[HarvestRecord]] = defaultdict(list)
    for row in rows.order_by("pk"):
        by_record[row.record].append(row)
    routes = routes_of(row for some in by_record.values() for row in some)
    chosen = {}
    for record, some in by_record.items():
        best = some[0]
        for row in some[1:]:
            if nearer(routes[row.pk], routes[best.pk]):
                best = row
        chosen[record] = best.pk
    return chosen


def routes_of(rows: Iterable[HarvestRecord]) -> dict[int, Route]:
    """Row -> its route, in one question and one for each feed; `source` must be there."""
    every = list(rows)
    names: dict[int, set[str]] = defaultdict(set)
    marks = RouteMark.objects.filter(row__in=[row.pk for row in every]).exclude(host="")
    for pk, host in marks.values_list("row_id", "host"):
        names[pk].add(host)
    by_source: dict[int, list[HarvestRecord]] = defaultdict(list)
    for row in every:
        by_source[row.source_id].append(row)
    came = {(source, key): count for source, some in by_source.items() for key, count in hops(some).items()}
    return {
        row.pk: Route(
            source_host(row.source),
            frozenset(names[row.pk]),
            row.source.owner_id,
            hops=came.get((row.source_id, row.key), 0),
        )
        for row in every
    }


def _following(source: HarvestSource) -> Any:
    return source.records.filter(follows=True, gone_at=None)
