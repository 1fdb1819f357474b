"""The three ways in: the front page, a search, an organisation."""

from __future__ import annotations

from dataclasses import replace
from typing import Final
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from catalogue.models import PUBLIC, DataService, Dataset, Indicator, Organisation, Score
from catalogue.permissions import audience_of, standing_of
from catalogue.quality.averages import averages
from catalogue.search.contract import SearchError
from catalogue.search.tallies import count
from catalogue.tabling.keeping import room_of
from portal import asking, schema_org
from portal.kept_pages import kept, kept_and, noted
from portal.pages import front, prose, quality, topics
from portal.pages.covering import part_address
from portal.pages.finding import results
from portal.pages.pager import found_at, pager
from portal.pages.rows import LINE_FIELDS, rows, rows_and_names
from portal.paths import path

NEWS: Final = 6
FOUND: Final = "found"  # the note of a search that found something
BODIES: Final = 30
SERVICES: Final = 30  # of one body


@require_safe
@kept
def home(request: HttpRequest) -> HttpResponse:
    audience = audience_of(request.user)
    visible = Dataset.objects.visible_to(audience)
    # What the portal reckons by itself moves with each file that arrives: people would read of nothing else.
    files = visible.exclude(pk__in=Indicator.objects.values("uuid"))
    news = files.select_related("published_by").only(*LINE_FIELDS).order_by("-updated_at")[:NEWS]
    bodies = list(Organisation.objects.with_counts(visible))
    themes = topics.counted(audience)
    lines, names = rows_and_names(list(news), (address for address, _ in themes))
    return render(
        request,
        "home.html",
        {
            "datasets": sum(body.dataset_count for body in bodies),
            "bodies": bodies[:BODIES],
            "more_bodies": bodies[BODIES:],
            "body_count": len(bodies),
            "themes": topics.told(themes, names),
            "news": lines,
            "asked": asking.Asked(),
            "averages": quality.of_average(averages(audience)),
            "schema_org": schema_org.block(schema_org.catalogue()),
            "front": front.front(),
        },
    )


def _count(request: HttpRequest, found: str) -> None:
    """As often as it is asked, however seldom it is looked for."""
    asked = asking.read(request.GET)
    if asked.plain:
        count(asked.text, found=bool(found))


@require_safe
@kept_and(_count)
def search(request: HttpRequest) -> HttpResponse:
    audience = audience_of(request.user)
    asked = asking.read(request.GET)
    try:
        found = results(asked, audience)
    except SearchError as error:
        response = render(request, "search_down.html", {"asked": asked, "message": error.message}, status=503)
        response["Retry-After"] = "60"
        return response
    note = FOUND if found.complete > 0 else ""
    if audience == PUBLIC:
        _count(request, note)
    shown = {"asked": asked, "found": found, "sorts": asking.SORT_NAMES.items()}
    # A feed follows datasets alone.
    feed = asked.at(1).alone("genre").address(path("search_feed"))
    api = asked.at(1).address(path("api_search"))
    follow = asked.at(1).alone("genre").address(path("follow"))
    addresses = {"feed_address": feed, "api_address": api, "follow_address": follow}
    addresses |= {"map_address": replace(asked.at(1), mapped=True).address(), "map_part": part_address(asked)}
    response = noted(render(request, "search.html", {**shown, **addresses}), note)
    if settings.BOUTURE_PEER_CLUSTERS:
        response["Cache-Control"] = "no-store"  # no log of ours tells what changes there
    return response


@require_safe
@kept
def organisation(request: HttpRequest, slug: str) -> HttpResponse:
    """404 when the reader sees nothing of a body that does not work here: it is but a name in a private record."""
    standing = standing_of(request.user)
    audience = standing.audience
    body = get_object_or_404(Organisation.objects.visible_to(audience).select_related("territory"), slug=slug)
    visible = Dataset.objects.visible_to(audience).filter(published_by=body)
    services = DataService.objects.visible_to(audience).filter(published_by=body).order_by("-updated_at", "pk")
    lines = visible.select_related("published_by").only(*LINE_FIELDS).order_by("-updated_at", "pk")
    page, total, found = found_at(lines, asking.read(request.GET).page)
    address = body.get_absolute_url()
    allowed = standing.actions_in(body) if body.tenant else frozenset()
    writer, drafter, administrates = ("publish" in allowed, "edit" in allowed, "administer" in allowed)
    return render(
        request,
        "organisation.html",
        {
            "body": body,
            "writer": writer,
            "administrates": administrates,
            "drafter": drafter,
            "room": room_of(body) if writer else None,
            "description": prose.to_html(body.description),
            "homepage": prose.web_link(body.homepage),
            "email": prose.mail_link(body.email),
            "total": total,
            "rows": rows(found),
            "pager": pager(page, total, lambda n: f"{address}?page={n}" if n > 1 else address),
            "services": list(services[:SERVICES]),
            "averages": quality.of_average(Score.objects.averages(visible)),
            "search_address": f"{reverse('search')}?{urlencode({'organisme': body.slug})}",
            "feed_address": f"{reverse('search_feed')}?{urlencode({'organisme': body.slug})}",
            "schema_org": schema_org.block(schema_org.organisation(body)),
        },
    )
