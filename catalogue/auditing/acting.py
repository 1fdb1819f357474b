"""Through what somebody acts now: set once around a request or a command, read by whoever tells the trail.

By default nobody acts: the worker does what the log and the schedules ask.
"""

from __future__ import annotations

import functools
import getpass
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import ParamSpec, TypeVar

from catalogue.models import AuditEntry

Through = AuditEntry.Through
P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True)
class Acting:
    """`name`: who, when no account says it. `request`: what ties the entries of one request to the server's journal."""

    through: AuditEntry.Through = Through.WORKER
    name: str = ""
    request: str = ""


_NOW: ContextVar[Acting] = ContextVar("acting", default=Acting())  # noqa: B039 - frozen


def now() -> Acting:
    return _NOW.get()


@contextmanager
def acting(through: AuditEntry.Through, name: str = "", request: str = "") -> Iterator[None]:
    """What is done inside is done through this."""
    token = _NOW.set(Acting(through, name, request))
    try:
        yield
    finally:
        _NOW.reset(token)


def by_command(handle: Callable[P, R]) -> Callable[P, R]:
    """For the `handle` of a command by which somebody with a shell acts: the system's account is the actor."""

    @functools.wraps(handle)
    def told(*args: P.args, **kwargs: P.kwargs) -> R:
        with acting(Through.COMMAND, system_account()):
            return handle(*args, **kwargs)

    return told


def system_account() -> str:
    try:
        return f"{getpass.getuser()} (compte du serveur)"
    except (OSError, KeyError):  # no such line in the system's accounts
        return f"{os.getuid()} (compte du serveur)"
