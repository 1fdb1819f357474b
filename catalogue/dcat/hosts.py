"""Which addresses lead where the public can follow."""

from __future__ import annotations

import ipaddress
from functools import lru_cache
from urllib.parse import urlsplit

PRIVATE = (".localhost", ".local", ".localdomain", ".internal", ".intranet", ".lan", ".home", ".invalid")

# What a browser would run, or read from the reader's own disk.
RUNNABLE = ("javascript:", "vbscript:", "data:", "file:", "blob:")


LONGEST_KEPT = 300  # characters: a name has 253 at most (RFC 1035, §2.3.4), and a "data:" address may hold a picture


def is_private(address: str) -> bool:
    """Whether a web address leads to a private network, or nowhere: nothing that the public could follow."""
    # Its host is what tells, and a catalogue of 10,000 files has a few hosts.
    end = address.find("/", 8) if address.startswith(("https://", "http://")) else -1
    known = address[:end] if end > 0 else address
    return _leads_inside(known) if len(known) <= LONGEST_KEPT else _leads_inside.__wrapped__(known)


@lru_cache(maxsize=5_000)
def _leads_inside(address: str) -> bool:
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
    except ValueError:
        return True
    if parts.scheme.lower() not in ("http", "https"):
        return parts.scheme.lower() == "file"
    host = host.rstrip(".")
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return "." not in host or host.endswith(PRIVATE)
