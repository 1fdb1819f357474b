"""The records of a source that is followed no more, withdrawn when that was asked (`harvesters.following.leave`).

The worker does it as a run of the source, under its lease, in batches; killed on the way, the next round does what remains.
"""

from __future__ import annotations

from typing import Final

from django.utils import timezone

from catalogue.dcat.mapping import MODELS
from harvesters.departures import departed, leave_to_others, take_away
from harvesters.lease import held, renew
from harvesters.models import HarvestRun, HarvestSource
from harvesters.peers.clearing import clear
from harvesters.succession import held_elsewhere

REASON: Final = "Ce portail ne suit plus la source de cette fiche."
TOLD: Final = "La source n’est plus suivie : ses fiches ont été retirées. Elles reviendront si on la suit de nouveau."
SPARED: Final = "Fiches que donne aussi une autre source, et qui restent en ligne : {}."


def withdraw_all(source: HarvestSource) -> HarvestRun:
    """What was asked of a source that was left. Raises NotAlone, and TakenOver when another process took its lease."""
    with held(source) as holder:
        now = timezone.now()
        run = HarvestRun.objects.create(source=source, started_at=now, heartbeat_at=now)

        def beat() -> None:
            run.heartbeat_at = timezone.now()
            run.save(update_fields=["heartbeat_at"])
            renew(source, holder)

        run.messages = [TOLD]
        for kind in MODELS:
            gone = departed(source, kind, ())
            also = held_elsewhere(source, [record for _, record in gone.rows])
            shared = gone.only_of(also).rows
            mine = [row for row in gone.rows if row[1] not in also]
            leave_to_others([pk for pk, _ in shared], beat)
            take_away(kind, mine, REASON, beat, source.left_by)
            if kind == "dataset":
                run.withdrawn = len(mine)
            else:
                run.services = {"withdrawn": len(mine)}
            run.messages += [SPARED.format(len(shared))] if shared else []
        clear(source, beat)  # followed again, it is read whole
        HarvestSource.objects.filter(pk=source.pk).update(leaving=False)
        run.status, run.ended_at = HarvestRun.Status.DONE, timezone.now()
        run.save()
    return run
