"""Records of a delimited text, whatever state it is in: quotes that are never closed, lines too short or too long.

What RFC 4180 allows is read as it says. What it does not is read so that one bad line costs nothing to the others:
a cell whose quote does not close within `MOST_LINES` lines is taken as written, on its own line.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

from catalogue.tables.contract import TooMuch
from catalogue.tables.intake.dialects import Dialect
from catalogue.tables.intake.reading import MOST_CHARACTERS

MOST_LINES = 500  # of one cell


class Malformed(ValueError):
    """What follows a closing quote is neither a separator nor the end of the line."""


class Records:
    """An iterator of records. `broken`: the first lines (of records, from 1) whose quotes were taken as written."""

    def __init__(self, lines: Iterator[str], dialect: Dialect) -> None:
        self._lines = lines
        self._again: deque[str] = deque()
        self._dialect = dialect
        self.broken: list[int] = []
        self.broken_count = 0
        self._number = 0

    def __iter__(self) -> Iterator[list[str]]:
        dialect = self._dialect
        separator, quote = dialect.separator, dialect.quote
        while (line := self._next()) is not None:
            self._number += 1
            if len(line) > MOST_CHARACTERS:
                raise TooMuch(
                    f"La ligne {self._number} a plus de {MOST_CHARACTERS:,} caractères : un guillemet ou un saut de ligne "
                    "manque sans doute. Corrigez-la, ou découpez le fichier.".replace(",", " "),
                    "long-line",
                )
            if quote not in line:
                yield line.split(separator) if separator else [line]
            else:
                yield self._quoted(line)

    def _next(self) -> str | None:
        if self._again:
            return self._again.popleft()
        return next(self._lines, None)

    def _quoted(self, line: str) -> list[str]:
        cells: list[str] = []
        taken: list[str] = []
        position = 0
        try:
            while True:
                position, opened = self._scan(line, position, cells)
                if opened is None:
                    return cells
                # The cell goes on: lines are added until its quote closes.
                line, position = self._joined(line, opened, taken)
        except Malformed:
            self._again.extendleft(reversed(taken))
            self.broken_count += 1
            if len(self.broken) < 100:
                self.broken.append(self._number)
            first = line.split("\n", 1)[0] if taken else line
            return self._as_written(first)

    def _joined(self, line: str, opened: int, taken: list[str]) -> tuple[str, int]:
        """The line with what follows up to one that closes the cell. `opened`: where the cell begins."""
        quote = self._dialect.quote
        parts, size = [line], len(line)
        while len(taken) < MOST_LINES and size < MOST_CHARACTERS and (more := self._next()) is not None:
            taken.append(more)
            parts.append(more)
            size += len(more) + 1
            if quote in more:
                return "\n".join(parts), opened
        raise Malformed

    def _scan(self, line: str, position: int, cells: list[str]) -> tuple[int, int | None]:
        """Adds the cells of a line from `position`; gives where a cell begins that this line does not close."""
        separator, quote, spaced = self._dialect.separator, self._dialect.quote, self._dialect.spaced
        while True:
            start = position
            if spaced:
                start += len(line) - position - len(line[position:].lstrip(" "))
            if line.startswith(quote, start):
                end = self._closing(line, start + 1)
                if end is None:
                    return position, position
                cells.append(self._unquoted(line[start + 1 : end]))
                position = end + 1
                if spaced:
                    position += len(line) - position - len(line[position:].lstrip(" "))
                if position >= len(line):
                    return position, None
                if not separator or not line.startswith(separator, position):
                    raise Malformed
                position += len(separator)
            else:
                end = line.find(separator, position) if separator else -1
                if end < 0:
                    cells.append(line[position:])
                    return len(line), None
                cells.append(line[position:end])
                position = end + len(separator)

    def _closing(self, line: str, position: int) -> int | None:
        quote, escape = self._dialect.quote, self._dialect.escape
        while (end := line.find(quote, position)) >= 0:
            if escape and line[end - 1] == escape and end > position:
                position = end + 1
            elif line.startswith(quote, end + 1):
                position = end + 2
            else:
                return end
        return None

    def _unquoted(self, cell: str) -> str:
        quote, escape = self._dialect.quote, self._dialect.escape
        if escape:
            cell = cell.replace(escape + quote, quote)
        return cell.replace(quote * 2, quote)

    def _as_written(self, line: str) -> list[str]:
        """Each cell that is quoted well is unquoted; of the others, quotes are characters like any."""
        cells: list[str] = []
        position = 0
        separator, quote = self._dialect.separator, self._dialect.quote
        if not separator:
            return [line]
        while position <= len(line):
            end = self._closing(line, position + 1) if line.startswith(quote, position) else None
            if end is not None and (end + 1 == len(line) or line.startswith(separator, end + 1)):
                cells.append(self._unquoted(line[position + 1 : end]))
                position = end + 2
                continue
            stop = line.find(separator, position)
            stop = len(line) if stop < 0 else stop
            cells.append(line[position:stop])
            position = stop + 1
        return cells
