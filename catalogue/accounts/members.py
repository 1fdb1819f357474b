"""Who works in a body, with which role. What is taken acts on the next request; the last administrator stays."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from catalogue import permissions
from catalogue.accounts import second_step, sessions
from catalogue.errors import Refused
from catalogue.models import Organisation, User

ADMINISTRATOR: Final = "administrator"
LAST: Final = gettext_noop(
    "Il faut toujours quelqu’un pour gérer les membres. Donnez d’abord ce rôle à une autre personne."
)


@dataclass(frozen=True)
class Member:
    person: User
    role: str
    last_login: datetime | None
    protected: bool


def members_of(body: Organisation) -> list[Member]:
    """Those with a role of their own, administrators first, then by name; two queries."""
    roles = permissions.roles_in(body)
    people = User.objects.filter(pk__in=roles).select_related("second_step")
    found = [Member(one, roles[one.pk], one.last_login, hasattr(one, "second_step")) for one in people]
    ranks = list(permissions.ROLES)
    return sorted(found, key=lambda one: (-ranks.index(one.role), str(one.person).casefold()))


def give(body: Organisation, person: User, role: str, by: User) -> None:
    """This role in place of the one before. Refused for the last administrator; KeyError when there is no such role."""
    permissions.ROLES[role]
    with _unless_last(body, person, stays=role == ADMINISTRATOR):
        permissions.assign_role(person, body, role, by)
    if role == ADMINISTRATOR:
        must_protect(person)


def remove(body: Organisation, person: User, by: User) -> None:
    """Out of the body at once. Refused for the last administrator."""
    with _unless_last(body, person, stays=False):
        permissions.remove_role(person, body, by)


def must_protect(person: User) -> None:
    """An administrator without a second step is logged out everywhere: the next log-in asks them to set it up."""
    if not second_step.has(person):
        sessions.end_others(person, None)


@contextmanager
def _unless_last(body: Organisation, person: User, *, stays: bool) -> Iterator[None]:
    """Under a lock on the body: two administrators who remove each other at once leave one."""
    with transaction.atomic():
        Organisation.objects.select_for_update().get(pk=body.pk)
        roles = permissions.roles_in(body)
        active = set(User.objects.filter(pk__in=roles, is_active=True).values_list("pk", flat=True))
        administrators = {key for key in active if roles[key] == ADMINISTRATOR}
        if administrators == {person.pk} and not stays:
            raise Refused(_(LAST))
        yield
