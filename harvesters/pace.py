"""Turns at each server that all processes of an instance share: one row a server, one statement a request."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from harvesters.models import HarvestHost

LONGEST = timedelta(seconds=10)  # beyond it the row is of a clock that was wrong, not of a queue
TRIES = 20
NAME = 253  # characters of a host (RFC 1035 §2.3.4)


def book(host: str, delay: float) -> float:
    """Books the next turn at a server; returns the seconds to wait for it. `delay`: seconds that the turn takes."""
    name = host[:NAME]
    for _ in range(TRIES):
        now = timezone.now()
        row, _ = HarvestHost.objects.get_or_create(name=name, defaults={"free_at": now})
        start = min(max(now, row.free_at), now + LONGEST)
        # Whoever booked since it was read has moved it.
        mine = HarvestHost.objects.filter(name=name, free_at=row.free_at)
        if mine.update(free_at=start + timedelta(seconds=delay)):
            return (start - now).total_seconds()
    return LONGEST.total_seconds()
