"""What a chart of an indicator shows, as files: its figures in CSV, its drawing in SVG."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Final

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal.branding import branding
from portal.charts.files import file_of
from portal.pages.indicators import asking
from portal.pages.indicators.neighbours import chart_of, members, neighbours
from portal.pages.indicators.page import kept
from portal.pages.indicators.seen import Seen, look

HEADS: Final = (
    "indicateur", "territoire_code", "territoire", "periode", "valeur", "unite", "statut", "motif", "numerateur", "denominateur",
    "population_annee", "lignes", "jeu_de_donnees", "publie_par", "version_recette",
)  # fmt: skip
BOM: Final = "\ufeff"
DANGEROUS: Final = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet takes for a formula


@require_safe
def figures(request: HttpRequest, key: str) -> HttpResponse:
    """`/indicateurs/<key>/evolution.csv`: one line a period, numbers with a decimal comma, as spreadsheets in French open them."""
    seen = look(request, key)
    if seen.place is None:
        raise Http404
    if seen.asked.chart == asking.MAP:
        return kept(attached(_members(seen), "text/csv; charset=utf-8", f"{_name(seen)}-carte.csv"), seen)
    if seen.asked.chart == asking.PEERS:
        return kept(attached(_peers(seen), "text/csv; charset=utf-8", f"{_name(seen)}-comparaison.csv"), seen)
    code, name = asking.code_of(seen.place), seen.place.name
    rows = [
        (
            key, code, name, one.period, decimal(one.value if one.said else None), seen.recipe.unit.code, one.status.value,
            one.reason, decimal(one.numerator), decimal(one.denominator), one.population_year or "", one.rows,
            f"{settings.BOUTURE_URL}/jeux-de-donnees/{one.dataset}/", one.publisher[0], one.recipe_version,
        )
        for one in seen.values
    ]  # fmt: skip
    return kept(attached(written(HEADS, rows), "text/csv; charset=utf-8", f"{_name(seen)}.csv"), seen)


def _peers(seen: Seen) -> str:
    """The named territories of the chart of peers, from the least."""
    found = neighbours(seen)
    rows = [
        (seen.indicator.key, found.words if found else "", seen.period, one.name, decimal(one.value), one.told)
        for one in (found.lines if found else ())
    ]
    return written(("indicateur", "groupe", "periode", "territoire", "valeur", "a_savoir"), rows)


def _members(seen: Seen) -> str:
    """Every territory of the map, by code; nothing where none has a value."""
    found = neighbours(seen)
    known = members(seen, found.group) if found and found.group else []
    rows = [
        (seen.indicator.key, found.words if found else "", seen.period, asking.code_of(one), one.name, decimal(value), seen.recipe.unit.code)
        for one, value in sorted(known, key=lambda pair: pair[0].code)
    ]  # fmt: skip
    heads = ("indicateur", "groupe", "periode", "territoire_code", "territoire", "valeur", "unite")
    return written(heads, rows)


@require_safe
def drawing(request: HttpRequest, key: str) -> HttpResponse:
    """`/indicateurs/<key>/evolution.svg`: the drawing for a page, that any program opens. 404 when there is none."""
    seen = look(request, key)
    chart = chart_of(seen)
    if chart is None or not chart.drawings or seen.value is None:
        raise Http404
    given = {"source": f"{seen.value.publisher[0]}, {seen.value.title}", "name": branding().name}
    source = _("Source : %(source)s. Calcul : %(name)s, données ouvertes.") % given
    text = file_of(chart.drawings[0], branding().hue, chart.title, source)
    return kept(attached(text, "image/svg+xml; charset=utf-8", f"{_name(seen)}.svg"), seen)


def written(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """CSV as spreadsheets in French open it by itself; no text of it is taken for a formula."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(heads)
    writer.writerows([_harmless(cell) for cell in row] for row in rows)
    return BOM + out.getvalue()


def decimal(value: float | None) -> str:
    return "" if value is None else f"{value:.10g}".replace(".", ",")


def _harmless(cell: object) -> object:
    if not isinstance(cell, str) or not cell.startswith(DANGEROUS) or cell[1:].replace(",", "", 1).isdigit():
        return cell
    return f"'{cell}"


def attached(text: str, media_type: str, name: str) -> HttpResponse:
    response = HttpResponse(text, content_type=media_type)
    response["Content-Disposition"] = content_disposition_header(True, name) or ""
    return response


def _name(seen: Seen) -> str:
    return slugify(f"{seen.indicator.key.replace('.', '-')} {seen.place.name if seen.place else ''}")[:80]
