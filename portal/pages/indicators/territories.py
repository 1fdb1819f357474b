"""`/territoires/<code>/`: what is known of a place, its figures by theme, each with where it stands among its neighbours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from catalogue.comparing.reading import VALUED
from catalogue.indicators.compare import ranked
from catalogue.indicators.contract import Sense
from catalogue.models import Audience, Dataset, Observation, Organisation, Territory
from catalogue.models.territories import Level
from catalogue.permissions import audience_of
from portal.charts.figures import figure
from portal.found import place_address
from portal.kept_pages import kept
from portal.pages.indicators import asking, known, saying
from portal.pages.indicators.listing import by_theme, for_few, of_place
from portal.pages.indicators.values import Value

AROUND: Final = (Level.EPCI, Level.EPT, Level.DEPARTEMENT, Level.REGION)
FEW: Final = 5  # peers with a value, for a rank
MOST: Final = 200  # of one group, for the ranks of a whole page


@dataclass(frozen=True)
class Around:
    """A territory that this one lies in."""

    name: str
    level: str
    address: str


@require_safe
@kept
def territory(request: HttpRequest, code: str) -> HttpResponse:
    """404 for a code that no territory has."""
    audience = audience_of(request.user)
    about = Dataset.objects.visible_to(audience).filter(territory=OuterRef("pk")).order_by().values("territory")
    held = Coalesce(Subquery(about.annotate(held=Count("pk")).values("held")), 0)
    place: Any = Territory.objects.annotate(held=held).resolve(code)
    if place is None:
        raise Http404
    parents = sorted(place.parents.filter(level__in=AROUND), key=lambda one: AROUND.index(Level(one.level)))
    figures = of_place(place, audience)
    themes = by_theme(place, audience, figures, ranks(place, parents, figures, audience))
    response = render(
        request,
        "indicators/territory.html",
        {
            "place": place,
            "level": saying.level(place.level),
            "around": [Around(one.name, saying.level(one.level), address_of(one)) for one in parents],
            "people": _people(place),
            "bodies": list(Organisation.objects.visible_to(audience).filter(territory=place).only("name", "slug")[:20]),
            "datasets": place.held,
            "search": place_address(place),
            "side": f"{reverse('side_by_side')}?t={asking.code_of(place)}",
            "themes": themes,
            "unpublished": [theme for theme in themes if theme.missing],
            "count": sum(len(theme.lines) for theme in themes),
        },
    )
    return for_few(response, audience)


def address_of(place: Territory) -> str:
    return reverse("territory", args=[asking.code_of(place)])


def _people(place: Territory) -> str:
    """« 3 458 habitants (population municipale 2021, Insee) »."""
    found = place.population()
    if not found:
        return ""
    said = {"count": figure(found.value), "year": found.year, "source": found.source}
    return _("%(count)s habitants (population municipale %(year)s, %(source)s)") % said


def ranks(
    place: Territory, parents: Sequence[Territory], figures: Mapping[int, Sequence[Value]], audience: Audience
) -> dict[int, str]:
    """By indicator, where the last figure stands among those of the same level and intercommunalité (else département):
    « 3e sur 12, du plus bas au plus haut ». From five others up. One query.
    """
    last = {
        key: said
        for key, given in figures.items()
        if (said := next((one for one in reversed(given) if one.said), None))
    }
    group = next((one for one in parents if one.level in (Level.EPCI, Level.DEPARTEMENT)), None)
    if not last or group is None:
        return {}
    members = group.members.filter(level=place.level, current=True).order_by("pk").values("pk")[:MOST]
    rows = (
        Observation.objects.shown_to(audience)
        .totals()
        .filter(
            indicator__in=last,
            territory__in=members,
            period__in={one.period for one in last.values()},
            value__isnull=False,
            status__in=VALUED,
        )
        .exclude(territory=place)
    )
    others: dict[int, dict[int, float]] = {}
    keys: dict[int, str] = {}
    columns = ("indicator", "indicator__key", "territory", "period", "value")
    for indicator, key, where, period, value in rows.values_list(*columns):
        keys[indicator] = key
        if last[indicator].period == period:
            others.setdefault(indicator, {})[where] = value
    recipes = known.recipes()
    return {
        key: f"{_rank(last[key], list(values.values()), recipes[keys[key]].sense)} ({group.name})"
        for key, values in others.items()
        if len(values) >= FEW and keys[key] in recipes
    }


def _rank(own: Value, others: Sequence[float], sense: Sense) -> str:
    value = float(own.value or 0)
    return ranked(value, sorted([value, *others]), sense).words
