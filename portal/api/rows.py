"""`/api/tables/<uuid of the file>`: what a table is, its rows, and all of them as a file. docs/tables-api.md says how to ask.

A table is there for who may see its dataset; for anybody else its address does not exist.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.text import slugify

from catalogue.models import in_french
from catalogue.permissions import audience_of
from catalogue.tables.contract import BadQuestion, TableError, TooMuch
from catalogue.tables.exports import FORMS, Style, export
from catalogue.tables.query import TableQuery, answer
from catalogue.tabling import OpenTable, table_for
from portal import departing, tabular
from portal.api.described_tables import description, specification
from portal.api.http import JSON, conditional, etag, open_to_all, problem, told

# What an export is asked beside the question itself: how it is written, and how many rows.
STYLES: Final = frozenset({"sep", "decimal", "bom", "safe", "limit", "taille", "cursor", "suite"})
MOST: Final = 2**40  # rows


@open_to_all
def table(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """Columns with their profiles, version, licence, and where the rows are."""
    found = _open(request, pk)
    return _kept(request, found, lambda: _json(description(found)))


@open_to_all
def openapi(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """OpenAPI 3.1 of this table: each column is a parameter."""
    found = _open(request, pk)
    return _kept(request, found, lambda: _json(specification(found)))


@open_to_all
def rows(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """A page of rows, or of groups."""
    found = _open(request, pk, rows_alone=True)
    return _kept(request, found, lambda: _page(request, found))


@open_to_all
def rows_as(request: HttpRequest, pk: UUID, extension: str) -> HttpResponseBase:
    """All the rows that the question finds; an extension that is not ours is an address that does not exist."""
    if extension not in FORMS:
        raise Http404
    found = _open(request, pk, rows_alone=True)
    return _kept(request, found, lambda: _file(request, found, extension))


def _open(request: HttpRequest, pk: UUID, *, rows_alone: bool = False) -> OpenTable:
    found = table_for(pk, audience_of(request.user), rows_alone=rows_alone)
    if found is None:
        raise Http404
    return found


def _kept(request: HttpRequest, found: OpenTable, make: Callable[[], HttpResponseBase]) -> HttpResponseBase:
    """Nothing is asked of the rows when the client has the answer already: they are those of one version."""

    def tried() -> HttpResponseBase:
        try:
            return make()
        except TableError as error:
            return refused(error)

    tag = etag("table", found.key, found.version, found.dataset.updated_at, request.get_full_path())
    response = conditional(request, tag, None, tried)
    if response.status_code >= 400:
        del response["ETag"]
    return told(response, audience_of(request.user))


def refused(error: TableError) -> HttpResponse:
    """400 for what is badly asked, 422 for what costs too much, 503 for what another moment may give."""
    if isinstance(error, BadQuestion):
        return problem(400, "Question mal posée", error.message, code=error.code)
    if isinstance(error, TooMuch) and error.code != "busy":
        return problem(422, "Question trop lourde", error.message, code=error.code)
    response = problem(503, "Table indisponible", error.message, code=error.code)
    response["Retry-After"] = "5"
    return response


def _page(request: HttpRequest, found: OpenTable) -> HttpResponse:
    query = tabular.read(request.GET, found.columns)
    page = answer(found, query, departing.gone(request))
    following = _following(found, query, page.next) if page.next else ""
    said = {"version": found.said.number, "total": page.total, "next": following or None}
    head = json.dumps(said, ensure_ascii=False)
    # The rows are JSON already: DuckDB wrote them.
    results = ",\n".join(page.rows)
    text = f'{head[:-1]}, "results": [\n{results}\n]}}\n'
    response = HttpResponse(text.encode(), content_type=JSON)
    if following:
        response["Link"] = f'<{following}>; rel="next"'
    return response


def _following(found: OpenTable, query: TableQuery, cursor: str) -> str:
    pairs = [pair for pair in tabular.written(query) if pair[0] != "cursor"]
    return f"{settings.BOUTURE_URL}{reverse('rows', args=[found.key])}?{urlencode([*pairs, ('cursor', cursor)])}"


def _file(request: HttpRequest, found: OpenTable, extension: str) -> StreamingHttpResponse:
    query = tabular.read(request.GET, found.columns, STYLES)
    stream = export(found, query, extension, style(request), departing.gone(request))
    if request.method == "HEAD":
        stream.close()  # the question is good: that is all that was asked
    response = StreamingHttpResponse(
        () if request.method == "HEAD" else stream, content_type=FORMS[extension].media_type
    )
    name = slugify(in_french(found.dataset.title))[:80] or "table"
    response["Content-Disposition"] = content_disposition_header(True, f"{name}.{extension}") or "attachment"
    return response


def style(request: HttpRequest) -> Style:
    """How an export is written. Raises BadQuestion."""
    data = request.GET
    limit = data.get("limit") or data.get("taille") or ""
    return Style(
        data.get("sep") or ",",
        data.get("decimal") or ".",
        tabular.yes(data.get("bom") or "0", "bom"),
        tabular.yes(data.get("safe") or "1", "safe"),
        tabular.whole_number(limit, MOST, "limit") if limit else None,
    )


def _json(said: dict[str, Any]) -> HttpResponse:
    return HttpResponse(json.dumps(said, ensure_ascii=False, indent=1).encode("utf-8", "replace"), content_type=JSON)
