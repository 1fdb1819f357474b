"""Open sessions: Django's, in a table that also says whose, from when and with what; the row that is gone lets nobody in any more.

The engine of `SESSION_ENGINE`. A session ends after twelve hours without a request and after a week in any case.
"""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.db.models import QuerySet
from django.utils import timezone

from catalogue.models import OpenSession, User

IDLE: Final = 12 * 3600  # seconds
ABSOLUTE: Final = 7 * 86_400  # seconds
SEEN_EVERY: Final = 300  # seconds: a request in between writes nothing


class SessionStore(DatabaseStore):
    """`started` and `seen` are seconds since 1970, kept with the rest and copied to the columns as it is saved."""

    @classmethod
    def get_model_class(cls) -> type[OpenSession]:
        return OpenSession

    def get_session_cookie_age(self) -> int:
        started = self.get("started")
        left = ABSOLUTE if started is None else int(started + ABSOLUTE - time.time())
        return max(1, min(IDLE, left))

    def create_model_instance(self, data: dict[str, Any]) -> OpenSession:
        if SESSION_KEY in data:
            data.setdefault("started", int(time.time()))
            data.setdefault("seen", data["started"])
        made = super().create_model_instance(data)
        assert isinstance(made, OpenSession)
        if SESSION_KEY in data:
            made.person_id = int(data[SESSION_KEY])
            made.started_at, made.seen_at = _moment(data["started"]), _moment(data["seen"])
            made.device, made.place = data.get("device", ""), data.get("place", "")
        return made


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, tz=UTC)


@dataclass(frozen=True)
class Opened:
    """`handle` names it in a form; its key, which opens it, is shown to nobody."""

    handle: str
    device: str
    place: str
    started_at: datetime
    seen_at: datetime
    here: bool


def opened_by(user: User, here: str) -> list[Opened]:
    """What is open, the latest seen first; `here` is the key of the session that asks."""
    rows = _live(user).exclude(seen_at=None).order_by("-seen_at")
    return [
        Opened(handle_of(row.session_key), row.device, row.place, row.started_at, row.seen_at, row.session_key == here)
        for row in rows
        if row.started_at and row.seen_at
    ]


def end(user: User, handle: str) -> bool:
    """Whether there was one of theirs by that name; it is closed at its next request."""
    keys = [key for key in _live(user).values_list("session_key", flat=True) if handle_of(key) == handle]
    return bool(OpenSession.objects.filter(session_key__in=keys).delete()[0]) if keys else False


def end_others(user: User, here: str | None) -> int:
    """All but the one that asks; how many were open."""
    return int(_live(user).exclude(session_key=here or "").delete()[0])


def forget_expired() -> None:
    OpenSession.objects.filter(expire_date__lt=timezone.now()).delete()


def handle_of(key: str) -> str:
    return hashlib.sha256(f"handle\n{key}".encode()).hexdigest()[:24]


def _live(user: User) -> QuerySet[OpenSession]:
    return OpenSession.objects.filter(person=user, expire_date__gt=timezone.now())
