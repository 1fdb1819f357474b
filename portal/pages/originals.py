"""The files themselves, byte for byte as they came: for anyone who may see their dataset, without an account."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Final

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from catalogue.models import Table
from catalogue.permissions import audience_of, may
from catalogue.tabling import keeping, openable
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
    table = Table.objects.visible_to(audience).filter(**which).select_related("current", "dataset").first()
    if table is None or not openable(table, audience):
        raise Http404
    if remedies(table) and not may(request.user, "publish", table.dataset):
        raise Http404  # its rows were remedied because of whom it tells of
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
    patch_cache_control(answer, no_cache=True, **({"private": True} if table.dataset.private else {"public": True}))
    return answer


def _file(table: Table) -> tuple[Path | None, str]:
    """The original and its ETag; of what was not read yet, or could not be, the deposit itself."""
    if table.current:
        return keeping.original_of(table.current), f'"{table.current.checksum}"'
    if table.deposit:
        path = keeping.deposit_of(table.deposit)
        return path, f'"{table.deposit}-{table.size}"'
    return None, ""
