"""Due harvests and due looks at links, under Celery."""

from __future__ import annotations

from typing import Final

from celery import shared_task

from harvesters.links import check_links
from harvesters.registry import client_for
from harvesters.schedule import run_due

SHORT: Final = 30.0  # seconds: a worker of Celery has readers of the log to drain too


@shared_task(name="harvesters.tasks.harvest_due", ignore_result=True)
def harvest_due() -> None:
    """Runs what is due; the lease of each source keeps two workers from running the same one."""
    run_due(client_for)


@shared_task(name="harvesters.tasks.check_links", ignore_result=True)
def check_due_links() -> None:
    """Looks at what is due, for a short while; the lease of each server keeps two workers from asking it together."""
    check_links(seconds=SHORT)
