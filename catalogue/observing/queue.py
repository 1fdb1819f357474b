"""The tables whose figures are to be made again: who changed something asks, the worker does it."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable
from datetime import timedelta
from typing import Final

from django.utils import timezone

from catalogue.batching import batches
from catalogue.models import AskedReckoning, Observation, Table, Territory

Cause = AskedReckoning.Cause
SOME: Final = 500  # in one statement
AGAIN: Final = (timedelta(minutes=10), timedelta(hours=1), timedelta(hours=6), timedelta(days=1))


def ask(tables: Iterable[uuid.UUID], cause: AskedReckoning.Cause) -> int:
    """Returns how many were asked for. One that is being reckoned is reckoned once more."""
    now, count = timezone.now(), 0
    for some in batches(sorted(set(tables)), SOME):
        AskedReckoning.objects.bulk_create(
            [AskedReckoning(table_id=table, asked_at=now, cause=cause) for table in some],
            update_conflicts=True,
            unique_fields=["table"],
            update_fields=["asked_at", "cause", "failures"],
        )
        count += len(some)
    return count


def ask_of_schemas(schemas: Collection[str], cause: AskedReckoning.Cause) -> int:
    """Every table that follows one of them."""
    tables = Table.objects.filter(current__schema__in=schemas, left_at=None).order_by()
    return ask(tables.values_list("pk", flat=True), cause)


def ask_of_places(territories: Collection[int]) -> int:
    """Every table that gives figures of these territories, or of what they are part of: their populations changed."""
    tables: set[uuid.UUID] = set()
    for some in batches(sorted(territories), SOME):
        above = Territory.objects.filter(members__in=some).order_by().values_list("pk", flat=True)
        wanted = {*some, *above}
        tables |= set(Observation.objects.filter(territory__in=wanted).values_list("table", flat=True).distinct())
    return ask(tables, Cause.POPULATION)


def next_asked() -> AskedReckoning | None:
    """The one that waits longest."""
    due = AskedReckoning.objects.filter(asked_at__lte=timezone.now()).order_by("asked_at")
    related = ("owner", "published_by__territory")
    names = ("table__current", *(f"table__dataset__{name}" for name in related))
    return due.select_related(*names).first()


def done(asked: AskedReckoning) -> None:
    """Unless it was asked for again meanwhile."""
    AskedReckoning.objects.filter(pk=asked.pk, asked_at=asked.asked_at).delete()


def put_off(asked: AskedReckoning) -> None:
    """A fault of ours, or a file that went: not again at once."""
    wait = AGAIN[min(asked.failures, len(AGAIN) - 1)]
    mine = AskedReckoning.objects.filter(pk=asked.pk, asked_at=asked.asked_at)
    mine.update(asked_at=timezone.now() + wait, failures=asked.failures + 1)
