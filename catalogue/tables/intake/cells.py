"""Cells of a spreadsheet as texts."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Final

EXACT: Final = 2**53  # beyond, a number of a spreadsheet is no longer exact
Cell = int | float | str | bool | time | date | datetime | timedelta


def written(cell: Cell) -> str | None:
    """What a cell says, as text: numbers to the 15 digits that spreadsheets keep, dates in ISO 8601, durations as [h]:mm:ss."""
    match cell:
        case str():
            return cell or None
        case bool():
            return "true" if cell else "false"
        case float():
            return _figure(cell)
        case timedelta():
            minutes, seconds = divmod(round(cell.total_seconds()), 60)
            return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"
        case date() | time():
            return cell.isoformat()
    return str(cell)


def _figure(value: float) -> str | None:
    if value != value or value in (float("inf"), float("-inf")):
        return None
    if value == int(value) and abs(value) < EXACT:
        return str(int(value))
    return format(Decimal(repr(value) if abs(value) >= EXACT else f"{value:.15g}"), "f")
