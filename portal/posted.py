"""What forms send, without the one sign that no base keeps: PostgreSQL holds no NUL, and no keyboard types one.

It becomes another sign that nobody types and every base keeps, and that Python takes for a space at either end: a form that looks at
what was typed tells it as it tells the others.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from django.http import HttpRequest, HttpResponseBase

INVISIBLE: Final = "\x1f"
FORMS: Final = ("application/x-www-form-urlencoded", "multipart/form-data")


class WithoutNul:
    """A middleware, after that of the token of forms, which reads them already. Programs, that send JSON, are told instead."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self._get_response(request)

    def process_view(self, request: HttpRequest, view: Callable[..., Any], *_: Any) -> None:
        # What programs send is theirs to read, as it comes.
        if request.method != "POST" or request.content_type not in FORMS or view.__module__.startswith("portal.api."):
            return
        if any("\0" in text for _, texts in request.POST.lists() for text in texts):
            posted = request.POST.copy()
            for name, texts in request.POST.lists():
                posted.setlist(name, [text.replace("\0", INVISIBLE) for text in texts])
            request.POST = posted  # type: ignore[assignment]
