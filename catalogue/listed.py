"""A small CSV that somebody wrote for a command: its named columns line by line, whatever parts them."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

SIGNS: Final = ",;\t"
LONGEST: Final = 100_000  # signs of a cell: the limit of `csv` is the process's, and others raise it


class ColumnsMissing(Exception):
    """`names`: of those that the first line lacks."""

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__(", ".join(names))
        self.names = tuple(names)


def listed(text: str, columns: Sequence[str]) -> Iterator[tuple[int, Mapping[str, str]]]:
    """The number of each line with the cells of these columns, stripped; empty lines are left out.

    The sign that parts cells is the most frequent of the first line. Names count without case. Raises ColumnsMissing, and csv.Error for
    what is no CSV.
    """
    bare = text.removeprefix("\N{BYTE ORDER MARK}")
    rows = csv.DictReader(bare.splitlines(), delimiter=max(SIGNS, key=bare.partition("\n")[0].count))
    names = [(name or "").strip().casefold() for name in rows.fieldnames or ()]
    if missing := [name for name in columns if name not in names]:
        raise ColumnsMissing(missing)
    rows.fieldnames = names
    for row in rows:
        if any(len(cell) > LONGEST for cell in row.values() if isinstance(cell, str)):
            raise csv.Error(f"une cellule de plus de {LONGEST} signes, ligne {rows.line_num}")
        said = {name: (row.get(name) or "").strip() for name in columns}
        if any(said.values()):
            yield rows.line_num, said
