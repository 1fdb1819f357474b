"""A look at each feed that is followed, every few seconds, between the runs of its schedule.

The first page is asked for with the validators that its last reading kept, then those that may still grow (in ours the last one of
each level): unchanged they cost their instance a few short answers, and nothing is written here. Changed, a run is asked for at once.
An instance that does not answer is looked at less and less often, and delays no other by more than a few seconds.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Final

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone

from harvesters.base import HarvestError, TryLater
from harvesters.http import Limits
from harvesters.models import HarvestRun, HarvestSource
from harvesters.peers.models import PeerFeed, PeerPage
from harvesters.peers.walking import Walk, leading
from harvesters.registry import client_for
from harvesters.schedule import due, run_one, run_soon
from harvesters.sources.peer import Peer

BRIEF: Final = Limits(max_bytes=32 * 2**20, connect=2, read=5, total=8, delay=0, retries=0)
LONGEST: Final = 600.0  # seconds between two looks at an instance that does not answer
Run = Callable[[HarvestSource], object]


@dataclass
class Looks:
    """Of one process. `clock`: seconds, only ever forward."""

    run: Run
    clock: Callable[[], float] = time.monotonic
    _wait: dict[int, tuple[float, float]] = field(default_factory=dict)  # source -> not before, seconds waited for

    def round(self, stopping: Callable[[], bool] = lambda: False) -> int:
        """Looks at those whose time has come; returns how many had something new, which were then read."""
        every = settings.BOUTURE_PEER_EVERY
        found = 0
        for source in followed() if every else ():
            if stopping():
                break
            if self._wait.get(source.pk, (0.0, 0.0))[0] > self.clock():
                continue
            since = self.clock()
            try:
                new = changed(source)
            except HarvestError as error:
                self._rest(source, every, error)
                continue
            if new and run_soon(source):
                found += 1
                for one in due(timezone.now(), only=source.pk):
                    self.run(one)
            if new and _fails(source):
                self._rest(source, every)
            else:
                self._wait[source.pk] = (since + every, 0.0)
        return found

    def _rest(self, source: HarvestSource, every: float, error: HarvestError | None = None) -> None:
        """Twice as long as the last time; longer where it says so."""
        asked = (error.retry_after or 0.0) if isinstance(error, TryLater) else 0.0
        rest = min(max(2 * self._wait.get(source.pk, (0.0, 0.0))[1], 2 * every), LONGEST)
        self._wait[source.pk] = (self.clock() + max(rest, asked), rest)


def followed() -> QuerySet[HarvestSource]:
    """Those that were read to their end once: the first reading is their schedule's. Not one that waits for a person, was asked
    to wait, or is to be read anyway."""
    rows = HarvestSource.objects.filter(kind=Peer.kind, active=True, trial=False, left_at=None, closed_at=None)
    return rows.filter(feed__read_until__isnull=False).exclude(next_at__lte=timezone.now()).order_by("pk")


def _fails(source: HarvestSource) -> bool:
    """Whether its last run failed: what it refused looks new at each look."""
    last = source.runs.filter(dry=False).order_by("started_at").last()
    return last is not None and last.status == HarvestRun.Status.FAILED


def changed(source: HarvestSource) -> bool:
    """Whether a page says something else than when it was last read. Raises HarvestError."""
    read_until = PeerFeed.objects.values_list("read_until", flat=True).get(source=source)
    with client_for(source, BRIEF) as client:
        ask = partial(client.fetch, accept=Peer.accept)
        walk = Walk(source.key, _growing(source, read_until), read_until, ask)
        if any(turned.page for turned in walk):
            return True
        if walk.failures:
            raise walk.failures[0]
    return False


def _growing(source: HarvestSource, read_until: datetime | None) -> dict[str, PeerPage]:
    """The pages that a walk asks for when nothing changed, and no other: a long feed has thousands."""
    known: dict[str, PeerPage] = {}
    urls = {source.key}
    while urls:
        found = {page.url: page for page in PeerPage.objects.filter(source=source, url__in=urls)}
        known |= found
        urls = {url for page in found.values() for url in leading(page, read_until)} - known.keys()
    return known


def look(run: Run | None = None) -> Looks:
    return Looks(run or (lambda source: run_one(source, client_for)))
