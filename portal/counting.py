"""Whose look at a page, download or call counts. Nothing of the request is kept: neither address, nor browser, nor session."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from catalogue import use
from catalogue.use import What

# As robots name themselves: they walk through everything, and nobody asked for what they take.
ROBOTS: Final = re.compile(
    r"bot\b|bot[/_\-]|crawl|spider|slurp|archiver|scrap|fetch|monitor|check|preview|scan|validator|facebookexternalhit|headless",
    re.IGNORECASE,
)
# As the libraries of programs do, that somebody wrote to take files and ask the API; a page is not read by one.
PROGRAMS: Final = re.compile(
    r"(?:curl|wget|python|java|go-http|ruby|php|perl|libwww|okhttp|node|axios|httpx|aiohttp|apache-httpclient)\b",
    re.IGNORECASE,
)
# Name of an address -> what an answer there is counted as, and of what the key in the address is. Pages count themselves.
COUNTED: Final = {
    **dict.fromkeys("rows table_api".split(), (What.CALL, "table")),
    **dict.fromkeys("record_as record_quality_as api_dataset".split(), (What.CALL, "dataset")),
    **dict.fromkeys("api_search api_indicators api_indicator observations catalogue_as".split(), (What.CALL, "")),
    **dict.fromkeys("original rows_as".split(), (What.DOWNLOAD, "table")),
    "deposit": (What.DOWNLOAD, "deposit"),
    **dict.fromkeys(
        "dump observations_as national_layout indicator_figures main_documents_csv attendance_csv".split(),
        (What.DOWNLOAD, ""),
    ),
}


class Counted:
    """A middleware, the innermost: files that were sent and calls that were answered, of COUNTED."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._answer = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self._answer(request)
        match = request.resolver_match
        line = COUNTED.get(match.url_name or "") if match else None
        if match and line and response.status_code == 200 and to_be_counted(request, programs=True):
            what, of = line
            use.count(next((key for key in match.kwargs.values() if isinstance(key, UUID)), None), what, of)
        return response


def to_be_counted(request: HttpRequest, *, programs: bool = False) -> bool:
    """Who is not logged in, is no robot and did not ask to be left out (DNT, Sec-GPC); a person, unless `programs` count too."""
    told = request.headers
    browser = told.get("User-Agent", "")
    return (
        request.method == "GET"
        and not _known(request)
        and told.get("DNT") != "1"
        and told.get("Sec-GPC") != "1"
        and "prefetch" not in told.get("Sec-Purpose", "") + told.get("Purpose", "")
        and not ROBOTS.search(browser)
        and (programs or bool(browser and not PROGRAMS.match(browser)))
    )


def _known(request: HttpRequest) -> bool:
    """Logged in, or a program with its token. The session is not looked at where there is none: that would be said in `Vary`."""
    if settings.SESSION_COOKIE_NAME in request.COOKIES:
        return request.user.is_authenticated
    return "Authorization" in request.headers
