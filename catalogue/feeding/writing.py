"""Members written: one activity a change, numbered under the lease of the feed's one writer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from catalogue.models import Cursor
from catalogue.models import FeedMember as Member

READER: Final = "feed"
TICK: Final = timedelta(microseconds=1)  # the finest that both databases and xsd:dateTime keep
WRITTEN: Final = ("kind", "record", "activity", "position", "published", "digest", "change")


@dataclass(frozen=True)
class Said:
    """What the feed is to say of one object; without a digest, that it is gone."""

    object: str
    kind: str
    record: UUID
    digest: str
    change: int  # the line of the log that this has in it
    again: bool = False  # though it was said already, before that line: it may have been hidden meanwhile
    anew: bool = False  # the same, whatever the line


def tell(said: Sequence[Said]) -> int:
    """Writes the activities that tell something new, in this order; returns how many. Done twice it writes nothing."""
    with transaction.atomic():
        # Two writers, of which one lost its lease and does not know it yet, would give one number twice.
        list(Cursor.objects.select_for_update().filter(reader=READER).values_list("pk"))
        held = {row.object: row for row in Member.objects.filter(object__in=[one.object for one in said])}
        rows = _rows(said, held)
        Member.objects.bulk_create(rows, update_conflicts=True, unique_fields=["object"], update_fields=WRITTEN)
    return len(rows)


def _rows(said: Sequence[Said], held: Mapping[str, Member]) -> list[Member]:
    last = Member.objects.order_by("-position").first()
    position, published = (last.position, last.published) if last else (0, None)
    rows = []
    for one in said:
        activity = _activity(one, held.get(one.object))
        if activity is None:
            continue
        position, published = position + 1, _after(published)
        what = {"kind": one.kind, "record": one.record, "digest": one.digest, "change": one.change}
        rows.append(Member(object=one.object, activity=activity, position=position, published=published, **what))
    return rows


def _activity(one: Said, before: Member | None) -> Member.Activity | None:
    """None when what is held says the same already."""
    gone = before is None or before.activity == Member.Activity.DELETE
    if not one.digest:
        return None if gone else Member.Activity.DELETE
    if gone:
        return Member.Activity.CREATE
    assert before is not None
    same = (before.digest, before.record) == (one.digest, one.record)
    again = one.anew or (one.again and one.change > before.change)
    return None if same and not again else Member.Activity.UPDATE


def _after(last: datetime | None) -> datetime:
    """Strictly after the last, even when the clock was set back."""
    now = timezone.now()
    return max(now, last + TICK) if last else now
