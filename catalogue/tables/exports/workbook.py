"""XLSX: one sheet, written row by row in a temporary file, then sent.

The only door to XlsxWriter. A text is never taken for a formula nor for a link; what Excel cannot hold as a number or
as a date (more than 15 digits, before 1900) is written as text, so that nothing is rounded.
"""

from __future__ import annotations

import math
import tempfile
from collections.abc import Callable
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from catalogue.tables.contract import BadQuestion, TooMuch, Type
from catalogue.tables.exports.columnar import sent
from catalogue.tables.exports.style import ROWS, SECONDS, Pieces, Style, whole
from catalogue.tables.query import Readable, TableQuery
from catalogue.tables.query.plan import Output, Plan, planned
from catalogue.tables.query.rendering import harmless
from catalogue.tables.store import Asking, asking

# Excel's (Microsoft, "Excel specifications and limits").
MOST_ROWS: Final = 1_048_576 - 1  # and the header
MOST_COLUMNS: Final = 16_384
LONGEST: Final = 32_767  # characters of a cell
EXACT: Final = 10**15
FIRST_YEAR: Final = 1900
OPTIONS: Final = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
SHAPES: Final = {Type.DATE: "yyyy-mm-dd", Type.DATETIME: "yyyy-mm-dd hh:mm:ss", Type.TIME: "hh:mm:ss"}
PLAIN: Final = frozenset({*SHAPES, Type.INTEGER, Type.DECIMAL, Type.YEAR, Type.LATITUDE, Type.LONGITUDE, Type.BOOLEAN})


def xlsx(table: Readable, query: TableQuery, style: Style, gone: Callable[[], bool] | None) -> Pieces:
    import xlsxwriter  # 7 MiB in each process, most of which never write a workbook

    with tempfile.TemporaryDirectory(prefix="bouture-export-") as folder:
        made = Path(folder) / "table.xlsx"
        with asking(table.path, "export", SECONDS, gone) as asked:
            plan = planned(table, whole(query), asked.stored)
            _fits(plan, asked, style)
            cells = [_sql(output, style.safe) for output in plan.outputs]
            rows = plan.rows(", ".join(cells), style.limit, ordered=bool(query.sort) or query.grouped)
            with xlsxwriter.Workbook(str(made), {**OPTIONS, "tmpdir": folder}) as book:
                _fill(book, plan, asked, rows, gone)
        yield from sent(made)


def _fits(plan: Plan, asked: Asking, style: Style) -> None:
    if len(plan.outputs) > MOST_COLUMNS:
        raise TooMuch(f"Une feuille Excel a {MOST_COLUMNS} colonnes au plus : choisissez-les avec « select ».", "cost")
    if long := next((output.name for output in plan.outputs if output.longest > LONGEST), ""):
        raise BadQuestion(
            f"« {long} » a des textes de plus de {LONGEST} caractères, qu’Excel couperait : prenez le CSV."
        )
    [[rows]] = asked.all(plan.count, plan.values)
    if min(rows, style.limit if style.limit is not None else rows) > MOST_ROWS:
        raise TooMuch(
            f"Une feuille Excel a {MOST_ROWS} lignes au plus, et cette question en trouve {rows} : filtrez, ou prenez le CSV.",
            "cost",
        )


def _sql(output: Output, safe: bool) -> str:
    if output.type in PLAIN:
        return output.sql
    return harmless(output.sql) if safe else output.sql


def _fill(book: Any, plan: Plan, asked: Asking, statement: str, gone: Callable[[], bool] | None) -> None:
    sheet = book.add_worksheet("Données")
    bold = book.add_format({"bold": True})
    shapes = [book.add_format({"num_format": SHAPES[o.type]}) if o.type in SHAPES else None for o in plan.outputs]
    for place, output in enumerate(plan.outputs):
        sheet.write_string(0, place, output.name[:LONGEST], bold)
    sheet.freeze_panes(1, 0)
    line = 0
    for batch in asked.batches(statement, plan.values, ROWS):
        if gone is not None and gone():
            return
        for row in batch:
            line += 1
            for place, value in enumerate(row):
                if value is not None:
                    _write(sheet, line, place, value, shapes[place])


def _write(sheet: Any, line: int, place: int, value: object, shape: Any) -> None:
    if isinstance(value, bool):
        sheet.write_boolean(line, place, value)
    elif isinstance(value, int | float | Decimal) and math.isfinite(value) and _exact(value):
        sheet.write_number(line, place, float(value))
    elif isinstance(value, time) or (isinstance(value, date | datetime) and value.year >= FIRST_YEAR):
        sheet.write_datetime(line, place, value, shape)
    else:
        sheet.write_string(line, place, str(value))


def _exact(value: float | Decimal) -> bool:
    """Whether Excel keeps all of its digits."""
    return isinstance(value, float) or (abs(value) < EXACT and len(Decimal(value).as_tuple().digits) <= 15)
