"""The page of one data service: what it is, its address, what it gives, who publishes it."""

from __future__ import annotations

import uuid
from typing import Any, Final
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from catalogue.models import Addition, Audience, DataService, Dataset, Record
from catalogue.permissions import audience_of
from portal import schema_org
from portal.kept_pages import kept
from portal.naming import labels
from portal.pages import prose, recorded, words
from portal.pages.laid import Laid, strings
from portal.pages.own_words import own_names
from portal.pages.rows import LINE_FIELDS, Row, format_name, rows

SERVED: Final = 50  # datasets shown
ADDRESSES: Final = 20  # of a service, and of its manuals


@require_safe
@kept
def service(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """404 for whoever may not know that it exists, 410 for what was withdrawn."""
    found, may = recorded.read(request, DataService.objects.all, pk)
    if found.status == Record.Status.WITHDRAWN:
        return recorded.withdrawn(request, found)
    return render(request, "service.html", _everything(found, may, audience_of(request.user)))


def _everything(found: Any, may: frozenset[str], audience: Audience) -> dict[str, Any]:
    additions = list(Addition.objects.of(found.pk)) if found.layered else []
    said = {found.license, found.access_rights, *found.theme, *found.language, *found.format}
    names = own_names([found]) | labels(said | strings(additions))
    laid = Laid.of(additions, [], names, member="edit" in may)
    manuals = dict.fromkeys([*found.endpoint_description, *found.page])
    return {
        **recorded.told(found, recorded.licences(found, [], names), may),
        "trail": [(_("Services de données"), f"{reverse('search')}?{urlencode({'genre': found.kind})}")],
        "formats": list(dict.fromkeys(filter(None, (format_name(address, "", names) for address in found.format)))),
        "endpoints": [(address, prose.away(address)) for address in found.endpoint_url[:ADDRESSES]],
        "manuals": [(address, prose.away(address)) for address in list(manuals)[:ADDRESSES]],
        "served": _served(found, audience),
        "facts": [laid.fact(*fact) for fact in _facts(found, names) if fact[2]],
        "laid": laid,
        "schema_org": schema_org.block(schema_org.service(found)),
    }


def _served(found: DataService, audience: Audience) -> list[Row]:
    """Those that this reader may see: an address alone would tell of the others."""
    seen = Dataset.objects.visible_to(audience).filter(uri__in=found.serves_dataset)
    return rows(list(seen.select_related("published_by").only(*LINE_FIELDS).order_by("-updated_at", "pk")[:SERVED]))


def _facts(found: DataService, names: dict[str, str]) -> list[tuple[str, str, list[tuple[str, str]]]]:
    """The property, its name and its values, each with an address to follow or ""."""
    page, topics = recorded.first_page(found), recorded.topics(found, names)
    languages = recorded.named(found.language, names)
    return [
        ("issued", _("Paru"), [(words.said_date(found.issued), "")] if found.issued else []),
        ("theme", ngettext("Sujet", "Sujets", len(topics)), topics),
        ("keyword", _("Mots-clés"), recorded.keywords(found)),
        ("landing_page", _("En savoir plus"), [(page, page)] if page else []),
        ("language", ngettext("Langue", "Langues", len(languages)), [(language, "") for language in languages]),
        ("conforms_to", _("Suit"), recorded.standards(found)),
        ("access_rights", _("Accès"), [(right, "") for right in [recorded.access(found, names)] if right]),
    ]
