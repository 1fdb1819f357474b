"""Who asks, and how much they may ask: a program with its token, or a page of this portal with its session and form token."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import wraps
from typing import Any, Final

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import CsrfViewMiddleware
from django.utils.cache import patch_vary_headers
from django.views.decorators.csrf import csrf_exempt

from catalogue import auditing
from catalogue.errors import Conflict, NoRoom, NotAlone, Refused, TooLarge
from portal import counts
from portal.api.tokens import MARK
from portal.api.writing.bodies import bytes_of
from portal.api.writing.once import once
from portal.api.writing.problems import Wrong, answer

READS: Final = ("GET", "HEAD")
MINUTE: Final = 60  # seconds
ROOM: Final = 600  # points a minute of one token or account
IN_BULK: Final = "of_a_bulk"  # on a question that is a line of another
COST: Final = {"POST": 5, "PUT": 5, "PATCH": 5, "DELETE": 5}
LINES: Final = 5  # of a bulk, for a point: the longest one goes through in a minute that held nothing else
REFUSALS: Final = {TooLarge: "file-too-large", NoRoom: "no-room"}
DRY: Final = {"1": True, "true": True, "0": False, "false": False, "": False}

View = Callable[..., HttpResponse]


def writing(*methods: str) -> Callable[[View], View]:
    """A view of these methods, whose refusals are problems and whose answers nobody keeps."""

    def around(view: View) -> View:
        @csrf_exempt  # asked by `speaker`, of who has no token
        @wraps(view)
        def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            try:
                if request.method not in methods:
                    raise Wrong("method", headers={"Allow": ", ".join(methods)})
                response = view(request, *args, **kwargs)
            except Wrong as error:
                response = answer(request, error)
            except Refused as error:
                response = answer(request, Wrong(REFUSALS.get(type(error), "refused"), error.message))
            except (Conflict, NotAlone) as error:
                response = answer(request, Wrong("conflict", error.message))
            response["Cache-Control"] = "private, no-store"
            patch_vary_headers(response, ["Authorization", "Cookie"])
            return response

        return answered

    return around


def effect(request: HttpRequest, act: Callable[[Any], HttpResponse]) -> HttpResponse:
    """Does `act` for who asks, once for a key; with `?dry-run=1` nothing of it stays."""
    user = admitted(request)
    return done(request, user, act, request.headers.get("Content-Type", "").encode() + b"\n" + bytes_of(request))


def admitted(request: HttpRequest) -> Any:
    """The account, whose question is counted from here on. Raises Wrong as `speaker`, and for too many."""
    user = speaker(request)
    _pay(request)
    return user


def done(request: HttpRequest, user: Any, act: Callable[[Any], HttpResponse], body: bytes) -> HttpResponse:
    """`effect` for who was admitted; `body`: what tells this question from another under the same key, beside its head."""
    if dry(request):
        with transaction.atomic():
            with auditing.together():  # what is told is written too, before all of it is undone
                response = act(user)
            transaction.set_rollback(True)
        return response
    return once(request, holder(request), lambda: act(user), body)


def speaker(request: HttpRequest) -> Any:
    """The account. Raises Wrong without one, and for a session without its form token."""
    if not request.user.is_authenticated:
        raise Wrong("unauthenticated", headers={"WWW-Authenticate": "Bearer"})
    if not hasattr(request, MARK):
        guard: Any = CsrfViewMiddleware(lambda _: HttpResponse())
        guard.process_request(request)
        if guard.process_view(request, None, (), {}) is not None:
            raise Wrong("csrf")
    return request.user


def holder(request: HttpRequest) -> str:
    token = getattr(request, MARK, None)
    return f"token:{token.pk}" if token else f"account:{request.user.pk}"


def dry(request: HttpRequest) -> bool:
    said = request.GET.get("dry-run", "")
    if said not in DRY:
        raise Wrong("query", parameter="dry-run")
    return DRY[said]


def _pay(request: HttpRequest) -> None:
    """Raises Wrong once the minute's room is used up."""
    now = time.time()
    end = (now // MINUTE + 1) * MINUTE
    cost = 1 if hasattr(request, IN_BULK) else LINES * COST.get(request.method or "", 1)
    spent = counts.of_instance("writing").add(f"api:{holder(request)}:{end:.0f}", end, cost)
    if spent > LINES * ROOM:
        raise Wrong("too-many", headers={"Retry-After": str(MINUTE - int(now % MINUTE))})
