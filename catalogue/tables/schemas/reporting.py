"""Faults told to people: cell by cell, grouped when many have the same, and what was done to read them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from catalogue.spoken import gettext as _
from catalogue.spoken import ngettext
from catalogue.tables.contract import Finding, Note
from catalogue.tables.schemas.repairs import DONE, EMPTIED
from catalogue.tables.schemas.wording import shown

EXAMPLES: Final = 3
NAMED: Final = 5  # lines named in a group
COLUMNS: Final = 12  # columns named in a group


@dataclass(frozen=True)
class Said:
    """What is wrong with a column (`one`) or with several (`many`), and what is done about it: `repair`, "" for nothing."""

    rule: str
    one: str
    many: str
    remedy: str  # `{}`: the heading's detail
    remedy_of_many: str
    repair: str = ""
    done: str = ""


@dataclass(frozen=True)
class Heading:
    """A fault of a column, not of its cells."""

    said: Said
    column: str
    detail: str = ""

    @property
    def remedy(self) -> str:
        return self.said.remedy.format(self.detail)


@dataclass(frozen=True)
class Cell:
    """`line`: as `contract.Note` counts it; `repair`: its code, "" when there is none; `better`: the cell so repaired."""

    line: int
    value: str
    repair: str
    better: str | None = None


@dataclass(frozen=True)
class Fault:
    """All that one rule finds in the cells of one column.

    `repairs`: how many cells each repair reads, "" those that none does; `cells`: the first, those that none does before
    the others; `telling`: of a value, what is wrong and what to do.
    """

    rule: str
    column: str
    count: int
    repairs: Mapping[str, int]
    cells: tuple[Cell, ...]
    telling: Callable[[str], tuple[str, str]]

    @property
    def lost(self) -> int:
        """How many no repair reads."""
        return self.repairs.get("", 0)

    def told(self, cell: Cell) -> tuple[str, str]:
        """What is wrong with a cell and what to do: where we know how to write it, that."""
        said, remedy = self.telling(cell.value)
        if cell.repair == EMPTIED.code:
            return said, "Laissez la cellule vide, ou écrivez la valeur."
        return said, f"Écrivez {shown(cell.better)}." if cell.better and cell.better != cell.value else remedy


def findings(headings: Sequence[Heading], faults: Sequence[Fault], kept: int) -> tuple[Finding, ...]:
    """At most `kept`: what cannot be read first, then by line."""
    found = [*map(_of_column, headings), *(finding for fault in faults for finding in _of_cells(fault))]
    return tuple(sorted(found, key=lambda each: (each.recovered, each.line or 0))[:kept])


def grouped(headings: Sequence[Heading], faults: Sequence[Fault]) -> tuple[Note, ...]:
    """One note for each fault: what cannot be read first."""
    said = [(not notes_of.repair, note) for notes_of, note in _columns(headings, done=False)]
    said += [(bool(fault.lost), _group(fault)) for fault in faults]
    return tuple(note for _, note in sorted(said, key=lambda pair: not pair[0]))


def recovered(headings: Sequence[Heading], faults: Sequence[Fault]) -> tuple[Note, ...]:
    """What was done to read the table all the same."""
    return (*(note for said, note in _columns(headings, done=True) if said.repair), *_repaired(faults))


def _of_column(heading: Heading) -> Finding:
    message = f"La colonne « {heading.column} » {heading.said.one}."
    return Finding(heading.said.rule, heading.column, None, "", message, heading.remedy, bool(heading.said.repair))


def _of_cells(fault: Fault) -> Iterator[Finding]:
    for cell in fault.cells:
        said, remedy = fault.told(cell)
        subject = shown(cell.value) if cell.value else "la cellule"
        message = f"Ligne {cell.line}, colonne « {fault.column} » : {subject} {said}."
        yield Finding(fault.rule, fault.column, cell.line, cell.value, message, remedy, bool(cell.repair))


def _columns(headings: Iterable[Heading], *, done: bool) -> Iterator[tuple[Said, Note]]:
    """Columns that have the same fault are told together."""
    together: dict[Said, list[Heading]] = defaultdict(list)
    for heading in headings:
        together[heading.said].append(heading)
    for said, same in together.items():
        more = f" et {len(same) - COLUMNS} autres" if len(same) > COLUMNS else ""
        names = ", ".join(f"« {each.column} »" for each in same[:COLUMNS]) + more
        if done:
            text = f"{'Colonne' if len(same) == 1 else 'Colonnes'} {names} : {said.done}{_times(len(same), 'colonne')}."
        elif len(same) == 1:
            text = f"La colonne {names} {said.one}. {same[0].remedy}"
        else:
            text = f"{len(same)} colonnes {said.many} : {names}. {said.remedy_of_many}"
        yield said, Note(said.repair if done else said.rule, text, same[0].column, None, len(same))


def _group(fault: Fault) -> Note:
    examples = _examples(fault.cells)
    lines = [f"{cell.line}" for cell in fault.cells[:NAMED]]
    where = f"dans {fault.count} cellules" if fault.count > 1 else "dans une cellule"
    more = "…" if fault.count > len(lines) else ""
    seen = f" : {', '.join(map(shown, examples))}" if examples else ""
    said, remedy = fault.told(fault.cells[0])
    text = (
        f"Colonne « {fault.column} » : {where} (ligne{'s' if len(lines) > 1 else ''} {', '.join(lines)}{more}),"
        f" {'la valeur' if examples else 'la cellule'} {said}{seen}. {remedy}{_read_all_the_same(fault)}"
    )
    return Note(fault.rule, text, fault.column, fault.cells[0].line, fault.count, examples)


def _read_all_the_same(fault: Fault) -> str:
    read = fault.count - fault.lost
    if not read:
        return ""
    if not fault.lost:
        return " En attendant, c’est lu quand même."
    return f" En attendant, {read} {'sont lues' if read > 1 else 'est lue'} quand même."


def _repaired(faults: Iterable[Fault]) -> Iterator[Note]:
    for fault in faults:
        for code, count in fault.repairs.items():
            if code:
                text = mended(fault.column, code, count)
                examples = _examples([cell for cell in fault.cells if cell.repair == code])
                yield Note(code, text, fault.column, None, count, examples)


def mended(column: str, code: str, count: int) -> str:
    """What was done to read these cells, in the reader's language."""
    text = ngettext(
        "Colonne « %(column)s » : %(done)s (%(count)s cellule).",
        "Colonne « %(column)s » : %(done)s (%(count)s cellules).",
        count,
    )
    return text % {"column": column, "done": _(DONE[code]), "count": count}


def _examples(cells: Iterable[Cell]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(cell.value for cell in cells if cell.value))[:EXAMPLES]


def _times(count: int, noun: str) -> str:
    return f" ({count} {noun}s)" if count > 1 else ""
