"""Headers that every answer bears, whatever made it: what a browser may do with it, and who may keep it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

# Nothing here asks for a camera, a place or a payment; "where I am" is typed, never measured.
PERMISSIONS: Final = ", ".join(
    f"{name}=()"
    for name in (
        *("accelerometer", "autoplay", "browsing-topics", "camera", "display-capture", "geolocation"),
        *("gyroscope", "hid", "magnetometer", "microphone", "midi", "payment", "serial", "usb", "xr-spatial-tracking"),
    )
)


class Sealed:
    """A middleware, outside of the session's, so that it sees what that one says of caches."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._answer = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self._answer(request)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        # Drawn for somebody, and nothing said of it: no store between us and them keeps it.
        if settings.SESSION_COOKIE_NAME in request.COOKIES:
            response.headers.setdefault("Cache-Control", "private, no-store")
        kept = response.headers.get("Cache-Control", "")
        if "private" in kept or "no-store" in kept:
            # Fetch standard, "Cross-Origin-Resource-Policy": a page of another site cannot load it as a picture or a script.
            response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        return response
