"""Which addresses lead where the public can follow."""

from __future__ import annotations

import ipaddress
import re
from functools import lru_cache
from urllib.parse import urlsplit

PRIVATE = (".localhost", ".local", ".localdomain", ".internal", ".intranet", ".lan", ".home", ".invalid")

# What a browser would run, or read from the reader's own disk.
RUNNABLE = ("javascript:", "vbscript:", "data:", "file:", "blob:")


# An address as nearly all are: its host is what tells, and a catalogue of 10,000 files has a few hosts.
PLAIN = re.compile(r"https?://([A-Za-z0-9.\-]+)(?::\d{1,5})?(?=[/?#]|\Z)", re.IGNORECASE)


def is_private(address: str) -> bool:
    """Whether a web address leads to a private network, or nowhere: nothing that the public could follow."""
    plain = PLAIN.match(address)
    if plain:
        return _is_inside(plain[1].lower())
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
    except ValueError:
        return True
    if parts.scheme.lower() not in ("http", "https"):
        return parts.scheme.lower() == "file"
    return _is_inside(host)


@lru_cache(maxsize=5_000)
def _is_inside(host: str) -> bool:
    host = host.rstrip(".")
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return "." not in host or host.endswith(PRIVATE)
