"""Attempts to log in, without password and without the whole address they came from.

Apart from the chain: they are personal data that serve a few months (the CNIL advises six to twelve for such journals), and a
chain from which rows expire proves nothing.
"""

from __future__ import annotations

import ipaddress
from datetime import datetime, timedelta
from typing import Final

from django.utils import timezone

from catalogue.models import LoginTrace, User

KEPT: Final = timedelta(days=180)


def note(account: str, address: str, user: User | None) -> None:
    """`user`: who got in, None when nobody did. `address`: of the client, kept by its network alone."""
    known = user.pk if user else User.objects.filter(email=account.lower()).values_list("pk", flat=True).first()
    LoginTrace.objects.create(
        at=timezone.now(),
        account=account.replace("\0", "").strip()[:254],
        known=known,
        succeeded=user is not None,
        network=network_of(address),
    )


def network_of(address: str) -> str:
    """203.0.113.0/24, 2001:db8:1::/48; "" for what is no address."""
    try:
        at = ipaddress.ip_address(address)
    except ValueError:
        return ""
    return str(ipaddress.ip_network((at, 24 if at.version == 4 else 48), strict=False))


def forget(now: datetime) -> int:
    """Those older than KEPT; returns how many."""
    done, _ = LoginTrace.objects.filter(at__lt=now - KEPT).delete()
    return done
