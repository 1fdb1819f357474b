"""Records before they are published, and those that come back: what else writes them, beside `publish`.

    keep_draft ──> bring_out ──> (published) ──> withdraw ──> bring_back
         └──> abandon

A draft is a record like others, with one difference: the log says nothing of it until it comes out, so that no index, feed
or list knows of it. Who may see it is in `catalogue.permissions`; what is asked of it on its way is in `catalogue.reviewing`.
"""

from __future__ import annotations

import uuid
from dataclasses import replace
from functools import partial
from typing import Final

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from catalogue import log, permissions
from catalogue.auditing import acts
from catalogue.calling import named
from catalogue.errors import Conflict, Refused
from catalogue.models import Change, Dataset, Record, Submission, Table, User
from catalogue.publishing import Draft, Outcome, publish
from catalogue.tabling import keeping

ALONE: Final = gettext_noop(
    "{body} demande qu’une deuxième personne relise avant de publier, et c’est vous qui avez écrit ceci en dernier. "
    "Soumettez-le : une autre personne qui publie pour {body} le mettra en ligne."
)
NAME: Final = gettext_noop(
    "Vous ne publiez pas au nom de « {other} » : demandez-le à son administrateur, ou dites que « {body} » publie ceci."
)
GONE: Final = gettext_noop("Ce brouillon n’est plus là : il a été publié ou abandonné entre-temps. Rechargez la page.")
READ_AGAIN: Final = gettext_noop("Quelqu’un d’autre a changé ce brouillon entre-temps. Relisez-le, puis recommencez.")


def keep_draft(draft: Draft, actor: User | None = None) -> Outcome:
    """Keeps a dataset that only its writers see, new or already a draft; nothing is asked of what it says.

    Whoever had submitted or scheduled it does so again: it is no longer what was looked at. Raises Conflict as `publish`,
    Refused when it is published already.
    """
    with transaction.atomic():
        [outcome] = publish([replace(draft, kept=True)], actor)
        if outcome.verb != "unchanged" or not Submission.objects.filter(dataset=outcome.id).exists():
            wrote(outcome.id, actor)
    return outcome


def wrote(key: uuid.UUID, actor: User | None) -> None:
    """This draft is being written again, by this person; called too for what is written beside the record (a file of it)."""
    now = timezone.now()
    fresh = {"state": Submission.State.WRITING, "writer": actor, "written_at": now, "scheduled_for": None}
    # A refusal stands, with its reason, until it is submitted again.
    held = Submission.objects.filter(dataset=key)
    if held.filter(state=Submission.State.REFUSED).update(writer=actor, written_at=now):
        return
    held.update(**fresh, reason="") or Submission.objects.get_or_create(dataset_id=key, defaults=fresh)


def bring_out(record: Dataset, actor: User | None = None, version: int | None = None) -> None:
    """Publishes a draft: from here on it is a record like others, and the log has its first line.

    Raises Refused while something mandatory is missing, or when its body wants a second person and `actor` wrote it last;
    Conflict when it is no longer a draft, or not of this version.
    """
    with log.transaction(actor) as entries:
        row = Dataset.objects.select_for_update().filter(pk=record.pk, status=Record.Status.DRAFT).first()
        if row is None:
            raise Conflict(_(GONE))
        if version is not None and row.version != version:
            raise Conflict(_(READ_AGAIN))
        check(row, actor)
        now = timezone.now()
        Dataset.objects.filter(pk=row.pk).update(
            status=Record.Status.PUBLISHED, version=F("version") + 1, updated_at=now
        )
        Submission.objects.filter(dataset=row.pk).delete()
        entries.append(log.Entry(Change.Verb.CREATE, row.pk, row.kind))
        acts.tell_status(row, "record.create", actor, before="draft", after="published")
    record.refresh_from_db(fields=["status", "version", "updated_at"])


def check(row: Dataset, actor: User | None) -> None:
    """Raises Refused for what keeps this draft from being published by this person."""
    if lacking := lacks(row):
        raise Refused(
            _("Il manque %(lacking)s. Complétez le brouillon, puis publiez-le.") % {"lacking": listed(lacking)}
        )
    if needs_another(row, actor):
        raise Refused(_(ALONE).format(body=row.owner))
    named_after = row.published_by
    if actor is not None and named_after.tenant and not permissions.speaks_for(actor, row.owner, named_after):
        raise Refused(_(NAME).format(other=named_after, body=row.owner))


def lacks(row: Record) -> list[str]:
    """What is mandatory and missing, in words, once each."""
    return list(dict.fromkeys(named(path) for path in row.missing))


def needs_another(row: Dataset, actor: User | None) -> bool:
    """Whether its body wants a second person, and this one wrote it last. Commands of the system act for nobody."""
    if actor is None or not row.owner.reviewed:
        return False
    return Submission.objects.filter(dataset=row.pk, writer=actor).exists()


def listed(names: list[str]) -> str:
    return (
        names[0]
        if len(names) == 1
        else _("%(names)s et %(last)s") % {"names": ", ".join(names[:-1]), "last": names[-1]}
    )


def abandon(record: Dataset, actor: User | None = None) -> None:
    """Deletes a draft with its files: nobody but its writers ever saw it. Raises Conflict when it is a draft no more."""
    with log.transaction(actor):
        row = Dataset.objects.select_for_update().filter(pk=record.pk, status=Record.Status.DRAFT).first()
        if row is None:
            raise Conflict(_(GONE))
        for table in Table.objects.filter(dataset=row.pk).only("deposit"):
            transaction.on_commit(partial(keeping.remove, table))
        acts.tell_status(row, "draft.drop", actor, before="draft")
        row.delete()


def bring_back(record: Record, actor: User | None = None) -> bool:
    """Puts a withdrawn record online again, as it was; False when it was not withdrawn."""
    manager = type(record).objects  # type: ignore[attr-defined]
    with log.transaction(actor) as entries:
        back = manager.filter(pk=record.pk, status=Record.Status.WITHDRAWN).update(
            status=Record.Status.PUBLISHED,
            withdrawn_reason="",
            version=F("version") + 1,
            updated_at=timezone.now(),
        )
        if back:
            entries.append(log.Entry(Change.Verb.UPDATE, record.pk, record.kind, fields=("status",)))
            acts.tell_status(record, "record.return", actor, before="withdrawn", after="published")
    return bool(back)
