"""Secrets that must be read again, kept so that a copy of the base alone opens nothing: Fernet, with a key made of the instance's."""

from __future__ import annotations

import base64
import hashlib
from typing import TYPE_CHECKING

from django.conf import settings

if TYPE_CHECKING:
    from cryptography.fernet import Fernet


def seal(secret: str) -> str:
    return _box().encrypt(secret.encode()).decode()


def unseal(sealed: str) -> str:
    """ "" when it was sealed with another key of the instance."""
    from cryptography.fernet import InvalidToken

    try:
        return _box().decrypt(sealed.encode()).decode()
    except InvalidToken:
        return ""


def _box() -> Fernet:
    from cryptography.fernet import Fernet  # six MiB, for whoever logs in with a code

    key = hashlib.sha256(b"bouture sealing\n" + settings.SECRET_KEY.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(key))
