"""The files themselves, byte for byte as they came: for anyone who may see their dataset, without an account.

One that is for its body alone (`catalogue.tabling.Wait`, or remedied because of persons) is refused with the reason: its
record names it, so its address is no secret.
"""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Final

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from catalogue.models import Record, Table
from catalogue.permissions import audience_of, may
from catalogue.tabling import keeping, openable, waits
from catalogue.tabling.deciding import remedies

# What a browser may show as text; all else is downloaded without a guess at what it is.
PLAIN: Final = {".csv": "text/csv", ".tsv": "text/tab-separated-values", ".json": "application/json", ".geojson": "application/geo+json"}  # fmt: skip


@require_safe
def original(request: HttpRequest, pk: uuid.UUID) -> HttpResponseBase:
    """`/tables/<uuid>/fichier`: as the current version came. 404 for who may not see it."""
    return _sent(request, pk=pk)


@require_safe
def deposit(request: HttpRequest, key: uuid.UUID) -> HttpResponseBase:
    """`/fichiers/<uuid>`: the lasting address of a file that was deposited here."""
    return _sent(request, deposit=key)


def _sent(request: HttpRequest, **which: uuid.UUID) -> HttpResponseBase:
    audience = audience_of(request.user)
    table = Table.objects.visible_to(audience).filter(**which).select_related("current", "dataset__owner").first()
    if table is None:
        raise Http404
    reserved = bool(remedies(table))  # its rows were remedied because of whom it tells of
    if not openable(table, audience) or (reserved and not may(request.user, "publish", table.dataset)):
        return _closed(request, table)
    path, tag = _file(table)
    if path is None or not path.is_file():
        raise Http404
    if request.headers.get("If-None-Match") == tag:
        answer: HttpResponseBase = HttpResponse(status=304)
    else:
        name = table.current.name if table.current else table.name
        kind = PLAIN.get(Path(name).suffix.lower(), "application/octet-stream")
        answer = FileResponse(path.open("rb"), as_attachment=True, filename=name, content_type=kind)
        answer["Content-Security-Policy"] = "sandbox; default-src 'none'"  # whatever it holds, it runs nothing here
    answer["ETag"] = tag
    known = table.dataset.status == Record.Status.PUBLISHED and not table.dataset.private
    public = known and not (reserved or waits(table))
    patch_cache_control(answer, no_cache=True, **({"public": True} if public else {"private": True}))
    return answer


def _closed(request: HttpRequest, table: Table) -> HttpResponse:
    """403, with why, and where what may be had is."""
    told = {"table": table, "dataset": table.dataset, "why": waits(table) or "remedied"}
    response = render(request, "file_closed.html", told, status=403)
    response["Cache-Control"] = "private, no-store"
    return response


def _file(table: Table) -> tuple[Path | None, str]:
    """The original and its ETag; of what was not read yet, or could not be, the deposit itself."""
    if table.current:
        return keeping.original_of(table.current), f'"{table.current.checksum}"'
    if table.deposit:
        path = keeping.deposit_of(table.deposit)
        # Other bytes of the same size may have taken its place.
        return path, f'"{table.deposit}-{path.stat().st_mtime_ns if path.is_file() else 0}"'
    return None, ""
