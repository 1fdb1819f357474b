"""`/tables/<uuid>/`: the rows of a file, as one looks at them. All that is chosen stands in the address."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from catalogue.models import Audience
from catalogue.permissions import audience_of, may
from catalogue.tables.contract import BadQuestion, TableError
from catalogue.tables.query import Page, answer
from catalogue.tabling import OpenTable, table_for
from catalogue.tabling.deciding import remedies
from portal import departing
from portal.charts import Chart
from portal.framing import framable
from portal.pages import table_views, words
from portal.pages.chart_builder import asked, by_choices, kind_choices, measure_choices, proposals
from portal.pages.licences import terms_of
from portal.pages.maps import Mapped, mappable, mapped
from portal.pages.pager import pager
from portal.pages.questions import reporting
from portal.pages.table_cells import Values
from portal.pages.table_charts import drawn
from portal.pages.table_filters import chips, conditions
from portal.pages.table_heads import chosen, columns_form, heads
from portal.pages.table_links import figures_link, links
from portal.pages.table_profiles import profiles
from portal.pages.table_views import NUMBERED, ROWS, View

EMBEDDED: Final = 20  # rows on somebody else's page


@dataclass(frozen=True)
class Answered:
    """The rows of the page. `view`: what was answered, all the table when what was asked could not be."""

    page: Page
    view: View
    error: str = ""
    failed: bool = False  # not even all the table could be read


@require_safe
def table(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """404 for who may not know that its dataset exists, or while its rows wait for a decision."""
    audience = audience_of(request.user)
    found = _open(pk, audience)
    view = table_views.read(request.GET, found.columns)
    error = view.error
    try:
        led = table_views.submitted(request.GET, view, found.columns)
        if led is not None and not error:
            return HttpResponseRedirect(led.address(reverse("table", args=[pk]), "lignes"))
    except BadQuestion as refused:
        error = refused.message
    told = _told(request, found, view, error)
    return _kept(render(request, "table.html", told, status=503 if told["failed"] else 200), found, audience)


@framable
@require_safe
def embedded(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """`/tables/<uuid>/integrer/`: the chart when one is asked, else the first rows, bare, for a frame of any page."""
    audience = audience_of(request.user)
    found = _open(pk, audience)
    view = table_views.read(request.GET, found.columns)
    told: dict[str, Any] = {**_named(found), "address": settings.BOUTURE_URL + _path(found, view)}
    if view.kind:
        told |= _charted(request, found, view)
    else:
        done = _answered(request, found, view, view.error)
        values = Values.read([(one.name, one.type) for one in done.page.outputs], done.page.rows)
        told |= {"heads": [one.name for one in done.page.outputs], "lines": values.lines()[:EMBEDDED]}
        told |= {"total": done.page.total, "error": done.error, "failed": done.failed}
    status = 503 if told.get("failed") else 200
    return _kept(render(request, "table_embed.html", told, status=status), found, audience)


def _open(pk: uuid.UUID, audience: Audience) -> OpenTable:
    found = table_for(pk, audience)
    if found is None:
        raise Http404
    return found


def _kept(response: HttpResponse, found: OpenTable, audience: Audience) -> HttpResponse:
    """No store between us and the reader keeps what is not for all."""
    if found.dataset.private or audience != Audience():
        response["Cache-Control"] = "private, no-store"
    return response


def _path(found: OpenTable, view: View, name: str = "table") -> str:
    return view.address(reverse(name, args=[found.key]))


def _named(found: OpenTable) -> dict[str, Any]:
    licence = terms_of(found.dataset.license, "").name if found.dataset.license else ""
    return {
        "dataset": found.dataset,
        "table": found.table,
        "publisher": found.dataset.published_by.name,
        "arrived": words.day(found.said.at),
        "licence": licence,
    }


def _told(request: HttpRequest, found: OpenTable, view: View, error: str) -> dict[str, Any]:
    done = _answered(request, found, view, error)
    shown, page = done.view, done.page
    values = Values.read([(one.name, one.type) for one in page.outputs], page.rows)
    total = page.total or 0
    first = 0 if view.query.cursor else (shown.page - 1) * ROWS
    return {
        **_named(found),
        **_charted(request, found, shown),
        **_mapped(request, found, shown),
        "error": done.error,
        "failed": done.failed,
        "original": not remedies(found.table) or may(request.user, "publish", found.dataset),
        "view": view,
        "bare": view.bare and not request.GET,
        "rows": found.rows,
        "columns": len(found.columns),
        "total": total,
        "first": first + 1,
        "last": first + len(page.rows),
        "numbered": not view.query.cursor,
        "heads": heads(found, shown),
        "lines": values.lines(),
        "pager": pager(
            shown.page, min(total, ROWS * NUMBERED), lambda n: shown.at(n).address(anchor="lignes"), ROWS, _beyond(done)
        ),
        "chips": chips(view, found.columns),
        "everything": view.everywhere().address(anchor="lignes"),
        "filters": conditions(request.GET, found.columns),
        "kept": table_views.hidden(view),
        "choice": columns_form(found, view),
        "profiles": profiles(found.columns, found.rows, view.everywhere()),
        "links": links(found, view),
        "report": reporting(found, urlencode(shown.pairs)),
        "embed": settings.BOUTURE_URL + _path(found, view, "table_embed"),
    }


def _beyond(done: Answered) -> str:
    """What follows the numbered pages, or a page without number."""
    last = done.view.query.cursor or done.view.page >= NUMBERED
    return done.view.following(done.page.next).address(anchor="lignes") if last and done.page.next else ""


def _answered(request: HttpRequest, found: OpenTable, view: View, error: str) -> Answered:
    """The whole table is shown when the question cannot be answered, with what was wrong with it."""
    try:
        return Answered(_asked(request, found, view), view, error)
    except TableError as refused:
        plain = View()
        error = error or refused.message
    try:
        return Answered(_asked(request, found, plain), plain, error)
    except TableError as refused:
        return Answered(Page((), (), found.rows, ""), plain, refused.message, failed=True)


def _asked(request: HttpRequest, found: OpenTable, view: View) -> Page:
    query = view.rows
    query = query if query.select else chosen(found, query)
    return answer(found, query, departing.gone(request))


def _mapped(request: HttpRequest, found: OpenTable, view: View) -> dict[str, Any]:
    """The map, for a table whose rows are somewhere."""
    if not mappable(found):
        return {}
    try:
        drawn = mapped(found, view, "m", departing.gone(request))
    except TableError as refused:
        drawn = Mapped(Chart(_("La carte n’a pas pu être dessinée"), "", remarks=(refused.message,)))
    return {"map": drawn, "map_kept": table_views.hidden(view, table_views.GROUND, table_views.WORTH)}


def _charted(request: HttpRequest, found: OpenTable, view: View) -> dict[str, Any]:
    """The chart that is asked, else the first of those that suit the table; and the form that makes another."""
    fitting = proposals(found.columns, found.rows)
    chart: Chart | None = None
    plan, error = None, ""
    try:
        plan = asked(view, found.columns) if view.kind else next(iter(fitting), None)
        if plan is not None:
            chart = drawn(found, view, plan, "g", departing.gone(request))
    except TableError as refused:
        error = refused.message
    return {
        "chart": chart,
        "chart_error": error,
        "chart_figures": figures_link(found, view, plan) if plan and chart else "",
        "proposals": [
            (one.label, view.charted(one.kind, one.by, one.measure).address(anchor="compter")) for one in fitting
        ],
        "by_choices": by_choices(found.columns, plan),
        "measure_choices": measure_choices(found.columns, plan),
        "kind_choices": kind_choices(plan),
        "chart_kept": table_views.hidden(view, table_views.KIND, table_views.BY, table_views.MEASURE),
    }
