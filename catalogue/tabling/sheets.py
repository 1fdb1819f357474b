"""A short table typed row by row: a CSV of a schema's columns, deposited anew each time that a row changes.

What is typed is nowhere else than in the file itself, so that a file that was dropped goes on being typed, and the other way round.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from catalogue.errors import Conflict, Refused
from catalogue.models import Table, User
from catalogue.tables.schemas.national import Schema
from catalogue.tabling import keeping
from catalogue.tabling.depositing import deposit_again

MOST: Final = 500  # rows
LARGEST: Final = 2**20  # bytes
LONGEST: Final = 5_000  # characters of a cell
MOVED: Final = gettext_noop(
    "Quelqu’un d’autre a changé cette table entre-temps. Voici ce qu’elle dit maintenant ; votre ligne est encore dans le formulaire."
)
FULL: Final = gettext_noop(
    "Une table saisie ici compte %(most)s lignes au plus. Continuez dans un tableur, puis déposez le fichier."
)


@dataclass(frozen=True)
class Sheet:
    """`mark`: another whenever what it says is."""

    columns: tuple[str, ...]
    rows: tuple[Mapping[str, str], ...] = ()
    separator: str = ","
    mark: str = ""

    def with_row(self, row: Mapping[str, str], place: int | None = None) -> Sheet:
        """In the place of the one that is there, else at the end. Raises Refused when there are too many."""
        if place is None:
            if len(self.rows) >= MOST:
                raise Refused(_(FULL) % {"most": MOST})
            return replace(self, rows=(*self.rows, row))
        rows = list(self.rows)
        # What has no field in the schema stays as it was.
        rows[place] = {**rows[place], **row}
        return replace(self, rows=tuple(rows))

    def without(self, place: int) -> Sheet:
        return replace(self, rows=tuple(row for at, row in enumerate(self.rows) if at != place))

    @property
    def content(self) -> bytes:
        """The file: UTF-8, a header."""
        text = io.StringIO(newline="")
        writer = csv.writer(text, delimiter=self.separator, lineterminator="\r\n")
        writer.writerow(self.columns)
        writer.writerows([row.get(name, "") for name in self.columns] for row in self.rows)
        return text.getvalue().encode()


def blank(of: Schema) -> Sheet:
    return Sheet(tuple(field.name for field in of.fields))


def sheet_of(table: Table) -> Sheet:
    """What was deposited last, read or not. Raises Refused for what cannot be typed here."""
    path = _path(table)
    if path is None or path.stat().st_size > LARGEST:
        raise Refused(_("Cette table ne se saisit pas ici. Corrigez-la dans un tableur, puis déposez le fichier."))
    content = path.read_bytes()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Refused(_("Ce fichier n’est pas en UTF-8. Corrigez-le dans un tableur, puis déposez-le.")) from error
    separator = (table.current.reading.get("separator") if table.current else "") or ","
    lines = [line for line in csv.reader(io.StringIO(text, newline=""), delimiter=separator) if line]
    head = tuple(lines[0]) if lines else ()
    if len(set(head)) != len(head) or len(lines) > MOST + 1 or any(len(line) != len(head) for line in lines):
        raise Refused(_("Cette table ne se saisit pas ici. Corrigez-la dans un tableur, puis déposez le fichier."))
    rows = tuple(dict(zip(head, line, strict=True)) for line in lines[1:])
    return Sheet(head, rows, separator, hashlib.sha256(content).hexdigest()[:16])


def _path(table: Table) -> Path | None:
    if table.deposit is None:
        return None
    waiting = keeping.deposit_of(table.deposit)
    if waiting.is_file():
        return waiting
    current = table.current
    if current is None or current.reading.get("format") != "csv" or current.reading.get("remedied"):
        return None
    return keeping.original_of(current)


def save(table: Table, sheet: Sheet, actor: User | None) -> None:
    """Its next version. Raises Conflict when the table says something else than what `sheet` was made of."""
    if sheet_of(table).mark != sheet.mark:
        raise Conflict(_(MOVED))
    deposit_again(table, [sheet.content], table.name, actor)


def repeated(of: Schema, sheet: Sheet, row: Mapping[str, str], place: int | None) -> str:
    """The field by which a row is one that is there already, "" for none."""
    keys: Sequence[tuple[str, ...]] = [of.primary, *((one.name,) for one in of.fields if one.constraints.get("unique"))]
    for key in keys:
        said = tuple(row.get(name, "") for name in key)
        others = (other for at, other in enumerate(sheet.rows) if at != place)
        if key and all(said) and any(tuple(other.get(name, "") for name in key) == said for other in others):
            return key[0]
    return ""
