"""How the cells of a column are read as what the recipe needs, whatever the file's column came in as."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from catalogue.indicators.language.functions import FUNCTIONS
from catalogue.indicators.language.kinds import Kind
from catalogue.indicators.language.lines import NO_LINE

TRUE: Final = "'true', '1', 'oui', 'vrai', 'yes', 'o'"
FALSE: Final = "'false', '0', 'non', 'faux', 'no', 'n'"
# Of a column of texts (VARCHAR): what cannot be read gives NULL, and is told.
FROM_TEXT: Final[Mapping[Kind, str]] = {
    Kind.TEXT: "{0}",
    Kind.LIST: "{0}",
    Kind.LINE: "{0}",
    Kind.NUMBER: FUNCTIONS["number"].sql,
    Kind.BOOLEAN: f"CASE WHEN lower(trim({{0}})) IN ({TRUE}) THEN true WHEN lower(trim({{0}})) IN ({FALSE}) THEN false END",
    Kind.DATE: "coalesce(try_cast({0} AS DATE), CAST(try_strptime({0}, '%d/%m/%Y') AS DATE))",
}
WHOLE: Final = frozenset(
    {"TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT"}
)


@dataclass(frozen=True)
class Cell:
    """A column of the file. `sql`: its cell, as the recipe's kind; `doubtful`: SQL of whether it cannot be read, "" never.

    `place`: None of one that the file lacks.
    """

    place: int | None
    sql: str
    doubtful: str = ""


ABSENT: Final[Mapping[Kind, str]] = {Kind.NUMBER: "DOUBLE", Kind.BOOLEAN: "BOOLEAN", Kind.DATE: "DATE"}


def absent(kind: Kind) -> Cell:
    """Of a column that the file lacks: nothing is known in any row."""
    return Cell(None, f"CAST(NULL AS {ABSENT.get(kind, 'VARCHAR')})")


def cell(place: int, stored: str, kind: Kind) -> Cell | None:
    """`stored`: DuckDB's type. None when such a column can never be read so."""
    column = f"c{place}"
    if stored == "VARCHAR":
        sql = FROM_TEXT[kind].format(column)
        if kind == Kind.LINE:
            return Cell(place, sql, f"({column} IS NOT NULL AND {NO_LINE.format(column)})")
        return Cell(place, sql, "" if sql == column else f"(trim({column}) <> '' AND {sql} IS NULL)")
    sql, doubtful = _from_typed(column, stored, kind)
    return Cell(place, sql, doubtful) if sql else None


def _from_typed(column: str, stored: str, kind: Kind) -> tuple[str, str]:
    numeric = stored in WHOLE or stored.startswith("DECIMAL") or stored in {"DOUBLE", "FLOAT"}
    moment = stored == "DATE" or stored.startswith("TIMESTAMP")
    match kind:
        case Kind.TEXT:
            return f"CAST({column} AS VARCHAR)", ""
        case Kind.NUMBER if numeric:
            return column, ""
        case Kind.BOOLEAN if stored == "BOOLEAN":
            return column, ""
        case Kind.BOOLEAN if numeric:
            return f"CASE {column} WHEN 1 THEN true WHEN 0 THEN false END", f"({column} NOT IN (0, 1))"
        case Kind.DATE if moment:
            return f"CAST({column} AS DATE)", ""
    return "", ""
