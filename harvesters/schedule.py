"""Which sources are due: one cron expression per source, in a time zone, moved by the source's own share of minutes.

Whatever starts a round (the worker, the system's cron, Celery, two of them at once), a source runs once: who takes it
moves its next hour in one statement that only one can win. Hours that were missed are made up for by one run. A run
whose process died is taken over by the next round, three times at most: what kills its process might kill the next.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cronsim import CronSim, CronSimError
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from catalogue.errors import NotAlone
from catalogue.log import takeable
from harvesters import alerts
from harvesters.engine import harvest
from harvesters.http import Client
from harvesters.lease import Closed
from harvesters.leaving import withdraw_all
from harvesters.models import HarvestRun, HarvestSource

TAKEOVERS: Final = 3
MOST_SPREAD: Final = 720  # minutes
MakeClient = Callable[[HarvestSource], Client]

logger = logging.getLogger(__name__)


class BadSchedule(ValueError):
    """Not a cron expression, or not a time zone; the message is French and gives an example."""


def next_after(schedule: str, moment: datetime, zone: str = "", shift: timedelta = timedelta()) -> datetime | None:
    """When the source is due next, None without a schedule. Raises BadSchedule.

    `shift` moves the whole calendar, so a source keeps its own minute whatever its rhythm.
    """
    if not schedule.strip():
        return None
    try:
        there = ZoneInfo(zone) if zone else timezone.get_default_timezone()
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise BadSchedule(
            _("« %(zone)s » n’est pas un fuseau horaire. Exemple : « Europe/Paris ».") % {"zone": zone}
        ) from error
    try:
        # Added in UTC: on the night when clocks change, a quarter of an hour stays one.
        return next(CronSim(schedule, timezone.localtime(moment - shift, there))).astimezone(UTC) + shift
    except (CronSimError, StopIteration) as error:
        raise BadSchedule(
            _("« %(schedule)s » n’est pas un rythme. Exemple : « 0 3 * * * », chaque nuit à 3 heures.")
            % {"schedule": schedule}
        ) from error


def shift_of(source: HarvestSource) -> timedelta:
    """The source's own share of its spread, in whole minutes: the same at each run, so people can count on it."""
    digest = hashlib.sha256(source.key.encode()).digest()
    return timedelta(minutes=int.from_bytes(digest[:8]) % (source.spread + 1))


def next_run(source: HarvestSource, moment: datetime) -> datetime | None:
    """When its rhythm brings it next; None on trial, when only a person asks. Raises BadSchedule."""
    if source.trial:
        return None
    return next_after(source.schedule, moment, source.zone, shift_of(source))


def set_rhythm(source: HarvestSource, schedule: str, zone: str, spread: int) -> None:
    """A new rhythm, from now on. Raises BadSchedule, and changes nothing then."""
    if not 0 <= spread <= MOST_SPREAD:
        raise BadSchedule(
            _("Le décalage est un nombre de minutes, de 0 à %(most_spread)s.") % {"most_spread": MOST_SPREAD}
        )
    source.schedule, source.zone, source.spread = schedule.strip(), zone.strip(), spread
    source.next_at = next_run(source, timezone.now())
    source.save(update_fields=["schedule", "zone", "spread", "next_at"])


def pause(source: HarvestSource) -> None:
    """No run starts by itself any more; one that goes on ends."""
    source.active, source.next_at, source.accepted, source.rehearsal = False, None, False, False
    source.save(update_fields=["active", "next_at", "accepted", "rehearsal"])


def resume(source: HarvestSource) -> None:
    """Back to its rhythm; what the pause skipped is not made up for. One that cannot be read is told at the next round.

    One that this portal has taken over, or left, stays still.
    """
    if source.closed_at or source.left_at:
        return
    source.active, source.next_at = True, None
    source.save(update_fields=["active", "next_at"])
    try:
        source.next_at = next_run(source, timezone.now())
    except BadSchedule:
        return
    source.save(update_fields=["next_at"])


def run_soon(source: HarvestSource, *, rehearsal: bool = False) -> bool:
    """Asks for a run at the next round; nothing runs here. Returns whether a round will take it: not while paused.

    `rehearsal`: it only says what it would do (a dry run). Another ends the trial of a new source.
    """
    mine = HarvestSource.objects.filter(pk=source.pk, active=True)
    changed = {} if rehearsal else {"trial": False}
    return bool(mine.update(next_at=timezone.now(), rehearsal=rehearsal, **changed))


