"""How an export is written, where there is a choice."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, replace
from typing import Final

from catalogue.tables.contract import BadQuestion
from catalogue.tables.query import TableQuery

Pieces = Generator[bytes, None, None]
SEPARATORS: Final = {",": ",", ";": ";", "tab": "\t", "\t": "\t", "|": "|"}
SECONDS: Final = 30.0  # of DuckDB's work before each piece
ROWS: Final = 5_000  # of one piece


@dataclass(frozen=True)
class Style:
    """`safe`: texts that a spreadsheet would compute begin with an apostrophe (CSV, XLSX). `limit`: rows, None for all."""

    separator: str = ","  # one of SEPARATORS
    decimal: str = "."  # or ","
    bom: bool = False
    safe: bool = True
    limit: int | None = None

    def __post_init__(self) -> None:
        if self.separator not in SEPARATORS:
            raise BadQuestion("Le séparateur « sep » s’écrit , ; | ou tab.")
        if self.decimal not in (".", ","):
            raise BadQuestion("Les décimales « decimal » s’écrivent avec . ou avec une virgule.")
        if self.limit is not None and self.limit < 0:
            raise BadQuestion("Un export a un nombre de lignes positif, ou toutes.")


PLAIN: Final = Style()


def whole(query: TableQuery) -> TableQuery:
    return replace(query, limit=0, cursor="")
