"""Who follows our feed: instances of this product say who asks, in each request (`harvesters.registry.agent`).

One row an instance, written once a minute at most. What anybody may claim is bounded: rows, and new ones in an hour; a person's
browser, and any other program, leaves none.
"""

from __future__ import annotations

import logging
import re
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings
from django.db import IntegrityError, OperationalError, transaction
from django.db.models import F
from django.db.models.functions import Greatest
from django.utils import timezone

from catalogue.feeding.tree import last_position
from catalogue.models import FeedFollower

AGENT: Final = re.compile(r"\ABouture/[\w.+-]{1,20} \(\+(https?://[!-~]{1,250})\)\Z", re.ASCII)
HOST: Final = re.compile(r"\A[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?(?::\d{1,5})?\Z")
OFTEN: Final = timedelta(minutes=1)
MOST: Final = 100  # rows
NEW_AN_HOUR: Final = 20
GONE: Final = timedelta(days=1)  # unseen for so long, a row gives its place to another when there is no room

logger = logging.getLogger(__name__)


def asked(agent: str, position: int | None = None) -> None:
    """Remembers that an instance asked for the feed until this position, None: all of it. Writes nothing for who is none."""
    url = instance_of(agent)
    if not url or url == instance_url(settings.BOUTURE_URL):
        return
    try:
        end = last_position()
        _remember(url, end if position is None else min(position, end), timezone.now())
    except OperationalError:  # the base is busy: the feed is served all the same
        logger.warning("instance qui suit le flux non notée : la base est occupée")


def instance_of(agent: str) -> str:
    """The address that an instance of this product says it has; "" for anybody else."""
    found = AGENT.match(agent)
    return instance_url(found[1]) if found else ""


def instance_url(text: str) -> str:
    """Scheme and host alone: what else stands in an address might be anything."""
    try:
        parts = urlsplit(text)
    except ValueError:  # half of an IPv6 address
        return ""
    host = parts.netloc.lower()
    return f"{parts.scheme}://{host}" if HOST.match(host) else ""


def _remember(url: str, position: int, now: datetime) -> None:
    seen = FeedFollower.objects.filter(url=url).values_list("seen_at", flat=True).first()
    if seen is None:
        _meet(url, position, now)
    elif now - seen >= OFTEN:
        late = FeedFollower.objects.filter(url=url, seen_at=seen)  # of two at once, one writes
        late.update(seen_at=now, position=Greatest(F("position"), position))


def _meet(url: str, position: int, now: datetime) -> None:
    if FeedFollower.objects.filter(first_at__gt=now - timedelta(hours=1)).count() >= NEW_AN_HOUR:
        return
    if FeedFollower.objects.count() >= MOST:
        oldest = FeedFollower.objects.filter(seen_at__lt=now - GONE).order_by("seen_at").first()
        if oldest is None:
            return
        oldest.delete()
    try:
        with transaction.atomic():
            FeedFollower.objects.create(url=url, position=position, first_at=now, seen_at=now)
    except IntegrityError:  # another request of the same instance, just now
        return
