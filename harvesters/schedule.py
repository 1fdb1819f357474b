"""Which sources are due: one cron expression per source, read in the instance's time zone."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from cronsim import CronSim, CronSimError
from django.utils import timezone

from catalogue.errors import NotAlone
from catalogue.log import takeable
from harvesters.engine import harvest
from harvesters.http import Client
from harvesters.models import HarvestRun, HarvestSource

logger = logging.getLogger(__name__)


class BadSchedule(ValueError):
    """Not a cron expression; the message is French and gives an example."""


def next_after(schedule: str, moment: datetime) -> datetime | None:
    """When the source is due next, None without a schedule. Raises BadSchedule."""
    if not schedule.strip():
        return None
    try:
        return next(CronSim(schedule, timezone.localtime(moment)))
    except (CronSimError, StopIteration) as error:
        raise BadSchedule(
            f"« {schedule} » n’est pas un rythme. Exemple : « 0 3 * * * », chaque nuit à 3 heures."
        ) from error


def plan(now: datetime) -> list[HarvestRun]:
    """Plans the sources that never were. One whose schedule cannot be read stays unplanned: its failed run says why."""
    told = []
    for source in HarvestSource.objects.filter(active=True, next_at=None).exclude(schedule=""):
        try:
            HarvestSource.objects.filter(pk=source.pk).update(next_at=next_after(source.schedule, now))
        except BadSchedule as error:
            told.append(_tell(source, error))
    return told


def due(now: datetime) -> list[HarvestSource]:
    """Active sources with a schedule whose time has come, but those that a living process is running."""
    waiting = HarvestSource.objects.filter(active=True, next_at__lte=now).exclude(schedule="")
    return [source for source in waiting if waiting.filter(takeable(source.holder, now), pk=source.pk).exists()]


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


def run_due(
    make_client: Callable[[HarvestSource], Client], stopping: Callable[[], bool] = lambda: False
) -> list[HarvestRun]:
    """Runs what is due, one after the other. A source that another process took meanwhile is left to it; one whose
    schedule cannot be read keeps no other from its turn."""
    runs = plan(timezone.now())
    for source in due(timezone.now()):
        if stopping():
            break
        try:
            planned = next_after(source.schedule, timezone.now() + timedelta(seconds=1))
            HarvestSource.objects.filter(pk=source.pk).update(next_at=planned)
            with make_client(source) as client:
                runs.append(harvest(source, client))
        except BadSchedule as error:
            runs.append(_tell(source, error))
        except NotAlone:
            continue
    return runs
