"""`/api/datasets`, `/api/services`: make, read, replace, change, withdraw a record; `/state`: where it is on its way."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse

from portal.api.writing import bodies, shown, verbs
from portal.api.writing.access import READS, effect, speaker, writing
from portal.api.writing.shown import KINDS


@writing("POST")
def records(request: HttpRequest, what: str) -> HttpResponse:
    """A new one: 201 with its address."""
    speaker(request)
    said = bodies.read(request)
    return effect(request, lambda user: verbs.create(request, user, KINDS[what], said))


@writing(*READS, "PUT", "PATCH", "DELETE")
def record(request: HttpRequest, what: str, pk: UUID) -> HttpResponse:
    """One, by its identifier; every change names the version that was read (If-Match)."""
    kind = KINDS[what]
    if request.method in READS:
        found, _ = shown.find(request, kind, pk)
        return shown.answer(found)
    speaker(request)
    if request.method == "DELETE":
        return effect(request, lambda user: _remove(request, user, kind, pk))
    patch = request.method == "PATCH"
    said = bodies.read(request, patch=patch)
    return effect(request, lambda user: _change(request, user, kind, pk, said, patch=patch))


def _remove(request: HttpRequest, user: Any, kind: str, pk: UUID) -> HttpResponse:
    found, held = shown.find(request, kind, pk, lock=True)
    return verbs.remove(request, user, found, held, request.GET.get("reason"))


def _change(request: HttpRequest, user: Any, kind: str, pk: UUID, said: Any, *, patch: bool) -> HttpResponse:
    found, held = shown.find(request, kind, pk, lock=True)
    wanted = bodies.merged(shown.whole(found), said) if patch else said
    return verbs.change(request, user, kind, found, held, wanted)


@writing("POST")
def state(request: HttpRequest, what: str, pk: UUID) -> HttpResponse:
    """{"state": …}, with "reason" where one is asked, "at" for an hour."""
    speaker(request)
    said = bodies.read(request)

    def act(user: Any) -> HttpResponse:
        found, held = shown.find(request, KINDS[what], pk, lock=True)
        return verbs.move(request, user, found, held, said)

    return effect(request, act)
