"""What publishing some drafts would change, field by field, in words for people. Nothing is written."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from catalogue import drafting
from catalogue.calling import bare
from catalogue.dcat.mapping import record_values
from catalogue.dcat.names import NAMES as PROPERTIES
from catalogue.dcat.terms import Values
from catalogue.models import Dataset, Record, in_french
from catalogue.publishing import Draft

LONGEST = 500  # characters of a value
NAMES = ("title", "name", "label", "fn")
ADDRESSES = ("download_url", "access_url", "endpoint_url", "email", "uri")


@dataclass(frozen=True)
class Difference:
    """One field; `before` and `after` are plain text, "" when it says nothing."""

    field: str  # its name in the profile
    before: str
    after: str

    @property
    def label(self) -> str:
        return bare(self.field)


@dataclass(frozen=True)
class Preview:
    """What would become of one draft. `record` is None for one that would be created."""

    verb: str  # "created", "updated", "unchanged"
    kind: str
    record: uuid.UUID | None
    title: str
    differences: tuple[Difference, ...] = ()


def preview(drafts: Sequence[Draft]) -> list[Preview]:
    """In the order of the drafts. Raises what `publishing.publish` raises."""
    with transaction.atomic():
        before = drafting.existing(drafts)
        told = [_preview(before.get(prepared.row.pk), prepared) for prepared in drafting.prepare(drafts)]
        transaction.set_rollback(True)  # preparing makes the bodies that are named for the first time
    return told


def _preview(before: Record | None, prepared: drafting.Prepared) -> Preview:
    row = prepared.row
    if before is None or prepared.verb == "unchanged":
        return Preview(prepared.verb, row.kind, before.pk if before else None, row.label)
    old = record_values(before, list(before.distributions.all()) if isinstance(before, Dataset) else [])
    new = record_values(row, prepared.distributions)
    told = differences({**old, **_apart(before)}, {**new, **_apart(row)})
    return Preview(prepared.verb, row.kind, row.pk, row.label, told)


def _apart(row: Record) -> Values:
    """What a record says of itself that is no property of the profile."""
    territory = row.territory if isinstance(row, Dataset) else None
    return {"uri": row.uri, "owner": row.owner.name, "territory": str(territory or "")}


def differences(old: Values, new: Values) -> tuple[Difference, ...]:
    names = [name for name in dict.fromkeys([*new, *old]) if old.get(name) != new.get(name)]
    said = (Difference(name, in_words(old.get(name)), in_words(new.get(name))) for name in names)
    return tuple(each for each in said if each.before or each.after)


def in_words(value: Any) -> str:
    """A value of the profile (`catalogue.dcat.terms`) as one line of text."""
    text = " ".join(_words(value).split())
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def _words(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, list | tuple):
        return " ; ".join(filter(None, map(_words, value)))
    if not isinstance(value, dict):
        return str(value)
    name = next((words for key in NAMES if (words := _words(value.get(key)))), "")
    address = next((words for key in ADDRESSES if (words := _words(value.get(key)))), "")
    if name or address:
        return f"{name} ({address})" if name and address else name or address
    if not any(key in PROPERTIES for key in value):
        return _words(in_french(value))
    return " ; ".join(f"{bare(key)} : {words}" for key, each in value.items() if (words := _words(each)))
