"""What somebody had typed in a form when their session ended: kept a short while, given back to them alone.

It is theirs by two things: the key in a cookie of the browser that sent it (only its SHA-256 is here), and the account for
which the form was made, which the form says under our signature. A stranger can neither read it nor fill the table.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Final

from django.core import signing
from django.utils import timezone

from catalogue.models import Unsent, User

KEPT: Final = timedelta(hours=1)
FORM_AGE: Final = timedelta(days=7)  # of a form that is still believed
MOST: Final = 2**20  # bytes of one
EACH: Final = 20  # forms of one account
SALT: Final = "formulaire"
Typed = Mapping[str, Sequence[str]]


def mark_of(user: User) -> str:
    """What a form says of whom it was made for."""
    return signing.dumps(user.pk, salt=SALT)


def person_of(mark: str) -> int | None:
    """The account that a form was made for, None for a mark that is not ours or too old."""
    try:
        found = signing.loads(mark, salt=SALT, max_age=FORM_AGE)
    except signing.BadSignature:
        return None
    return found if isinstance(found, int) else None


def keep(path: str, mark: str, typed: Typed) -> str:
    """Keeps it and returns its key, "" when it may not be kept: nobody's form, too long, or too many of one account."""
    forget()
    person = person_of(mark)
    text = json.dumps({name: list(texts) for name, texts in typed.items()})
    if person is None or len(text.encode("utf-8", "surrogatepass")) > MOST:
        return ""
    if (
        not User.objects.filter(pk=person, is_active=True).exists()
        or Unsent.objects.filter(person=person).count() >= EACH
    ):
        return ""
    key = secrets.token_urlsafe(32)
    Unsent.objects.create(digest=_digest(key), person_id=person, path=path[:500], typed=text, at=timezone.now())
    return key


def kept(key: str, path: str, user: User) -> dict[str, list[str]] | None:
    """What this person had typed on this page, in the browser that holds the key."""
    rows = Unsent.objects.filter(digest=_digest(key), path=path, person=user, at__gt=timezone.now() - KEPT)
    text = rows.values_list("typed", flat=True).first()
    found: dict[str, list[str]] | None = json.loads(text) if text else None
    return found


def drop(key: str) -> None:
    Unsent.objects.filter(digest=_digest(key)).delete()


def forget() -> None:
    """Removes what is older than KEPT."""
    Unsent.objects.filter(at__lte=timezone.now() - KEPT).delete()


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()
