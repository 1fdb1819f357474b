"""Agents that a provider of identities sends: which account is theirs, and in which body they ask to work.

An account is never taken over because an address is the same: whoever has its password links the two. The body is found by the SIREN in the
agent's SIRET, and gives nothing until one of its administrators accepts.
"""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from catalogue import auditing, permissions
from catalogue.accounts import members
from catalogue.auditing import Thing
from catalogue.models import Attachment, ExternalIdentity, Organisation, User


def known(issuer: str, subject: str) -> User | None:
    """The open account of this identity."""
    found = ExternalIdentity.objects.filter(issuer=issuer, subject=subject, person__is_active=True)
    return next((one.person for one in found.select_related("person")), None)


def taken(issuer: str, subject: str, email: str) -> bool:
    """Whether an account bears this address, or this identity is of an account that is closed."""
    identities = ExternalIdentity.objects.filter(issuer=issuer, subject=subject)
    return User.objects.filter(email=email.lower()).exists() or identities.exists()


def link(user: User, issuer: str, subject: str) -> bool:
    """Whether the identity now opens this account; not when it opens another."""
    try:
        with transaction.atomic():
            _, new = ExternalIdentity.objects.get_or_create(issuer=issuer, subject=subject, defaults={"person": user})
            if new:
                auditing.tell(user, "account.change", Thing.person(user), reason=f"Relié à {issuer}")
    except IntegrityError:
        pass
    return ExternalIdentity.objects.filter(issuer=issuer, subject=subject, person=user).exists()


def open_account(issuer: str, subject: str, email: str, first_name: str, last_name: str) -> User:
    """A new account without a password, that may nothing yet."""
    with transaction.atomic():
        made = User.objects.create_user(email, None, first_name=first_name, last_name=last_name)
        ExternalIdentity.objects.create(person=made, issuer=issuer, subject=subject)
        auditing.tell(made, "account.create", Thing.person(made), reason=f"Première connexion par {issuer}")
    return made


def ask(user: User, siret: str, unit: str) -> Organisation | None:
    """Asks to work in the body of this SIRET, once; None when there is none here, or they are in it, or have asked already."""
    body = (
        Organisation.objects.filter(tenant=True, siren=siret[:9]).exclude(siren="").order_by("pk").first()
        if siret
        else None
    )
    if body is None or permissions.role_of(user, body):
        return None
    _, new = Attachment.objects.get_or_create(person=user, body=body, defaults={"siret": siret, "unit": unit})
    return body if new else None


def waiting_in(body: Organisation) -> QuerySet[Attachment]:
    return Attachment.objects.filter(body=body, settled_at=None, person__is_active=True).select_related("person")


def asked_by(user: User) -> QuerySet[Attachment]:
    return Attachment.objects.filter(person=user, settled_at=None).select_related("body").order_by("pk")


def settle(body: Organisation, pk: int, role: str, by: User) -> User | None:
    """`role`: the one given, "" to refuse. The person, None when nothing waits by that number. KeyError for no such role."""
    with transaction.atomic():
        found = waiting_in(body).filter(pk=pk).first()
        settled = {"settled_at": timezone.now(), "accepted": bool(role)}
        if found is None or not Attachment.objects.filter(pk=pk, settled_at=None).update(**settled):
            return None
        auditing.tell(
            by, "member.attach", Thing.person(found.person, body.pk), after={"role": role, "siret": found.siret}
        )
        if role:
            members.give(body, found.person, role, by)
    return found.person
