"""The last line of a dump of the feed: it tells that the document is whole, where it stands, and who wrote it.

    # bouture-dump position="2026-03-01T08:00:00.000000Z" sha256="…" keyid="…" sig="…"

A comment of TriG, which any other reader skips. The signature (Ed25519, RFC 8032) is over DOMAIN, the position and the
SHA-256 of all bytes before the line, so that it can be taken for no other one that the same key makes.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from catalogue import keys

DOMAIN: Final = "bouture-dump"
LINE: Final = re.compile(
    rb'\n# bouture-dump position="([0-9A-Za-z:.+-]{1,40})" sha256="([0-9a-f]{64})" keyid="([\w-]{1,64})" sig="([\w-]{86})"\n\Z'
)
LONGEST: Final = 400  # bytes of the line
PIECE: Final = 2**20


@dataclass(frozen=True)
class Seal:
    """Of a document that is whole. `position`: RFC 3339, all that was published until then is in it."""

    position: str
    sha256: str
    keyid: str
    signature: bytes

    def by(self, public: str) -> bool:
        """Whether the owner of this public key (base64url) wrote the document."""
        return keys.verify(public, self.signature, _signed(self.position, self.sha256))


def sealed(parts: Iterable[bytes], position: str) -> Iterator[bytes]:
    """A document, then its line. Raises KeyUnavailable before the first part."""
    key = keys.current()
    return _sealed(parts, position, key)


def _sealed(parts: Iterable[bytes], position: str, key: keys.Key) -> Iterator[bytes]:
    met, last = hashlib.sha256(), b""
    for part in parts:
        met.update(part)
        last = part[-1:] or last
        yield part
    if last != b"\n":
        met.update(b"\n")
        yield b"\n"
    digest = met.hexdigest()
    signature = keys.encoded(key.sign(_signed(position, digest)))
    yield f'# {DOMAIN} position="{position}" sha256="{digest}" keyid="{key.kid}" sig="{signature}"\n'.encode()


def seal_of(path: Path) -> Seal | None:
    """None for a document without its last line, or of which a byte before it is not what was written."""
    size = path.stat().st_size
    with path.open("rb") as file:
        file.seek(max(0, size - LONGEST))
        found = LINE.search(file.read())
        if not found:
            return None
        left = size - (found.end() - found.start()) + 1  # the line break before it belongs to the document
        file.seek(0)
        met = hashlib.sha256()
        while left and (piece := file.read(min(PIECE, left))):
            met.update(piece)
            left -= len(piece)
    position, sha256, keyid, signature = (each.decode() for each in found.groups())
    return Seal(position, sha256, keyid, keys.decoded(signature)) if met.hexdigest() == sha256 else None


def _signed(position: str, sha256: str) -> bytes:
    return f"{DOMAIN}\n{position}\n{sha256}\n".encode()
