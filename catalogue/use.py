"""What datasets are looked at, taken and asked: counted by day without anything of who did, and weighed once a day for the search.

A share is a logarithm, beside the most looked at of the same territory: what all the world reads in a large city does not
come before what a village has.
"""

from __future__ import annotations

import logging
import math
from collections import Counter
from collections.abc import Collection, Mapping
from datetime import date, timedelta
from enum import StrEnum
from typing import Final, NamedTuple
from uuid import UUID

from django.conf import settings
from django.db import DatabaseError, transaction
from django.db.models import F, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

from catalogue import log
from catalogue.batching import batches
from catalogue.buffering import Buffer, in_a_thread
from catalogue.models import PUBLIC, Change, Dataset, DatasetUse, DatasetViews, Table, UseTotal

USE: Final = "use"  # what the lines of the log that tell it call their field
KEPT: Final = timedelta(days=365)
WEIGHED: Final = timedelta(days=90)
LEAST: Final = 20  # views: beside fewer, a territory's most looked at dataset is not worth the whole share
BUFFERED: Final = 5_000  # counts held in memory; what comes after is counted in the total alone until the next writing
BATCH: Final = 200
logger = logging.getLogger(__name__)


class What(StrEnum):
    """What is counted, by the name of its column."""

    VIEW = "views"
    DOWNLOAD = "downloads"
    CALL = "calls"


class Used(NamedTuple):
    """`of`: what `key` is the key of ("dataset", "table", "deposit"); "" for what is of no dataset in particular."""

    what: What
    of: str = ""
    key: UUID | None = None


_buffer: Buffer[Counter[Used]] = Buffer(Counter, lambda: in_a_thread(flush))


def count(key: UUID | None, what: What = What.VIEW, of: str = "dataset") -> None:
    """One look, download or call of a stranger who let it be counted. Costs no write, and no question: whose table it is, and
    whether that is public, is asked once it is written."""
    used = Used(what, of, key) if key else Used(what)

    def change(seen: Counter[Used]) -> None:
        seen[used if used in seen or len(seen) < BUFFERED else Used(what)] += 1

    if settings.BOUTURE_USE_COUNTS:
        _buffer.put(change)


def flush() -> None:
    """Writes what this process counted. What cannot be written is lost, and told: it is not worth a second try."""
    seen = _buffer.take()
    try:
        keep(seen, timezone.localdate())
    except DatabaseError as error:
        logger.warning("%d consultations n’ont pas pu être comptées : %s", seen.total(), error)


def keep(seen: Mapping[Used, int], day: date) -> None:
    """Adds to the base what was counted, by short transactions; what is no longer there, or no longer public, is left out."""
    found = _by_dataset(seen)
    for some in batches(sorted(found), BATCH):
        there = Dataset.objects.visible_to(PUBLIC).filter(pk__in=some).order_by("pk").values_list("pk", flat=True)
        _keep({key: found[key] for key in there}, day)
    if others := {used.what: times for used, times in seen.items() if not used.of}:
        _add(others, day)


def _by_dataset(seen: Mapping[Used, int]) -> dict[UUID, Counter[What]]:
    """Tables and deposits are counted with the dataset whose they are."""
    keys: dict[str, set[UUID]] = {}
    for used in seen:
        if used.key:
            keys.setdefault(used.of, set()).add(used.key)
    whose: dict[tuple[str, UUID], UUID] = {("dataset", key): key for key in keys.get("dataset", ())}
    for of, column in (("table", "pk"), ("deposit", "deposit")):
        for some in batches(sorted(keys.get(of, ())), BATCH):
            rows = Table.objects.filter(**{f"{column}__in": some}).values_list(column, "dataset")
            whose |= {(of, key): dataset for key, dataset in rows}
    found: dict[UUID, Counter[What]] = {}
    for used, times in seen.items():
        if used.key and (used.of, used.key) in whose:
            found.setdefault(whose[used.of, used.key], Counter())[used.what] += times
    return found


@transaction.atomic
def _keep(found: Mapping[UUID, Counter[What]], day: date) -> None:
    """These datasets and the total of the day, both or neither."""
    missing = [DatasetViews(dataset_id=key, day=day) for key in found]
    DatasetViews.objects.bulk_create(missing, ignore_conflicts=True)
    rows = list(DatasetViews.objects.select_for_update().filter(dataset__in=found, day=day).order_by("pk"))
    for row in rows:
        for what, times in found[row.dataset_id].items():
            setattr(row, what, getattr(row, what) + times)
    DatasetViews.objects.bulk_update(rows, list(What))
    _add(sum(found.values(), Counter()), day)


def _add(times: Mapping[What, int], day: date) -> None:
    """By one statement, which no other process can come between."""
    UseTotal.objects.bulk_create([UseTotal(day=day)], ignore_conflicts=True)
    UseTotal.objects.filter(day=day).update(**{what.value: F(what.value) + more for what, more in times.items()})


def weigh(day: date) -> int:
    """Once a day: works the shares out again, and tells the log those that changed. Returns how many did."""
    if DatasetUse.objects.filter(day__gte=day).exists():
        return 0
    DatasetViews.objects.filter(day__lt=day - KEPT).delete()
    kept = dict(DatasetUse.objects.values_list("dataset", "share"))
    now = shares(day)
    changed = [key for key in sorted(kept.keys() | now) if kept.get(key) != now.get(key)]
    for some in batches(changed, BATCH):
        _write({key: now.get(key) for key in some}, day)
    DatasetUse.objects.update(day=day)
    return len(changed)


def shares(day: date) -> dict[UUID, float]:
    """Of each dataset that was looked at of late, from 0.1 to 1."""
    place = Coalesce("dataset__territory", "dataset__published_by__territory")
    rows = DatasetViews.objects.filter(day__gt=day - WEIGHED).annotate(place=place).order_by()
    seen = list(rows.values_list("place", "dataset").annotate(total=Sum("views")))
    most: dict[int | None, int] = {}
    for where, _, total in seen:
        most[where] = max(most.get(where, LEAST), total)
    found = {key: round(math.log1p(total) / math.log1p(most[where]), 1) for where, key, total in seen}
    return {key: share for key, share in found.items() if share}


def of(keys: Collection[UUID]) -> dict[UUID, float]:
    """The shares of these datasets, of those that have one."""
    return dict(DatasetUse.objects.filter(pk__in=keys).values_list("dataset", "share"))


def _write(shares: Mapping[UUID, float | None], day: date) -> None:
    # Of yesterday until all are written: a run that is killed is made again.
    before = day - timedelta(days=1)
    rows = [DatasetUse(dataset_id=key, share=share, day=before) for key, share in shares.items() if share]
    with log.transaction() as entries:
        DatasetUse.objects.filter(pk__in=[key for key, share in shares.items() if not share]).delete()
        DatasetUse.objects.bulk_create(
            rows, update_conflicts=True, unique_fields=["dataset"], update_fields=["share", "day"]
        )
        entries.extend(
            log.Entry(Change.Verb.UPDATE, key, kind=Change.Kind.DERIVED, fields=(USE,)) for key in sorted(shares)
        )
