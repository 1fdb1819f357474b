"""What a session was opened with, in words that its person recognises: a browser, a system, a network."""

from __future__ import annotations

import ipaddress
import time
from collections.abc import Callable
from typing import Final

from django.contrib.auth import SESSION_KEY
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from catalogue.accounts.sessions import SEEN_EVERY
from portal.pages.accounts.attempts import client_address

# The first that is met names it: each browser also says the names of those it descends from.
BROWSERS: Final = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("CriOS/", "Chrome"),
    ("Safari/", "Safari"),
)
SYSTEMS: Final = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


def device_of(agent: str) -> str:
    """Firefox sur Windows; "" when nothing of it is known."""
    browser = next((name for sign, name in BROWSERS if sign in agent), "")
    system = next((name for sign, name in SYSTEMS if sign in agent), "")
    if browser and system:
        return _("%(browser)s sur %(system)s") % {"browser": browser, "system": system}
    return browser or system


def coarse(address: str) -> str:
    """A network of 256 addresses (version 4), or of a site (version 6, /48)."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return ""
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped:
        found = found.ipv4_mapped
    if isinstance(found, ipaddress.IPv4Address):
        return f"{str(found).rpartition('.')[0]}.x"
    return f"{ipaddress.ip_network((found, 48), strict=False).network_address}x"


def note(request: HttpRequest) -> None:
    """Keeps in the session what it is opened with; the log-in calls it."""
    request.session["device"] = device_of(request.headers.get("User-Agent", ""))
    request.session["place"] = coarse(client_address(request))


class Seen:
    """A middleware: a session that is used says so every five minutes, and so does not end for want of use."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self._get_response(request)
        session = request.session
        # Not asked of a session that nobody looked at: the answer would vary by cookie.
        if session.accessed and SESSION_KEY in session and time.time() - session.get("seen", 0) > SEEN_EVERY:
            session["seen"] = int(time.time())
            session["place"] = coarse(client_address(request))
        return response
