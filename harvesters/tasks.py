"""Due harvests under Celery."""

from __future__ import annotations

from celery import shared_task

from harvesters.registry import client_for
from harvesters.schedule import run_due


@shared_task(name="harvesters.tasks.harvest_due", ignore_result=True)
def harvest_due() -> None:
    """Runs what is due; the lease of each source keeps two workers from running the same one."""
    run_due(client_for)
