"""The first rows of a table, for the page of its dataset: a part that it shows when it is looked at, so that the page
itself never waits for the rows.
"""

from __future__ import annotations

import uuid
from typing import Final

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from catalogue.permissions import audience_of
from catalogue.tables.contract import TableError
from catalogue.tables.query import TableQuery, answer
from catalogue.tabling import table_for
from portal import departing
from portal.pages.table_cells import Values

ROWS: Final = 5
COLUMNS: Final = 6


@require_safe
def preview(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """`/tables/<uuid>/apercu/?partie=`; without `partie`, leads to the table. 404 for who may not see its rows."""
    found = table_for(pk, audience_of(request.user))
    if found is None:
        raise Http404
    if "partie" not in request.GET:
        return HttpResponseRedirect(reverse("table", args=[pk]))
    told = {"table": found.table, "rows": found.rows, "columns": len(found.columns)}
    select = tuple(column.name for column in found.columns[:COLUMNS])
    try:
        page = answer(found, TableQuery(select=select, limit=ROWS, total=False), departing.gone(request))
    except TableError as refused:
        return render(request, "parts/preview.html", told | {"error": refused.message}, status=503)
    values = Values.read([(one.name, one.type) for one in page.outputs], page.rows)
    heads = [(one.name, one.type.numeric) for one in page.outputs]
    response = render(request, "parts/preview.html", told | {"heads": heads, "lines": values.lines()})
    response["Cache-Control"] = "private, no-cache"
    return response
