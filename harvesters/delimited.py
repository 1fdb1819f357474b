"""CSV that a stranger wrote, of which one record is bounded.

Python's own limit is of a cell and of the whole process: whoever imports a library that lifts it lifts it for all.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator

# Where a record may be longer than Python lets a cell be.
csv.field_size_limit(max(csv.field_size_limit(), 1_000_000))


class Records:
    """The cells of each record; `line` is the number of the last line that was read, from 1.

    Iterating raises csv.Error for what is no CSV, and for a record of more than `longest` characters: a quote without end is not
    gathered whole.
    """

    def __init__(
        self, lines: Iterable[str], longest: int, delimiter: str = ",", skipinitialspace: bool = False
    ) -> None:
        self._longest, self._taken = longest, 0
        self._rows = csv.reader(self._bounded(lines), delimiter=delimiter, skipinitialspace=skipinitialspace)

    def _bounded(self, lines: Iterable[str]) -> Iterator[str]:
        for line in lines:
            self._taken += len(line)
            if self._taken > self._longest:
                raise csv.Error("a record without end")
            yield line

    def __iter__(self) -> Iterator[list[str]]:
        return self

    def __next__(self) -> list[str]:
        self._taken = 0
        return next(self._rows)

    @property
    def line(self) -> int:
        return self._rows.line_num
