"""What there is here, by theme: on the front page, as a list (`/sujets/`), and a page of each (`/sujets/<key>/`).

Themes are those of the European vocabulary as the territory shows them (`catalogue.themes`); `/themes/` is where it decides so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from django.conf import settings
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from catalogue import themes as own_themes
from catalogue.dcat.vocabularies import AUTHORITY
from catalogue.models import Audience, Organisation, Territory
from catalogue.permissions import audience_of
from catalogue.releasing.recording import european
from catalogue.search import find
from catalogue.search.contract import Page, SearchError
from catalogue.themes import Choice
from portal.kept_pages import kept
from portal.naming import labels
from portal.pages import words
from portal.pages.indicators import asking as asking_figures
from portal.pages.indicators import listing
from portal.pages.indicators.listing import for_few
from portal.pages.lines import lines

OF: Final = f"{AUTHORITY}{own_themes.VOCABULARY}/"
DATASETS, BODIES, FIGURES = 8, 12, 8
# European themes that one of our drawings says; the others take the sheet.
ICONS: Final = {
    "TRAN": "bus", "ECON": "euro", "EDUC": "ecole", "ENER": "energie", "ENVI": "feuille", "GOVE": "vote",
    "HEAL": "sante", "REGI": "plan", "SOCI": "organisation", "AGRI": "ancre", "TECH": "code",
}  # fmt: skip


@dataclass(frozen=True)
class Theme:
    """`search`: the address of its datasets in the search; `address`: of its page, else of that search."""

    name: str
    text: str
    count: int
    icon: str
    address: str
    search: str


def counted(audience: Audience) -> list[tuple[str, int]]:
    """Addresses and how many datasets this reader may see, as the territory orders them, counted by the index; none when it
    cannot answer: what shows them goes on without.
    """
    try:
        found = find("", {}, audience, ("theme",), size=0, kinds=("dataset",)).facets[0].values
    except SearchError:
        return []
    return own_themes.arranged(found, own_themes.said())


def told(pairs: Sequence[tuple[str, int]], names: Mapping[str, str]) -> list[Theme]:
    """`names`: of the vocabulary, by address."""
    own = own_themes.said()
    return [_theme(address, count, names.get(address, ""), own.get(address, Choice())) for address, count in pairs]


def _theme(address: str, count: int, name: str, own: Choice) -> Theme:
    code = words.last_part(address)
    search = f"{reverse('search')}?{urlencode({'sujet': address})}"
    return Theme(
        name=own.label or name or code,
        text=own.text,
        count=count,
        icon=ICONS.get(code, "donnees"),
        # What no vocabulary knows has no page.
        address=reverse("topic", args=[code.lower()]) if name and address == f"{OF}{code}" else search,
        search=search,
    )


@require_safe
@kept
def listed(request: HttpRequest) -> HttpResponse:
    audience = audience_of(request.user)
    pairs = counted(audience)
    shown = told(pairs, labels(address for address, _ in pairs))
    return for_few(render(request, "topics.html", {"themes": shown}), audience)


@require_safe
@kept
def topic(request: HttpRequest, key: str) -> HttpResponse:
    """404 for what is no European theme. Without an index, 503 and what does not need it."""
    audience = audience_of(request.user)
    uri, names = f"{OF}{key.upper()}", own_themes.names()
    if uri not in names or key != key.lower():
        raise Http404
    try:
        page = find(
            "", {"theme": (uri,)}, audience, ("publisher", "theme"), "modified", size=DATASETS, kinds=("dataset",)
        )
    except SearchError:
        page = None
    theme = told([(uri, page.total if page else 0)], names)[0]
    place = _home()
    context = {
        "theme": theme,
        "place": place,
        "down": page is None,
        "lines": lines(page.hits, audience) if page else (),
        "bodies": _bodies(page) if page else [],
        "body_count": len(page.facets[0].values) if page else 0,
        "figures": _figures(key.upper(), place, audience),
        "others": _others(page, uri, names) if page else [],
        "feed_address": f"{reverse('search_feed')}?{urlencode({'sujet': uri})}",
        "follow_address": f"{reverse('follow')}?{urlencode({'sujet': uri})}",
    }
    return for_few(render(request, "topic.html", context, status=200 if page else 503), audience)


def _bodies(page: Page) -> list[Organisation]:
    """Those whose datasets were found, each with how many, the most first."""
    counts = dict(page.facets[0].values[:BODIES])
    bodies = list(Organisation.objects.filter(slug__in=counts))
    for body in bodies:
        body.dataset_count = counts[body.slug]
    return sorted(bodies, key=lambda body: (-body.dataset_count, body.folded))


def _home() -> Territory | None:
    """The instance's own, read once a minute."""
    key = f"topics:{settings.BOUTURE_TERRITORY}"
    found: Territory | None = cache.get(key)
    if found is None and (found := asking_figures.place_of("")):
        cache.set(key, found, own_themes.KEPT)
    return found


def _figures(code: str, place: Territory | None, audience: Audience) -> list[listing.Line]:
    """Those of the instance's own territory that have a value."""
    if place is None:
        return []
    themes = listing.by_theme(place, audience)
    return [line for theme in themes if code in european(theme.key) for line in theme.lines if line.said][:FIGURES]


def _others(page: Page, uri: str, names: Mapping[str, str]) -> list[Theme]:
    """A facet that is itself filtered counts as if it were not: the other themes are there."""
    pairs = [pair for pair in own_themes.arranged(page.facets[1].values, own_themes.said()) if pair[0] != uri]
    return told([pair for pair in pairs if pair[0] in names], names)
