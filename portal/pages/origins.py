"""The sources that a record comes from: the one whose words are shown, then those that give it too, the nearest first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.utils.translation import gettext as _

from catalogue.models import Record
from harvesters.models import HarvestRecord
from harvesters.nearness import distance, host_of
from harvesters.origins import speaking_first
from harvesters.succession import source_host
from portal.pages.prose import web_link


@dataclass(frozen=True)
class Origin:
    """`name` of the catalogue it was read from; never a path of this server."""

    name: str
    page: str  # where a person reads it there; "" for a replica, whose address at its home says all of it
    address: str  # the record's own, when it has no page
    ours: bool = False  # whether this portal took its place
    since: datetime | None = None  # when it was met there first; None when nobody noted it
    replicated: bool = False  # whether it is an instance like this one, and the record's home
    absent: datetime | None = None  # since when that catalogue no longer gives it; its days of grace run


def with_origin(found: QuerySet[Any]) -> QuerySet[Any]:
    """Each with what `origin_of` asks of the row that speaks for it, and `shared`, whether another source gives it."""
    rows = HarvestRecord.objects.filter(record=OuterRef("pk"))
    speaking = speaking_first(rows)
    return found.annotate(
        source_key=Subquery(speaking.values("source__key")[:1]),
        source_title=Subquery(speaking.values("source__title")[:1]),
        source_since=Subquery(speaking.values("since")[:1]),
        source_closed=Subquery(speaking.values("source__closed_at")[:1]),
        source_absent=Subquery(speaking.values("absent_since")[:1]),
        shared=Exists(rows.filter(follows=True, gone_at=None)),
    )


def origin_of(found: Record) -> Origin | None:
    """Of a record that `with_origin` read; None for what was written here."""
    key: str | None = getattr(found, "source_key", None)
    if key is None and not found.harvested:
        return None
    host = urlsplit(key).hostname if key and web_link(key) else ""
    name = getattr(found, "source_title", None) or host or _("un fichier de catalogue")
    page = "" if found.replicated else next(filter(None, map(web_link, found.landing_page)), "")
    host = urlsplit(found.uri).hostname or ""
    # RFC 2606: names that no one will ever answer at (the demonstration's).
    address = "" if found.minted or host.endswith((".example", ".invalid", ".test")) else web_link(found.uri)
    since, absent, closed = (getattr(found, f"source_{name}", None) for name in ("since", "absent", "closed"))
    return Origin(name, page, address, closed is not None, since, found.replicated, absent)


def others_of(found: Record) -> list[Origin]:
    """The other sources that give it, the nearest to its home first; asked of the base only when there are some."""
    if not getattr(found, "shared", False):
        return []
    rows = HarvestRecord.objects.filter(record=found.pk, follows=True, gone_at=None).select_related("source")
    homes = {host_of(address) for address in (found.uri, *found.landing_page)}
    # A source that became private since tells nobody else that it is there.
    told = [row for row in rows.order_by("pk") if found.private or not row.source.private]
    told.sort(key=lambda row: distance(source_host(row.source), homes))
    return [Origin(row.source.name, web_link(row.page), "", since=row.since) for row in told]
