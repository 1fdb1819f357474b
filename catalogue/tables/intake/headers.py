"""Where the header stands among the first lines of a table, and the names that it gives to the columns.

Above a header stand titles; below it, sometimes, a line of units; some headers have two levels. All formats whose
header is a line like any other (CSV, workbooks) come through here.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from catalogue.tables.contract import Note
from catalogue.tables.intake.reading import Row
from catalogue.tables.wording import agreed

LOOKED_AT = 60  # first lines, among which the header is looked for
RESERVED = "file_row_number"  # how DuckDB calls the place of a row
LONGEST_NAME = 200  # characters
NUMBER = re.compile(r"[+-]?\d[\d   ]*([.,]\d+)?\s*[%€]?")
MOMENT = re.compile(r"\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4}([ T]\d{1,2}:\d{2}.*)?")
YEAR = re.compile(r"(18|19|20|21)\d\d")
UNIT = re.compile(
    r"[(\[]?\s*(€|k€|m€|euros?|%|‰|m|m2|m²|m3|m³|km|km2|km²|ha|mm|cm|t|tonnes?|kg|g|mg|l|kwh|mwh|gwh|kw|mw|j|h|min|s|jours?|"
    r"heures?|hab\.?|habitants?|nb|nombre|[µu]g/m[3³]|kgco2e?|tco2e?|°c?|en [a-zé€%]+|unités?(\s*:.*)?|\w{1,6}/\w{1,6})\s*[)\]]?",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Header:
    """`lines`: how many lines stand before the first row, the header's own included."""

    written: tuple[str, ...]
    lines: int
    notes: tuple[Note, ...] = ()


def found(rows: Sequence[Row], lines: int | None = None) -> Header:
    """`rows`: the first ones, as the file has them; `lines`: what the publisher said, None to find it out."""
    cells = [[(cell or "").strip() for cell in row] for row in rows]
    width = _width(cells)
    if lines is not None:
        return _said(_wide(cells, width), width, min(lines, len(cells)))
    first = _first(cells, width)
    if first == len(cells):
        return Header(("",) * width, 0)
    # A header that is wider than most lines names columns which these leave out.
    width = max(width, _end(cells[first]) if _text(cells[first]) else 0)
    cells = _wide(cells, width)
    top, bottom = _levels(cells, first)
    notes = [_titles(cells[:top])] if any(any(row) for row in cells[:top]) else []
    if not _heads(cells, bottom, several=bottom > top):
        note = Note(
            "no-header",
            "La première ligne ressemble à des données : les colonnes n’ont pas de nom. Ajoutez une ligne d’en-tête.",
            line=first + 1,
        )
        return Header(("",) * width, first, (*notes, note))
    written = _joined(cells[top : bottom + 1])
    if bottom > top:
        text = f"L’en-tête tient sur deux lignes ({top + 1} et {bottom + 1}) : elles ont été jointes."
        notes.append(Note("two-level-header", text, line=top + 1, examples=written[:5]))
    after = bottom + 1
    if _units(cells, after):
        said = tuple(f"{name} : {unit}" for name, unit in zip(written, cells[after], strict=True) if unit)
        notes.append(
            Note(
                "units",
                "La ligne d’unités sous l’en-tête n’est pas une donnée : elle est notée ici.",
                line=after + 1,
                examples=said,
            )
        )
        after += 1
    return Header(written, after, tuple(notes))


def _end(row: Sequence[str]) -> int:
    """How many cells, the empty ones at the end apart."""
    return max((index for index, cell in enumerate(row, 1) if cell), default=0)


def _width(cells: list[list[str]]) -> int:
    """Of most of the lines; the narrower one when two are as frequent."""
    widths = Counter(len(row) for row in cells if any(row))
    if not widths:
        return max((len(row) for row in cells), default=0)
    return max(widths, key=lambda each: (widths[each], -each))


def _wide(cells: list[list[str]], width: int) -> list[list[str]]:
    return [row[:width] + [""] * (width - len(row)) for row in cells]


def _said(cells: list[list[str]], width: int, lines: int) -> Header:
    if not lines:
        return Header(("",) * width, 0)
    top = lines - 1
    return Header(tuple(cells[top]), lines, (_titles(cells[:top]),) if any(any(row) for row in cells[:top]) else ())


def _titles(rows: list[list[str]]) -> Note:
    said = tuple(" ".join(filter(None, row)) for row in rows if any(row))
    text = agreed(
        len(said),
        "# ligne[s] au-dessus de l’en-tête n[’est|e sont] pas [une donnée|des données] : elle[s] [est notée|sont notées] ici.",
    )
    return Note("title-lines", text, line=1, count=len(said), examples=said)


def _first(cells: list[list[str]], width: int) -> int:
    """The first line that fills most of the width; else the first that has anything."""
    for share in (0.6, 0.3):
        for index, row in enumerate(cells):
            if sum(map(bool, row)) >= max(share * width, 2 if width > 1 else 1):
                return index
    return next((index for index, row in enumerate(cells) if any(row)), len(cells))


