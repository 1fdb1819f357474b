"""Pages for who runs the instance."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

from catalogue.permissions import runs_the_instance


def for_who_runs_it(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Asks a stranger to log in; 403 for anybody else who does not run the instance."""

    @login_required
    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **named: Any) -> HttpResponse:
        if not runs_the_instance(request.user):
            raise PermissionDenied
        return view(request, *args, **named)

    return answer
