"""What was used, month by month, as `catalogue.use` and `catalogue.search.tallies` counted it. Of public datasets alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from django.db.models import QuerySet, Sum
from django.db.models.functions import TruncMonth

from catalogue.batching import batches
from catalogue.models import PUBLIC, Dataset, DatasetViews, SearchTotal, UseTotal

BATCH: Final = 200


@dataclass(frozen=True)
class Month:
    """`first`: its first day. `unfound`: searches that nothing answered whole."""

    first: date
    views: int = 0
    downloads: int = 0
    calls: int = 0
    searches: int = 0
    unfound: int = 0


@dataclass(frozen=True)
class Read:
    """One dataset in one month."""

    month: date
    dataset: Dataset
    views: int
    downloads: int
    calls: int


def before(month: date) -> date:
    """The first day of the month before."""
    return (month.replace(day=1) - timedelta(days=1)).replace(day=1)


def after(month: date) -> date:
    """The first day of the next."""
    return (month.replace(day=1) + timedelta(days=32)).replace(day=1)


def months(last: date, count: int) -> list[Month]:
    """So many, the last one first; those of which nothing was counted are zeros. Two queries."""
    firsts = [last.replace(day=1)]
    while len(firsts) < count:
        firsts.append(before(firsts[-1]))
    used = _by_month(UseTotal.objects, firsts, "views", "downloads", "calls")
    searched = _by_month(SearchTotal.objects, firsts, "asked", "unfound")
    return [Month(first, *used.get(first, (0, 0, 0)), *searched.get(first, (0, 0))) for first in firsts]


def _by_month(rows: Any, firsts: list[date], *columns: str) -> dict[date, tuple[int, ...]]:
    within = rows.filter(day__gte=firsts[-1], day__lt=after(firsts[0])).order_by()
    summed = within.annotate(month=TruncMonth("day")).values_list("month").annotate(*(Sum(name) for name in columns))
    return {month: tuple(counts) for month, *counts in summed}


def most(month: date, count: int) -> list[Read]:
    """The datasets most read in that month, then those most downloaded. Two queries."""
    ranked = _of(month).order_by("-seen", "-taken", "-asked", "dataset")[: 2 * count]  # some may be hidden now
    return list(_read(month, ranked))[:count]


def every(month: date) -> Iterator[Read]:
    """All that were used in that month, by key."""
    for some in batches(list(_of(month).order_by("dataset")), BATCH):
        yield from _read(month, some)


def _of(month: date) -> QuerySet[Any, Any]:
    """Keys of datasets, and their counts."""
    rows = DatasetViews.objects.filter(day__gte=month, day__lt=after(month)).order_by()
    return rows.values_list("dataset").annotate(seen=Sum("views"), taken=Sum("downloads"), asked=Sum("calls"))


def _read(month: date, rows: Iterable[Any]) -> Iterator[Read]:
    """What anybody may read now."""
    counted = list(rows)
    named = Dataset.objects.visible_to(PUBLIC).select_related("published_by").only("uri", "title", "published_by__name")
    found = named.in_bulk([key for key, *_ in counted])
    return (Read(month, found[key], *counts) for key, *counts in counted if key in found)
