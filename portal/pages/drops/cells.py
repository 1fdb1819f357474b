"""What is wrong in a file, cell by cell, and what somebody types in their place."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Final

from django.http import QueryDict
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from catalogue.models import TableVersion
from catalogue.tables.contract import Finding, Note, Verdict
from catalogue.tables.plain import verdict_from
from catalogue.tables.schemas import schema
from catalogue.tables.schemas.national import Field
from catalogue.tables.schemas.repairs import DONE, DOUBTFUL, EMPTY, KEPT
from catalogue.tables.schemas.reporting import mended as mended_text
from catalogue.tables.schemas.wording import RULES, shown
from catalogue.tables.versions import Correction, Corrections
from portal.languages import WRITTEN_IN

SHOWN: Final = 40  # cells on one page
LISTED: Final = 60  # values that a list of suggestions may hold
NOT_MENDED: Final = {KEPT.code, EMPTY.code, DOUBTFUL.code}  # read all the same, and left as they are


@dataclass(frozen=True)
class Wrong:
    """A cell that nothing reads. `same`: how many cells of its column say that very thing; `choices`: what the schema allows."""

    number: int
    line: int
    column: str
    value: str
    message: str
    remedy: str
    same: int
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class Mended:
    """A column whose cells are read otherwise than they are written: `text` says how, and of how many."""

    column: str
    text: str


@dataclass(frozen=True)
class Faults:
    """`left`: how many cells are wrong beyond those shown; `columns`: what is wrong with whole columns; `kept`: what was read as
    it is, though the schema says otherwise.
    """

    wrong: tuple[Wrong, ...] = ()
    left: int = 0
    mended: tuple[Mended, ...] = ()
    headings: tuple[Note, ...] = ()
    columns: tuple[Finding, ...] = ()
    kept: tuple[str, ...] = ()

    @property
    def all_mended(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(one.column for one in self.mended))


def faults_of(version: TableVersion) -> Faults:
    verdict = verdict_from(version.verdict)
    if verdict is None:
        return Faults()
    cells = [one for one in verdict.found if one.line is not None and not one.recovered]
    told = Counter((one.column, one.value) for one in cells)
    notes = [note for note in verdict.recovered if note.code in DONE and note.code not in NOT_MENDED]
    return Faults(
        wrong=tuple(_wrong(number, one, told, verdict) for number, one in enumerate(cells[:SHOWN])),
        left=max(0, len(cells) - SHOWN),
        mended=tuple(Mended(note.column, mended_text(note.column, note.code, note.count)) for note in notes),
        headings=tuple(note for note in verdict.recovered if note.code in ("renamed", "reordered")),
        columns=tuple(one for one in verdict.found if one.line is None and not one.recovered),
        kept=tuple(_kept(note, verdict) for note in verdict.recovered if note.code in NOT_MENDED),
    )


def _kept(note: Note, verdict: Verdict) -> str:
    """With one such value, and what to do of it."""
    example = _("Par exemple « %(examples)s ».") % {"examples": note.examples[0]} if any(note.examples) else ""
    found = (one for one in verdict.found if one.recovered and one.column == note.column and one.value in note.examples)
    remedy = next((_said(one, _field(one, verdict))[1] for one in found), "")
    return " ".join(filter(None, (mended_text(note.column, note.code, note.count), example, remedy)))


def _wrong(number: int, one: Finding, told: Counter[tuple[str, str]], verdict: Verdict) -> Wrong:
    field = _field(one, verdict)
    said, remedy = _said(one, field)
    same = told[(one.column, one.value)] if one.value else 1
    return Wrong(number, one.line or 0, one.column, one.value, capfirst(said), remedy, same, _choices(field))


def _field(one: Finding, verdict: Verdict) -> Field | None:
    return schema(verdict.match.schema, verdict.match.version).by_name.get(verdict.fields.get(one.column, ""))


def _said(one: Finding, field: Field | None) -> tuple[str, str]:
    """What is wrong and what to do: as it was kept, in French; told again to who reads another language."""
    if field is None or one.rule not in RULES or get_language() in (None, WRITTEN_IN):
        return one.message.partition(" : ")[2] or one.message, one.remedy
    wrong, remedy = RULES[one.rule](field, one.value)
    return f"{shown(one.value) if one.value else _('la cellule')} {wrong}.", remedy


def _choices(field: Field | None) -> tuple[str, ...]:
    allowed = field.constraints.get("enum", ()) if field else ()
    return tuple(map(str, allowed)) if len(allowed) <= LISTED else ()


def typed(faults: Faults, said: QueryDict) -> Corrections:
    """The cells in which something else was written."""
    found = []
    for one in faults.wrong:
        value = said.get(f"cellule-{one.number}", one.value).strip()
        if value != one.value:
            everywhere = bool(one.value) and f"memes-{one.number}" in said
            found.append(Correction(one.column, one.value, value, None if everywhere else one.line))
    return Corrections(tuple(found))


def mended(faults: Faults, column: str) -> Corrections:
    """All that we know how to write as the schema wants it, or one column of it."""
    if column:
        return Corrections((), (column,) if column in faults.all_mended else ())
    return Corrections((), faults.all_mended, headings=bool(faults.headings))
