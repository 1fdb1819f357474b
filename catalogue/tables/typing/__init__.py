"""Typing: each column of texts becomes what it holds, when all of its values do.

A code keeps its zeros, an identifier its digits, and what cannot be read as the rest stays text: see `kinds` for how
each type is written in French files. Every change of a value is told.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from catalogue.tables.contract import Raw, Type, Typed
from catalogue.tables.looked import looked
from catalogue.tables.profiles import profiled
from catalogue.tables.store import Connection, as_parquet, connected, for_columns, quoted
from catalogue.tables.typing.asking import candidates, counted, sampled
from catalogue.tables.typing.deciding import Decision, decided
from catalogue.tables.typing.kinds import TEXTS
from catalogue.tables.typing.marks import is_mark
from catalogue.tables.typing.telling import told

NOTHING: Mapping[str, Type] = {}


def typed(raw: Raw, into: Path, hints: Mapping[str, Type] = NOTHING) -> Typed:
    """Writes `into` (by rename), with the profile of each column. `hints`: what a schema says of columns, by their names.

    A hint wins when at least half of the values follow it: those that do not become NULL (or stay as written, of a type
    that is kept as text) and are listed. Raises Unreadable and TooMuch, and leaves nothing behind.
    """
    partial = into.resolve().with_name(into.name + ".partial")
    wanted = {**raw.known, **hints}
    try:
        with connected([raw.path], [partial], for_columns(len(raw.names))) as connection:
            given = looked(connection, raw.path, len(raw.names))
            seen = sampled(given, raw) if raw.rows else {}
            of = candidates(raw, seen, wanted)
            counts = counted(given, raw, of, seen)
            decisions = {name: decided(of[name], counts[name], wanted.get(name)) for name in raw.names}
            _write(connection, raw, partial, decisions)
            notes = tuple(told(given, raw, decisions))
        columns = profiled(partial, {name: decision.type for name, decision in decisions.items()})
        partial.replace(into)
    finally:
        partial.unlink(missing_ok=True)
    kept = zip(columns, raw.written, strict=True)
    described = (replace(column, written=written, longest=counts[column.name].longest) for column, written in kept)
    return Typed(into, tuple(described), raw.rows, notes)


def _write(connection: Connection, raw: Raw, into: Path, decisions: Mapping[str, Decision]) -> None:
    chosen = ", ".join(f"{_expression(name, decision)} AS {quoted(name)}" for name, decision in decisions.items())
    connection.execute(
        f"COPY (SELECT {chosen} FROM read_parquet($path)) TO $into ({as_parquet(len(decisions))})",
        {"path": str(raw.path), "into": str(into)},
    )


def _expression(name: str, decision: Decision) -> str:
    if decision.kind is None:
        return quoted(name)
    text = decision.text
    value = (decision.kind.quick or decision.kind.value)(text)
    if decision.misfits:
        value = decision.kind.value(text)
        other = text if decision.type in TEXTS else "NULL"
        value = f"CASE WHEN {decision.kind.holds(text)} THEN {value} ELSE {other} END"
    if decision.stored != "VARCHAR":
        value = f"try_cast({value} AS {decision.stored})"
    return f"CASE WHEN {is_mark(text)} THEN NULL ELSE {value} END" if decision.marks else value