def _kind(cell: str) -> str:
    if NUMBER.fullmatch(cell):
        return "number"
    return "moment" if MOMENT.fullmatch(cell) else "text"


def _text(row: Sequence[str]) -> bool:
    return any(row) and all(_kind(cell) == "text" for cell in row if cell)


def _heads(cells: list[list[str]], at: int, several: bool) -> bool:
    """Whether the line is a header: it is unlike what stands below it, in columns that have numbers or dates.

    `several`: it stands under a level of its own, which says what its years are of.
    """
    row, below = cells[at], cells[at + 1 :]
    if _text(row) or _years(row, below, several):
        return True
    alike = unlike = 0
    for column, cell in enumerate(row):
        kinds = {_kind(line[column]) for line in below if line[column]}
        if cell and len(kinds) == 1 and kinds != {"text"}:
            if _kind(cell) in kinds:
                alike += 1
            else:
                unlike += 1
    return unlike > alike if alike or unlike else not below


def _years(row: Sequence[str], below: list[list[str]], repeated: bool = False) -> bool:
    """Years as names of columns: several, all different, above something else than years."""
    columns = [column for column, cell in enumerate(row) if cell and _kind(cell) != "text"]
    years = [row[column] for column in columns]
    if not columns or not all(YEAR.fullmatch(year) for year in years):
        return False
    if not repeated and (len(columns) < 2 or len(set(years)) < len(years)):
        return False
    return any(line[column] and not YEAR.fullmatch(line[column]) for line in below for column in columns)


def _levels(cells: list[list[str]], first: int) -> tuple[int, int]:
    """The first and the last line of the header."""
    row, rest = cells[first], cells[first + 1 :]
    above = cells[first - 1] if first else []
    if (
        sum(map(bool, above)) >= 2
        and _text(above)
        and not all(above)
        and (_text(row) or _years(row, rest, repeated=True))
    ):
        return first - 1, first
    if len(rest) < 2 or not _text(row):
        return first, first
    below, rest = rest[0], rest[1:]
    gaps = [column for column, cell in enumerate(row) if not cell]
    repeated = any(one and one == other for one, other in pairwise(row))
    fills = (gaps or repeated) and all(below[column] for column in gaps)
    if fills and (_text(below) or _years(below, rest, repeated=True)) and _data_below(below, rest):
        return first, first + 1
    return first, first


def _data_below(row: list[str], rest: list[list[str]]) -> bool:
    """Some column has numbers or dates under a cell of this line that is a word, or a year."""
    for column, cell in enumerate(row):
        kinds = {_kind(line[column]) for line in rest if line[column]}
        if cell and kinds and "text" not in kinds and (_kind(cell) == "text" or YEAR.fullmatch(cell)):
            return True
    return False


def _joined(rows: list[list[str]]) -> tuple[str, ...]:
    if len(rows) == 1:
        return tuple(rows[0])
    upper, lower = rows
    spread, last = [], ""
    for above, below in zip(upper, lower, strict=True):
        last = above or (last if below else "")  # a cell merged over several columns
        spread.append(last)
    return tuple(
        " – ".join(dict.fromkeys(filter(None, (above, below)))) for above, below in zip(spread, lower, strict=True)
    )


def _units(cells: list[list[str]], at: int) -> bool:
    if at + 1 >= len(cells):
        return False
    filled = [cell for cell in cells[at] if cell]
    return bool(filled) and all(UNIT.fullmatch(cell) for cell in filled) and _data_below(cells[at], cells[at + 1 :])


def named(written: Sequence[str]) -> tuple[tuple[str, ...], tuple[Note, ...]]:
    """Names that are unique, whatever their case, and never empty; what was done for it."""
    taken = {RESERVED}
    names: list[str] = []
    empty: list[int] = []
    repeated: list[str] = []
    for number, each in enumerate(written, 1):
        name = " ".join("".join(c if c.isprintable() else " " for c in each.replace("\ufeff", "")).split())[
            :LONGEST_NAME
        ]
        if not name:
            empty.append(number)
            name = f"colonne_{number}"
        elif name.casefold() in taken:
            repeated.append(name)
        base, count = name, 1
        while name.casefold() in taken:
            count += 1
            name = f"{base}_{count}"
        taken.add(name.casefold())
        names.append(name)
    notes = []
    if empty:
        text = agreed(
            len(empty), "# colonne[s] sans nom : un nom [lui|leur] a été donné. Nommez-l[a|es] dans le fichier."
        )
        notes.append(
            Note(
                "unnamed-columns", text, count=len(empty), examples=tuple(f"colonne_{number}" for number in empty[:20])
            )
        )
    if repeated:
        text = "Plusieurs colonnes portent le même nom : un numéro a été ajouté aux suivantes. Donnez-leur des noms différents."
        notes.append(Note("repeated-columns", text, count=len(repeated), examples=tuple(repeated[:20])))
    return tuple(names), tuple(notes)
