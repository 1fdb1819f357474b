"""Merged cells of a sheet: what each of the rows that they cover says."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from catalogue.tables.contract import Note

HEADER: Final = 10  # rows among which a merged cell may be part of a header
# Each from its first row and column to its last ones, from 0.
Ranges = Iterable[tuple[tuple[int, int], tuple[int, int]]]


class Merges:
    """Gives each row the text of the merged cells that cover it.

    A cell merged over several columns of a header names them all, unless it is a title over the whole table; one merged over
    several lines of the table counts for each of them.
    """

    def __init__(self, ranges: Ranges, top: int, width: int) -> None:
        self._by_row: dict[int, list[tuple[int, int, int]]] = {}
        self._last: dict[int, tuple[int, str | None]] = {}  # column -> until which row, and what
        self._header = top + HEADER
        self.spread = 0
        for (row, column), (last, right) in ranges:
            header = row - top < HEADER and last == row
            if header and right - column < width:
                self._by_row.setdefault(row, []).append((column, right, last))
            elif last > row and row - top > 0:
                self._by_row.setdefault(row, []).append((column, column, last))

    def applied(self, number: int, left: int, row: list[str | None]) -> list[str | None]:
        if not self._by_row:
            return row
        for column, (until, text) in list(self._last.items()):
            if number > until:
                del self._last[column]
            elif 0 <= column - left < len(row) and row[column - left] is None:
                row[column - left] = text
                self.spread += text is not None
        title = number <= self._header and not any(row[1:])  # one text alone, at the beginning of its line
        for column, right, last in self._by_row.get(number, ()):
            if title or not 0 <= column - left < len(row):
                continue
            text = row[column - left]
            for each in range(column + 1, min(right + 1, left + len(row))):
                row[each - left] = text
            if last > number:
                self._last[column] = (last, text)
        return row

    def notes(self) -> Iterator[Note]:
        if self.spread:
            yield Note(
                "merged",
                "Des cellules fusionnées couvrent plusieurs lignes : leur valeur a été recopiée dans chacune.",
                count=self.spread,
            )
