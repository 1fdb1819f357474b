"""Rows as text. Those of a file are written by DuckDB: of a million Python sees a few thousand strings at a time.

Those of a page are put together here, of cells that DuckDB wrote: it takes longer to plan such a text (0.15 ms a column)
than Python to write a hundred.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from json.encoder import encode_basestring
from typing import Any, Final

from catalogue.tables.contract import Type
from catalogue.tables.query.places import Place
from catalogue.tables.query.plan import Output
from catalogue.tables.store import Value, quoted

NUMBERS: Final = frozenset({Type.INTEGER, Type.DECIMAL, Type.YEAR, Type.LATITUDE, Type.LONGITUDE})
STRUCTURED: Final = frozenset({Type.LIST, Type.GEOMETRY})  # JSON already
WRITTEN: Final = NUMBERS | STRUCTURED | {Type.BOOLEAN}  # as in JSON, once they are text
# A cell that a spreadsheet would compute (OWASP, "CSV Injection"); a signed number or a telephone computes nothing else.
FORMULA: Final = r"^[=+\-@\t\r]"
HARMLESS: Final = r"^[+-][0-9][0-9 .,()/\x{00A0}\x{202F}-]*$"


def json_value(output: Output) -> str:
    """SQL of a value in JSON (RFC 8259); NULL when the cell is empty."""
    return cell(output) if output.type in WRITTEN else f"to_json({text(output)})"


def cell(output: Output) -> str:
    """SQL of a value in JSON, of a text as it is; NULL when the cell is empty."""
    here = output.sql
    if output.type in NUMBERS and not output.exact:
        # What is no number has no way to be written.
        return f"CASE WHEN isfinite(CAST({here} AS DOUBLE)) THEN CAST({here} AS VARCHAR) END"
    if output.type in STRUCTURED:
        said = text(output)
        return f"CASE WHEN json_valid({said}) THEN {said} ELSE to_json({said}) END"
    return text(output)


def json_objects(outputs: Sequence[Output], rows: Sequence[tuple[Any, ...]]) -> Iterator[str]:
    """The rows of a page whose first columns are the cells of these outputs."""
    keys = [f"{',' if number else '{'}{encode_basestring(each.name)}:" for number, each in enumerate(outputs)]
    columns = [(place, key, outputs[place].type in WRITTEN) for place, key in enumerate(keys)]
    for row in rows:
        parts: list[str] = []
        for place, key, written in columns:
            value = row[place]
            parts += (key, "null" if value is None else value if written else encode_basestring(value))
        yield f"{''.join(parts)}}}"


def json_object(outputs: Sequence[Output], values: dict[str, Value]) -> str:
    """SQL of a row as a JSON object. The names of the columns are added to `values`."""
    parts = []
    for number, output in enumerate(outputs):
        start = "{" if not number else ","
        values[f"j{number}"] = f"{start}{json.dumps(output.name, ensure_ascii=False)}:"
        parts.append(f"$j{number}, coalesce({json_value(output)}, 'null')")
    return f"concat({', '.join(parts)}, '}}')"


def feature(outputs: Sequence[Output], place: Place, values: dict[str, Value]) -> str:
    """SQL of a row as a GeoJSON feature (RFC 7946 §3.2); `geometry` is null where the row has no place."""
    properties = json_object(outputs, values) if outputs else "'{}'"
    geometry = f"coalesce({place.geometry}, 'null')"
    return f'concat(\'{{"type":"Feature","geometry":\', {geometry}, \',"properties":\', {properties}, \'}}\')'


def text(output: Output) -> str:
    """SQL of a value as text, dates as in ISO 8601."""
    here = output.sql
    if output.type == Type.DATETIME:
        return f"strftime({here}, '%Y-%m-%dT%H:%M:%S')"
    return f"CAST({here} AS VARCHAR)"


def harmless(here: str) -> str:
    """SQL of a text that no spreadsheet takes for a formula."""
    formula = f"regexp_matches({here}, '{FORMULA}') AND NOT regexp_matches({here}, '{HARMLESS}')"
    return f"CASE WHEN {formula} THEN concat('''', {here}) ELSE {here} END"


def csv_value(output: Output, separator: str, decimal: str, safe: bool) -> str:
    """SQL of a cell of CSV (RFC 4180); `separator` and `decimal` are of a closed list."""
    written = text(output)
    if output.type in NUMBERS:
        if decimal == ".":
            return f"coalesce({written}, '')"
        written = f"replace({written}, '.', '{decimal}')"
    elif safe and output.type not in (Type.BOOLEAN, Type.DATE, Type.DATETIME, Type.TIME):
        written = harmless(written)
    special = f"regexp_matches({written}, '[\"\\r\\n{separator}]')"
    return f"coalesce(CASE WHEN {special} THEN concat('\"', replace({written}, '\"', '\"\"'), '\"') ELSE {written} END, '')"


def csv_line(outputs: Sequence[Output], separator: str, decimal: str, safe: bool) -> str:
    parts = [csv_value(output, separator, decimal, safe) for output in outputs]
    between = f", '{separator}', "
    return f"concat({between.join(parts)})"


def named(outputs: Sequence[Output]) -> str:
    """SQL of the columns under their own names, for a file that has names of columns."""
    return ", ".join(f"{output.sql} AS {quoted(output.name)}" for output in outputs)
