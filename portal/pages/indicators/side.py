"""`/comparer/?t=56046&t=…&theme=finances`: two to six territories side by side, an indicator a line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from catalogue.comparing.beside import LEAST, MOST, Beside, Line, beside
from catalogue.comparing.contract import Peer
from catalogue.indicators.themes import THEMES
from catalogue.models import Territory
from catalogue.permissions import audience_of
from portal import languages
from portal.charts import Chart
from portal.charts.ranks import Rank, ranks
from portal.pages.indicators import asking, known, saying
from portal.pages.indicators.asking import Asked
from portal.pages.indicators.cards import places_of
from portal.pages.indicators.listing import for_few

PLACES, THEME, ADDED, OFF = "t", "theme", "plus", "moins"
CHARTS: Final = 12  # drawn on one page; the table has them all


@dataclass(frozen=True)
class Row:
    """An indicator: a cell for each territory, its value and what is to be known of it."""

    title: str
    address: str
    unit: str
    period: str
    cells: tuple[tuple[str, str], ...]
    chart: Chart | None


@require_safe
def side_by_side(request: HttpRequest) -> HttpResponse:
    """A form that adds a territory, by its name or its code, leads to the address that has it."""
    codes = list(
        dict.fromkeys(code.strip().upper()[: asking.LONGEST] for code in request.GET.getlist(PLACES) if code.strip())
    )
    theme = request.GET.get(THEME, "")
    theme = theme if theme in THEMES else next(iter(THEMES))
    error = ""
    if typed := request.GET.get(ADDED, "").strip()[: asking.LONGEST]:
        place = asking.place_of(typed)
        if place and len(codes) < MOST:
            return HttpResponseRedirect(_address(dict.fromkeys([*codes, asking.code_of(place)]), theme))
        error = _refused(typed, place)
    by_code = places_of(codes)
    places = [by_code[code] for code in codes if code in by_code][:MOST]
    audience = audience_of(request.user)
    found = beside(places, theme, known.recipes(), audience) if len(places) >= LEAST else None
    told = {
        "places": [
            (
                place.name,
                asking.code_of(place),
                _address([asking.code_of(one) for one in places if one is not place], theme),
            )
            for place in places
        ],
        "unknown": [code for code in codes if code not in by_code],
        "theme": theme,
        "theme_name": known.theme_name(theme),
        "themes": [
            (known.theme_name(key), _address([asking.code_of(one) for one in places], key), key == theme)
            for key in THEMES
        ],
        "rows": _rows(found) if found else [],
        "without": [languages.said(recipe.title) for recipe in found.without] if found else [],
        "few": len(places) < LEAST,
        "full": len(places) >= MOST,
        "error": error,
    }
    return for_few(render(request, "indicators/side.html", told), audience)


def _refused(typed: str, place: Territory | None) -> str:
    if place is None:
        return saying.no_place(typed)
    return _("On compare %(most)s territoires au plus : retirez-en un.") % {"most": MOST}


def _address(codes: Sequence[str] | dict[str, None], theme: str) -> str:
    data = QueryDict(mutable=True)
    data.setlist(PLACES, list(codes))
    data[THEME] = theme
    return f"{reverse('side_by_side')}?{data.urlencode()}"


def _rows(found: Beside) -> list[Row]:
    return [_row(line, found.places, number) for number, line in enumerate(found.lines)]


def _row(line: Line, places: Sequence[Territory], number: int) -> Row:
    scale = saying.scale_of(line.recipe.unit)
    cells = tuple((scale.bare(cell.value) if cell else "", _told(cell)) for cell in line.cells)
    given = [
        Rank(place.name, cell.value if cell else None, False, told)
        for place, cell, (_, told) in zip(places, line.cells, cells, strict=True)
    ]
    title = f"{languages.said(line.recipe.title)}, {saying.long(line.period)}"
    chart = ranks(title, "", given, scale, f"r{number}") if number < CHARTS else None
    address = Asked(place=asking.code_of(places[0])).address(reverse("indicator", args=[line.recipe.key]))
    return Row(
        languages.said(line.recipe.title),
        address,
        languages.said(line.recipe.unit.signs),
        saying.long(line.period),
        cells,
        chart,
    )


def _told(cell: Peer | None) -> str:
    if cell is None:
        return _("à publier")
    state = saying.state_of(cell.status)
    return ", ".join(filter(None, (state, saying.long(cell.period) if cell.earlier else "")))
