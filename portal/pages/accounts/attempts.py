"""How often one tries: by account and source, and by source alone, so that nobody locks out anybody who is elsewhere."""

from __future__ import annotations

import hashlib
import ipaddress
from time import time
from typing import Final

from django.conf import settings
from django.http import HttpRequest

from portal import counts

ATTEMPTS: Final = 10  # failures of one account from one source
FROM_ONE_SOURCE: Final = 100  # failures, whatever the accounts: a town hall behind one address must not reach it
WINDOW: Final = 600  # seconds


class Attempts:
    """Failures of one account from one source: a stranger who guesses locks nobody out from anywhere else.

    `what`: each thing that can be tried is counted apart (password, code, reset).
    """

    def __init__(self, request: HttpRequest, account: str, what: str = "login") -> None:
        source = network_of(client_address(request))
        self._keys = {
            _key(what, f"{account.strip().casefold()}\n{source}"): ATTEMPTS,
            _key(what, source): FROM_ONE_SOURCE,
        }

    def too_many(self) -> bool:
        return any(_counts().read(key) >= most for key, most in self._keys.items())

    def failed(self) -> None:
        for key in self._keys:
            _counts().add(key, time() + WINDOW)

    def forget(self) -> None:
        """What this account failed; not what its source did with others."""
        _counts().forget(next(iter(self._keys)))


def _counts() -> counts.Counts:
    return counts.of_instance("attempts")


def _key(what: str, trace: str) -> str:
    return f"{what}:{hashlib.sha256(trace.encode()).hexdigest()}"


def client_address(request: HttpRequest) -> str:
    """Where it comes from: as our own proxy wrote it when there is one; what the client itself claims never counts."""
    forwarded = request.headers.get("X-Forwarded-For", "") if settings.BOUTURE_TRUST_PROXY else ""
    return forwarded.rsplit(",", 1)[-1].strip() or request.META.get("REMOTE_ADDR", "")


def network_of(address: str) -> str:
    """An address of version 6 as its /64, since one subscriber has them all; of version 4 as it is."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped is None:
        return str(ipaddress.ip_network((found, 64), strict=False))
    return str(found)
