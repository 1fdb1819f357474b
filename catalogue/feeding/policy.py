"""What this instance lets no other follow, though anybody may read it here: a theme, a body's records, one record.

It acts at once on the pages of the feed; the reader then announces what is gone, or back.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, Self
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Max
from django.utils import timezone

from catalogue import auditing
from catalogue.auditing import Thing
from catalogue.models import Organisation, Record, User, Withheld


class Row(NamedTuple):
    """What the policy asks of a record, and what the feed says of it."""

    key: UUID
    uri: str
    digest: str
    owner: int
    publisher: int
    theme: list[str]
    replicated: bool = False


COLUMNS = ("pk", "uri", "digest", "owner", "published_by", "theme", "replicated")


@dataclass(frozen=True)
class Policy:
    """What is withheld; nothing, unless somebody said so."""

    themes: frozenset[str] = frozenset()
    bodies: frozenset[int] = frozenset()
    records: frozenset[UUID] = frozenset()

    @classmethod
    def now(cls, *, lifted: bool = False) -> Self:
        """The one in force; `lifted`: what was withheld until lately, and is to be announced again."""
        found: dict[str, set[str]] = {kind: set() for kind in Withheld.Kind.values}
        for kind, value in Withheld.objects.filter(lifted=lifted).values_list("kind", "value"):
            found[kind].add(value)
        return cls(
            frozenset(found[Withheld.Kind.THEME]),
            frozenset(map(int, found[Withheld.Kind.BODY])),
            frozenset(map(UUID, found[Withheld.Kind.RECORD])),
        )

    def withholds(self, row: Row) -> bool:
        return (
            row.key in self.records
            or not self.bodies.isdisjoint((row.owner, row.publisher))
            or not self.themes.isdisjoint(row.theme)
        )


def stamp() -> str:
    """Another each time that the policy changes."""
    found = Withheld.objects.aggregate(count=Count("pk"), at=Max("at"))
    return f"{found['count']} {found['at'].timestamp() if found['at'] else ''}"


def set_themes(themes: Sequence[str], actor: User) -> None:
    """Withholds the records of these themes, and lets those of all others out again."""
    held = Policy.now().themes
    with transaction.atomic():
        for theme in sorted(held.symmetric_difference(themes)):
            _turn(Withheld.Kind.THEME, theme, Thing.instance("feed", theme), actor, held=theme in themes)


def set_body(body: Organisation, held: bool, actor: User) -> None:
    """Withholds what a body holds or publishes, or lets it out again."""
    with transaction.atomic():
        _turn(Withheld.Kind.BODY, str(body.pk), Thing.organisation(body), actor, held=held)


def set_record(row: Record, held: bool, actor: User) -> None:
    with transaction.atomic():
        _turn(Withheld.Kind.RECORD, str(row.pk), Thing.record(row), actor, held=held)


def _turn(kind: Withheld.Kind, value: str, thing: Thing, actor: User, *, held: bool) -> None:
    """What is let out again stays a while, marked: who read the feed meanwhile lacks it (`reader`)."""
    there = Withheld.objects.filter(kind=kind, value=value)
    if held:
        told = {"lifted": False, "at": timezone.now()}
        changed = (
            bool(there.filter(lifted=True).update(**told))
            or Withheld.objects.get_or_create(kind=kind, value=value, defaults=told)[1]
        )
    else:
        changed = bool(there.filter(lifted=False).update(lifted=True, at=timezone.now()))
    if changed:
        auditing.tell(actor, "sharing.hold" if held else "sharing.share", thing)


def forget(until: Policy) -> None:
    """What was let out again was announced: nothing of it is left to remember."""
    values = {
        Withheld.Kind.THEME: until.themes,
        Withheld.Kind.BODY: map(str, until.bodies),
        Withheld.Kind.RECORD: map(str, until.records),
    }
    for kind, found in values.items():
        Withheld.objects.filter(kind=kind, value__in=list(found), lifted=True).delete()
