"""Who may do what: the one place that decides, and the only one that knows django-guardian.

A role in a body is a set of rights on that body; a grant is one right on one dataset, for a person or a group.
Everything private is invisible, not forbidden: who may not see it is told that it does not exist.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AnonymousUser, Group
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import CharField, Exists, OuterRef, QuerySet
from django.db.models.functions import Cast
from django.utils import timezone
from guardian.shortcuts import assign_perm, get_users_with_perms, remove_perm
from guardian.utils import get_group_obj_perms_model, get_user_obj_perms_model

from catalogue import auditing
from catalogue.models import PUBLIC, Audience, Dataset, Mandate, Organisation, Record, User
from catalogue.permissions.held import held_by
from catalogue.permissions.tokens import GRANT, presentable, readers_of, tokens_for, tokens_for_bodies

__all__ = ["GRANT", "presentable", "readers_of", "tokens_for", "tokens_for_bodies"]  # of its other modules

READ, CONTRIBUTE, PUBLISH, ADMINISTER = "read_private", "contribute_to", "publish_in", "administer_in"
ROLES: dict[str, tuple[str, ...]] = {
    "reader": (READ,),
    "contributor": (READ, CONTRIBUTE),
    "publisher": (READ, CONTRIBUTE, PUBLISH),
    "administrator": (READ, CONTRIBUTE, PUBLISH, ADMINISTER),
}
# What an action on a record (or on a body) takes.
ACTIONS = {"see": READ, "edit": CONTRIBUTE, "publish": PUBLISH, "administer": ADMINISTER}
HELD = "held_"  # before the name of a right, in what `with_rights` adds

Person = User | AnonymousUser


def assign_role(user: User, organisation: Organisation, role: str, actor: User | None = None) -> None:
    """Gives `user` this role, in place of any other in that body. KeyError when there is no such role."""
    rights = ROLES[role]
    with transaction.atomic():
        before = role_of(user, organisation)
        for right in ROLES["administrator"]:
            (assign_perm if right in rights else remove_perm)(right, user, organisation)
        _tell_role(user, organisation, before, role, actor)


def remove_role(user: User, organisation: Organisation, actor: User | None = None) -> None:
    """Takes every right in that body; acts on the next request, whatever the index holds."""
    with transaction.atomic():
        before = role_of(user, organisation)
        for right in ROLES["administrator"]:
            remove_perm(right, user, organisation)
        _tell_role(user, organisation, before, "", actor)


def role_of(user: User, organisation: Organisation) -> str:
    """The role that a person was given in a body, "" for none; what a group gives is not theirs."""
    model: Any = get_user_obj_perms_model()
    kind = ContentType.objects.get_for_model(Organisation)
    rows = model.objects.filter(user=user, content_type=kind, object_pk=str(organisation.pk))
    held = set(rows.values_list("permission__codename", flat=True))
    return _role(held)


def roles_in(body: Organisation) -> dict[int, str]:
    """By key of the account, the role that each was given in this body; one query."""
    model: Any = get_user_obj_perms_model()
    kind = ContentType.objects.get_for_model(Organisation)
    held: dict[int, set[str]] = {}
    rows = model.objects.filter(content_type=kind, object_pk=str(body.pk))
    for person, right in rows.values_list("user_id", "permission__codename"):
        held.setdefault(person, set()).add(right)
    found = {person: _role(rights) for person, rights in held.items()}
    return {person: role for person, role in found.items() if role}


def roles_of(user: User) -> list[tuple[Organisation, str]]:
    """The bodies where a person has a role of their own, by name, and which; two queries."""
    model: Any = get_user_obj_perms_model()
    kind = ContentType.objects.get_for_model(Organisation)
    held: dict[int, set[str]] = {}
    for body, right in model.objects.filter(user=user, content_type=kind).values_list(
        "object_pk", "permission__codename"
    ):
        held.setdefault(int(body), set()).add(right)
    bodies = Organisation.objects.filter(pk__in=held).order_by("name")
    return [(body, role) for body in bodies if (role := _role(held[body.pk]))]


def _role(held: set[str]) -> str:
    return next((role for role in reversed(ROLES) if held >= set(ROLES[role])), "")


def _tell_role(user: User, body: Organisation, before: str, after: str, actor: User | None) -> None:
    if before != after:
        old, new = ({"role": role} if role else {} for role in (before, after))
        action = "role.give" if after else "role.take"
        auditing.tell(actor, action, auditing.Thing.person(user, body.pk), before=old, after=new)


def organisations_of(user: Person, right: str = READ) -> list[Organisation]:
    """The bodies where this person has a right."""
    if not user.is_authenticated:
        return []
    keys = [key for key in _held(user, right, Organisation) if user.within(right, key)]
    return list(Organisation.objects.filter(pk__in=keys))


def _held(user: User, right: str, model: type[Organisation | Dataset]) -> set[str]:
    """Keys of the objects on which a person has a right."""
    return _asked(user, "object_pk", model, permission__codename=right)


def _rights_by_body(user: User) -> dict[str, set[int]]:
    """By right, the bodies that are there and in which a person has it, within the limits of their token."""
    return _by_right(user, _limits(user) if user.is_superuser else held_by(user, timezone.localdate()).rights)


def _limits(user: User) -> set[tuple[str, str]]:
    """What the token of the instance's administrator leaves them, of bodies that are there."""
    held = set(user.limits_in_full())
    found = Organisation.objects.filter(pk__in={key for _, key in held}).values_list("pk", flat=True) if held else ()
    there = {str(pk) for pk in found}
    return {(right, key) for right, key in held if str(key) in there}


