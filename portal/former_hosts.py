"""The names of the portals that this one replaced (`BOUTURE_FORMER_HOSTS`): nothing lives there, all leads here."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase, HttpResponsePermanentRedirect

from portal.api import former


class FormerHosts:
    """301 from an old name to what its portal showed there, else to the same path on our own host; 308 for what is sent."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self.hosts = frozenset(settings.BOUTURE_FORMER_HOSTS)

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not self.hosts or urlsplit(f"//{request.get_host()}").hostname not in self.hosts:
            return self.get_response(request)
        read = request.method in ("GET", "HEAD")
        same = HttpResponsePermanentRedirect(settings.BOUTURE_URL + request.get_full_path())
        if not read:
            same.status_code = 308  # RFC 9110 §15.4.9: with the same method
        return (former.lead(request) if read else None) or same
