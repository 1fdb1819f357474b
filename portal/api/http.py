"""What every API shares of HTTP: which form the client wants."""

from __future__ import annotations

from django.http import HttpRequest

# By extension: the format's code in `catalogue.dcat.formats`, and its media type.
RDF_FORMS = {
    "ttl": ("turtle", "text/turtle"),
    "rdf": ("rdfxml", "application/rdf+xml"),
    "jsonld": ("jsonld", "application/ld+json"),
    "nt": ("ntriples", "application/n-triples"),
}
HTML = "text/html"


def wanted_form(request: HttpRequest) -> str:
    """The extension that suits the client best, "html" for a browser, "" when nothing that we speak is accepted.

    RFC 9110 §12.5.1; a client that accepts anything gets HTML, as browsers and link checkers expect.
    """
    offers = {HTML: "html", **{media: extension for extension, (_, media) in RDF_FORMS.items()}}
    best = request.get_preferred_type(list(offers))
    return offers[best] if best else ""
