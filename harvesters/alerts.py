"""The contact of a source is told once when its harvests fail again and again, and once when they work again."""

from __future__ import annotations

from typing import Final

from django.conf import settings
from django.utils import timezone

from catalogue.mail import send
from harvesters.models import HarvestRun, HarvestSource
from harvesters.peers.alarms import fault_of

SIGNED: Final = "\n\nMessage automatique du portail {url}.\n"


def after(run: HarvestRun) -> None:
    """To be called when a run ended. Never fails, whatever the server of mail does."""
    if run.dry:
        return
    source = HarvestSource.objects.get(pk=run.source_id)
    if run.status in HarvestRun.BAD:
        if source.alerted_at is None and source.contact and failures(source) >= settings.BOUTURE_ALERT_AFTER:
            _alert(source, run)
    elif run.status in HarvestRun.GOOD and source.alerted_at is not None:
        _relieve(source)


def failures(source: HarvestSource) -> int:
    """How many of the last runs failed, stopped or were killed, in a row."""
    ended = source.runs.filter(dry=False).exclude(status=HarvestRun.Status.RUNNING)
    count = 0
    for status in ended.values_list("status", flat=True):
        if status in HarvestRun.GOOD:
            break
        count += 1
    return count


def _alert(source: HarvestSource, run: HarvestRun) -> None:
    """Taken before it is sent, so that two processes send one message; given back when it could not be."""
    mine = HarvestSource.objects.filter(pk=source.pk)
    if not mine.filter(alerted_at=None).update(alerted_at=timezone.now()):
        return
    count, fault = failures(source), fault_of(run.messages)
    text = (
        f"Bonjour,\n\nLes {count} dernières moissons de « {source.name} » ont échoué.\n\n"
        + "\n".join(f"- {message}" for message in run.messages)
        + "\n\nRien n’a été perdu : les fiches restent en ligne, telles que nous les avons lues la dernière fois. Nous "
        "réessaierons à la prochaine heure prévue, et nous vous écrirons quand la moisson aura abouti."
    )
    what = f" ({fault.label})" if fault else ""
    if not send(source.contact, f"Moisson en panne : {source.name}{what}", text + _signed()):
        mine.update(alerted_at=None)


def _relieve(source: HarvestSource) -> None:
    told = HarvestSource.objects.filter(pk=source.pk, alerted_at=source.alerted_at).update(alerted_at=None)
    if told and source.contact:
        text = f"Bonjour,\n\nLa moisson de « {source.name} » a de nouveau abouti. Vous n’avez rien à faire."
        send(source.contact, f"Moisson rétablie : {source.name}", text + _signed())


def _signed() -> str:
    return SIGNED.format(url=settings.BOUTURE_URL)
