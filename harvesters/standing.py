"""Of the records on pages that did not change: those that were set aside or left out, which the counts tell apart."""

from __future__ import annotations

from collections.abc import Collection

from harvesters.models import HarvestSource
from harvesters.tallies import Tally


class Standing:
    """What became last time of the records of a source that are not simply published, by the id of their row."""

    def __init__(self, source: HarvestSource) -> None:
        aside = source.records.exclude(quarantine="").values_list("pk", "kind", "key", "quarantine")
        self._aside = {pk: (kind, key, reason) for pk, kind, key, reason in aside}
        left = source.records.exclude(left_out="").values_list("pk", "kind", "left_out", "record", "gone_at")
        self._left = {pk: (kind, why, bool(record) and gone is None) for pk, kind, why, record, gone in left}

    def tell(self, ids: Collection[int], tally: Tally) -> None:
        """The records of a page, counted as unchanged, each as what it is."""
        if not (self._aside or self._left):
            return
        for pk in ids:
            if pk in self._aside:
                kind, key, reason = self._aside[pk]
                tally.of(kind).unchanged -= 1
                tally.set_aside(kind, key.partition(":")[2], reason, given_up=True)
            elif pk in self._left:
                kind, reason, published = self._left[pk]
                tally.of(kind).unchanged -= 1
                tally.leave_out(kind, reason)
                if published:
                    tally.unwanted.add(pk)
