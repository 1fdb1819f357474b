"""Which addresses lead where the public can follow."""

from __future__ import annotations

import ipaddress
from functools import lru_cache
from urllib.parse import urlsplit

PRIVATE = (".localhost", ".local", ".localdomain", ".internal", ".intranet", ".lan", ".home", ".invalid")

# What a browser would run, or read from the reader's own disk.
RUNNABLE = ("javascript:", "vbscript:", "data:", "file:", "blob:")


@lru_cache(maxsize=20_000)
def is_private(address: str) -> bool:
    """Whether a web address leads to a private network, or nowhere: nothing that the public could follow."""
    try:
        parts = urlsplit(address)
        host = (parts.hostname or "").rstrip(".")
    except ValueError:
        return True
    if parts.scheme.lower() not in ("http", "https"):
        return parts.scheme.lower() == "file"
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return "." not in host or host.endswith(PRIVATE)
