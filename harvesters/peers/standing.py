"""Where each instance that is followed stands: how far its feed was read, what came of it, what is wrong and what to do.

Read from what runs left behind: nobody is asked.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

from django.db.models import Count, Max, OuterRef, Q, QuerySet, Subquery, Window
from django.db.models.functions import Coalesce, RowNumber
from django.utils import timezone

from harvesters.models import HarvestRecord, HarvestRun, HarvestSource, PeerFeed, PeerObject, PeerPage
from harvesters.peers.alarms import Alarm, alarm_of
from harvesters.peers.trust.showing import Trust, trust_of
from harvesters.sources.peer import Peer as Kind

Status = HarvestRun.Status
LOOKED: Final = 20  # runs of each, the newest: as many as are kept
COUNTED: Final[tuple[Literal["held", "aside", "withdrawn"], ...]] = ("held", "aside", "withdrawn")
WORDS: Final = {
    "forgetting": "on l’oublie, ses fiches se retirent",
    "revoked": "révoquée",
    "forgotten": "oubliée",
    "running": "on la lit",
    "paused": "en pause",
    "trial": "à l’essai",
    "never": "pas encore lue",
    "alarm": "en alarme",
    "aside": "suivie, avec des fiches de côté",
    "fine": "suivie",
}
GONE: Final = ("revoked", "forgotten")


@dataclass(frozen=True)
class Peer:
    """`since_success` and `lag` in seconds, None while it was never read: since the last reading that ended well, and
    between how far the feed was read and the newest activity that it was seen to have."""

    source: HarvestSource
    state: str  # a key of WORDS
    read_until: datetime | None
    newest: datetime | None
    succeeded_at: datetime | None
    since_success: int | None
    lag: int | None
    held: int
    aside: int
    withdrawn: int
    waiting: int
    alarm: Alarm | None
    trust: Trust

    @property
    def name(self) -> str:
        return self.source.name

    @property
    def address(self) -> str:
        return self.source.public_address

    @property
    def word(self) -> str:
        return WORDS[self.state]

    def told(self) -> dict[str, Any]:
        """As `--json` prints it; moments in ISO 8601, lengths of time in seconds."""
        return {
            "name": self.name,
            "feed": self.address,
            "direction": "followed",
            "state": self.state,
            "read_until": _spelled(self.read_until),
            "newest": _spelled(self.newest),
            "succeeded_at": _spelled(self.succeeded_at),
            "since_success": self.since_success,
            "lag": self.lag,
            "next_at": _spelled(self.source.next_at),
            "held": self.held,
            "aside": self.aside,
            "withdrawn": self.withdrawn,
            "waiting": self.waiting,
            "alarm": self.alarm and self.alarm.told(),
            "trust": self.trust.told(),
        }


def peers(*, every: bool = False) -> list[Peer]:
    """Those that are followed, by name, then those that were revoked; `every`: those that were forgotten too. Three questions,
    however many."""
    sources = HarvestSource.objects.filter(kind=Kind.kind)
    if not every:
        sources = sources.filter(Q(left_at=None) | Q(leaving=True) | Q(revocation__isnull=False))
    found: list[Any] = list(_with_feeds(sources).order_by("pk"))
    counts, runs = _counts(found), _last_runs(found)
    standing = [_standing(source, runs[source.pk], counts.get(source.pk, {})) for source in found]
    return sorted(standing, key=lambda peer: (peer.state in GONE, peer.name.casefold(), peer.source.pk))


def _with_feeds(sources: QuerySet[HarvestSource]) -> QuerySet[Any]:
    """`seen`: the latest activity of the pages that were read, those of a reading that did not end too. `waiting`: records
    that the feed told, and that the catalogue has not followed yet."""
    pages = PeerPage.objects.filter(source=OuterRef("pk")).order_by().values("source")
    due = PeerObject.objects.filter(source=OuterRef("pk"), due=True, kind__in=PeerObject.RECORDS)
    waiting = due.order_by().values("source").annotate(count=Count("pk")).values("count")
    return sources.select_related("feed", "revocation").annotate(
        seen=Subquery(pages.annotate(newest=Max("newest")).values("newest")), waiting=Coalesce(Subquery(waiting), 0)
    )


def _standing(source: Any, runs: Sequence[HarvestRun], counts: dict[str, int]) -> Peer:
    now = timezone.now()
    feed: PeerFeed | None = getattr(source, "feed", None)
    read_until = feed.read_until if feed else None
    known = [moment for moment in (feed.newest if feed else None, source.seen) if moment]
    newest = max(known, default=None)
    succeeded_at = next((run.ended_at for run in runs if run.status in HarvestRun.GOOD), None)
    alarm = None if source.left_at else alarm_of(runs)
    return Peer(
        source=source,
        state=_state(source, runs, alarm, counts.get("aside", 0)),
        read_until=read_until,
        newest=newest,
        succeeded_at=succeeded_at,
        since_success=int((now - succeeded_at).total_seconds()) if succeeded_at else None,
        lag=int((newest - read_until).total_seconds()) if newest and read_until else None,
        held=counts.get("held", 0),
        aside=counts.get("aside", 0),
        withdrawn=counts.get("withdrawn", 0),
        waiting=source.waiting,
        alarm=alarm,
        trust=trust_of(source, alarm),
    )


def _state(source: HarvestSource, runs: Sequence[HarvestRun], alarm: Alarm | None, aside: int) -> str:
    """The first that is so."""
    stages = {
        "forgetting": source.leaving,
        "revoked": bool(source.left_at and getattr(source, "revocation", None)),
        "forgotten": bool(source.left_at or source.closed_at),
        "running": bool(runs) and runs[0].status == Status.RUNNING,
        "paused": not source.active,
        "trial": source.trial,
        "never": not runs,
        "alarm": alarm is not None,
        "aside": bool(aside),
    }
    return next((name for name, so in stages.items() if so), "fine")


def _counts(found: Sequence[HarvestSource]) -> dict[int, dict[str, int]]:
    live = Q(gone_at=None)
    rows = HarvestRecord.objects.filter(source__in=found).order_by().values("source")
    counted = rows.annotate(
        held=Count("pk", filter=live & Q(record__isnull=False)),
        aside=Count("pk", filter=live & ~Q(quarantine="")),
        withdrawn=Count("pk", filter=Q(gone_at__isnull=False, record__isnull=False)),
    )
    return {row["source"]: {name: row[name] for name in COUNTED} for row in counted}


def _last_runs(found: Sequence[HarvestSource]) -> dict[int, list[HarvestRun]]:
    """The newest first; no rehearsal."""
    rank = Window(RowNumber(), partition_by="source", order_by="-started_at")
    rows: QuerySet[Any] = HarvestRun.objects.filter(source__in=found, dry=False).annotate(rank=rank)
    runs: dict[int, list[HarvestRun]] = defaultdict(list)
    for run in (
        rows.filter(rank__lte=LOOKED)
        .order_by("-started_at")
        .only("source", "status", "started_at", "ended_at", "messages")
    ):
        runs[run.source_id].append(run)
    return runs


def _spelled(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
