"""The sources that a record comes from: the one whose words are shown, then those that give it too, the nearest first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

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


def rows_of(found: Record) -> list[HarvestRecord]:
    """Those of the sources that give this record, the one whose words are shown first. One query."""
    return list(speaking_first(HarvestRecord.objects.filter(record=found.pk).select_related("source")))


def origin_of(found: Record, rows: Sequence[HarvestRecord]) -> Origin | None:
    """From the rows that `rows_of` read; None for what was written here."""
    row = next(iter(rows), None)
    if row is None and not found.harvested:
        return None
    key, title = (row.source.key, row.source.title) if row else ("", "")
    host = urlsplit(key).hostname if web_link(key) else ""
    name = title or host or _("un fichier de catalogue")
    page = "" if found.replicated else next(filter(None, map(web_link, found.landing_page)), "")
    host = urlsplit(found.uri).hostname or ""
    # RFC 2606: names that no one will ever answer at (the demonstration's).
    address = "" if found.minted or host.endswith((".example", ".invalid", ".test")) else web_link(found.uri)
    since, absent, closed = (row.since, row.absent_since, row.source.closed_at) if row else (None, None, None)
    return Origin(name, page, address, closed is not None, since, found.replicated, absent)


def others_of(found: Record, rows: Sequence[HarvestRecord]) -> list[Origin]:
    """The other sources that give it, the nearest to its home first."""
    homes = {host_of(address) for address in (found.uri, *found.landing_page)}
    following = [row for row in rows if row.follows and row.gone_at is None]
    # A source that became private since tells nobody else that it is there.
    told = sorted((row for row in following if found.private or not row.source.private), key=lambda row: row.pk)
    told.sort(key=lambda row: distance(source_host(row.source), homes))
    return [Origin(row.source.name, web_link(row.page), "", since=row.since) for row in told]
