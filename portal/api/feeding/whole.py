"""`/flux/dump.<ext>`: every activity in one document, for who begins to follow; then from its moment on, by the pages.

Read by batches after the last position, each in short questions of its own: a slow client holds no transaction, and memory
stays flat.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Final

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponseBase, StreamingHttpResponse

from catalogue.dcat.formats import Text
from catalogue.dcat.profile import DCT
from catalogue.dcat.quads import Graph, write_quads
from catalogue.feeding.sealing import sealed
from catalogue.feeding.showing import standing
from catalogue.keys import KeyUnavailable
from catalogue.log import last_number
from catalogue.models import FeedMember
from portal.api.dumps import pieces
from portal.api.feeding import statements
from portal.api.feeding.pages import FORMS, announced
from portal.api.http import conditional, etag, open_to_all

BATCH: Final = 100
logger = logging.getLogger(__name__)


@open_to_all
def dump(request: HttpRequest, extension: str) -> HttpResponseBase:
    """Where it stands is in its header `Feed-Published`, and in its first graph: all that was published until then."""
    if extension not in FORMS:
        raise Http404
    head = FeedMember.objects.order_by("-position").first()

    def make() -> HttpResponseBase:
        # A server throws the body of a HEAD away, but only after it has made it.
        said = iter(()) if request.method == "HEAD" else pieces(_written(extension, head))
        return StreamingHttpResponse(said, content_type=f"{FORMS[extension]}; charset=utf-8")

    tag = etag("feed dump", settings.BOUTURE_URL, extension, head and head.position, last_number())
    response: HttpResponseBase = conditional(request, tag, None, make)
    response["Cache-Control"] = "no-cache"
    response["Content-Disposition"] = f'attachment; filename="flux.{extension}"'
    if head:
        response["Feed-Published"] = statements.instant(head.published)
    return response


def _written(extension: str, head: FeedMember | None) -> Iterator[bytes]:
    """TriG ends with a line that proves it whole (`catalogue.feeding.sealing`); JSON-LD has no place for one."""
    said = write_quads(graphs(extension, head), extension)
    if extension != "trig" or head is None:
        return said
    try:
        return sealed(said, statements.instant(head.published))
    except KeyUnavailable as error:  # whoever follows reads the pages
        logger.warning("le document entier du flux n’est pas signé : %s", error.message)
        return said


def graphs(extension: str, head: FeedMember | None) -> Iterator[Graph]:
    """All until `head`. What is announced again while it is read is further on in the feed, and not here."""
    here = f"{statements.root()}dump.{extension}"
    said = statements.whole() + statements.page(here)
    if head is None:
        yield Graph("", Text(said))
        return
    yield Graph("", Text(said + f"<{here}> <{DCT}modified> {statements.moment(head.published)} .\n"))
    every = FeedMember.objects.filter(position__lte=head.position).order_by("position")
    batch = list(every[:BATCH])
    while batch:
        yield from announced(standing(batch))
        batch = list(every.filter(position__gt=batch[-1].position)[:BATCH])
