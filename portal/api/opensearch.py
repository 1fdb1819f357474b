"""How a browser searches here from its own bar: OpenSearch 1.1, its description document and its suggestions.

https://github.com/dewitt/opensearch, "OpenSearch 1.1 Draft 6" and the extension "Suggestions 1.1".
"""

from __future__ import annotations

import json
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.templatetags.static import static
from django.urls import reverse

from catalogue.permissions import audience_of
from catalogue.search.contract import SearchError
from portal import suggesting
from portal.api.http import conditional, etag, open_to_all, problem, told
from portal.branding import branding

NAMESPACE: Final = "http://a9.com/-/spec/opensearch/1.1/"
MEDIA: Final = "application/opensearchdescription+xml"
SUGGESTIONS: Final = "application/x-suggestions+json"
SHORT_NAME: Final = 16  # characters, of the standard
LONG_NAME: Final = 48


@open_to_all
def description(request: HttpRequest) -> HttpResponseBase:
    """`/opensearch.xml`: what a browser needs to add this portal to its search bar."""
    text = _document()
    response: HttpResponseBase = conditional(
        request, etag(text), None, lambda: HttpResponse(text, content_type=f"{MEDIA}; charset=utf-8")
    )
    response["Cache-Control"] = "public, max-age=3600"
    return response


def _document() -> str:
    name = branding()
    said = {
        "ShortName": name.name[:SHORT_NAME].rstrip(" -"),
        "LongName": f"{name.name}, données ouvertes"[:LONG_NAME].rstrip(" -,"),
        "Description": f"Chercher dans les données ouvertes {name.of}",
        "Language": "fr",
        "InputEncoding": "UTF-8",
        "OutputEncoding": "UTF-8",
    }
    addresses = (
        ("text/html", "results", f"{reverse('search')}?q={{searchTerms}}&page={{startPage?}}"),
        (SUGGESTIONS, "suggestions", f"{reverse('suggestions')}?q={{searchTerms}}"),
        (MEDIA, "self", reverse("opensearch")),
    )
    lines = [f"<{element}>{escape(text)}</{element}>" for element, text in said.items()]
    lines += [f'<Image type="image/svg+xml">{escape(settings.BOUTURE_URL + static("marque.svg"))}</Image>']
    lines += [
        f'<Url type="{media}" rel="{rel}" template={quoteattr(settings.BOUTURE_URL + address)}/>'
        for media, rel, address in addresses
    ]
    inside = "\n".join(lines)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<OpenSearchDescription xmlns="{NAMESPACE}">\n{inside}\n</OpenSearchDescription>\n'
    )


@open_to_all
def suggestions(request: HttpRequest) -> HttpResponseBase:
    """`/suggestions?q=`: the question, then titles, what each is, and addresses, in four lists of one length."""
    audience = audience_of(request.user)
    given = request.GET.get("q", "")
    try:
        found = suggesting.suggestions(suggesting.asked(given), audience)
    except SearchError as error:
        down = problem(503, "La recherche ne répond pas", error.message)
        down["Retry-After"] = "60"
        return told(down, audience)
    said = [
        given[: suggesting.MOST],
        [one.title for one in found],
        [f"{one.kind}, {one.publisher}" for one in found],
        [settings.BOUTURE_URL + one.address for one in found],
    ]
    text = json.dumps(said, ensure_ascii=False).encode("utf-8", "replace")

    def make() -> HttpResponse:
        return HttpResponse(text, content_type=f"{SUGGESTIONS}; charset=utf-8")

    return told(conditional(request, etag(text), None, make), audience)
