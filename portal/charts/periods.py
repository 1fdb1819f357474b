"""Periods of time as the questions give them (ISO 8601: 2025, 2025-Q1, 2025-03, 2025-W05, 2025-03-31), in French and on an axis."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from portal.pages.words import MONTHS, SHORT_MONTHS

WEEKDAYS: Final = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
WRITTEN: Final = re.compile(
    r"(?P<year>\d{4})(?:-Q(?P<quarter>[1-4])|-W(?P<week>\d\d)|-(?P<month>\d\d)(?:-(?P<day>\d\d))?)?(?:[T ].*)?",
    re.ASCII,
)


@dataclass(frozen=True)
class Period:
    """`place`: its first day; `after`: the first day of the one that follows; `long` and `short` in words."""

    place: date
    after: date
    long: str
    short: str


def period(said: str | int) -> Period | None:
    """None for what is no period."""
    found = WRITTEN.fullmatch(str(said))
    if not found:
        return None
    try:
        return _read(found)
    except (ValueError, OverflowError):
        return None


def _read(found: re.Match[str]) -> Period:
    year = int(found["year"])
    if quarter := int(found["quarter"] or 0):
        return Period(_month(year, 3 * quarter - 2), _month(year, 3 * quarter + 1), *_twice(f"T{quarter} {year}"))
    if found["week"]:
        monday = date.fromisocalendar(year, int(found["week"]), 1)
        week = int(found["week"])
        return Period(monday, monday + timedelta(7), f"semaine {week} de {year}", f"sem. {week}")
    if found["day"]:
        day = date(year, int(found["month"]), int(found["day"]))
        ordinal = "1er" if day.day == 1 else str(day.day)
        long = f"{ordinal} {MONTHS[day.month - 1]} {year}"
        return Period(day, day + timedelta(1), long, f"{ordinal} {SHORT_MONTHS[day.month - 1]}")
    if found["month"]:
        month = int(found["month"])
        first = date(year, month, 1)
        return Period(
            first, _month(year, month + 1), f"{MONTHS[month - 1]} {year}", f"{SHORT_MONTHS[month - 1]} {year}"
        )
    return Period(date(year, 1, 1), _month(year + 1, 1), *_twice(str(year)))


def _month(year: int, month: int) -> date:
    """The thirteenth is the first of the next year; after the last year there is one day more and no other."""
    if month > 12:
        year, month = year + 1, month - 12
    return date(year, month, 1) if year <= date.max.year else date.max


def _twice(words: str) -> tuple[str, str]:
    return words, words


def at(words: str) -> str:
    """« en 2025 », « en mars 2025 », « le 3 mars 2025 », « la semaine 5 de 2025 », « au T1 2025 »."""
    if words[:1].isdigit() and " " in words:
        return f"le {words}"
    if words.startswith("T"):
        return f"au {words}"
    return f"la {words}" if words.startswith("semaine") else f"en {words}"
