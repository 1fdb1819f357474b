"""Who asked for a page of the feed that holds activities, told to `catalogue.feeding.followers`."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponseBase

from catalogue.feeding import followers

View = Callable[..., HttpResponseBase]


def noted(view: View) -> View:
    """The view, as it answers; a leaf says by its `last` how far it was asked for, the dump is all."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        if response.status_code in (200, 304):
            followers.asked(request.headers.get("user-agent", ""), kwargs.get("last"))
        return response

    return answer
