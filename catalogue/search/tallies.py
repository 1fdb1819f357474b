"""What is searched, and what is not found, counted without anything of who searched. docs/search.md tells what is kept.

A search costs no write: it is counted in memory, and a thread writes what was counted once a minute. A process that is
killed loses a minute at most.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

from django.conf import settings
from django.db import DatabaseError, transaction
from django.db.models import Max, Min, Sum
from django.utils import timezone
from django.utils.crypto import salted_hmac

from catalogue import buffering
from catalogue.models import SearchDay, SearchTally, SearchTotal
from catalogue.search.personal import countable, same

TIMES: Final = 5  # a question is kept in words once it was asked so often,
DAYS: Final = 2  # on so many days
KEPT: Final = timedelta(days=365)
WAITING: Final = timedelta(days=60)  # a digest that was asked no more since is forgotten
BUFFERED: Final = 500  # questions held in memory; beyond, only the totals count
logger = logging.getLogger(__name__)


@dataclass
class Counted:
    asked: int = 0
    unfound: int = 0

    def add(self, asked: int, unfound: int) -> None:
        self.asked += asked
        self.unfound += unfound


@dataclass
class Counts:
    """`questions` by their text as first asked."""

    total: Counted = field(default_factory=Counted)
    questions: dict[str, Counted] = field(default_factory=dict)


class Buffer(buffering.Buffer[Counts]):
    """At most so many questions; the totals count them all."""

    def __init__(self, due: Callable[[], None], every: float = buffering.EVERY) -> None:
        super().__init__(Counts, due, every)

    def add(self, text: str, *, found: bool) -> None:
        """`text` as `countable` gives it; "" counts in the total alone."""

        def change(counts: Counts) -> None:
            counts.total.add(1, not found)
            if text and (text in counts.questions or len(counts.questions) < BUFFERED):
                counts.questions.setdefault(text, Counted()).add(1, not found)

        self.put(change)


_buffer = Buffer(lambda: buffering.in_a_thread(flush))


def count(text: str, *, found: bool) -> None:
    """One search of a stranger, who asked for nothing but words. `found`: something has all the words."""
    if settings.BOUTURE_SEARCH_COUNTS:
        _buffer.add(countable(text), found=found)


def flush() -> None:
    """Writes what this process counted. What cannot be written is lost, and told: it is not worth a second try."""
    counts = _buffer.take()
    if not counts.total.asked:
        return
    try:
        keep(counts, timezone.localdate())
    except DatabaseError as error:
        logger.warning("%d recherches n’ont pas pu être comptées : %s", counts.total.asked, error)


@transaction.atomic
def keep(counts: Counts, day: date) -> None:
    """Adds to the base what was counted, and forgets what is too old, once a day."""
    if not SearchTotal.objects.filter(day=day).exists():
        SearchTotal.objects.bulk_create([SearchTotal(day=day)], ignore_conflicts=True)
        forget(day)
    total = SearchTotal.objects.select_for_update().get(day=day)
    total.asked += counts.total.asked
    total.unfound += counts.total.unfound
    total.save(update_fields=["asked", "unfound"])
    merged: dict[str, tuple[str, Counted]] = {}
    for text, counted in counts.questions.items():
        merged.setdefault(_digest(text), (text, Counted()))[1].add(counted.asked, counted.unfound)
    _keep_questions(merged, day)


def _keep_questions(merged: Mapping[str, tuple[str, Counted]], day: date) -> None:
    SearchTally.objects.bulk_create([SearchTally(digest=digest) for digest in merged], ignore_conflicts=True)
    rows = list(SearchTally.objects.select_for_update().filter(digest__in=merged).order_by("pk"))
    for row in rows:
        text, counted = merged[row.digest]
        row.times += counted.asked
        row.days += row.last_day != day
        row.last_day = day
        if row.times >= TIMES and row.days >= DAYS:
            row.text = row.text or text
    SearchTally.objects.bulk_update(rows, ["times", "days", "last_day", "text"], batch_size=200)
    told = {row.pk: merged[row.digest][1] for row in rows if row.text}
    SearchDay.objects.bulk_create([SearchDay(tally_id=key, day=day) for key in told], ignore_conflicts=True)
    days = list(SearchDay.objects.select_for_update().filter(tally__in=told, day=day).order_by("pk"))
    for each in days:
        each.asked += told[each.tally_id].asked
        each.unfound += told[each.tally_id].unfound
    SearchDay.objects.bulk_update(days, ["asked", "unfound"], batch_size=200)


def _digest(text: str) -> str:
    """Keyed: what is not asked often enough cannot be read again from the base alone."""
    return salted_hmac("bouture.searches", same(text), algorithm="sha256").hexdigest()


def forget(day: date) -> None:
    """What is older than is kept, and digests that wait for nothing any more."""
    SearchTotal.objects.filter(day__lt=day - KEPT).delete()
    SearchDay.objects.filter(day__lt=day - KEPT).delete()
    SearchTally.objects.filter(text="", last_day__lt=day - WAITING).delete()
    SearchTally.objects.filter(last_day__lt=day - KEPT).delete()


def forget_question(text: str) -> bool:
    """Takes a question away whose words should not be shown; whether it was there."""
    deleted, _ = SearchTally.objects.filter(digest=_digest(text)).delete()
    return bool(deleted)


@dataclass(frozen=True)
class Question:
    """How often it was asked, and missed, in a period; the first and the last day of it."""

    text: str
    times: int
    missed: int
    first: date
    last: date


def questions(since: date, most: int | None = None, *, missed: bool = False) -> list[Question]:
    """The most asked first, those with words alone; `missed`: those that were, the most missed first."""
    rows = SearchDay.objects.filter(day__gte=since).order_by().values_list("tally__text")
    counted = rows.annotate(times=Sum("asked"), missed=Sum("unfound"), first=Min("day"), last=Max("day"))
    if missed:
        found = counted.filter(missed__gt=0).order_by("-missed", "tally__text")
    else:
        found = counted.order_by("-times", "tally__text")
    return [Question(*row) for row in found[:most]]


def totals(since: date) -> Counted:
    """Of all searches, those too that no question is kept of."""
    found = SearchTotal.objects.filter(day__gte=since).aggregate(asked=Sum("asked"), unfound=Sum("unfound"))
    return Counted(found["asked"] or 0, found["unfound"] or 0)
