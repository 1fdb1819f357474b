"""The alarm of an instance that is followed: what was refused last, by name, since when, and what to do.

Runs keep the words of their refusals; the fault of each is found again by the words that it has of its own.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from itertools import takewhile
from string import Formatter
from typing import Any, Final

from django.utils.translation import gettext as _

from harvesters.models import HarvestRun
from harvesters.peers.faults import Fault
from harvesters.peers.following import BACK, TOO_MANY
from harvesters.peers.trust.door import CHANGED, FORGED, FORGED_CARD, NO_MORE, REVOKED

LONG: Final = 600  # signs of a reason
# Words of a refusal, as they are written with their places. The first that is found in a message.
FAULTS: Final = (
    (CHANGED, Fault.KEY_CHANGED),
    (NO_MORE, Fault.UNSIGNED),
    (FORGED, Fault.FORGED),
    (FORGED_CARD, Fault.FORGED_CARD),
    (REVOKED, Fault.REVOKED),
    (BACK, Fault.BACK),
    (TOO_MANY, Fault.TOO_MANY),
    ("Une page du flux mène hors de l’instance", Fault.ELSEWHERE),
    ("le flux boucle sans doute", Fault.ENDLESS),
    (" du flux dépasse ", Fault.TOO_LARGE),
    (" du flux n’a pas pu être lue", Fault.UNREADABLE),
    (" est coupée ou mal formée", Fault.CUT),
    (" ne répond pas", Fault.SILENT),
    (" est injoignable", Fault.UNREACHABLE),
    (" que notre horloge n’a pas encore atteint", Fault.CLOCK),
    (" était un autre genre de chose ", Fault.OTHER_KIND),
    ("L’activité ne ", Fault.INCOMPLETE),
    ("L’activité n’a pas d’adresse", Fault.INCOMPLETE),
    ("Le contenu de l’activité ne dit rien de son objet", Fault.EMPTY),
    (" n’est pas de cette instance, et elle ne déclare pas la moissonner", Fault.NOT_ITS_OWN),
    (" est hors du préfixe admis pour cette instance", Fault.NOT_ITS_OWN),
    (" est celle d’une instance que nous suivons ", Fault.NOT_ITS_OWN),
    (" elle tourne sans doute en rond", Fault.CIRCLING),
)
ENDED: Final = (*HarvestRun.BAD, *HarvestRun.GOOD)


@dataclass(frozen=True)
class Alarm:
    """`since`: when the first of the runs that went wrong in a row began. `asks`: it waits for somebody's word."""

    fault: Fault
    reason: str
    since: datetime
    times: int
    asks: bool

    @property
    def name(self) -> str:
        return _(self.fault.label)

    def told(self) -> dict[str, Any]:
        return {
            "code": self.fault.value,
            "name": self.name,
            "reason": self.reason,
            "since": self.since.isoformat(),
            "times": self.times,
        }


def alarm_of(runs: Sequence[HarvestRun]) -> Alarm | None:
    """Of these, the newest first; None when the last that ended did so without a refusal. Runs that were killed say nothing,
    and records that are set aside one by one are no alarm: only what the feed itself was refused is."""
    bad = list(takewhile(_wrong, (run for run in runs if run.status in ENDED)))
    if not bad:
        return None
    last, asks = bad[0], bad[0].status == HarvestRun.Status.STOPPED
    fault = fault_of(last.messages) or (Fault.ASKED if asks else Fault.FAILED)
    return Alarm(fault, " ".join(last.messages)[:LONG], bad[-1].started_at, len(bad), asks)


def _wrong(run: HarvestRun) -> bool:
    return run.status in HarvestRun.BAD or (
        run.status == HarvestRun.Status.PARTIAL and fault_of(run.messages) is not None
    )


def fault_of(messages: Sequence[str]) -> Fault | None:
    """None for words that are none of a feed's."""
    for message in reversed(messages):
        for words, fault in FAULTS:
            if _pattern(words).search(message):
                return fault
    return None


@cache
def _pattern(words: str) -> re.Pattern[str]:
    literals = [re.escape(literal) for literal, *_ in Formatter().parse(words) if literal]
    return re.compile(".{0,200}".join(literals), re.DOTALL)
