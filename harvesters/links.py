"""Whether the addresses of the catalogue answer: looked at one by one, for ever, by whoever has the time.

A server is asked by one worker at a time (the lease is on its row), one address at a time, and is left alone after each
look for longer the slower it was: whoever suffers is asked less, and no dead server holds the others up. Nothing is kept
in memory from one look to the next, so a worker can be killed at any moment: what it was looking at is still due.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Final

from django.conf import settings
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext_noop

from catalogue.links import Finding, conclude
from catalogue.log import holder_name, takeable
from catalogue.models import LinkCheck, LinkHost
from harvesters.base import Fault, Probe, StopRun, TryLater
from harvesters.http import Client, Limits
from harvesters.http.words import PASSING
from harvesters.pace import book
from harvesters.registry import agent, host_of

LIMITS: Final = Limits(connect=5, read=10, total=20, redirects=5, delay=0.5)
LEASE: Final = timedelta(minutes=2)  # more than one look takes
PAUSE: Final = 1.0  # seconds between two looks at a server, at least
SLOWNESS: Final = 10  # a server that took two seconds is left alone for twenty
ASKED_TO_WAIT: Final = 60.0  # seconds, when it asks to wait and does not say how long
LONGEST_WAIT: Final = 86_400.0  # seconds; what a server asks for beyond it is not heard
PATIENCE: Final = 5.0  # seconds that a round waits for a server that may be asked again
ROUND: Final = 300.0  # seconds
USUAL: Final = timedelta(days=7)

# The catalogue keeps them in French; pages say them in the reader's language.
FAULTS: Final[dict[Fault, str]] = {
    "address": gettext_noop("l’adresse est mal écrite"),
    "private": gettext_noop("l’adresse mène à un réseau privé"),
    "name": gettext_noop("le nom du serveur est introuvable"),
    "unreachable": gettext_noop("le serveur est injoignable"),
    "late": gettext_noop("le serveur ne répond pas à temps"),
    "cut": gettext_noop("le serveur coupe sa réponse"),
    "tls": gettext_noop("la liaison chiffrée n’est pas sûre"),
    "loop": gettext_noop("l’adresse renvoie sans fin à une autre"),
    "size": gettext_noop("le document est trop gros"),
}


def cadence() -> timedelta | None:
    """How long an address that answers is left alone; None when the instance checks none."""
    return timedelta(days=settings.BOUTURE_LINK_CHECKS) if settings.BOUTURE_LINK_CHECKS else None


def client() -> Client:
    """To be closed by the caller. Our own address may be private (a laptop, a proxy in front): anybody may ask it."""
    return Client(frozenset({host_of(settings.BOUTURE_URL)}), LIMITS, agent(), pace=book)


def check_links(
    *,
    stopping: Callable[[], bool] = lambda: False,
    sleep: Callable[[float], object] = time.sleep,
    seconds: float = ROUND,
) -> int:
    """A round of the worker, at the pace that the instance has set. Returns how many looks."""
    every = cadence()
    if every is None:
        return 0
    with client() as asking:
        return check_due(asking, every, stopping=stopping, sleep=sleep, seconds=seconds)


def check_due(
    client: Client,
    every: timedelta,
    *,
    stopping: Callable[[], bool] = lambda: False,
    sleep: Callable[[float], object] = time.sleep,
    seconds: float = ROUND,
) -> int:
    """Looks at what is due until nothing is, `seconds` are over, or it is asked to stop. Returns how many looks."""
    holder, looks, end = holder_name(), 0, time.monotonic() + seconds
    while not stopping() and time.monotonic() < end:
        host = take_host(holder)
        if host is not None:
            looks += look_at(host, client, every)
            continue
        wait = _soonest()
        if wait is None or wait > min(PATIENCE, end - time.monotonic()):
            break
        sleep(wait)
    return looks


def take_host(holder: str) -> LinkHost | None:
    """A server that may be asked now and has an address to look at; nobody else asks it until it is given back."""
    now = timezone.now()
    for host in LinkHost.objects.filter(_due(), next_at__lte=now).order_by("next_at")[:20]:
        # Whoever looked meanwhile moved `next_at`: the pause after that look is ours to keep too.
        free = LinkHost.objects.filter(takeable(host.holder, now), pk=host.pk, next_at=host.next_at)
        if free.update(holder=holder, held_until=now + LEASE):
            host.holder = holder
            return host
    return None


def _due() -> Exists:
    return Exists(LinkCheck.objects.due().filter(host=OuterRef("pk")))


def _soonest() -> float | None:
    """Seconds until a server with something due may be asked again; None when there is none."""
    now = timezone.now()
    resting = LinkHost.objects.filter(_due(), next_at__gt=now).order_by("next_at")
    soonest = resting.values_list("next_at", flat=True).first()
    return None if soonest is None else (soonest - now).total_seconds()


def look_at(host: LinkHost, client: Client, every: timedelta) -> bool:
    """Looks at the address of this server that waits longest, and gives the server back."""
    link = LinkCheck.objects.due().filter(host=host).order_by("next_at").first()
    began, wait, done = time.monotonic(), 0.0, link is None
    try:
        if link is not None:
            finding = finding_of(client, link.address)
            wait = finding.wait.total_seconds() if finding.wait else 0.0
            conclude(link, finding, every)
            done = True
    finally:
        if link is not None and not done:  # a fault of ours: the next look must not fall over it again
            LinkCheck.objects.filter(pk=link.pk).update(next_at=timezone.now() + timedelta(hours=1))
        pause = max(PAUSE, SLOWNESS * (time.monotonic() - began), wait) if link else 0.0
        held = LinkHost.objects.filter(pk=host.pk, holder=host.holder)
        held.update(holder="", held_until=None, next_at=timezone.now() + timedelta(seconds=pause))
    return link is not None


def finding_of(client: Client, address: str) -> Finding:
    """What the network says, as the catalogue keeps it."""
    try:
        found = client.probe(address)
    except TryLater as error:
        return Finding(0, FAULTS[error.fault], passing=True)
    except StopRun as error:
        return Finding(0, FAULTS[error.fault])
    if found.fine:
        return Finding(found.status)
    reason, wait = _reason(found.status), _wait(found)
    if found.status == 429:
        return Finding(None, reason, wait=wait)
    return Finding(found.status, reason, passing=found.status >= 500 or found.status in PASSING, wait=wait)


def _reason(status: int) -> str:
    if status in (404, 410):
        return gettext_noop("l’adresse n’existe pas, ou plus")
    if status in (401, 403, 407):
        return gettext_noop("le serveur refuse l’accès")
    if status == 429:
        return gettext_noop("le serveur demande d’attendre")
    return (
        gettext_noop("le serveur est en panne") if status >= 500 else gettext_noop("le serveur répond par une erreur")
    )


def _wait(found: Probe) -> timedelta | None:
    seconds = found.wait if found.wait is not None or found.status != 429 else ASKED_TO_WAIT
    return None if seconds is None else timedelta(seconds=min(seconds, LONGEST_WAIT))
