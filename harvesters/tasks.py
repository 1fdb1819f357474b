"""Due harvests, due looks at links and tables to read, under Celery."""

from __future__ import annotations

from typing import Final

from celery import shared_task
from django.utils import timezone

from harvesters.links import check_links
from harvesters.peers.looking import look
from harvesters.registry import client_for
from harvesters.schedule import due, plan, run_one
from harvesters.tables import read_tables

SHORT: Final = 30.0  # seconds: a worker of Celery has readers of the log to drain too
WAIT: Final = 60.0  # seconds; beat asks again for what no worker could start meanwhile


@shared_task(name="harvesters.tasks.harvest_due", ignore_result=True)
def harvest_due() -> None:
    """One task for each source that is due, so that they are shared between the workers."""
    plan(timezone.now())
    for source in due(timezone.now()):
        harvest_one.apply_async((source.pk,), expires=WAIT)


@shared_task(name="harvesters.tasks.harvest_one", ignore_result=True)
def harvest_one(source: int) -> None:
    """Looks again whether it is due: the task may have waited behind another that ran it."""
    for found in due(timezone.now(), only=source):
        run_one(found, client_for)


LOOKS = look(lambda source: harvest_one.apply_async((source.pk,), expires=WAIT))


@shared_task(name="harvesters.tasks.look_at_peers", ignore_result=True)
def look_at_peers() -> None:
    """What is new of a feed is read by a worker of harvests; how long a silent instance rests is for each process to know."""
    LOOKS.round()


@shared_task(name="harvesters.tasks.check_links", ignore_result=True)
def check_due_links() -> None:
    """Looks at what is due, for a short while; the lease of each server keeps two workers from asking it together."""
    check_links(seconds=SHORT)


@shared_task(name="harvesters.tasks.read_tables", ignore_result=True)
def read_due_tables(*, large: bool) -> None:
    """One lane, for a short while; the lease of each table keeps two workers from reading it together."""
    read_tables(large=large, seconds=SHORT)
