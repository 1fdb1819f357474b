"""Tokens of programs. One does what its person may at that moment, and less: to read, or to write too; in one body, or in all of theirs.

None administers: neither members, nor accounts, nor the instance.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from catalogue import auditing
from catalogue.auditing import Thing
from catalogue.errors import Refused
from catalogue.models import ApiToken, Limits, Organisation, User
from catalogue.permissions import CONTRIBUTE, GRANT, PUBLISH, READ

PREFIX: Final = "bouture_"
MOST: Final = 20  # of one person
LIVES: Final = (30, 90, 365)  # days
USED_EVERY: Final = timedelta(minutes=5)  # a use in between writes nothing
READS: Final = frozenset({READ, GRANT})
WRITES: Final = READS | {CONTRIBUTE, PUBLISH}


def make(
    person: User, label: str, days: int, *, publishes: bool, body: Organisation | None = None
) -> tuple[ApiToken, str]:
    """A new one, and its text, that can be read this once. ValueError for a life that is not offered; Refused beyond the limit."""
    if days not in LIVES:
        raise ValueError(days)
    if living(person).count() >= MOST:
        raise Refused(
            _("Vous avez déjà %(most)s jetons. Révoquez-en un qui ne sert plus, puis recommencez.") % {"most": MOST}
        )
    text = PREFIX + secrets.token_urlsafe(30)  # 240 bits
    with transaction.atomic():
        made = ApiToken.objects.create(
            person=person,
            label=label,
            digest=_digest(text),
            start=text[: len(PREFIX) + 4],
            publishes=publishes,
            body=body,
            expires_at=timezone.now() + timedelta(days=days),
        )
        told = {"publishes": publishes, "body": body.name if body else "", "expires_at": made.expires_at.isoformat()}
        auditing.tell(person, "token.create", _thing(made), after=told)
    return made, text


def living(person: User) -> QuerySet[ApiToken]:
    """Those that still open something."""
    return ApiToken.objects.filter(person=person, revoked_at=None, expires_at__gt=timezone.now()).select_related("body")


def revoke(person: User, pk: int) -> bool:
    """Acts on the next request. Whether there was one of theirs by that number."""
    with transaction.atomic():
        found = ApiToken.objects.select_for_update().filter(pk=pk, person=person, revoked_at=None).first()
        if found is None:
            return False
        ApiToken.objects.filter(pk=found.pk).update(revoked_at=timezone.now())
        auditing.tell(person, "token.revoke", _thing(found))
    return True


def find(text: str, now: datetime | None = None) -> ApiToken | None:
    """The one that is worth something now, and whose account is open; its use is noted."""
    now = now or timezone.now()
    found = (
        ApiToken.objects.filter(digest=_digest(text), revoked_at=None, expires_at__gt=now, person__is_active=True)
        .select_related("person")
        .first()
    )
    if found is not None:
        stale = Q(used_at=None) | Q(used_at__lt=now - USED_EVERY)
        if found.used_at is None or found.used_at < now - USED_EVERY:
            ApiToken.objects.filter(stale, pk=found.pk).update(used_at=now)
    return found


def speaker(token: ApiToken) -> User:
    """Its person, held to what the token may do."""
    user = token.person
    user.limits = Limits(
        rights=WRITES if token.publishes else READS,
        bodies=None if token.body_id is None else frozenset({token.body_id}),
    )
    return user


def _thing(token: ApiToken) -> Thing:
    return Thing("token", str(token.pk), f"{token.label} ({token.start}…)", token.body_id)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()
