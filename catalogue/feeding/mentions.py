"""Who describes what has an address of its own: several records may, one of them speaks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from uuid import UUID

from django.conf import settings

from catalogue.dcat.mapping import MODELS
from catalogue.feeding.nodes import Described, described
from catalogue.feeding.writing import Said
from catalogue.models import FeedMember, FeedMention

Found = Mapping[UUID, Mapping[str, Described]]


def read(kind: str, keys: Iterable[UUID]) -> dict[UUID, dict[str, Described]]:
    """What each of these records describes, from its text of now."""
    rows = MODELS[kind].objects.with_forms().filter(pk__in=list(keys)).only("pk", "uri", "repaired")  # type: ignore[attr-defined]
    return {row.pk: described(row.repaired, row.uri, f"{settings.BOUTURE_URL}/id/{row.pk}") for row in rows.iterator()}


def note(records: Iterable[UUID], found: Found) -> set[str]:
    """Remembers what these records describe; returns the addresses that are, or were, among it. In a transaction."""
    held = {(row.record, row.object): row for row in FeedMention.objects.filter(record__in=list(records))}
    now = {(record, address): node for record, nodes in found.items() for address, node in nodes.items()}
    FeedMention.objects.filter(pk__in=[row.pk for key, row in held.items() if key not in now]).delete()
    changed = [
        FeedMention(record=record, object=address, kind=node.kind, digest=node.digest)
        for (record, address), node in now.items()
        if (row := held.get((record, address))) is None or (row.kind, row.digest) != (node.kind, node.digest)
    ]
    FeedMention.objects.bulk_create(
        changed, update_conflicts=True, unique_fields=["record", "object"], update_fields=["kind", "digest"]
    )
    return {address for _, address in (*held, *now)}


def said_of(addresses: set[str], lines: Mapping[UUID, tuple[int, bool]]) -> Iterator[Said]:
    """What the feed is to say of them. Who speaks goes on speaking; an address that a record bears is that record's."""
    members = {row.object: row for row in FeedMember.objects.filter(object__in=addresses)}
    mentions: dict[str, dict[UUID, FeedMention]] = {}
    for row in FeedMention.objects.filter(object__in=addresses).order_by("record"):
        mentions.setdefault(row.object, {})[row.record] = row
    latest = max((number for number, _ in lines.values()), default=0)
    for address in sorted(addresses):
        member, speakers = members.get(address), mentions.get(address, {})
        if member is not None and member.kind in MODELS and member.digest:
            continue
        speaks = speakers.get(member.record) if member else None
        speaks = speaks or next(iter(speakers.values()), None)
        if speaks is not None:
            number, again = lines.get(speaks.record, (latest, False))
            yield Said(address, speaks.kind, speaks.record, speaks.digest, number, again)
        elif member is not None:
            yield Said(address, member.kind, member.record, "", latest)
