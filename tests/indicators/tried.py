"""Expressions of the language run over a few rows, without a schema or a recipe."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from catalogue.indicators.language import Kind, Scope, Writer, check_aggregated, check_row, parse
from catalogue.indicators.language.cells import Cell, cell
from catalogue.tables.store import asking, connected

SQL_TYPES: Final = {
    Kind.TEXT: "VARCHAR",
    Kind.NUMBER: "DOUBLE",
    Kind.BOOLEAN: "BOOLEAN",
    Kind.DATE: "DATE",
    Kind.LIST: "VARCHAR",
    Kind.LINE: "VARCHAR",
}
COLUMNS: Final = {
    "nom": Kind.TEXT,
    "code": Kind.TEXT,
    "montant": Kind.NUMBER,
    "lots": Kind.NUMBER,
    "ouvert": Kind.BOOLEAN,
    "le": Kind.DATE,
    "fin": Kind.DATE,
    "labels": Kind.LIST,
    "trace": Kind.LINE,
    "vide": Kind.NUMBER,
}
DERIVED: Final = {"double": "montant * 2", "quadruple": "double * 2"}


def scope() -> Scope:
    return Scope(COLUMNS, {name: parse(text) for name, text in DERIVED.items()}, schema="essai/essai")


def written(rows: Sequence[dict[str, Any]], folder: Path) -> Path:
    path = folder / f"rows{len(list(folder.iterdir()))}.parquet"
    values = {f"v{place}_{name}": each.get(name) for place, each in enumerate(rows) for name in COLUMNS}
    lines = (
        ", ".join(f"CAST($v{place}_{name} AS {SQL_TYPES[kind]}) AS {name}" for name, kind in COLUMNS.items())
        for place in range(len(rows))
    )
    sql = " UNION ALL ".join(f"SELECT {line}" for line in lines)
    with connected([], [path]) as connection:
        connection.execute(f"COPY ({sql}) TO '{path}' (FORMAT parquet, USE_TMP_FILE false)", values)
    return path


def cells(types: Sequence[str]) -> dict[str, Cell]:
    found = {
        name: cell(place, stored, kind)
        for place, ((name, kind), stored) in enumerate(zip(COLUMNS.items(), types, strict=True))
    }
    return {name: each for name, each in found.items() if each is not None}


def row(text: str, given: dict[str, Any], folder: Path) -> Any:
    """What the expression says of this row."""
    path, node = written([given], folder), parse(text)
    check_row(scope(), node, frozenset(Kind))
    with asking(path) as rows:
        writer = Writer(scope(), cells(rows.stored.types))
        sql = writer.row(node)
        assert text not in sql
        return rows.all(f"SELECT {sql} FROM {rows.stored.source}", {"file": str(path), **writer.values})[0][0]


def over(text: str, given: Sequence[dict[str, Any]], folder: Path) -> Any:
    """What the expression says of all of these rows."""
    path, node = written(given, folder), parse(text)
    check_aggregated(scope(), node)
    with asking(path) as rows:
        writer = Writer(scope(), cells(rows.stored.types))
        sql = writer.over(node, "")
        ranked = f"(SELECT {', '.join(['*', *writer.windows])} FROM {rows.stored.source})"
        return rows.all(f"SELECT {sql} FROM {ranked}", {"file": str(path), **writer.values})[0][0]
