"""A folder that proves itself, as packs and exports do.

    MANIFEST    a line of `sha256sum` for every other file: `sha256sum -c MANIFEST` tells an altered one, anywhere
    SIGNATURE   JSON: the Ed25519 signature (RFC 8032) of an instance's key over MANIFEST, and the key

What is signed begins with words of its own, that each kind of folder gives: no signature made for one is one of another.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from catalogue import keys

MANIFEST: Final = "MANIFEST"
SIGNATURE: Final = "SIGNATURE"
LINE: Final = re.compile(rb"([0-9a-f]{64})  ([^\n]+)")


@dataclass(frozen=True)
class Signer:
    """`kid`: RFC 7638 thumbprint of the key. The key proves that nothing moved since; whose it is, you must know."""

    kid: str
    public: str


class Unread(ValueError):
    """Not written as this module writes it; `said` is what was found there, 100 characters at most."""

    def __init__(self, said: str = "") -> None:
        super().__init__(said)
        self.said = said[:100]


class Forged(ValueError):
    """A signature that can be read, of something else or of another key."""


def listing(digests: Mapping[str, str]) -> bytes:
    """MANIFEST. `digests`: SHA-256 in hexadecimal, by the name of the file, which has no end of line."""
    return "".join(f"{digests[name]}  {name}\n" for name in sorted(digests)).encode()


def listed(manifest: bytes) -> dict[str, str]:
    """The digests by name, as `listing` took them. Raises Unread for a line that is none, or a name that is there twice."""
    found: dict[str, str] = {}
    for line in manifest.removesuffix(b"\n").split(b"\n"):
        match = LINE.fullmatch(line)
        name = match[2].decode("utf-8", "replace") if match else ""
        if match is None or name in found:
            raise Unread(line.decode("utf-8", "replace"))
        found[name] = match[1].decode()
    return found


def signed(text: bytes) -> tuple[Signer, bytes]:
    """Who this instance is now, and SIGNATURE over this text. Raises KeyUnavailable."""
    key = keys.current()
    said = {"kid": key.kid, "public": key.public, "sig": keys.encoded(key.sign(text))}
    return Signer(key.kid, key.public), json.dumps(said, indent=1).encode() + b"\n"


def signer(signature: bytes, text: bytes) -> Signer:
    """Whose SIGNATURE this is over this text. Raises Unread, and Forged."""
    try:
        said: Any = json.loads(signature)
        kid, public, sig = (str(said[name]) for name in ("kid", "public", "sig"))
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise Unread from error
    if keys.thumbprint(public) != kid or not keys.verify(public, keys.decoded(sig), text):
        raise Forged
    return Signer(kid, public)
