"""What the page of a dataset says of its files that are tables."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Final

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from catalogue.models import Table, TableVersion
from catalogue.prepared import Prepared
from catalogue.tables.versions import difference_from
from catalogue.tabling import Wait, waits
from portal.pages import words


@dataclass(frozen=True)
class TableLine:
    """`address`: where its rows are looked at, else how it is read, "" for who may do neither; `state`: what to know of it.

    `preview`: where its first rows are, "" when there are none. `held`: whether the portal has the file itself, so that
    nobody has to ask whether its address answers; `closed`: whether this reader cannot download it; `instead`: its rows
    as a file, in the place of an original that is for its body alone.
    """

    address: str = ""
    facts: tuple[str, ...] = ()
    state: str = ""
    preview: str = ""
    held: bool = False
    closed: bool = False
    instead: str = ""
    news: str = ""  # what its last version changed


# Of a file that is for its body alone: to all, and to its members.
TO_ALL: Final = {
    Wait.READING: gettext_noop("en cours de lecture : il se téléchargera ensuite"),
    Wait.UNREAD: gettext_noop("pas encore publié : son organisme en décide"),
    Wait.DECISION: gettext_noop("pas encore publié : son organisme en décide"),
}
TO_MEMBERS: Final = {
    Wait.READING: gettext_noop("en cours de lecture, pour votre organisme seul jusque-là"),
    Wait.UNREAD: gettext_noop("n’a pas pu être lu : à décider avant de publier"),
    Wait.DECISION: gettext_noop("à décider avant de publier"),
}


def tables_of(record: uuid.UUID, *, member: bool) -> dict[uuid.UUID, TableLine]:
    """By the key of the file: one query. To who is no member, nothing of why it waits or failed."""
    told = {table.pk: _line(table, member=member) for table in _of(record)}
    return {key: line for key, line in told.items() if line}


_HEAVY = ("current__columns", "current__notes", "current__verdict", "current__suspicions", "options", "declared")
_of = Prepared(lambda record: Table.objects.of(record).defer(*_HEAVY))


def _line(table: Table, *, member: bool) -> TableLine | None:
    wait, version = waits(table), table.current
    held = table.deposit is not None
    if wait and not member:
        return TableLine(state=_(TO_ALL[wait]), held=held, closed=held) if held else None
    state = _(TO_MEMBERS[wait]) if wait else ""
    reading = reverse("table_reading", args=[table.pk])
    if version is not None:
        facts = (ngettext("%(count)s ligne", "%(count)s lignes", version.rows) % {"count": words.number(version.rows)},)
        rows, preview = (reverse(name, args=[table.pk]) for name in ("table", "table_preview"))
        remedied = held and bool(version.reading.get("remedied")) and not member
        instead = reverse("rows_as", args=[table.pk, "csv"]) if remedied else ""
        return TableLine(rows, facts, state, preview, held, instead=instead, news=_news(version))
    if table.state == Table.State.REFUSED and not state:
        state = _("n’a pas pu être lu comme une table") if member else ""
    if member and state:
        return TableLine(reading, state=state, held=held)
    return TableLine(held=held) if held else None


def _news(version: TableVersion) -> str:
    """ "" for the first one, and for one in which nothing changed."""
    difference = difference_from(version.difference)
    if not difference:
        return ""
    return _("Version du %(day)s : %(changes)s") % {"day": words.day(version.at), "changes": " ".join(difference.told)}
