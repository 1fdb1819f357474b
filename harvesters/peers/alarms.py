"""The alarm of an instance that is followed: what was refused last, by name, since when, and what to do.

Runs keep the words of their refusals; the name of each is found again by the words that it has of its own.
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

from harvesters.models import HarvestRun
from harvesters.peers.following import BACK, TOO_MANY
from harvesters.peers.trust.door import CHANGED, FORGED, NO_MORE, REVOKED

LONG: Final = 600  # signs of a reason
UNNAMED: Final = "La lecture a échoué"
ASKED: Final = "Elle attend votre avis"
# Words of a refusal, as they are written with their places -> its name. The first that is found in a message.
NAMES: Final = (
    (CHANGED, "La clé a changé"),
    (NO_MORE, "Le flux n’est plus signé"),
    (FORGED, "Signature refusée"),
    (REVOKED, "Instance révoquée"),
    (BACK, "Racine revenue en arrière"),
    (TOO_MANY, "L’instance retire presque tout"),
    ("Une page du flux mène hors de l’instance", "Page hors de l’instance"),
    ("le flux boucle sans doute", "Flux sans fin"),
    (" du flux dépasse ", "Page trop lourde"),
    (" du flux n’a pas pu être lue", "Page illisible"),
    (" est coupée ou mal formée", "Réponse coupée"),
    (" ne répond pas", "Ne répond pas"),
    (" est injoignable", "Injoignable"),
    # Of activities that are set aside while the rest of the feed is followed.
    (" que notre horloge n’a pas encore atteint", "Horloge trop en avance"),
    (" était un autre genre de chose ", "Objet qui change de nature"),
    ("L’activité ne ", "Annonce incomplète"),
    ("L’activité n’a pas d’adresse", "Annonce incomplète"),
    ("Le contenu de l’activité ne dit rien de son objet", "Annonce sans contenu"),
    (" n’est pas de cette instance, et elle ne déclare pas la moissonner", "Adresse qui n’est pas la sienne"),
    (" est hors du préfixe admis pour cette instance", "Adresse qui n’est pas la sienne"),
    (" est celle d’une instance que nous suivons ", "Adresse qui n’est pas la sienne"),
    (" elle tourne sans doute en rond", "Fiche qui tourne en rond"),
)
ENDED: Final = (*HarvestRun.BAD, *HarvestRun.GOOD)


@dataclass(frozen=True)
class Alarm:
    """`since`: when the first of the runs that went wrong in a row began. `asks`: it waits for somebody's word."""

    name: str
    reason: str
    since: datetime
    times: int
    asks: bool

    def told(self) -> dict[str, Any]:
        return {"name": self.name, "reason": self.reason, "since": self.since.isoformat(), "times": self.times}


def alarm_of(runs: Sequence[HarvestRun]) -> Alarm | None:
    """Of these, the newest first; None when the last that ended did so without a refusal. Runs that were killed say nothing,
    and records that are set aside one by one are no alarm: only what the feed itself was refused has a name."""
    bad = list(takewhile(_wrong, (run for run in runs if run.status in ENDED)))
    if not bad:
        return None
    last, asks = bad[0], bad[0].status == HarvestRun.Status.STOPPED
    name, reason = name_of(last.messages) or (ASKED if asks else UNNAMED), " ".join(last.messages)
    return Alarm(name, reason[:LONG], bad[-1].started_at, len(bad), asks)


def _wrong(run: HarvestRun) -> bool:
    return run.status in HarvestRun.BAD or (run.status == HarvestRun.Status.PARTIAL and bool(name_of(run.messages)))


def name_of(messages: Sequence[str]) -> str:
    """ "" for words that have no name."""
    for message in reversed(messages):
        for words, name in NAMES:
            if _pattern(words).search(message):
                return name
    return ""


@cache
def _pattern(words: str) -> re.Pattern[str]:
    literals = [re.escape(literal) for literal, *_ in Formatter().parse(words) if literal]
    return re.compile(".{0,200}".join(literals), re.DOTALL)
