"""From rows of texts to `Raw`: header and names found, rows made of one width, one Parquet file of texts written.

Rows go through a CSV of our own (UTF-8, comma, every cell quoted), which DuckDB turns into Parquet: no table is ever
held in memory. A CSV that is already in order is read by DuckDB where it stands.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain, islice
from pathlib import Path

from catalogue.tables.contract import Note, Raw, TooMuch, Unreadable
from catalogue.tables.intake import endings, headers
from catalogue.tables.intake.reading import MOST_CHARACTERS, MOST_COLUMNS, Found, Row
from catalogue.tables.store import as_parquet, connected, for_columns, quoted
from catalogue.tables.wording import agreed

SURPLUS = "surplus"


@dataclass(frozen=True)
class Plan:
    """A delimited file that DuckDB can read: its columns in order, and where its rows begin."""

    path: Path
    names: tuple[str, ...]
    separator: str = ","
    quote: str = '"'
    skipped: int = 0  # lines above the first row
    longest: int = 2**21  # bytes of a line
    ragged: bool = False  # lines may have fewer cells than there are columns


@dataclass
class Widths:
    """What was done to give every row the same width. `gaps`: see `Raw`."""

    width: int
    separator: str
    short: list[int] = field(default_factory=list)
    short_count: int = 0
    long: list[int] = field(default_factory=list)
    long_count: int = 0
    blank: int = 0
    rows: int = 0
    longest: int = 0
    gaps: list[tuple[int, int]] = field(default_factory=list)

    def even(self, rows: Iterator[Row], first_line: int) -> Iterator[list[str]]:
        """Each row with exactly `width` cells and one more for what is left over."""
        width = self.width
        line = first_line - 1
        for row in rows:
            line += 1
            cells = [cell or "" for cell in row]
            if not any(cells):
                self._blank()
                continue
            self.rows += 1
            if len(cells) < width:
                self._short(line)
                cells += [""] * (width - len(cells))
            left = [cell for cell in cells[width:] if cell]
            if left:
                self.long_count += 1
                if len(self.long) < 100:
                    self.long.append(line)
            yield [*cells[:width], (self.separator or " ").join(cells[width:]) if left else ""]

    def _blank(self) -> None:
        self.blank += 1
        if self.gaps and self.gaps[-1][0] == self.rows:
            self.gaps[-1] = (self.rows, self.gaps[-1][1] + 1)
        elif len(self.gaps) < 10_000:
            self.gaps.append((self.rows, 1))

    def _short(self, line: int) -> None:
        self.short_count += 1
        if len(self.short) < 100:
            self.short.append(line)

    def notes(self) -> Iterator[Note]:
        if self.short_count:
            text = agreed(
                self.short_count,
                "# ligne[s] [a|ont] moins de cellules que l’en-tête : il manque des séparateurs, les cellules absentes sont vides.",
            )
            yield Note("short-lines", text, line=self.short[0], count=self.short_count, examples=_numbers(self.short))
        if self.long_count:
            text = agreed(
                self.long_count,
                "# ligne[s] [a|ont] plus de cellules que l’en-tête : ce qui dépasse est gardé dans une dernière colonne. "
                "Un séparateur se trouve sans doute dans un texte sans guillemets.",
            )
            yield Note("long-lines", text, line=self.long[0], count=self.long_count, examples=_numbers(self.long))
        if self.gaps[: -1 if self.gaps and self.gaps[-1][0] == self.rows else None]:
            yield Note(
                "blank-lines",
                agreed(self.blank, "# ligne[s] vide[s] [a été sautée|ont été sautées]."),
                count=self.blank,
            )


def _numbers(lines: Sequence[int]) -> tuple[str, ...]:
    return tuple(f"ligne {line}" for line in lines[:20])


def shaped(found: Found, into: Path, header_lines: int | None = None) -> Raw:
    """Reads `found.rows` to their end and writes `into`. Raises TooMuch, Unreadable."""
    if found.names is not None:
        return _keyed(found, found.names, into)
    rows = iter(found.rows)
    first = list(islice(rows, headers.LOOKED_AT))
    header = _header(first, header_lines)
    names, notes = headers.named(header.written)
    checked(names)
    first_line = found.first_line + header.lines
    widths = Widths(len(names), found.separator)
    surplus = _free(SURPLUS, names)
    canonical = into.with_name(into.name + ".csv")
    try:
        even = widths.even(chain(first[header.lines :], rows), first_line)
        longest = _written(even, canonical)
        plan = Plan(canonical, (*names, surplus), longest=longest)
        kept = names if not widths.long_count else plan.names
        to_parquet(plan, kept, into)
    finally:
        canonical.unlink(missing_ok=True)
    raw = Raw(
        path=into,
        names=kept,
        written=(*header.written, *[""] * (len(kept) - len(names))),
        rows=widths.rows,
        format=found.format,
        first_line=first_line,
        encoding=found.encoding,
        separator=found.separator,
        sheet=found.sheet,
        sheets=tuple(found.sheets),
        known=dict(found.known),
        gaps=tuple(widths.gaps),
    )
    raw = replace(raw, notes=(*found.notes, *header.notes, *notes, *widths.notes()))
    return endings.cut(raw)


def _keyed(found: Found, growing: Sequence[str], into: Path) -> Raw:
    """A table whose format names its columns, some of them perhaps while its rows are read. All its rows are kept."""
    canonical = into.with_name(into.name + ".csv")
    counted = Widths(0, "")
    try:
        longest = _written(_counted(found.rows, counted), canonical)
        written = tuple(growing)
        names, notes = headers.named(written)
        checked(names)
        if not counted.rows or not names:
            raise Unreadable("Ce fichier ne contient aucune ligne. Déposez celui qui contient les lignes.", "empty")
        to_parquet(Plan(canonical, names, longest=longest, ragged=True), names, into)
    finally:
        canonical.unlink(missing_ok=True)
    known = {name: found.known[key] for name, key in zip(names, written, strict=True) if key in found.known}
    return Raw(
        path=into,
        names=names,
        written=written,
        rows=counted.rows,
        format=found.format,
        encoding=found.encoding,
        sheet=found.sheet,
        sheets=tuple(found.sheets),
        notes=(*found.notes, *notes),
        known=known,
        unsaid=found.unsaid,
    )


def _counted(rows: Iterator[Row], into: Widths) -> Iterator[list[str]]:
    for row in rows:
        into.rows += 1
        yield [cell or "" for cell in row] or [""]


def _header(first: list[Row], lines: int | None) -> headers.Header:
    header = headers.found(first, lines)
    if not any(cell for row in first for cell in row):
        raise Unreadable(
            "Ce fichier n’a aucune ligne qui porte quelque chose. Déposez celui qui contient les lignes.", "empty"
        )
    return header


def checked(names: Sequence[str]) -> None:
    if len(names) > MOST_COLUMNS:
        raise TooMuch(
            f"Cette table a {len(names)} colonnes, {MOST_COLUMNS} au plus sont lues. Une ligne par mesure se lit mieux qu’une colonne.",
            "columns",
        )


def _free(name: str, names: Sequence[str]) -> str:
    taken = {each.casefold() for each in names}
    while name.casefold() in taken:
        name += "_"
    return name


def _written(rows: Iterator[list[str]], path: Path) -> int:
    """Writes the rows, gives the longest line in bytes."""
    longest = 0
    with path.open("w", encoding="utf-8", errors="replace", newline="") as file:
        write = csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\n").writerow
        for row in rows:
            longest = max(longest, write(row))
    # `write` counts characters; a character is four bytes at most.
    if longest > 2 * MOST_CHARACTERS:
        raise TooMuch(
            "Une ligne est trop longue pour une table : découpez-la, ou retirez la colonne des grands textes.",
            "long-line",
        )
    return 4 * longest + 16


def to_parquet(plan: Plan, kept: Sequence[str], into: Path) -> None:
    """Raises Unreadable when the file is not exactly as the plan says: lines of another width, a quote left open."""
    columns = {f"c{number}": "VARCHAR" for number in range(len(plan.names))}
    chosen = ", ".join(f"c{plan.names.index(name)} AS {quoted(name)}" for name in kept)
    buffer = max(8 * 2**20, 2 * plan.longest)
    with connected([plan.path], [into], for_columns(len(plan.names))) as connection:
        connection.execute(
            f"""COPY (SELECT {chosen} FROM read_csv($path, auto_detect = false, header = false, skip = $skip, delim = $delim,
                quote = $quote, escape = $quote, columns = $columns, strict_mode = true, null_padding = $ragged, parallel = $parallel,
                max_line_size = $longest, buffer_size = $buffer)) TO $into ({as_parquet(len(kept))})""",
            {
                "into": str(into),
                "path": str(plan.path),
                "skip": plan.skipped,
                "delim": plan.separator,
                "quote": plan.quote,
                "columns": columns,
                "longest": max(plan.longest, 2**21),
                "buffer": buffer,
                "ragged": plan.ragged,
                "parallel": not plan.ragged,  # DuckDB pads no line that holds a line break while it reads in parallel
            },
        )
