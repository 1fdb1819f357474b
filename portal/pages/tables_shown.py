"""What the page of a dataset says of its files that are tables."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from django.urls import reverse

from catalogue.models import Table
from portal.pages import words


@dataclass(frozen=True)
class TableLine:
    """`address`: where its rows are looked at, else how it is read; `state`: why there are none, for who publishes.

    `preview`: where its first rows are, "" when there are none.
    """

    address: str
    facts: tuple[str, ...] = ()
    state: str = ""
    preview: str = ""


def tables_of(record: uuid.UUID, *, member: bool) -> dict[uuid.UUID, TableLine]:
    """By the key of the file: one query. To who is no member, nothing of what waits, failed or is withheld."""
    found = Table.objects.of(record).defer(*_HEAVY)
    told = {table.pk: _line(table, member=member) for table in found}
    return {key: line for key, line in told.items() if line}


_HEAVY = ("current__columns", "current__notes", "current__verdict", "current__suspicions", "options", "declared")


def _line(table: Table, *, member: bool) -> TableLine | None:
    address = reverse("table_reading", args=[table.pk])
    version = table.current
    if version is not None and (member or not version.withheld):
        facts = (f"{words.number(version.rows)} {'lignes' if version.rows > 1 else 'ligne'}",)
        state = "à décider avant de publier" if version.withheld else ""
        rows, preview = (reverse(name, args=[table.pk]) for name in ("table", "table_preview"))
        return TableLine(rows, facts, state, preview)
    if member and table.state == Table.State.REFUSED:
        return TableLine(address, state="n’a pas pu être lu comme une table")
    if member and table.deposit and version is None:
        return TableLine(address, state="en cours de lecture")
    return None
