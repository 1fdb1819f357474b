"""No dead link: every address of our own that a page shows answers, and every anchor is on its page."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import urldefrag, urljoin

from django.test import Client

from tests.pages.samples import Samples

ENOUGH = 1_000  # addresses; the filters of the results combine without end
COMBINED = re.compile(r"/(?:jeux-de-donnees|suivre)/\?.*&")
LANGUAGES = "/langue/"  # they lead back: tests/languages


def links_of(page: str) -> set[str]:
    found = re.findall(r'<(?:a|link|form|use)\s[^>]*?(?:href|action)="([^"]*)"', page)
    return {unescape(address) for address in found}


def test_each_link_leads_somewhere(samples: Samples, client: Client) -> None:
    waiting, seen, anchors = ["/"], {"/"}, []
    while waiting:
        address = waiting.pop(0)
        response = client.get(address)
        posted = address == "/deconnexion/"
        assert response.status_code == (405 if posted else 200), address
        if not response["Content-Type"].startswith("text/html"):
            b"".join(response)  # a file that nobody reads to its end stays open
            continue
        page = response.content.decode()
        for link in links_of(page):
            target, anchor = urldefrag(link)
            if anchor and not target:
                assert f'id="{anchor}"' in page, f"{address}#{anchor}"
            elif anchor and not target.startswith("/static/"):
                anchors.append((urljoin(address, target), anchor))
            if target.startswith("/") and not target.startswith("/static/") and target not in seen:
                seen.add(target)
                if not COMBINED.match(target) and not target.startswith(LANGUAGES):
                    waiting.append(target)
    assert 50 < len(seen) < ENOUGH
    for target, anchor in set(anchors):
        assert f'id="{anchor}"' in client.get(target).content.decode()
