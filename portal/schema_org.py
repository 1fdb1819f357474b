"""A dataset, a body and the catalogue in schema.org's words, for search engines: a block of data in the page, in JSON-LD.

https://developers.google.com/search/docs/appearance/structured-data/dataset names the properties that are read.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from catalogue.dcat.terms import is_address
from catalogue.models import DataService, Dataset, Distribution, Organisation, Reuse, in_french
from portal.branding import branding

# So that no text of a record can end the block, or open a comment in it (HTML §4.12.1.3).
ESCAPES: Final = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026", 0x2028: "\\u2028", 0x2029: "\\u2029"}
LONGEST: Final = 5000  # characters of a description; engines read no more
FILES: Final = 50
WORKS: Final[dict[str, str]] = {
    Reuse.Kind.APPLICATION: "SoftwareApplication",
    Reuse.Kind.VISUALISATION: "CreativeWork",
    Reuse.Kind.ARTICLE: "Article",
    Reuse.Kind.STUDY: "Report",
    Reuse.Kind.OTHER: "CreativeWork",
}


def block(said: dict[str, Any]) -> SafeString:
    """The element to put in the head of the page. It runs nothing: a policy that forbids inline code lets it be."""
    told = {"@context": "https://schema.org/", **{name: value for name, value in said.items() if value}}
    text = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
    safe = text.encode("utf-8", "replace").decode().translate(ESCAPES)
    # Escaped just above, in JSON's own way: HTML's escapes mean nothing inside of a script element.
    return format_html('<script type="application/ld+json">{}</script>', mark_safe(safe))  # noqa: S308


def catalogue() -> dict[str, Any]:
    """The catalogue, at the address that each dataset names, and where to search it (schema.org SearchAction)."""
    site = settings.BOUTURE_URL
    brand = branding()
    return {
        "@type": "DataCatalog",
        "@id": f"{site}/catalogue",
        "url": f"{site}{reverse('home')}",
        "name": _("Les données %(of)s") % {"of": brand.of},
        "inLanguage": "fr",
        "potentialAction": {
            "@type": "SearchAction",
            "target": {"@type": "EntryPoint", "urlTemplate": f"{site}{reverse('search')}?q={{search_term_string}}"},
            "query-input": "required name=search_term_string",
        },
    }


def organisation(body: Organisation) -> dict[str, Any]:
    """A body that publishes; its SIREN is an identifier of the French register of companies."""
    siren = {"@type": "PropertyValue", "propertyID": "SIREN", "value": body.siren} if body.siren else None
    return {
        **_publisher(body),
        "description": body.description[:LONGEST],
        "identifier": siren,
        "email": body.email,
        "sameAs": _address(body.homepage),
        "areaServed": {"@type": "Place", "name": body.territory.name} if body.territory else None,
    }


def _publisher(body: Organisation) -> dict[str, Any]:
    return {"@type": "Organization", "name": body.name, "url": settings.BOUTURE_URL + body.get_absolute_url()}


def described(
    dataset: Dataset, files: list[Distribution], closed: Collection[UUID] = frozenset(), reuses: Sequence[Reuse] = ()
) -> dict[str, Any]:
    """What the record says, in schema.org's terms; a property that it does not say is left out by `block`.

    `closed`: keys of files that nobody can download yet. `reuses`: those that its body accepted; they are based on it, which
    schema.org has a word for in that direction alone (JSON-LD 1.1 §4.8).
    """
    page = settings.BOUTURE_URL + dataset.get_absolute_url()
    return {
        "@type": "Dataset",
        "@id": dataset.uri,
        "url": page,
        "name": dataset.label,
        "description": dataset.summary[:LONGEST],
        "identifier": dataset.identifier,
        "keywords": in_french(dataset.keyword) or [],
        "license": _address(dataset.license or next((file.license for file in files if file.license), "")),
        "publisher": _publisher(dataset.published_by),
        "datePublished": dataset.issued,
        "dateModified": dataset.modified,
        "temporalCoverage": [_period(said) for said in dataset.temporal if said.get("start") or said.get("end")],
        "spatialCoverage": [{"@type": "Place", "name": name} for name in _places(dataset)],
        "distribution": [_file(file) for file in files[:FILES] if _address(file.address) and file.pk not in closed],
        "includedInDataCatalog": {"@type": "DataCatalog", "url": f"{settings.BOUTURE_URL}/catalogue"},
        "@reverse": {"isBasedOn": [_reuse(one) for one in reuses[:FILES]]} if reuses else None,
    }


def service(found: DataService) -> dict[str, Any]:
    """An interface for programs (schema.org WebAPI)."""
    return {
        "@type": "WebAPI",
        "@id": found.uri,
        "url": settings.BOUTURE_URL + found.get_absolute_url(),
        "name": found.label,
        "description": found.summary[:LONGEST],
        "documentation": next(filter(None, map(_address, [*found.endpoint_description, *found.page])), ""),
        "license": _address(found.license),
        "provider": _publisher(found.published_by),
    }


def _address(said: str) -> str:
    return said if said.startswith(("http://", "https://")) and is_address(said) else ""


def _period(said: dict[str, Any]) -> str:
    """ISO 8601; ".." is an end that is not known."""
    return f"{said.get('start') or '..'}/{said.get('end') or '..'}"


def _places(dataset: Dataset) -> list[str]:
    named = [in_french(place.get("name", {})) for place in dataset.spatial]
    flat = [name for names in named for name in (names if isinstance(names, list) else [names]) if name]
    if dataset.territory:
        flat.insert(0, dataset.territory.name)
    return list(dict.fromkeys(flat))[:6]


def _reuse(reuse: Reuse) -> dict[str, Any]:
    """Whether its author is a person or a body is not known: neither is said."""
    values = {"@type": WORKS[reuse.kind], "name": reuse.title, "url": _address(reuse.address)}
    return {name: value for name, value in values.items() if value}


def _file(file: Distribution) -> dict[str, Any]:
    values = {
        "@type": "DataDownload",
        "name": file.label,
        "contentUrl": file.address,
        "encodingFormat": file.format_code,
        "license": _address(file.license),
    }
    return {name: value for name, value in values.items() if value}
