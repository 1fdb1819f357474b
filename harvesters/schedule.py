"""Which sources are due: one cron expression per source, read in the instance's time zone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from cronsim import CronSim, CronSimError
from django.db.models import Q
from django.utils import timezone

from catalogue.errors import NotAlone
from harvesters.engine import harvest
from harvesters.http import Client
from harvesters.models import HarvestRun, HarvestSource


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


def due(now: datetime) -> list[HarvestSource]:
    """Active sources with a schedule whose time has come; one that was never planned is planned, not run."""
    for source in HarvestSource.objects.filter(active=True, next_at=None).exclude(schedule=""):
        HarvestSource.objects.filter(pk=source.pk).update(next_at=next_after(source.schedule, now))
    busy = Q(held_until__gt=now) & ~Q(holder="")
    return list(HarvestSource.objects.filter(active=True, next_at__lte=now).exclude(schedule="").exclude(busy))


def run_due(
    make_client: Callable[[HarvestSource], Client], stopping: Callable[[], bool] = lambda: False
) -> list[HarvestRun]:
    """Runs what is due, one after the other. A source that another process took meanwhile is left to it."""
    runs = []
    for source in due(timezone.now()):
        if stopping():
            break
        planned = next_after(source.schedule, timezone.now() + timedelta(seconds=1))
        HarvestSource.objects.filter(pk=source.pk).update(next_at=planned)
        try:
            with make_client(source) as client:
                runs.append(harvest(source, client))
        except NotAlone:
            continue
    return runs
