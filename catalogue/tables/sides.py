"""The two versions of a table that are compared, and how their rows are told apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from catalogue.tables.contract import Column
from catalogue.tables.store import quoted


@dataclass(frozen=True)
class Side:
    """One version: its file and its columns. `shown`: whether rows that differ from it are wanted, and not their count alone."""

    path: Path
    columns: tuple[Column, ...]
    shown: bool = False

    @property
    def names(self) -> list[str]:
        return [column.name for column in self.columns]

    def column(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)


def digest(names: Sequence[str]) -> str:
    """Of the texts of these cells: a column that changed of type and not of values has the same."""
    return f"hash(row({', '.join(f'{quoted(name)}::VARCHAR' for name in names)}))" if names else "0::UBIGINT"
