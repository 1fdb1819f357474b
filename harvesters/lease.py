"""One process at a time for a source, whatever it does with it: a lease, renewed by whoever works."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Final

from django.utils import timezone
from django.utils.translation import gettext as _

from catalogue.errors import CatalogueError, NotAlone
from catalogue.log import holder_name, takeable
from harvesters.base import HarvestError
from harvesters.models import HarvestRun, HarvestSource

LEASE: Final = timedelta(minutes=15)  # more than one answer may take
INTERRUPTED: Final = "La moisson a été interrompue ; la suivante reprend ce qui manquait."


class Closed(CatalogueError):
    """Nothing is asked of the source any more: it was taken over (`harvesters.takeover`) or left (`harvesters.leaving`)."""


class TakenOver(HarvestError):
    """Another process has the lease: nothing more may be written by this one."""


@contextmanager
def held(source: HarvestSource) -> Iterator[str]:
    """Gives the holder's name; raises NotAlone while another process has the source."""
    holder, now = holder_name(), timezone.now()
    source.refresh_from_db(fields=["holder", "closed_at", "left_at", "leaving"])
    if not HarvestSource.objects.filter(takeable(source.holder, now), pk=source.pk).update(
        holder=holder, held_until=now + LEASE
    ):
        raise NotAlone(f"La moisson de « {source} » est déjà en cours ; attendez qu’elle finisse.")
    try:
        # A run that its process left behind (killed, power cut) is told as what it is.
        source.runs.filter(status=HarvestRun.Status.RUNNING).update(
            status=HarvestRun.Status.KILLED, ended_at=now, messages=[INTERRUPTED]
        )
        yield holder
    finally:
        HarvestSource.objects.filter(pk=source.pk, holder=holder).update(holder="", held_until=None)


def renew(source: HarvestSource, holder: str) -> None:
    """Raises TakenOver when it was lost."""
    mine = HarvestSource.objects.filter(pk=source.pk, holder=holder)
    if not mine.update(held_until=timezone.now() + LEASE):
        raise TakenOver("La moisson a été reprise par un autre processus ; elle continue là-bas.")


def closed(source: HarvestSource) -> str:
    """What is told to who asks for a run of a source that was taken over, or that nobody follows any more."""
    if source.closed_at is None:
        told = _("« %(name)s » n’est plus suivie. Pour la suivre de nouveau : manage.py schedule %(key)s --resume.")
        return told % {"name": source.name, "key": source.key}
    told = _(
        "Ce portail a pris la suite de « %(name)s » le %(day)s : elle n’est plus moissonnée. Ses fiches se modifient ici."
    )
    return told % {"name": source.name, "day": f"{timezone.localtime(source.closed_at):%d/%m/%Y}"}