def _by_right(user: User, held: Iterable[tuple[str, str]]) -> dict[str, set[int]]:
    found: dict[str, set[int]] = {}
    for right, key in held:
        if user.within(right, key):
            found.setdefault(right, set()).add(int(key))
    return found


def _rights(user: Person, thing: Organisation | Dataset) -> set[str]:
    """The rights of a person on one body or dataset."""
    if not (user.is_authenticated and user.is_active):
        return set()
    everything = {*ACTIONS.values(), GRANT}
    held = (
        everything if user.is_superuser else _asked(user, "permission__codename", type(thing), object_pk=str(thing.pk))
    )
    body = thing.pk if isinstance(thing, Organisation) else thing.owner_id
    return {right for right in held if user.within(right, body)}


def _asked(user: User, column: str, model: type[Organisation | Dataset], **wanted: str) -> set[str]:
    """A column of what a person holds, themselves or by a group, in one query.

    guardian keeps keys as text for every model in one table. Its own shortcut casts them in the query, and PostgreSQL may
    cast a body's number to a UUID before it looks at the model: the keys are read as they are.
    """
    held: dict[str, Any] = {"content_type": ContentType.objects.get_for_model(model), **wanted}
    models: tuple[Any, Any] = get_user_obj_perms_model(), get_group_obj_perms_model()
    own = models[0].objects.filter(user=user, **held).values_list(column, flat=True)
    shared = models[1].objects.filter(group__user=user, **held).values_list(column, flat=True)
    return set(own.union(shared))


@dataclass(frozen=True)
class Standing:
    """Who is reading, and by right the bodies where they have it (`held`; None: everything, within the limits of a token)."""

    audience: Audience
    person: Person
    held: Mapping[str, set[int]] | None

    def actions_in(self, body: Organisation) -> frozenset[str]:
        """As `actions` of that body, without a question more."""
        if self.held is None:
            return actions(self.person, body)
        return _allowed(self.person, body, {right for right, bodies in self.held.items() if body.pk in bodies})


def audience_of(user: Person) -> Audience:
    """Who is reading, for QuerySets and for the index; read afresh at each request, so a revoked right is gone at once."""
    return standing_of(user).audience


def standing_of(user: Person) -> Standing:
    """The same, with the rights in each body. Who is held to bodies by a token has what is theirs by name or group no more."""
    if not user.is_authenticated or not user.is_active:
        return Standing(PUBLIC, user, {})
    if user.is_superuser and not user.is_held_to_bodies:
        return Standing(Audience(everything=True), user, None)
    held = None if user.is_held_to_bodies else held_by(user, timezone.localdate())
    rights = _rights_by_body(user) if held is None else _by_right(user, held.rights)
    bodies, written = frozenset(rights.get(READ, ())), frozenset(rights.get(CONTRIBUTE, ()))
    tokens = {"public", *(f"org:{pk}" for pk in bodies)}
    if held is None:
        return Standing(Audience(organisations=bodies, drafts=written, tokens=frozenset(tokens)), user, rights)
    tokens |= {f"user:{user.pk}", *(f"group:{pk}" for pk in held.groups)}
    audience = Audience(
        organisations=bodies, datasets=held.datasets, tokens=frozenset(tokens), figures=held.figures, drafts=written
    )
    return Standing(audience, user, rights)


