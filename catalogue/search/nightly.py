"""The comparison of each night: made once, whoever asks first; drift is told to the log, by e-mail, and kept."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.utils import timezone

from catalogue.errors import NotAlone
from catalogue.log import cursor_of, holder_name, last_number
from catalogue.mail import send
from catalogue.models import IndexCheck
from catalogue.permissions.people import people_who_run
from catalogue.search.comparing import Findings, Verdict, check
from catalogue.search.contract import SearchError
from catalogue.search.reader import READER

HOUR: Final = 3  # of the instance's time zone; from then on, for the machine that sleeps at night
KILLED: Final = timedelta(hours=4)  # without an end, it had none
LAG: Final = 10_000  # lines of the log that the index may have to read still; it has better to do with more
KEPT: Final = 100  # comparisons remembered
FOUND: Final = {
    Verdict.EXPOSED: "à montrer à moins de monde (restreintes dans la base, encore trouvées dans l’index)",
    Verdict.EXTRA: "à retirer (elles ne sont plus publiées)",
    Verdict.MISSING: "qui manquaient",
    Verdict.STALE: "qui n’étaient pas à jour",
}
logger = logging.getLogger(__name__)


def check_nightly(now: datetime | None = None) -> IndexCheck | None:
    """Compares and repairs if nobody did since last night; None when it is not the time, or when it could not be done
    now: it is then tried again at the next call."""
    now = timezone.localtime(now)
    if now.hour < HOUR or last_number() - cursor_of(READER) > LAG:
        return None
    row = _claim(now)
    if row is None:
        return None
    try:
        findings = check(holder_name())
    except (SearchError, NotAlone) as error:
        logger.warning("comparaison de l’index avec la base : %s", error.message)
        row.delete()
        return None
    keep(row, findings)
    if findings.drift:
        _alarm(findings)
    return row


def _claim(now: datetime) -> IndexCheck | None:
    """This night's comparison, if no other process has it; one that was killed is taken over after a while."""
    row, mine = IndexCheck.objects.get_or_create(night=now.date(), defaults={"started_at": now})
    killed = IndexCheck.objects.filter(pk=row.pk, ended_at=None, started_at__lt=now - KILLED)
    return row if mine or killed.update(started_at=now) else None


def keep(row: IndexCheck, findings: Findings) -> None:
    """Remembers what a comparison found, and forgets the oldest."""
    row.ended_at, row.documents = timezone.now(), findings.documents
    for each in Verdict:
        setattr(row, each.value, findings.counts[each])
    row.save()
    old = IndexCheck.objects.values_list("pk", flat=True)[KEPT:]
    IndexCheck.objects.filter(pk__in=list(old)).delete()


def told(findings: Findings) -> list[str]:
    """What drifted, in French, the worst first."""
    return [f"fiches {words} : {findings.counts[each]}" for each, words in FOUND.items() if findings.counts[each]]


def _alarm(findings: Findings) -> None:
    lines = told(findings)
    logger.warning("l’index de recherche différait de la base, il est réparé : %s", " ; ".join(lines))
    text = (
        "Bonjour,\n\nLa comparaison de cette nuit a trouvé dans l’index de recherche, par rapport à la base, des "
        "fiches :\n\n"
        + "\n".join(f"- {line.removeprefix('fiches ')}" for line in lines)
        + "\n\nL’index est réparé. Il ne devrait jamais différer : si cela revient, dites-le à qui entretient Bouture, "
        "avec ces identifiants :\n\n"
        + "\n".join(f"- {key} ({found.value})" for found, key in findings.examples)
        + f"\n\nMessage automatique du portail {settings.BOUTURE_URL}.\n"
    )
    for person in people_who_run():
        send(person.email, "L’index de recherche différait de la base", text)
