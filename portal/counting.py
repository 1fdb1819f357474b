"""Whose look at a page counts. Nothing of the request is kept: neither address, nor browser, nor session."""

from __future__ import annotations

import re
from typing import Final

from django.http import HttpRequest

# As programs name themselves; who gives no name at all is one too.
PROGRAMS: Final = re.compile(
    r"bot\b|bot[/_\-]|crawl|spider|slurp|archiver|scrap|fetch|monitor|check|preview|scan|validator|facebookexternalhit|headless|"
    r"^(?:curl|wget|python|java|go-http|ruby|php|perl|libwww|okhttp|node|axios|httpx|aiohttp|apache-httpclient)\b",
    re.IGNORECASE,
)


def to_be_counted(request: HttpRequest) -> bool:
    """A person who looks, who is not logged in and did not ask to be left out (DNT, Sec-GPC)."""
    told = request.headers
    return (
        request.method == "GET"
        and not request.user.is_authenticated
        and told.get("DNT") != "1"
        and told.get("Sec-GPC") != "1"
        and "prefetch" not in told.get("Sec-Purpose", "") + told.get("Purpose", "")
        and bool(browser := told.get("User-Agent", ""))
        and not PROGRAMS.search(browser)
    )
