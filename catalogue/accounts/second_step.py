"""The second step of a log-in: codes of a telephone (TOTP, RFC 6238) and recovery codes, each accepted once.

A wrong code counts against the account wherever it comes from, since who types one has the password already; beyond
`MOST_FAILURES` a day recovery codes alone pass, which nobody guesses.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import datetime, timedelta
from typing import Final

import pyotp
from django.db import transaction
from django.utils import timezone

from catalogue import auditing
from catalogue.accounts.sealing import seal, unseal
from catalogue.auditing import Thing
from catalogue.models import RecoveryCode, SecondStep, User
from catalogue.permissions import bodies_where

PERIOD: Final = 30  # seconds of a step
DRIFT: Final = 1  # steps, either way: clocks of telephones
CODES: Final = 10
MOST_FAILURES: Final = 30
FORGIVEN_AFTER: Final = timedelta(days=1)
ALPHABET: Final = "abcdefghijkmnpqrstuvwxyz23456789"  # 32 signs, none that is taken for another


def required_for(user: User) -> bool:
    """Administrators, of the instance or of a body: who has their account has that of everybody."""
    return user.is_superuser or bool(bodies_where(user, "administer").organisations)


def has(user: User) -> bool:
    return SecondStep.objects.filter(person=user).exists()


def new_secret() -> str:
    """160 random bits, in base 32 as applications of telephones read them."""
    return pyotp.random_base32()


def address_of(secret: str, user: User, issuer: str) -> str:
    """What the QR code holds (otpauth:)."""
    return pyotp.TOTP(secret).provisioning_uri(name=user.email, issuer_name=issuer)


def step_of(secret: str, code: str, now: datetime) -> int | None:
    """The step whose code this is, the nearest ones included; None for a code of none of them."""
    digits = "".join(code.split())
    if len(digits) != 6 or not (digits.isascii() and digits.isdecimal()):
        return None
    totp, current = pyotp.TOTP(secret), int(now.timestamp()) // PERIOD
    found = None
    for step in range(current - DRIFT, current + DRIFT + 1):
        if hmac.compare_digest(totp.at(step * PERIOD), digits):
            found = step
    return found


def keep(user: User, secret: str, code: str, now: datetime | None = None) -> list[str]:
    """Sets the second step up, in place of another; gives the recovery codes, or nothing when the code is not of that secret."""
    step = step_of(secret, code, now or timezone.now())
    if step is None:
        return []
    with transaction.atomic():
        values = {"sealed": seal(secret), "last_step": step, "failures": 0, "failing_since": None}
        SecondStep.objects.update_or_create(person=user, defaults=values)
        codes = renew_codes(user)
        auditing.tell(user, "account.change", auditing.Thing.person(user), reason="Code de connexion mis en place.")
    return codes


def renew_codes(user: User) -> list[str]:
    """Ten new recovery codes, the only time that they can be read; those before are worth nothing any more."""
    codes = ["-".join("".join(secrets.choice(ALPHABET) for _ in range(4)) for _ in range(4)) for _ in range(CODES)]
    with transaction.atomic():
        RecoveryCode.objects.filter(person=user).delete()
        RecoveryCode.objects.bulk_create(RecoveryCode(person=user, digest=_digest(code)) for code in codes)
    return codes


def passes(user: User, typed: str, now: datetime | None = None) -> bool:
    """Whether this code, of the telephone or of recovery, lets this person in. It never does twice."""
    now = now or timezone.now()
    folded = _folded(typed)
    if len(folded) == 16:
        used = RecoveryCode.objects.filter(person=user, digest=_digest(typed), used_at=None).update(used_at=now)
        return bool(used)
    with transaction.atomic():
        row = SecondStep.objects.select_for_update().filter(person=user).first()
        if row is None:
            return False
        if row.failing_since and now - row.failing_since > FORGIVEN_AFTER:
            row.failures, row.failing_since = 0, None
        step = step_of(unseal(row.sealed) or new_secret(), typed, now)
        good = step is not None and step > row.last_step and row.failures < MOST_FAILURES
        if good and step is not None:
            row.last_step, row.failures, row.failing_since = step, 0, None
        else:
            row.failures, row.failing_since = row.failures + 1, row.failing_since or now
        row.save(update_fields=["last_step", "failures", "failing_since"])
    return good


def codes_left(user: User) -> int:
    return RecoveryCode.objects.filter(person=user, used_at=None).count()


def remove(user: User, by: User | None, reason: str) -> None:
    """Both the second step and its recovery codes. `by`: who does it, None for a command."""
    with transaction.atomic():
        SecondStep.objects.filter(person=user).delete()
        RecoveryCode.objects.filter(person=user).delete()
        auditing.tell(by, "account.change", Thing.person(user), reason=reason)


def _folded(code: str) -> str:
    return "".join(code.split()).replace("-", "").casefold()


def _digest(code: str) -> str:
    return hashlib.sha256(_folded(code).encode()).hexdigest()
