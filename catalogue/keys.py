"""The keys that this instance signs with (Ed25519, RFC 8032): in `BOUTURE_HOME/keys/`, never in the base, an export or a pack.

One PEM (PKCS #8) a key, named after its `kid`, and `ring.json`: which one signs, and until when the ones before it are
still announced. Whoever follows us and knows only an older key learns the new one from a document that both sign.
"""

from __future__ import annotations

import base64
import fcntl
import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings
from django.utils import timezone

from catalogue.errors import CatalogueError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

RING: Final = "ring.json"
OVERLAP: Final = timedelta(days=30)  # who follows us asks at least once in that time
LENGTH: Final = 32  # bytes of a public key
UNREADABLE: Final = (
    "Les clés de l’instance ({}) ne se lisent pas : {}. Remettez ce dossier depuis une sauvegarde, ou déplacez-le ailleurs : "
    "une nouvelle clé sera faite, et ceux qui nous suivent devront l’admettre."
)
UNWRITABLE: Final = (
    "La clé de l’instance n’a pas pu être écrite dans {} : {}. Donnez à ce compte le droit d’écrire dans ce dossier."
)


class KeyUnavailable(CatalogueError):
    """The keys of this instance cannot be read or made."""


@dataclass(frozen=True)
class Published:
    """A public key as others may hold us to it. `until`: when it is no longer ours; None for the one that signs now."""

    kid: str
    public: str
    until: datetime | None = None

    def jwk(self) -> dict[str, str]:
        """RFC 8037 §2, with `until` (RFC 3339) for one that is leaving."""
        said = {"kty": "OKP", "crv": "Ed25519", "x": self.public, "kid": self.kid, "use": "sig"}
        return said | ({"until": self.until.isoformat(timespec="seconds")} if self.until else {})


@dataclass(frozen=True)
class Key:
    """One that signs."""

    kid: str
    public: str  # base64url of its 32 bytes
    _private: Ed25519PrivateKey = field(repr=False, compare=False)

    def sign(self, data: bytes) -> bytes:
        """64 bytes; the same for the same data (RFC 8032 §5.1.6)."""
        return self._private.sign(data)


def current() -> Key:
    """The key that signs, made when there is none yet. Raises KeyUnavailable."""
    return _load(_ring()[0])


def signing() -> list[Key]:
    """The current key, then the previous ones that are still ours: what all of them sign is believed by who knows one."""
    return [_load(one) for one in _ring()]


def published() -> list[Published]:
    """The current key, then the previous ones that are still ours. Raises KeyUnavailable."""
    return _ring()


def rotate(overlap: timedelta = OVERLAP) -> Key:
    """A new key signs from now on; the one before stays ours for `overlap`, and none does when it is zero."""
    now = timezone.now()
    with _locked():
        before = _read() or [_first()]
        kept = [Published(one.kid, one.public, one.until or now + overlap) for one in before]
        new = _make()
        _write([new, *(one for one in kept if one.until and one.until > now)])
        _forget({new.kid, *(one.kid for one in kept if one.until and one.until > now)})
    return _load(new)


def verify(public: str, signature: bytes, data: bytes) -> bool:
    """Whether the owner of this public key (base64url) signed this. False for what is no key or no signature."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    raw = decoded(public)
    if len(raw) != LENGTH:
        return False
    try:
        Ed25519PublicKey.from_public_bytes(raw).verify(signature, data)
    except (InvalidSignature, ValueError):
        return False
    return True


def thumbprint(public: str) -> str:
    """The `kid` of a public key: RFC 7638 §3, over the members that RFC 8037 §2 requires."""
    said = json.dumps({"crv": "Ed25519", "kty": "OKP", "x": public}, separators=(",", ":"), sort_keys=True)
    return encoded(hashlib.sha256(said.encode()).digest())


def encoded(data: bytes) -> str:
    """base64url without padding (RFC 7515 §2)."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def decoded(text: str) -> bytes:
    """The bytes of a base64url text; b"" for anything else."""
    try:
        return base64.b64decode(text.encode("ascii") + b"=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (ValueError, UnicodeEncodeError):
        return b""


def folder() -> Path:
    return Path(settings.BOUTURE_HOME) / "keys"


def _ring() -> list[Published]:
    """Those that are still ours, the current one first; makes the first of all."""
    found = _read()
    if found is None:
        with _locked():
            found = _read()  # another process may have made it meanwhile
            if found is None:
                found = [_first()]
                _write(found)
    now = timezone.now()
    return [one for one in found if one.until is None or one.until > now]


def _read() -> list[Published] | None:
    """None when no key was ever made."""
    path = folder() / RING
    try:
        said = json.loads(path.read_text("utf-8"))
        found = [_published(one) for one in said["keys"]]
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise KeyUnavailable(UNREADABLE.format(folder(), error)) from error
    if not found or found[0].until:
        raise KeyUnavailable(UNREADABLE.format(folder(), "aucune ne signe"))
    return found


def _published(said: dict[str, Any]) -> Published:
    until = datetime.fromisoformat(said["until"]) if said.get("until") else None
    if thumbprint(said["x"]) != said["kid"]:
        raise ValueError(f"{RING}, {said['kid']}")
    return Published(said["kid"], said["x"], until)


def _write(ring: list[Published]) -> None:
    _place(folder() / RING, json.dumps({"keys": [one.jwk() for one in ring]}, indent=1).encode())


def _first() -> Published:
    if any(folder().glob("*.pem")):  # a ring that was lost is no reason to become somebody else
        raise KeyUnavailable(UNREADABLE.format(folder(), f"il y manque {RING}"))
    return _make()


def _make() -> Published:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    while True:  # one in 64 has a name that begins with "-", which a command line takes for an option
        private = Ed25519PrivateKey.generate()
        public = encoded(private.public_key().public_bytes_raw())
        made = Published(thumbprint(public), public)
        if not made.kid.startswith("-"):
            break
    pem = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    _place(folder() / f"{made.kid}.pem", pem)
    return made


def _place(path: Path, data: bytes) -> None:
    """Whole or not at all, and readable by this account alone from its first byte."""
    beside = path.with_name(f"{path.name}.new")
    try:
        beside.unlink(missing_ok=True)
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except OSError as error:
        raise KeyUnavailable(UNWRITABLE.format(path.parent, error)) from error


def _forget(kept: set[str]) -> None:
    """A key that is no longer ours must not be stolen either."""
    for path in folder().glob("*.pem"):
        if path.stem not in kept:
            path.unlink(missing_ok=True)


@contextmanager
def _locked() -> Iterator[None]:
    try:
        folder().mkdir(mode=0o700, parents=True, exist_ok=True)
        file = os.open(folder() / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise KeyUnavailable(UNWRITABLE.format(folder(), error)) from error
    with os.fdopen(file, "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _load(one: Published) -> Key:
    return Key(one.kid, one.public, _private(folder() / f"{one.kid}.pem", one.public))


@lru_cache(maxsize=8)
def _private(path: Path, public: str) -> Ed25519PrivateKey:
    """Kept in memory: a page of the feed reads no key from the disk."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        found = load_pem_private_key(path.read_bytes(), None)
    except (OSError, ValueError, TypeError) as error:
        raise KeyUnavailable(UNREADABLE.format(path, error)) from error
    if not isinstance(found, Ed25519PrivateKey) or encoded(found.public_key().public_bytes_raw()) != public:
        raise KeyUnavailable(UNREADABLE.format(path, "ce n’est pas la clé qui est annoncée"))
    return found
