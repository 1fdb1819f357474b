"""Access to one private dataset, or to what a body keeps to itself of an indicator, for a person or a group.

By address: whether an account has it is told to nobody, here, in the log or in the trail; it takes effect when there is one. Taken
back, it acts at once in every door. One that has a last day is taken back by the worker once that day is over.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.contrib.auth.models import Group
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from catalogue import auditing, log, permissions
from catalogue.auditing import Thing
from catalogue.errors import Refused
from catalogue.models import (
    BodyGroup,
    Change,
    Dataset,
    Grant,
    GroupMember,
    Indicator,
    Observation,
    Organisation,
    Record,
    User,
)

MOST: Final = 500  # accesses of one thing, members of one group
OVER: Final = "Son dernier jour est passé."
PAST: Final = gettext_noop("Cette date est passée. Choisissez un dernier jour à venir, ou laissez vide.")
NO_REASON: Final = gettext_noop("Dites pourquoi : la prochaine personne qui administrera ces accès doit le comprendre.")
NOBODY: Final = gettext_noop("Dites à qui : une adresse électronique, ou un groupe.")


@dataclass(frozen=True)
class Opened:
    """What an access opens: a dataset, or what `body` keeps of an indicator."""

    body: Organisation
    dataset: Dataset | None = None
    indicator: Indicator | None = None

    @property
    def keys(self) -> dict[str, Any]:
        if self.dataset:
            return {"dataset": self.dataset}
        return {"indicator": self.indicator, "body": self.body}

    @property
    def thing(self) -> Thing:
        if self.dataset:
            return Thing.record(self.dataset)
        assert self.indicator is not None
        return Thing("indicator", self.indicator.key, self.indicator.title, self.body.pk)

    def line(self, *, restricts: bool) -> list[log.Entry]:
        """Nothing of a draft, of which the log knows nothing."""
        verb = Change.Verb.RESTRICT if restricts else Change.Verb.OPEN
        if self.dataset:
            draft = Dataset.objects.filter(pk=self.dataset.pk, status=Record.Status.DRAFT).exists()
            return [] if draft else [log.Entry(verb, self.dataset.pk, restricts=restricts, fields=("grants",))]
        assert self.indicator is not None
        derived = Change.Kind.DERIVED
        return [log.Entry(verb, self.indicator.uuid, "indicator", derived, restricts=restricts, fields=("recipe",))]


def holders_of(indicator: Indicator) -> QuerySet[Organisation]:
    """The bodies that have figures of it to open, by name."""
    owners = Observation.objects.filter(indicator=indicator).values("dataset__owner")
    return Organisation.objects.filter(tenant=True, pk__in=owners).order_by("name", "pk")


def give(opened: Opened, who: str | Group, reason: str, until: date | None = None, actor: User | None = None) -> Grant:
    """`who`: an address, or a group. Given again, the reason and the last day are the new ones. Raises Refused."""
    reason = " ".join(reason.split())[:500]
    if not reason:
        raise Refused(_(NO_REASON))
    if until is not None and until < timezone.localdate():
        raise Refused(_(PAST))
    if not who:
        raise Refused(_(NOBODY))
    email, group = (who.strip().lower(), None) if isinstance(who, str) else ("", who)
    with log.transaction(actor) as entries:
        if Grant.objects.filter(**opened.keys).count() >= MOST:
            raise Refused(_("%(most)s accès au plus : faites-en un groupe.") % {"most": MOST})
        person = User.objects.filter(email=email).first() if email else None
        said = {"reason": reason, "until": until, "given_by": actor, "given_at": timezone.now(), "person": person}
        grant, __ = Grant.objects.update_or_create(
            **opened.keys, email=email, group=group, defaults={**said, "body": opened.body}
        )
        if opened.dataset and (holder := person or group):
            permissions.add_grant(holder, opened.dataset)
        entries.extend(opened.line(restricts=False))
        after = {"reader": _named(grant), **({"until": until.isoformat()} if until else {})}
        auditing.tell(actor, "grant.give", opened.thing, after=after, reason=reason)
    return grant


def take(grant: Grant, actor: User | None = None, reason: str = "") -> bool:
    """Takes it back; False when it was no longer there."""
    opened = opened_by(grant)
    with log.transaction(actor) as entries:
        if not Grant.objects.filter(pk=grant.pk).delete()[0]:
            return False
        if opened.dataset and (holder := grant.person or grant.group):
            permissions.remove_grant(holder, opened.dataset)
        entries.extend(opened.line(restricts=True))
        auditing.tell(actor, "grant.take", opened.thing, before={"reader": _named(grant)}, reason=reason)
    return True


def take_over(today: date | None = None) -> int:
    """Takes back those whose last day is over; returns how many. Any number of processes may do it at once."""
    rows = Grant.objects.over(today or timezone.localdate()).select_related(
        "dataset", "indicator", "body", "group", "person"
    )
    return sum(take(grant, reason=OVER) for grant in list(rows[:MOST]))


def opened_by(grant: Grant) -> Opened:
    return Opened(grant.body, grant.dataset, grant.indicator)


def settle(user: User) -> int:
    """What was given to the address of an account before there was one takes effect; called when its person comes in."""
    waiting = Grant.objects.filter(email=user.email.lower(), person=None).select_related("dataset", "body", "indicator")
    members = GroupMember.objects.filter(email=user.email.lower(), person=None).select_related("group__group")
    done = 0
    for grant in waiting:
        with log.transaction() as entries:
            done += Grant.objects.filter(pk=grant.pk, person=None).update(person=user)
            if grant.dataset:
                permissions.add_grant(user, grant.dataset)
            entries.extend(opened_by(grant).line(restricts=False))
    for member in members:
        with transaction.atomic():
            done += GroupMember.objects.filter(pk=member.pk, person=None).update(person=user)
            user.groups.add(member.group.group)
    return done


def make_group(body: Organisation, name: str, actor: User | None = None) -> BodyGroup:
    """Raises Refused without a name, or when the body has one of that name."""
    name = " ".join(name.split())[:100]
    if not name:
        raise Refused(_("Donnez un nom au groupe, par exemple « Conseil municipal »."))
    try:
        with transaction.atomic():
            group = Group.objects.create(name=f"{body.pk} : {name}")
            kept = BodyGroup.objects.create(group=group, body=body, name=name)
            auditing.tell(actor, "group.create", _thing(kept))
    except IntegrityError as error:
        raise Refused(
            _("%(body)s a déjà un groupe « %(name)s ». Choisissez un autre nom.") % {"body": body, "name": name}
        ) from error
    return kept


def remove_group(kept: BodyGroup, actor: User | None = None) -> None:
    """With all that was given to it."""
    with log.transaction(actor):
        for grant in Grant.objects.filter(group=kept.group).select_related("dataset", "indicator", "body", "group"):
            take(grant, actor, f"Le groupe « {kept.name} » est supprimé.")
        auditing.tell(actor, "group.remove", _thing(kept))
        kept.group.delete()


def add_member(kept: BodyGroup, email: str, actor: User | None = None) -> None:
    """By address, whether an account has it or not. Raises Refused."""
    email = email.strip().lower()
    with transaction.atomic():
        if kept.members.count() >= MOST:
            raise Refused(f"{MOST} membres au plus.")
        person = User.objects.filter(email=email).first()
        __, new = GroupMember.objects.get_or_create(group=kept, email=email, defaults={"person": person})
        if new:
            if person:
                person.groups.add(kept.group)
            auditing.tell(actor, "group.change", _thing(kept), after={"member": email})


def remove_member(kept: BodyGroup, email: str, actor: User | None = None) -> None:
    with transaction.atomic():
        member = kept.members.filter(email=email).select_related("person").first()
        if member is None:
            return
        if member.person:
            member.person.groups.remove(kept.group)
        member.delete()
        auditing.tell(actor, "group.change", _thing(kept), before={"member": email})


def _thing(kept: BodyGroup) -> Thing:
    return Thing("group", str(kept.pk), kept.name, kept.body_id)


def _named(grant: Grant) -> str:
    """Never by the account's own name, which would tell that there is one."""
    if grant.group is None:
        return grant.email
    kept = BodyGroup.objects.filter(pk=grant.group.pk).first()
    return f"groupe {kept.name if kept else grant.group.name}"
