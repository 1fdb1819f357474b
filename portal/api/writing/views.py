"""`/api/datasets`, `/api/services`: make, read, replace, change, withdraw a record; `/state`: where it is on its way."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from django.http import HttpRequest, HttpResponse

from portal.api.writing import bodies, linked, shown, verbs
from portal.api.writing.access import READS, effect, speaker, writing
from portal.api.writing.shown import KINDS


@writing("POST")
def records(request: HttpRequest, what: str) -> HttpResponse:
    """A new one: 201 with its address."""
    speaker(request)
    kind = KINDS[what]
    if linked.media_of(request) not in linked.MEDIA:
        said = bodies.read(request)
        return effect(request, lambda user: verbs.create(request, user, kind, said))
    new = uuid4()  # relative addresses of the document are resolved against its own
    document = linked.read(request, kind, new)
    return effect(request, lambda user: _create(request, user, kind, new, document))


def _create(request: HttpRequest, user: Any, kind: str, new: UUID, document: linked.Document) -> HttpResponse:
    graph = linked.of_new(document, kind)
    private = request.GET.get("private")
    beside: dict[str, Any] = {name: request.GET[name] for name in ("owner", "state") if name in request.GET}
    beside |= {} if private is None else {"private": {"1": True, "0": False}.get(private, private)}
    return verbs.create(request, user, kind, {**graph.values, **beside}, new, graph)


@writing(*READS, "PUT", "PATCH", "DELETE")
def record(request: HttpRequest, what: str, pk: UUID) -> HttpResponse:
    """One, by its identifier; every change names the version that was read (If-Match)."""
    kind = KINDS[what]
    if request.method in READS:
        found, _ = shown.find(request, kind, pk)
        return linked.answer(request, found)
    speaker(request)
    if request.method == "DELETE":
        return effect(request, lambda user: _remove(request, user, kind, pk))
    if request.method == "PUT" and linked.media_of(request) in linked.MEDIA:
        document = linked.read(request, kind, pk)
        return effect(request, lambda user: _replace(request, user, kind, pk, document))
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


def _replace(request: HttpRequest, user: Any, kind: str, pk: UUID, document: linked.Document) -> HttpResponse:
    found, held = shown.find(request, kind, pk, lock=True)
    graph = linked.of_known(document, found)
    return verbs.change(request, user, kind, found, held, graph.values, graph)


@writing("POST")
def state(request: HttpRequest, what: str, pk: UUID) -> HttpResponse:
    """{"state": …}, with "reason" where one is asked, "at" for an hour."""
    speaker(request)
    said = bodies.read(request)

    def act(user: Any) -> HttpResponse:
        found, held = shown.find(request, KINDS[what], pk, lock=True)
        return verbs.move(request, user, found, held, said)

    return effect(request, act)
