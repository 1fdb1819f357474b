"""Records in JSON, in the profile's own values, and the schemas that say what such an object is.

One shape for `/id/<uuid>.json` and for the lines of `dump jsonl`: who we are to the record ("id", "portal_page"…) beside what it
says. `portal.outlets` derives the schemas from the profile.
"""

from __future__ import annotations

import json
from typing import Any, Final

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse

from catalogue.dcat.mapping import MODELS, record_values
from catalogue.dcat.profile import BY_KIND, CLASSES
from catalogue.dcat.terms import Values
from catalogue.models import Distribution, Record
from portal import outlets
from portal.api.http import JSON, conditional, etag, open_to_all

# What we say of a record besides its properties.
ENVELOPE: Final[dict[str, Any]] = {
    "id": {"type": "string", "format": "uuid", "title": "Notre clé"},
    "kind": {"enum": sorted(MODELS), "title": "Genre de fiche"},
    "portal_page": {"type": "string", "format": "uri", "title": "Page sur ce portail"},
    "organisation": {"type": "string", "title": "Qui publie", "description": "dernière partie de son adresse ici"},
    "updated_at": {"type": "string", "format": "date-time", "title": "Dernier changement ici"},
    "missing": {
        "type": "array",
        "items": {"type": "string"},
        "title": "Ce qui est obligatoire et que la source ne dit pas",
    },
}
NAMES: Final = tuple(profile.name for profile in CLASSES)


def plain(record: Record, files: list[Distribution]) -> Values:
    """One record as an object that fits JSON; `files` are its distributions, in their order."""
    return {
        "id": str(record.pk),
        "kind": record.kind,
        "portal_page": settings.BOUTURE_URL + record.get_absolute_url(),  # type: ignore[attr-defined]
        "organisation": record.published_by.slug,
        "updated_at": record.updated_at.isoformat(timespec="seconds"),
        "missing": record.missing,
        **record_values(record, files),
    }


def written(record: Record, files: list[Distribution]) -> bytes:
    return json.dumps(plain(record, files), ensure_ascii=False).encode("utf-8", "replace")


def answer(found: Record) -> HttpResponse:
    """The record in JSON, with the address of its schema (RFC 8288, `describedby`)."""
    files = list(found.distributions.all()) if hasattr(found, "distributions") else []
    response = HttpResponse(written(found, files), content_type=JSON)
    response["Link"] = f'<{address(found.kind)}>; rel="describedby"; type="application/schema+json"'
    return response


def address(name: str) -> str:
    return settings.BOUTURE_URL + reverse("schema", args=[name])


def schema(name: str) -> dict[str, Any]:
    """The schema of one class; of a dataset or a service, as a record. Raises KeyError for another name."""
    profile = {profile.name: profile for profile in CLASSES}[name]
    said = outlets.schema_of_class(profile)
    if name in BY_KIND:
        said["properties"] = {**ENVELOPE, **said["properties"]}
        said["required"] = [*ENVELOPE, "uri", *said["required"]]
    inner = outlets.definitions(outlets.reached(profile))
    return {"$schema": outlets.DRAFT, "$id": address(name), "title": name, **said, "$defs": inner}


@open_to_all
def schemas(request: HttpRequest) -> HttpResponseBase:
    """`/api/schemas`: the name and the address of each."""
    return _told(request, {name: address(name) for name in NAMES}, JSON)


@open_to_all
def one_schema(request: HttpRequest, name: str) -> HttpResponseBase:
    """`/api/schemas/<class>.json`."""
    if name not in NAMES:
        raise Http404
    return _told(request, schema(name), "application/schema+json")


def _told(request: HttpRequest, said: dict[str, Any], media: str) -> HttpResponseBase:
    text = json.dumps(said, ensure_ascii=False, indent=1)
    response: HttpResponseBase = conditional(
        request, etag(text), None, lambda: HttpResponse(text, content_type=f"{media}; charset=utf-8")
    )
    response["Cache-Control"] = "public, max-age=3600"
    return response
