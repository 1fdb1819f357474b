"""One row typed in a form, held against its schema by the very rules that files are held against."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

from catalogue.spoken import gettext as _
from catalogue.tables.schemas.bound import Bound
from catalogue.tables.schemas.checks import checks
from catalogue.tables.schemas.kinds import broken, missing, respected
from catalogue.tables.schemas.national import Field, Schema
from catalogue.tables.schemas.repairs import EMPTIED, repaired
from catalogue.tables.schemas.wording import told
from catalogue.tables.store import Connection, connected

NOWHERE: Final = Path("/")  # no file is asked


@dataclass(frozen=True)
class Row:
    """`values`: by field, as the schema wants them where we know how to write it so; `faults`: by field, what is wrong and what to do."""

    values: Mapping[str, str]
    faults: Mapping[str, str]


def judged(of: Schema, typed: Mapping[str, str]) -> Row:
    """`typed`: by the names of its fields; what is absent is empty."""
    with connected([]) as connection:
        values = _better(connection, of, {field.name: typed.get(field.name, "").strip() for field in of.fields})
        return Row(values, _faults(connection, of, values))


def _better(connection: Connection, of: Schema, values: Mapping[str, str]) -> dict[str, str]:
    found = dict(values)
    for field in of.fields:
        if not values[field.name]:
            continue
        bound = Bound(NOWHERE)
        cell = bound(values[field.name])
        sound = f"coalesce({respected(cell, field, bound)}, false)"
        said = _asked(connection, f"SELECT CASE WHEN {sound} THEN NULL ELSE {repaired(cell, field, bound)} END", bound)[
            0
        ]
        if said and not (field.required and said[0] == EMPTIED.code):
            found[field.name] = said[1] if said[1] is not None else values[field.name]
    return found


def _faults(connection: Connection, of: Schema, values: Mapping[str, str]) -> dict[str, str]:
    """The first fault of each field; of the row as a whole, at the field that the rule names."""
    faults: dict[str, str] = {}
    for field in of.fields:
        if fault := _fault(connection, of, field, values[field.name]):
            faults[field.name] = fault
    bound = Bound(NOWHERE)
    cells = {name: f"nullif({bound(value)}, '')" for name, value in values.items()}
    empty = partial(missing, words=of.missing, bound=bound)
    for each in checks(of, cells, empty):
        if _asked(connection, f"SELECT coalesce({each.wrong}, false)", bound)[0]:
            faults.setdefault(each.column, _sentence(values[each.column], *each.telling(values[each.column])))
    return faults


def _fault(connection: Connection, of: Schema, field: Field, value: str) -> str:
    if value in ("", *of.missing):
        return _sentence(value, *told("required", field, value)) if field.required else ""
    bound = Bound(NOWHERE)
    rules = list(broken(bound(value), field, bound))
    asked = ", ".join(f"coalesce({wrong}, false)" for _, wrong in rules)
    wrong = _asked(connection, f"SELECT {asked}", bound)
    rule = next((name for (name, _), bad in zip(rules, wrong, strict=True) if bad), "")
    return _sentence(value, *told(rule, field, value)) if rule else ""


def _sentence(value: str, said: str, remedy: str) -> str:
    subject = _("« %(text)s »") % {"text": value[:60]} if value else _("Ce champ")
    return f"{subject} {said}. {remedy}"


def _asked(connection: Connection, statement: str, bound: Bound) -> tuple[Any, ...]:
    found = connection.execute(statement, bound.used(statement)).fetchone()
    return tuple(found) if found else ()