def accept(source: HarvestSource) -> bool:
    """Lets the next run, and it alone, do what the last one stopped before; False when none did, or while paused."""
    last = source.runs.filter(dry=False).first()
    if last is None or last.status != HarvestRun.Status.STOPPED:
        return False
    mine = HarvestSource.objects.filter(pk=source.pk, active=True)
    return bool(mine.update(accepted=True, rehearsal=False, next_at=timezone.now()))


def plan(now: datetime) -> list[HarvestRun]:
    """Plans the sources that never were. One whose schedule cannot be read stays unplanned: its failed run says why."""
    told = []
    for source in HarvestSource.objects.unplanned():
        try:
            HarvestSource.objects.filter(pk=source.pk).update(next_at=next_run(source, now))
        except BadSchedule as error:
            told.append(_tell(source, error))
    return told


def due(now: datetime, only: int | None = None) -> list[HarvestSource]:
    """Active sources whose time has come, the longest waiting first, and those whose run was left by a dead process;
    none that a living process is running. `only`: among them, the one with this key."""
    rows = HarvestSource.objects.all() if only is None else HarvestSource.objects.filter(pk=only)
    waiting = list(rows.due(now).order_by("next_at", "pk"))
    cut = [source for source in rows.left_running() if source.takeovers < TAKEOVERS and source not in waiting]
    return [
        source
        for source in [*rows.being_left(), *cut, *waiting]
        if rows.filter(takeable(source.holder, now), pk=source.pk).exists()
    ]


def _tell(source: HarvestSource, error: BadSchedule) -> HarvestRun:
    """A failed run says it once, where the administrator reads how runs went, and not at each look at the schedule."""
    HarvestSource.objects.filter(pk=source.pk).update(next_at=None)
    message = f"{error} La source n’est pas moissonnée : corrigez son rythme."
    last = source.runs.first()
    if last is not None and last.messages == [message]:
        return last
    now = timezone.now()
    logger.error("source « %s » : %s", source, message)
    return HarvestRun.objects.create(
        source=source,
        status=HarvestRun.Status.FAILED,
        started_at=now,
        heartbeat_at=now,
        ended_at=now,
        messages=[message],
    )


def _claim(source: HarvestSource, now: datetime) -> bool:
    """Takes the source's turn; False when another process took it since `source` was read. Raises BadSchedule."""
    same = HarvestSource.objects.filter(pk=source.pk, active=True, next_at=source.next_at, takeovers=source.takeovers)
    if source.next_at is None or source.next_at > now:  # not its hour: its run was left by a dead process
        return bool(same.filter(holder=source.holder).update(takeovers=F("takeovers") + 1))
    return bool(same.update(next_at=next_run(source, now + timedelta(seconds=1))))


def run_one(source: HarvestSource, make_client: MakeClient) -> HarvestRun | None:
    """Runs what `due` gave; None when another process took it meanwhile."""
    try:
        if source.leaving:
            return withdraw_all(source)
        if not _claim(source, timezone.now()):
            return None
        # Given back before the run: one that dies has to be decided again.
        rehearsal = HarvestSource.objects.filter(pk=source.pk, rehearsal=True).update(rehearsal=False)
        accepted = HarvestSource.objects.filter(pk=source.pk, accepted=True).update(accepted=False)
        with make_client(source) as client:
            run = harvest(source, client, dry=bool(rehearsal) or source.trial, max_withdrawn=1.0 if accepted else None)
        alerts.after(run)
    except BadSchedule as error:
        return _tell(source, error)
    except (NotAlone, Closed):
        return None
    HarvestSource.objects.filter(pk=source.pk, takeovers__gt=0).update(takeovers=0)
    return run


def run_due(make_client: MakeClient, stopping: Callable[[], bool] = lambda: False) -> list[HarvestRun]:
    """Runs what is due, one after the other. A source that another process took meanwhile is left to it; one whose
    schedule cannot be read keeps no other from its turn."""
    runs = plan(timezone.now())
    for source in due(timezone.now()):
        if stopping():
            break
        run = run_one(source, make_client)
        if run is not None:
            runs.append(run)
    return runs
