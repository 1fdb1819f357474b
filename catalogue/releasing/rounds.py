"""Keeps the records of the indicators in step with their public figures, by rounds: one that was killed is simply made again.

Not a reader of the log: a thousand files that arrive one by one would have a thousand times the same figures summed.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable
from typing import Final

from django.db.models import Count, Max
from django.utils import timezone

from catalogue import publishing
from catalogue.errors import Conflict
from catalogue.indicators.contract import Recipe
from catalogue.log import last_number
from catalogue.models import PUBLIC, Dataset, Indicator, Observation, Organisation, Record, Release
from catalogue.observing import recipes
from catalogue.releasing.reading import cube_of, told
from catalogue.releasing.recording import draft
from catalogue.releasing.summing import summed

logger = logging.getLogger(__name__)
GONE: Final = "Cet indicateur n’a plus de valeur publique."
MAKING: Final = "1"  # raised when records are to be written otherwise

_seen: list[int] = []  # the last line of the log at the end of this process's last round


def release_indicators(stopping: Callable[[], bool] = lambda: False) -> int:
    """Publishes what changed, withdraws what has no public value any more; returns how many records were written."""
    now = last_number()
    if _seen == [now]:
        return 0
    body = Organisation.objects.filter(tenant=True).order_by("pk").first()
    if body is None:
        return 0
    written = 0
    stamps, known = _stamps(), recipes.known().recipes
    for row in Indicator.objects.in_use().filter(pk__in=stamps).select_related("release").order_by("pk"):
        if stopping():
            return written
        if row.key in known:
            written += _released(row, known[row.key], stamps[row.pk], body)
    written += _withdrawn(set(stamps))
    _seen[:] = [now]  # what came meanwhile is for the next round
    return written


def forget() -> None:
    """The next round looks at everything, as that of a new process does."""
    _seen.clear()


def _stamps() -> dict[int, tuple[int, str]]:
    """Of the indicators that have public values: how many figures, and when the last one was made."""
    rows = Observation.objects.visible_to(PUBLIC).filter(shown=True, indicator__internal=False).order_by()
    found = rows.values_list("indicator").annotate(Count("pk"), Count("value"), Max("computed_at"))
    return {key: (count, f"{valued} {latest.isoformat()}") for key, count, valued, latest in found if valued}


def _released(row: Indicator, recipe: Recipe, counted: tuple[int, str], body: Organisation) -> int:
    text = f"{MAKING}\x1f{counted}\x1f{recipe!r}\x1f{body.pk}\x1f{body.name}\x1f{body.uri}\x1f{body.email}"
    stamp = hashlib.sha256(text.encode()).hexdigest()
    before: Release | None = getattr(row, "release", None)
    if before is not None and before.stamp == stamp and _standing(row):
        return 0
    cube = cube_of(recipe)
    total = summed(cube, told(row, PUBLIC))
    same = before is not None and before.digest == total.digest
    changed = before.changed_at if before is not None and same else timezone.now().replace(microsecond=0)
    if not same:
        # Said before the record, that a round killed in between be made again with the same date.
        said = {"stamp": "", "digest": total.digest, "changed_at": changed}
        Release.objects.update_or_create(indicator=row, defaults=said)
    written = 0
    if not _taken_away(row):
        try:
            [outcome] = publishing.publish([draft(row, cube, total, changed, body)])
        except Conflict as error:
            logger.warning("%s : %s", row.key, error.message)
            return 0
        written = int(outcome.verb != "unchanged")
    Release.objects.filter(indicator=row).update(stamp=stamp)
    return written


def _standing(row: Indicator) -> bool:
    """Whether its record is there, or is away because somebody wanted it so."""
    return Dataset.objects.published().filter(pk=row.uuid).exists() or _taken_away(row)


def _taken_away(row: Indicator) -> bool:
    """Somebody here withdrew it, which is theirs to undo."""
    gone = Dataset.objects.filter(pk=row.uuid, status=Record.Status.WITHDRAWN)
    return gone.exclude(withdrawn_reason=GONE).exists()


def _withdrawn(valued: set[int]) -> int:
    left = Indicator.objects.exclude(
        pk__in=Indicator.objects.in_use().filter(internal=False, pk__in=valued).values("pk")
    )
    return publishing.withdraw(list(Dataset.objects.published().filter(pk__in=left.values("uuid"))), GONE)
