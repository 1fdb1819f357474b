"""Changes that somebody who may not publish, or not alone, would make to a published record; who publishes there decides.

A proposal keeps what it changes and what it was read over, term by term: a term that somebody else changed meanwhile is told,
and the others are never touched.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import Final

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from catalogue import auditing
from catalogue.auditing import Thing
from catalogue.dcat.classes import EMPTY
from catalogue.dcat.mapping import own_values
from catalogue.dcat.names import named
from catalogue.dcat.terms import Problem, Values
from catalogue.errors import Conflict, Refused
from catalogue.mail import post
from catalogue.models import Dataset, Distribution, Proposal, Record, User
from catalogue.permissions import people_who
from catalogue.publishing import Draft, publish

LONGEST: Final = 2_000  # characters of a reason
DECIDED: Final = gettext_noop("Cette proposition a déjà reçu sa réponse. Rechargez la page pour la lire.")
NOTHING: Final = gettext_noop("Choisissez au moins un champ à reprendre, ou refusez la proposition en disant pourquoi.")
ALONE: Final = gettext_noop(
    "{body} demande qu’une deuxième personne relise, et cette proposition est la vôtre : une autre personne qui publie "
    "pour {body} y répondra."
)
NO_REASON: Final = gettext_noop("Dites pourquoi : la personne qui a proposé ce changement doit le savoir.")


def values_of(record: Record) -> Values:
    """What its own draft would say; files added beside those of the record are not of it."""
    if not isinstance(record, Dataset):
        return own_values(record)
    return own_values(record, list(record.distributions.filter(origin=Distribution.Origin.SOURCE)))


def draft_of(record: Record, values: Values, version: int | None = None) -> Draft:
    """A draft of this record that says `values`, over the version that was read. `record` is read with its forms."""
    return Draft(
        record.kind,
        values,
        record.owner_id,
        id=record.pk,
        said=record.said,
        problems=tuple(Problem(*problem) for problem in record.problems),
        private=record.private,
        territory=record.territory_id if isinstance(record, Dataset) else None,
        version=record.version if version is None else version,
    )


def waiting_of(record: Dataset, author: User) -> Proposal | None:
    """The one that this person has made and that was not answered yet."""
    return Proposal.objects.filter(dataset=record.pk, author=author, state=Proposal.State.WAITING).first()


def over(values: Values, proposal: Proposal | None) -> Values:
    """The record's values with what is proposed in their place."""
    if proposal is None:
        return values
    kept = {name: value for name, value in values.items() if name not in proposal.fields}
    return {**kept, **{name: value for name, value in proposal.values.items() if name in proposal.fields}}


def propose(record: Dataset, values: Values, author: User) -> Proposal | None:
    """Keeps what these values change of the record, in place of what the same person had proposed; None for nothing.

    Raises Refused for a record that is not published, or that is harvested.
    """
    if record.status != Record.Status.PUBLISHED or record.harvested:
        raise Refused(
            _("Cette fiche ne peut pas recevoir de proposition : elle n’est pas en ligne, ou vient d’une source.")
        )
    now = values_of(record)
    fields = [name for name in {**now, **values} if now.get(name) != values.get(name)]
    held = Proposal.objects.filter(dataset=record.pk, author=author, state=Proposal.State.WAITING)
    if not fields:
        held.delete()
        return None
    said = {
        "version": record.version,
        "fields": fields,
        "values": {name: values[name] for name in fields if values.get(name) not in EMPTY},
        "before": {name: now[name] for name in fields if name in now},
        "made_at": timezone.now(),
    }
    with transaction.atomic():
        made, new = Proposal.objects.update_or_create(
            dataset=record, author=author, state=Proposal.State.WAITING, defaults=said
        )
        auditing.tell(author, "proposal.make", Thing.record(record), before=made.before, after=made.values)
        if new:
            for person in people_who("publish", record.owner):
                if person.pk != author.pk:
                    _tell(person, made, "Changement proposé", f"{author} propose de changer {listed(fields)}.")
    return made


def moved(proposal: Proposal, now: Values) -> list[str]:
    """The terms that somebody changed since it was made."""
    return [name for name in proposal.fields if now.get(name) != proposal.before.get(name)]


def accept(proposal: Proposal, fields: Collection[str], version: int, actor: User, reason: str = "") -> None:
    """Publishes these of its terms over the version that was looked at.

    Raises Refused for no term at all, or for one's own where a second person is asked for; Conflict when the record is another
    by now, or the proposal was answered.
    """
    wanted = [name for name in proposal.fields if name in fields]
    if not wanted:
        raise Refused(_(NOTHING))
    with transaction.atomic():
        held = _waiting(proposal)
        record: Dataset = Dataset.objects.with_forms().get(pk=held.dataset_id)
        if record.owner.reviewed and held.author_id == actor.pk:
            raise Refused(_(ALONE).format(body=record.owner))
        if record.status != Record.Status.PUBLISHED:
            raise Refused(_("Cette fiche n’est plus en ligne. Remettez-la en ligne, puis répondez à la proposition."))
        held.fields = wanted
        publish([replace(draft_of(record, over(values_of(record), held), version), read=True)], actor)
        left = [name for name in proposal.fields if name not in wanted]
        told = f"Repris : {listed(wanted)}. Pas repris : {listed(left)}." if left else ""
        _answer(held, Proposal.State.ACCEPTED, " ".join(filter(None, [told, reason.strip()])), actor)


def refuse(proposal: Proposal, reason: str, actor: User) -> None:
    """Raises Refused without a reason, Conflict when it was answered."""
    if not reason.strip():
        raise Refused(_(NO_REASON))
    with transaction.atomic():
        _answer(_waiting(proposal), Proposal.State.REFUSED, reason.strip(), actor)


def take_back(proposal: Proposal) -> None:
    """Raises Conflict when it was answered."""
    with transaction.atomic():
        _waiting(proposal).delete()


def _waiting(proposal: Proposal) -> Proposal:
    held = Proposal.objects.select_for_update().filter(pk=proposal.pk, state=Proposal.State.WAITING).first()
    if held is None:
        raise Conflict(_(DECIDED))
    return held


def _answer(held: Proposal, state: Proposal.State, reason: str, actor: User) -> None:
    """What was proposed stays as it was written; the reason says what was taken of it."""
    now = timezone.now()
    Proposal.objects.filter(pk=held.pk).update(state=state, reason=reason[:LONGEST], decided_by=actor, decided_at=now)
    action = "proposal.accept" if state == Proposal.State.ACCEPTED else "proposal.refuse"
    auditing.tell(actor, action, Thing.record(held.dataset), reason=reason[:LONGEST])
    if held.author and held.author != actor:
        word = "acceptée" if state == Proposal.State.ACCEPTED else "refusée"
        _tell(held.author, held, f"Proposition {word}", f"{actor} a répondu à votre proposition.\n\n{reason}".strip())


def listed(fields: Collection[str]) -> str:
    """« le titre, la licence »."""
    return ", ".join(named(name) for name in fields)


def _tell(person: User, proposal: Proposal, subject: str, text: str) -> None:
    address = f"{settings.BOUTURE_URL}/propositions/{proposal.pk}/"
    post(person.email, f"{subject} : {proposal.dataset.label}", f"Bonjour,\n\n{text}\n\n{address}\n")
