"""A run as programs read it."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from harvesters.faults import MENDED
from harvesters.models import HarvestRun


def report(run: HarvestRun) -> dict[str, Any]:
    """The run as `--json` prints it; times in seconds."""
    seconds = ((run.ended_at or timezone.now()) - run.started_at).total_seconds()
    names = (
        "found",
        "created",
        "updated",
        "unchanged",
        "withdrawn",
        "quarantined",
        "left_out",
        "recognised",
        "followed",
    )
    return {
        "source": run.source.key,
        "status": run.status,
        **{name: getattr(run, name) for name in names},
        "seconds": round(seconds, 3),
        "dry_run": run.dry,
        "services": run.services,
        "left_because": run.left_because,
        "repairs": {MENDED.get(name, name): count for name, count in run.repairs.items()},
        "messages": run.messages,
    }
