"""A figure in schema.org's words: an Observation of a StatisticalVariable, for those who read pages by program."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.urls import reverse

from portal import languages
from portal.pages.indicators.seen import Seen


def observed(seen: Seen, page: str) -> dict[str, Any]:
    """https://schema.org/Observation. Only of a figure that is said."""
    value, place = seen.value, seen.place
    if value is None or value.value is None or place is None:
        return {}
    variable = settings.BOUTURE_URL + reverse("indicator", args=[seen.indicator.key])
    return {
        "@type": "Observation",
        "@id": page,
        "url": page,
        "name": seen.title,
        "variableMeasured": {
            "@type": "StatisticalVariable",
            "@id": variable,
            "name": languages.said(seen.recipe.title),
            "description": languages.said(seen.recipe.definition),
        },
        "observationAbout": {"@type": "AdministrativeArea", "name": place.name, "sameAs": place.uri or ""},
        "observationDate": value.period,
        "value": value.value,
        "unitText": languages.said(seen.recipe.unit.words),
        "isBasedOn": f"{settings.BOUTURE_URL}{reverse('dataset', args=[value.dataset])}",
        "dateModified": value.computed_at.date().isoformat(),
    }
