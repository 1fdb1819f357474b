"""`/sitemap.xml` and `/robots.txt`: the pages that search engines should know, with the day of their last change.

https://www.sitemaps.org/protocol.html: 50,000 addresses a file at most; beyond, an index of files.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final
from xml.sax.saxutils import escape

from django.conf import settings
from django.db.models import Max
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import reverse
from django.utils import timezone

from catalogue.guide import pages
from catalogue.log import last_number
from catalogue.models import PUBLIC, DataService, Dataset, Organisation, Page
from portal.api.catalogue import modified
from portal.api.http import conditional, etag, open_to_all

MOST: Final = 50_000  # addresses a file
OWN: Final = 1_000  # pages that the territory wrote
NAMESPACE: Final = "http://www.sitemaps.org/schemas/sitemap/0.9"
XML: Final = "application/xml; charset=utf-8"


@open_to_all
def sitemap(request: HttpRequest) -> HttpResponse:
    """The only file, or the index of the files."""
    files = -(-Dataset.objects.visible_to(PUBLIC).count() // MOST)
    if files <= 1:
        return _answer(request, 1, several=False)

    def make() -> HttpResponse:
        addresses = (settings.BOUTURE_URL + reverse("sitemap_part", args=[number]) for number in range(1, files + 2))
        parts = "".join(f"<sitemap><loc>{escape(address)}</loc></sitemap>\n" for address in addresses)
        return HttpResponse(_document("sitemapindex", parts), content_type=XML)

    return _kept(conditional(request, etag("sitemaps", files), None, make))


@open_to_all
def sitemap_part(request: HttpRequest, number: int) -> HttpResponse:
    """`/sitemap-<n>.xml`; the first holds what is not a dataset."""
    datasets = Dataset.objects.visible_to(PUBLIC).count()
    if not 1 <= number <= _parts(datasets):
        raise Http404
    return _answer(request, number, several=_parts(datasets) > 1)


def _parts(datasets: int) -> int:
    files = -(-datasets // MOST)
    return files + 1 if files > 1 else 1


def _answer(request: HttpRequest, number: int, *, several: bool) -> HttpResponse:
    def make() -> StreamingHttpResponse:
        return StreamingHttpResponse(_file(number, several=several), content_type=XML)

    return _kept(conditional(request, etag("sitemap", last_number(), number), modified(PUBLIC), make))


def _kept(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "no-cache"
    return response


def _file(number: int, *, several: bool) -> Iterator[str]:
    datasets = Dataset.objects.visible_to(PUBLIC)
    yield f'<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="{NAMESPACE}">\n'
    if number == 1:
        yield from _others()
    if number > 1 or not several:
        start = (number - 2) * MOST if several else 0
        rows = datasets.order_by("pk").values_list("pk", "updated_at")[start : start + MOST]
        for key, moment in rows:
            yield _url(reverse("dataset", args=[key]), moment)
    yield "</urlset>\n"


def _others() -> Iterator[str]:
    """The front page, the list, and the bodies that anybody may know."""
    yield _url(reverse("home"), None)
    yield _url(reverse("search"), None)
    yield _url(reverse("topics"), None)
    yield _url(reverse("help"), None)
    yield from (_url(reverse("help_page", args=[page.slug]), None) for page in pages())
    own = list(Page.objects.published().in_order()[:OWN])
    yield from (_url(page.get_absolute_url(), page.changed_at) for page in own)
    latest = dict(Dataset.objects.visible_to(PUBLIC).order_by().values_list("published_by").annotate(Max("updated_at")))
    bodies = list(Organisation.objects.visible_to(PUBLIC).order_by("slug")[: MOST - 2])
    for body in bodies:
        yield _url(body.get_absolute_url(), latest.get(body.pk))
    services = DataService.objects.visible_to(PUBLIC).order_by("pk").values_list("pk", "updated_at")
    for key, moment in services[: MOST - 2 - len(bodies)]:
        yield _url(reverse("service", args=[key]), moment)


def _url(path: str, moment: datetime | None) -> str:
    """`lastmod` is never to come."""
    day = f"<lastmod>{min(moment, timezone.now()).isoformat(timespec='seconds')}</lastmod>" if moment else ""
    return f"<url><loc>{escape(settings.BOUTURE_URL + path)}</loc>{day}</url>\n"


def _document(element: str, parts: str) -> str:
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<{element} xmlns="{NAMESPACE}">\n{parts}</{element}>\n'


@open_to_all
def robots(_: HttpRequest) -> HttpResponse:
    """Everything may be read but what would be read without end (questions) or for nothing (whole catalogues)."""
    lines = [
        "User-agent: *",
        f"Disallow: {reverse('login')}",
        f"Disallow: {reverse('search')}?",
        f"Disallow: {reverse('proposals')}",
        f"Disallow: {reverse('suggestions')}",
        "Disallow: /catalogue/tout.",
        "Disallow: /flux/dump.",
        "",
        f"Sitemap: {settings.BOUTURE_URL}{reverse('sitemap')}",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
