"""What was kept of a feed goes when its instance is forgotten: pages, last words, how far it was read.

In batches, each a transaction of its own: killed on the way, the next round clears what remains.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from django.db import transaction
from django.db.models import QuerySet

from catalogue.publishing import BATCH
from harvesters.models import HarvestRecord, HarvestSource
from harvesters.peers.models import PeerFeed, PeerObject, PeerPage

PAGES: Final = 1_000  # rows without a text


def clear(source: HarvestSource, beat: Callable[[], None]) -> None:
    """Nothing for a source that is no peer. Rows of records that were never taken in go too; what links those that were
    stays, so that each is itself again if the instance is ever followed again."""
    _empty(PeerObject.objects.filter(source=source), BATCH, beat)
    _empty(PeerPage.objects.filter(source=source), PAGES, beat)
    if PeerFeed.objects.filter(source=source).delete()[0]:
        _empty(HarvestRecord.objects.filter(source=source, record=None), PAGES, beat)


def _empty(
    rows: QuerySet[PeerObject] | QuerySet[PeerPage] | QuerySet[HarvestRecord], size: int, beat: Callable[[], None]
) -> None:
    while keys := list(rows.order_by("pk").values_list("pk", flat=True)[:size]):
        with transaction.atomic():
            rows.filter(pk__in=keys).delete()
        beat()
