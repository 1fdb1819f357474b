"""Forms found, sent, and what came of it; each request is undone, so that the next finds the same instance."""

from __future__ import annotations

import copy
import random
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.core.cache import cache
from django.db import connection, transaction
from django.test import Client, TestCase
from django.urls import resolve

from catalogue.models import User
from tests.security.forms import Form, forms_of
from tests.security.hostile import Sent, hostile
from tests.security.planted import Plant


@dataclass(frozen=True)
class Way:
    """A form and a browser that was given it."""

    name: str  # of the address that it is sent to
    form: Form
    browser: Client


def ways(plant: Plant, *people: User | None) -> list[Way]:
    """One of each form: what two people are given alike is sent by the first of them. Without `people`: whoever writes here."""
    chief, helper = plant.ours.people["administrator"], plant.ours.people["contributor"]
    found: dict[tuple[object, ...], Way] = {}
    for person in people or (chief, helper, plant.root, None):
        browser = Client(raise_request_exception=False)
        if person:
            browser.force_login(person)
        for page in plant.pages:
            _add(found, browser, page)
    for browser, page in () if people else plant.doors.values():
        _add(found, browser, page, page)
    return list(found.values())


def _add(found: dict[tuple[object, ...], Way], browser: Client, page: str, *apart: str) -> None:
    for form in forms_of(browser, page):
        name = str(resolve(form.action.partition("?")[0]).url_name)
        found.setdefault((name, tuple(form.names), form.given[-1:], *apart), Way(name, form, browser))


@dataclass
class Tally:
    """How many of each status by address, and what failed: the words to send it again by."""

    statuses: Counter[tuple[str, int]] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)

    def send(self, way: Way, chance: random.Random) -> None:
        sent = hostile(way.form, chance)
        status, fault = post(way.browser, sent)
        self.statuses[way.name, status] += 1
        if status >= 500 and status != 503:
            self.faults.append(f"{way.name} {status}:{sent.changed[:300]}: {fault}")


def post(browser: Client, sent: Sent) -> tuple[int, str]:
    """The status, and the fault of the server if there was one."""
    with undone(browser, sent) as answer:
        fault = getattr(answer, "exc_info", None)
        return answer.status_code, repr(fault[1]) if fault else ""


@contextmanager
def undone(browser: Client, sent: Sent) -> Iterator[Any]:
    """The answer, while what was done is there: what would happen after the commit too. Then all of it is undone."""
    body, kind = sent.encoded()
    cookies = copy.deepcopy(browser.cookies)
    cache.clear()  # attempts are counted there: the next form is to be looked at
    with transaction.atomic():
        with TestCase.captureOnCommitCallbacks(execute=True):
            answer = browser.generic("POST", sent.form.action, body, kind)
            b"".join(answer)  # type: ignore[arg-type]
        if not connection.needs_rollback:
            connection.check_constraints()
        yield answer
        transaction.set_rollback(True)
    browser.cookies = cookies
