"""A draft on its way to being published: submitted, refused with a reason, or published at an hour that was set.

    writing ──submit──> submitted ──refuse──> refused ──submit──> …
       └────────────────────┴──schedule──> scheduled ──(at its hour, by the worker)──> published

Whoever changes a draft that is submitted or scheduled puts it back to writing (`catalogue.publishing.drafts.wrote`).
"""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from catalogue import auditing
from catalogue.auditing import Thing
from catalogue.errors import CatalogueError, Conflict, Refused
from catalogue.mail import post
from catalogue.models import Dataset, Record, Submission, User
from catalogue.permissions import may, people_who
from catalogue.publishing import drafts

LONGEST: Final = 2_000  # characters of a reason
FARTHEST: Final = timedelta(days=366)
LATE: Final = timedelta(minutes=15)  # after the hour that was set, whoever set it is told
ROUND: Final = 200
NO_REASON: Final = gettext_noop("Dites pourquoi : la personne qui a écrit le brouillon doit savoir quoi changer.")
PAST: Final = gettext_noop("Cette heure est passée. Choisissez-en une à venir, ou publiez tout de suite.")
FAR: Final = gettext_noop("Choisissez une date à moins d’un an d’ici.")
NOT_SUBMITTED: Final = gettext_noop(
    "Ce brouillon n’attend plus de relecture. Rechargez la page pour voir où il en est."
)
LEFT: Final = gettext_noop(
    "La personne qui avait programmé la publication ne peut plus publier ici. Publiez-le vous-même."
)


def submit(record: Dataset, actor: User) -> None:
    """Asks for a second look; who may publish is told by mail, where the instance sends any.

    Raises Refused while something mandatory is missing, Conflict when it is a draft no more.
    """
    with transaction.atomic():
        row = _locked(record)
        if lacking := drafts.lacks(row):
            raise Refused(
                _("Il manque %(lacking)s. Complétez le brouillon, puis soumettez-le.")
                % {"lacking": drafts.listed(lacking)}
            )
        _move(row, Submission.State.SUBMITTED, submitted_by=actor, submitted_at=timezone.now(), reason="")
        auditing.tell(actor, "draft.submit", Thing.record(row))
        for person in people_who("publish", row.owner):
            if person.pk != actor.pk:
                _tell(person, row, "À relire", f"{actor} vous demande de relire un brouillon avant qu’il soit publié.")


def refuse(record: Dataset, reason: str, actor: User) -> None:
    """Gives it back to who wrote it. Raises Refused without a reason, Conflict when it does not wait to be read."""
    reason = reason.strip()[:LONGEST]
    if not reason:
        raise Refused(_(NO_REASON))
    with transaction.atomic():
        row = _locked(record)
        said = Submission.objects.filter(dataset=row.pk).select_related("submitted_by", "writer").first()
        if said is None or said.state not in (Submission.State.SUBMITTED, Submission.State.SCHEDULED):
            raise Conflict(_(NOT_SUBMITTED))
        _move(
            row,
            Submission.State.REFUSED,
            reason=reason,
            decided_by=actor,
            decided_at=timezone.now(),
            scheduled_for=None,
        )
        auditing.tell(actor, "draft.refuse", Thing.record(row), reason=reason)
        for person in _people(said.submitted_by, said.writer) - {actor}:
            _tell(person, row, "À reprendre", f"{actor} n’a pas publié ce brouillon, et dit pourquoi :\n\n{reason}")


def schedule(record: Dataset, moment: datetime, actor: User) -> None:
    """Has it published at that hour. Raises Refused for an hour that is past or too far, and whatever `bring_out` refuses."""
    now = timezone.now()
    if moment <= now:
        raise Refused(_(PAST))
    if moment > now + FARTHEST:
        raise Refused(_(FAR))
    with transaction.atomic():
        row = _locked(record)
        drafts.check(row, actor)
        _move(row, Submission.State.SCHEDULED, decided_by=actor, decided_at=now, scheduled_for=moment, reason="")
        auditing.tell(actor, "draft.schedule", Thing.record(row), after={"scheduled_for": moment.isoformat()})


def unschedule(record: Dataset) -> None:
    """It waits again to be published by hand."""
    with transaction.atomic():
        row = _locked(record)
        held = Submission.objects.filter(dataset=row.pk, state=Submission.State.SCHEDULED)
        again = Submission.State.SUBMITTED if held.exclude(submitted_by=None).exists() else Submission.State.WRITING
        held.update(state=again, scheduled_for=None)


def bring_out_due(now: datetime | None = None) -> int:
    """Publishes what was set for an hour that has come; returns how many. Any number of processes may do it at once.

    One that cannot be published any more goes back to who wrote it, with the reason.
    """
    now = now or timezone.now()
    due = Submission.objects.filter(state=Submission.State.SCHEDULED, scheduled_for__lte=now).order_by("scheduled_for")
    return sum(_bring_out(key, now) for key in list(due.values_list("pk", flat=True)[:ROUND]))


def _bring_out(key: uuid.UUID, now: datetime) -> bool:
    with transaction.atomic():
        row = Dataset.objects.select_for_update().filter(pk=key).select_related("owner").first()
        said = Submission.objects.filter(pk=key, state=Submission.State.SCHEDULED, scheduled_for__lte=now).first()
        if row is None or said is None or said.scheduled_for is None:
            return False  # another process was there first, or somebody changed their mind
        who = said.decided_by
        try:
            if who is None or not who.is_active or not may(who, "publish", row):
                raise Refused(_(LEFT))
            drafts.bring_out(row, who)
        except CatalogueError as error:
            _move(row, Submission.State.REFUSED, reason=error.message, scheduled_for=None)
            told = ("Pas publié", f"Ce brouillon devait être publié {_hour(said.scheduled_for)}.\n\n{error.message}")
        else:
            told = ("", "")
            if now - said.scheduled_for > LATE:
                text = f"Ces données devaient être publiées {_hour(said.scheduled_for)} ; elles l’ont été {_hour(now)}."
                told = ("Publié en retard", text)
        if told[0]:
            for person in _people(who, said.writer):
                _tell(person, row, *told)
    return row.status == Record.Status.PUBLISHED


def _locked(record: Dataset) -> Dataset:
    """Raises Conflict when it is a draft no more."""
    held = Dataset.objects.select_for_update().filter(pk=record.pk, status=Record.Status.DRAFT)
    row: Dataset | None = held.first()
    if row is None:
        raise Conflict(_(drafts.GONE))
    return row


def _move(row: Dataset, state: Submission.State, **values: object) -> None:
    now = timezone.now()
    Submission.objects.update_or_create(
        dataset=row, defaults={"state": state, **values}, create_defaults={"state": state, "written_at": now, **values}
    )


def _people(*people: User | None) -> set[User]:
    return {person for person in people if person is not None}


def _hour(moment: datetime) -> str:
    return f"{timezone.localtime(moment):le %d/%m/%Y à %H h %M}"


def _tell(person: User, row: Dataset, subject: str, text: str) -> None:
    address = f"{settings.BOUTURE_URL}{row.get_absolute_url()}"
    post(person.email, f"{subject} : {row.label}", f"Bonjour,\n\n{text}\n\n{row.label}\n{address}\n")
