"""`/indicateurs/`: all that can be asked of a territory, by theme, with its last values; and what is to be published to have the rest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from catalogue.indicators.contract import Recipe
from catalogue.models import Audience, Indicator, Observation, Territory
from catalogue.permissions import audience_of
from portal import languages
from portal.charts.sparks import spark_line
from portal.kept_pages import kept
from portal.pages.indicators import asking, known, saying, values
from portal.pages.indicators.asking import Asked
from portal.pages.indicators.values import Value

Figures = Mapping[int, Sequence[Value]]  # of a territory, by indicator


@dataclass(frozen=True)
class Line:
    """An indicator with its last figure. `missing`: the schema whose publication would give it."""

    title: str
    address: str
    said: str = ""
    period: str = ""
    state: str = ""
    reason: str = ""
    changed: str = ""
    spark: SafeString | str = ""
    internal: bool = False
    missing: str = ""
    rank: str = ""


@dataclass(frozen=True)
class Theme:
    key: str
    name: str
    lines: list[Line] = field(default_factory=list)
    missing: list[Line] = field(default_factory=list)


@require_safe
@kept
def indicators(request: HttpRequest) -> HttpResponse:
    """404 for a territory that does not exist."""
    audience = audience_of(request.user)
    asked = asking.read(request.GET)
    place = asking.place_of(asked.place)
    if asked.place and place is None:
        raise Http404
    themes = by_theme(place, audience)
    told = {
        "place": place,
        "asked": asked,
        "page": reverse("territory", args=[asking.code_of(place)]) if place else "",
        "side": f"{reverse('side_by_side')}?t={asking.code_of(place)}" if place else "",
        "themes": themes,
        "unpublished": [theme for theme in themes if theme.missing],
        "count": sum(len(theme.lines) for theme in themes),
        "total": sum(len(theme.lines) + len(theme.missing) for theme in themes),
    }
    return for_few(render(request, "indicators/list.html", told), audience)


def for_few(response: HttpResponse, audience: Audience) -> HttpResponse:
    """No store between us and a reader who sees more than others keeps the page."""
    if audience != Audience():
        response["Cache-Control"] = "private, no-store"
    return response


def by_theme(
    place: Territory | None, audience: Audience, figures: Figures | None = None, ranks: Mapping[int, str] | None = None
) -> list[Theme]:
    """One query, two without `figures`. `ranks`: where each stands, by indicator."""
    found = figures if figures is not None else of_place(place, audience) if place else {}
    ranks = ranks or {}
    recipes = known.recipes()
    rows = Indicator.objects.visible_to(audience).in_use()
    themes: dict[str, Theme] = {}
    for row in rows.order_by("theme", "title"):
        recipe = recipes.get(row.key)
        if recipe is None or (place and recipe.levels and place.level not in recipe.levels):
            continue
        theme = themes.setdefault(recipe.theme, Theme(recipe.theme, known.theme_name(recipe.theme)))
        line = line_of(recipe, place, found.get(row.pk, ()), ranks.get(row.pk, ""))
        (theme.missing if line.missing else theme.lines).append(line)
    return sorted(themes.values(), key=lambda theme: (not theme.lines, known.theme_place(theme.key)))


def of_place(place: Territory, audience: Audience) -> dict[int, list[Value]]:
    """All figures of a territory, by indicator, in the order of time: one query."""
    rows = Observation.objects.shown_to(audience).totals().filter(territory=place).order_by("period")
    given: dict[int, list[tuple[object, ...]]] = {}
    for key, *row in rows.values_list("indicator", *values.COLUMNS):
        given.setdefault(key, []).append(tuple(row))
    return {key: values.once(values.read(rows)) for key, rows in given.items()}


def line_of(recipe: Recipe, place: Territory | None, given: Sequence[Value], rank: str = "") -> Line:
    code = asking.code_of(place) if place else ""
    address = Asked(place=code).address(reverse("indicator", args=[recipe.key]))
    last = next((one for one in reversed(given) if one.said), given[-1] if given else None)
    if last is None:
        return Line(
            languages.said(recipe.title),
            address,
            internal=recipe.internal,
            missing=known.schema_title(recipe.schema) if place else "",
        )
    series = saying.points([one for one in given if one.period <= last.period], recipe, united=False)
    changed = saying.change(series, recipe)
    return Line(
        title=languages.said(recipe.title),
        address=address,
        said=saying.scale_of(recipe.unit).said(last.value) if last.said else "",
        period=saying.long(last.period),
        state=saying.state(last),
        reason="" if last.said else saying.reason(last.reason, recipe),
        changed=f"{changed.said} {saying.since(changed)}" if changed else "",
        spark=spark_line([one.value if one.said else None for one in given]),
        internal=recipe.internal,
        rank=rank,
    )
