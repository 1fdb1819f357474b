"""Pictures of the tile server that the instance names, under our maps: asked of us, so that no reader is told to anybody else."""

from __future__ import annotations

from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from portal import tiles
from portal.tile_store import FRESH, NoTile, tile

KEPT: Final = f"public, max-age={FRESH}"


@require_safe
def picture(_request: HttpRequest, zoom: int, column: int, row: int) -> HttpResponse:
    """`/tuiles/<z>/<x>/<y>.png`. 404 where no server is named, or there is no such tile; 503 while the server does not answer."""
    if not settings.BOUTURE_TILES.template or not tiles.exists(zoom, column, row):
        return HttpResponse(status=404)  # a page of words is no answer to an image
    try:
        content, kind = tile(zoom, column, row)
    except NoTile as error:
        answer = HttpResponse(status=404 if error.missing else 503)
        answer["Retry-After"] = str(error.wait)
        answer["Cache-Control"] = f"public, max-age={error.wait}"
        return answer
    answer = HttpResponse(content, content_type=kind)
    answer["Cache-Control"] = KEPT
    return answer
