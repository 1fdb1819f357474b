"""The body of an answer, in pieces that fit in memory whatever was packed into them."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator

import httpx

from harvesters.base import TryLater, Unreadable
from harvesters.http.words import too_big

CHUNK = 65_536  # bytes


def decoded(response: httpx.Response, limit: int) -> Iterator[bytes]:
    """The body in pieces of at most `CHUNK` bytes: a bomb is counted before it is held. `limit`: bytes as they were sent,
    since packed ones may swell to nothing for ever. Raises Refused, Unreadable, TryLater.
    """
    encoding = response.headers.get("content-encoding", "").strip().lower()
    if encoding in ("", "identity"):
        return response.iter_raw(CHUNK)
    if encoding in ("gzip", "x-gzip"):
        url = str(response.url)
        return inflated(_counted(response.iter_raw(CHUNK), url, limit), url)
    raise Unreadable(
        f"{response.url} répond sous une compression inconnue ({encoding[:40]}). Signalez-le à son gestionnaire."
    )


def _counted(pieces: Iterable[bytes], url: str, limit: int) -> Iterator[bytes]:
    size = 0
    for piece in pieces:
        size += len(piece)
        if size > limit:
            raise too_big(url, limit)
        yield piece


def inflated(pieces: Iterable[bytes], url: str) -> Iterator[bytes]:
    """Gzip in several members (RFC 1952 §2.2); what follows the last one is ignored, as browsers do."""
    engine = zlib.decompressobj(zlib.MAX_WBITS | 16)
    try:
        for piece in pieces:
            data = b"" if engine.eof else piece
            while data:
                yield engine.decompress(data, CHUNK)
                data = engine.unconsumed_tail
                if engine.eof:
                    data = engine.unused_data if engine.unused_data.startswith(b"\x1f\x8b") else b""
                    engine = zlib.decompressobj(zlib.MAX_WBITS | 16) if data else engine
        yield engine.flush()
    except zlib.error as error:
        raise Unreadable(f"La réponse compressée de {url} est abîmée. Signalez-le à son gestionnaire.") from error
    if not engine.eof:
        raise TryLater(
            f"La réponse compressée de {url} est coupée. Réessayez ; si cela dure, prévenez son gestionnaire."
        )
