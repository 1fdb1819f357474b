"""`/.well-known/bouture`: what another instance asks before it follows this one: keys, feed, what is withheld, whose records."""

from __future__ import annotations

import hashlib
import json
from typing import Any, Final
from urllib.parse import urlsplit

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse

from catalogue import keys
from catalogue.feeding.policy import Policy
from catalogue.feeding.tree import last_position
from catalogue.models import FeedMember
from catalogue.search.instance import public_alias
from harvesters.registry import VERSION
from portal.api.feeding import statements
from portal.api.http import JSON, open_to_all
from portal.api.signatures import with_signature
from portal.branding import branding

KEPT: Final = 3_600  # seconds
RECORDS: Final = (FeedMember.Kind.DATASET, FeedMember.Kind.SERVICE)


@open_to_all
def bouture(request: HttpRequest) -> HttpResponse:
    """Signed by each key that is still ours: who knows only an older one learns the new one here."""
    try:
        by = keys.signing()
        said = document(keys.published())
    except keys.KeyUnavailable:
        by, said = None, {}  # answered by 503 below
    response = HttpResponse(json.dumps(said, ensure_ascii=False, indent=1) + "\n", content_type=JSON)
    response["Cache-Control"] = "public, max-age=60, must-revalidate"
    return with_signature(request, response, by)


def document(ours: list[keys.Published]) -> dict[str, Any]:
    """What is withheld is told by counts and themes alone: its names are nobody's business."""
    held = Policy.now()
    alias = public_alias()
    search = {"search": {"alias": alias}} if alias else {}
    return {
        "url": settings.BOUTURE_URL,
        "name": branding().name,
        "territory": settings.BOUTURE_TERRITORY,
        "software": "bouture",
        "version": VERSION,
        "keys": [one.jwk() for one in ours],
        "feed": {"url": statements.root(), "dump": f"{statements.root()}dump.trig"},
        "policy": {"themes": sorted(held.themes), "organisations": len(held.bodies), "records": len(held.records)},
        "harvests": origins(),
        **search,
    }


def origins() -> list[str]:
    """Where the records of the feed live when it is not here: the addresses that we harvest, by their beginning.

    Read again when the feed grew: 0.2 s for a hundred thousand records.
    """
    key = f"origins:{hashlib.sha256(settings.BOUTURE_URL.encode()).hexdigest()}:{last_position()}"
    kept: list[str] | None = cache.get(key)
    if kept is None:
        held = FeedMember.objects.filter(kind__in=RECORDS).exclude(digest="").values_list("object", flat=True)
        found = set()
        for address in held.iterator(chunk_size=5_000):
            if not address.startswith(f"{settings.BOUTURE_URL}/"):
                parts = urlsplit(address)
                found.add(f"{parts.scheme}://{parts.netloc}/")
        kept = sorted(found)
        cache.set(key, kept, KEPT)
    return kept
