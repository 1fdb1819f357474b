"""How a browser searches here from its own bar: OpenSearch 1.1, its description document and its suggestions.

https://github.com/dewitt/opensearch, "OpenSearch 1.1 Draft 6" and the extension "Suggestions 1.1".
"""

from __future__ import annotations

import json
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.templatetags.static import static
from django.urls import reverse

from catalogue.permissions import audience_of
from catalogue.search.contract import SearchError
from portal import suggesting
from portal.api.http import conditional, etag, open_to_all, told
from portal.api.markup import HEAD, element
from portal.api.refusals import away
from portal.branding import branding

NAMESPACE: Final = "http://a9.com/-/spec/opensearch/1.1/"
ATOM: Final = "application/atom+xml"
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
        (ATOM, "results", f"{reverse('search_feed')}?q={{searchTerms}}&page={{startPage?}}"),
        (SUGGESTIONS, "suggestions", f"{reverse('suggestions')}?q={{searchTerms}}"),
        (MEDIA, "self", reverse("opensearch")),
    )
    lines = [element(name, text) for name, text in said.items()]
    lines.append(element("Image", settings.BOUTURE_URL + static("marque.svg"), type="image/svg+xml"))
    lines += [
        element("Url", type=media, rel=rel, template=settings.BOUTURE_URL + path) for media, rel, path in addresses
    ]
    return f'{HEAD}<OpenSearchDescription xmlns="{NAMESPACE}">\n{"".join(lines)}</OpenSearchDescription>\n'


@open_to_all
def suggestions(request: HttpRequest) -> HttpResponseBase:
    """`/suggestions?q=`: the question, then titles, what each is, and addresses, in four lists of one length."""
    audience = audience_of(request.user)
    given = request.GET.get("q", "")
    try:
        found = suggesting.suggestions(suggesting.asked(given), audience)
    except SearchError as error:
        return told(away(error), audience)
    said = [
        given[: suggesting.MOST],
        [one.title for one in found],
        [one.said for one in found],
        [settings.BOUTURE_URL + one.address for one in found],
    ]
    text = json.dumps(said, ensure_ascii=False).encode("utf-8", "replace")

    def make() -> HttpResponse:
        return HttpResponse(text, content_type=f"{SUGGESTIONS}; charset=utf-8")

    return told(conditional(request, etag(text), None, make), audience)
