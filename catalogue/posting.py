"""Messages that wait, sent by the worker: each at least once, and not again once the server said that it has it.

A row is held by one statement that one process wins. Killed between the server's word and the end of the row, that one message leaves
again ten minutes later, under the same Message-ID; nothing can tell whether it had arrived. What fails is tried again, later and later,
for three days.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Count, F, Max, Min, Q, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from catalogue.mail import attempt, prepared
from catalogue.models import OutgoingMail

BATCH: Final = 50
HELD: Final = timedelta(minutes=10)  # longer than any try: ten seconds for each step of a server that is slow
FIRST: Final = timedelta(minutes=1)  # after a first failure; then twice as long each time
LONGEST: Final = timedelta(hours=4)
PATIENCE: Final = timedelta(days=3)
UNREADABLE: Final = "5, texte scellé avec une autre clé"
REMEMBERED: Final = timedelta(days=30)  # that one was given up, without its text


@dataclass(frozen=True)
class Unsent:
    """What does not leave: how many wait after a failure, since when, how many were given up, and why the last one failed."""

    waiting: int
    since: datetime | None
    given_up: int
    problem: str


def deliver(now: datetime | None = None) -> int:
    """Returns how many messages left."""
    now = now or timezone.now()
    OutgoingMail.objects.filter(given_up_at__lt=now - REMEMBERED).delete()
    sent = 0
    free = Q(held_until=None) | Q(held_until__lt=now)
    for row in OutgoingMail.objects.filter(free, given_up_at=None, due_at__lte=now).order_by("due_at")[:BATCH]:
        mine = OutgoingMail.objects.filter(pk=row.pk)
        if not mine.filter(free, due_at=row.due_at).update(held_until=now + HELD, tries=F("tries") + 1):
            continue
        message = prepared(row)
        problem = attempt(message) if message else UNREADABLE
        if not problem:
            sent += mine.delete()[0]
            continue
        _keep(row, problem, now)
        if not problem[0].isdigit():
            break  # nobody answers: the others would wait as long for the same
    return sent


def _keep(row: OutgoingMail, problem: str, now: datetime) -> None:
    mine = OutgoingMail.objects.filter(pk=row.pk)
    if problem.startswith("5") or now - row.made_at > PATIENCE:
        mine.update(given_up_at=now, held_until=None, text="", problem=problem)
        return
    wait = min(LONGEST, FIRST * 2 ** min(row.tries, 10))
    mine.update(due_at=now + wait, held_until=None, problem=problem)


def unsent() -> Unsent:
    """One query over few rows: what leaves has none."""
    failing = Q(given_up_at=None) & ~Q(problem="")
    last = OutgoingMail.objects.exclude(problem="").order_by("-due_at").values("problem")[:1]
    told = OutgoingMail.objects.aggregate(
        waiting=Count("pk", filter=failing),
        since=Min("made_at", filter=failing),
        given_up=Count("pk", filter=Q(given_up_at__isnull=False)),
        problem=Coalesce(Max(Subquery(last)), Value("")),
    )
    return Unsent(**told)


def failing_about(abouts: list[str]) -> set[str]:
    """Of these, those whose message could not leave yet."""
    return set(OutgoingMail.objects.filter(about__in=abouts).exclude(problem="").values_list("about", flat=True))