def people_who(action: str, body: Organisation) -> list[User]:
    """Who may do this in that body by a right of their own or of a group; the instance's administrators are not counted."""
    found: Any = get_users_with_perms(body, only_with_perms_in=[ACTIONS[action]], with_superusers=False)
    return [person for person in found.order_by("pk") if person.is_active]


def bodies_where(user: Person, action: str) -> Audience:
    """The bodies in which this person may do this, as an audience without any grant. KeyError as `may`."""
    right = ACTIONS[action]
    if not user.is_authenticated or not user.is_active:
        return PUBLIC
    if user.is_superuser and not user.is_held_to_bodies:
        return Audience(everything=True) if user.within(right, None) else PUBLIC
    return Audience(organisations=frozenset(_rights_by_body(user).get(right, ())))


def writes_somewhere(user: User) -> bool:
    """Whether there is a body in which this person publishes or proposes: one query, and none for who runs the instance."""
    if user.is_superuser and not user.is_held_to_bodies:
        return user.within(CONTRIBUTE, None)
    return CONTRIBUTE in _rights_by_body(user)


def runs_the_instance(user: Person) -> bool:
    """Whether this person administers the instance itself, whatever the body."""
    return user.is_authenticated and user.is_active and user.is_superuser and user.limits is None


def may(user: Person, action: str, thing: Record | Organisation) -> bool:
    """Whether this person may do this to a record or in a body. KeyError for an action that does not exist."""
    right = ACTIONS[action]
    return (right == READ and _open(thing)) or action in actions(user, thing)


def speaks_for(user: Person, body: Organisation, other: Organisation) -> bool:
    """Whether this person, writing for `body`, may do so in the name of `other`: they publish there, or `body` has its mandate."""
    return body.pk == other.pk or may(user, "publish", other) or holds_mandate(body, other)


def holds_mandate(body: Organisation, other: Organisation) -> bool:
    return Mandate.objects.filter(by=body, on_behalf_of=other).exists()


def may_write(user: Person, record: Record) -> bool:
    """Whether this person may change what it says: a draft is for who contributes, what is published for who publishes."""
    return may(user, "edit" if record.status == Record.Status.DRAFT else "publish", record)


def actions(user: Person, thing: Record | Organisation) -> frozenset[str]:
    """All that this person may do to it: one query, and another for who may see it by a grant alone."""
    return _allowed(user, thing, _rights(user, thing if isinstance(thing, Organisation) else thing.owner))


def with_rights(rows: QuerySet[Any], user: Person) -> QuerySet[Any]:
    """Records, each with the rights of this person in the body that owns it: in the same query, for `actions_of`."""
    if not (user.is_authenticated and user.is_active) or user.is_superuser or user.limits is not None:
        return rows
    body: Any = ContentType.objects.get_for_model(Organisation)
    held = {"content_type": body, "object_pk": Cast(OuterRef("owner"), CharField())}  # keys are text there
    models: tuple[Any, Any] = get_user_obj_perms_model(), get_group_obj_perms_model()
    marks = {}
    for right in ACTIONS.values():
        own = models[0].objects.filter(user=user, permission__codename=right, **held)
        shared = models[1].objects.filter(group__user=user, permission__codename=right, **held)
        marks[HELD + right] = Exists(own) | Exists(shared)
    return rows.annotate(**marks)


def actions_of(user: Person, record: Record) -> frozenset[str]:
    """As `actions`, of a record that was read by `with_rights` for this person."""
    if not hasattr(record, HELD + READ):
        return actions(user, record)
    return _allowed(user, record, {right for right in ACTIONS.values() if getattr(record, HELD + right)})


def _allowed(user: Person, thing: Record | Organisation, rights: set[str]) -> frozenset[str]:
    held = {action for action, right in ACTIONS.items() if right in rights}
    if "see" not in held and (_open(thing) or (isinstance(thing, Dataset) and GRANT in _rights(user, thing))):
        held.add("see")
    return frozenset(held)


def _open(thing: Record | Organisation) -> bool:
    """Whether all the world sees it."""
    return isinstance(thing, Organisation) or (not thing.private and thing.status == Record.Status.PUBLISHED)


def add_grant(who: User | Group, dataset: Dataset) -> None:
    """The right alone; `catalogue.publishing.grant` also tells the log."""
    assign_perm(GRANT, who, dataset)


def remove_grant(who: User | Group, dataset: Dataset) -> None:
    """The right alone; `catalogue.publishing.revoke` also tells the log."""
    remove_perm(GRANT, who, dataset)
