"""Invitations into a body: a secret link for one address, one role and one use, within seven days.

They say nothing of whether the address has an account, and are worth nothing once who invited administers no more.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from catalogue import auditing, mail, permissions
from catalogue.accounts import members
from catalogue.auditing import Thing
from catalogue.errors import Refused
from catalogue.models import Invitation, Organisation, User

LIVES: Final = timedelta(days=7)
KEPT: Final = timedelta(days=30)  # after the end
MOST: Final = 100  # open ones of one body
OVER: Final = gettext_noop("Cette invitation ne vaut plus. Demandez-en une autre à la personne qui vous l’a envoyée.")


def invite(body: Organisation, email: str, role: str, by: User) -> tuple[Invitation, str]:
    """A new one in place of that of before, and the secret of its link, that is not kept. Refused beyond MOST; KeyError for no role."""
    permissions.ROLES[role]
    secret = secrets.token_urlsafe(24)  # 192 bits
    with transaction.atomic():
        for before in open_in(body).filter(email=email.lower()):
            mail.forget(about(before))
            before.delete()
        if open_in(body).count() >= MOST:
            raise Refused(
                _("%(most)s invitations attendent déjà. Annulez celles qui ne servent plus.") % {"most": MOST}
            )
        made = Invitation.objects.create(
            body=body,
            email=email.lower(),
            role=role,
            digest=_digest(secret),
            made_by=by,
            expires_at=timezone.now() + LIVES,
        )
        auditing.tell(by, "member.invite", _thing(made), after={"email": made.email, "role": role})
    return made, secret


def about(made: Invitation) -> str:
    """What the message that takes its link says it speaks of (`catalogue.mail`)."""
    return f"invitation:{made.pk}"


def open_in(body: Organisation) -> QuerySet[Invitation]:
    return Invitation.objects.filter(body=body, used_at=None, expires_at__gt=timezone.now())


def cancel(body: Organisation, pk: int, by: User) -> bool:
    with transaction.atomic():
        found = open_in(body).filter(pk=pk).first()
        if found is None:
            return False
        auditing.tell(by, "member.uninvite", _thing(found), before={"email": found.email, "role": found.role})
        mail.forget(about(found))
        found.delete()
    return True


def find(secret: str) -> Invitation | None:
    """The one that this link opens, if it still does."""
    rows = Invitation.objects.filter(digest=_digest(secret), used_at=None, expires_at__gt=timezone.now())
    found = rows.select_related("body", "made_by").first()
    if found is None or found.made_by is None or not permissions.may(found.made_by, "administer", found.body):
        return None
    return found


def accept(found: Invitation, person: User) -> None:
    """Once, for the account of that address alone. Refused when it was used meanwhile, or would leave no administrator."""
    if person.email != found.email or found.made_by is None:
        raise Refused(_(OVER))
    with transaction.atomic():
        if not Invitation.objects.filter(pk=found.pk, used_at=None).update(used_at=timezone.now()):
            raise Refused(_(OVER))
        members.give(found.body, person, found.role, found.made_by)


def open_account(found: Invitation, password: str, first_name: str, last_name: str) -> User | None:
    """A new account of that address, already in the body; None when the address has one."""
    with transaction.atomic():
        if User.objects.filter(email=found.email).exists():
            return None
        made = User.objects.create_user(found.email, password, first_name=first_name, last_name=last_name)
        auditing.tell(made, "account.create", Thing.person(made), reason="Invitation")
        accept(found, made)
    return made


def forget(now: datetime) -> int:
    """Those that ended a month ago: addresses of people who may never have come. Returns how many."""
    done, _ = Invitation.objects.filter(expires_at__lt=now - KEPT).delete()
    return done


def _thing(made: Invitation) -> Thing:
    return Thing("invitation", str(made.pk), made.email, made.body_id)


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()
