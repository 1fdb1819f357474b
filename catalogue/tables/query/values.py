"""A value as people type it, read by the type of its column: « 1 234,5 », « 31/12/2025 », « 2025-03 », « oui »."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Final

from catalogue import figures
from catalogue.spoken import gettext as _
from catalogue.spoken import gettext_noop
from catalogue.tables.contract import BadQuestion, Column, Type

LONGEST: Final = 10_000  # characters of one value
DIGITS: Final = 30  # of one number
SPACES: Final = dict.fromkeys(map(ord, " \N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}'’"))
NUMBER: Final = re.compile(r"[+-]?(\d+([.,]\d*)?|[.,]\d+)(e[+-]?\d{1,2})?", re.ASCII | re.IGNORECASE)
YES: Final = frozenset({"oui", "vrai", "true", "1", "o", "yes"})
NO: Final = frozenset({"non", "faux", "false", "0", "n", "no"})
MONTHS: Final = (
    "janvier", "février", "mars", "avril", "mai", "juin",
    "juillet", "août", "septembre", "octobre", "novembre", "décembre",
)  # fmt: skip
DAY: Final = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})", re.ASCII)
WRITTEN_DAY: Final = re.compile(r"(\d{1,2})(?:er)? ([a-zéû]+) (\d{4})", re.ASCII)
PERIOD: Final = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?", re.ASCII)
OFFSET: Final = re.compile(r"(z|[+-]\d{2}:?\d{2})$", re.ASCII)  # hours are kept as written, where they were
HOUR: Final = re.compile(r"(\d{1,2})(?:[h:](\d{2})?)?(?::(\d{2}))?", re.ASCII)
EXPECTED: Final = {
    "number": gettext_noop("un nombre, comme 12 ou 1 234,5"),
    "moment": gettext_noop("une date, comme 2025-12-31, 31/12/2025, 2025-12 ou 2025"),
    "time": gettext_noop("une heure, comme 14:30"),
    "boolean": gettext_noop("oui ou non"),
}

# [start, end[ of what a date says: a day, a month, a year or one second; None: until the end of time.
Span = tuple[datetime, datetime | None]


def kind(type_: Type) -> str:
    """How the values of a column compare: "number", "moment", "time", "boolean" or "text"."""
    if type_.numeric:
        return "number"
    if type_.moment:
        return "moment"
    return {Type.TIME: "time", Type.BOOLEAN: "boolean"}.get(type_, "text")


def refused(column: Column, text: str) -> BadQuestion:
    shown = text if len(text) <= 60 else f"{text[:60]}…"
    return BadQuestion(
        _("« %(value)s » ne va pas pour la colonne « %(column)s » : écrivez %(expected)s.")
        % {"value": shown, "column": column.name, "expected": _(EXPECTED[kind(column.type)])}
    )


def text(column: Column, given: str) -> str:
    if len(given) > LONGEST:
        raise BadQuestion(
            _("La valeur cherchée dans « %(column)s » dépasse %(most)s caractères : raccourcissez-la.")
            % {"column": column.name, "most": LONGEST}
        )
    return given.encode("utf-8", "replace").decode("utf-8")


def number(column: Column, given: str) -> int | float | Decimal:
    """French or English: spaces between thousands, a comma or a point, « € » or « % » after it."""
    bare = given.translate(SPACES).removesuffix("€").removesuffix("%").replace("\N{MINUS SIGN}", "-")
    if figures.has_two_readings(bare):
        raise BadQuestion(
            _("« %(value)s » se lit de deux façons : écrivez %(whole)s, ou %(point)s.")
            % {"value": given, "whole": bare.replace(",", ""), "point": bare.replace(",", ".")}
        )
    bare = figures.typed(bare)
    if len(bare) > DIGITS or not NUMBER.fullmatch(bare):
        raise refused(column, given)
    exact = Decimal(bare)
    whole = int(exact) if exact == exact.to_integral_value() else None
    if whole is not None and abs(whole) < 2**62:
        return whole
    # DuckDB's decimals have 38 digits; beyond, a double compares well enough.
    return exact if abs(exact) < 10**18 and -(int(exact.as_tuple().exponent)) <= 18 else float(exact)


def boolean(column: Column, given: str) -> bool:
    word = given.strip().casefold()
    if word not in YES | NO:
        raise refused(column, given)
    return word in YES


def clock(column: Column, given: str) -> time:
    found = HOUR.fullmatch(given.strip().casefold())
    try:
        if found:
            hour, minute, second = (int(part or 0) for part in found.groups())
            return time(hour, minute, second)
    except ValueError:
        pass
    raise refused(column, given)


def span(column: Column, given: str) -> Span:
    """Of a year, a month, a day, or a day with its hour."""
    said = given.strip().casefold()
    day_said, _, hour_said = (
        said.replace("t", " ", 1).partition(" ") if re.match(r"[\d/.-]+[t ]\d+[h:]", said) else (said, "", "")
    )
    try:
        start, end = _days(day_said)
        if not hour_said:
            return start, end
        moment = datetime.combine(start.date(), clock(column, OFFSET.sub("", hour_said).partition(".")[0]))
        return moment, moment + timedelta(seconds=1)
    except (ValueError, OverflowError):
        raise refused(column, given) from None


def _days(said: str) -> Span:
    if found := DAY.fullmatch(said):
        day, month, year = map(int, found.groups())
        return _day(date(year, month, day))
    if found := WRITTEN_DAY.fullmatch(said):
        return _day(date(int(found[3]), MONTHS.index(found[2]) + 1, int(found[1])))
    found = PERIOD.fullmatch(said)
    if not found:
        raise ValueError(said)
    year, month, day = (int(part) if part else 0 for part in found.groups())
    if day:
        return _day(date(year, month, day))
    following = (year, month + 1) if month and month < 12 else (year + 1, 1)
    return _midnight(date(year, month or 1, 1)), _midnight(date(*following, 1)) if following[0] <= 9999 else None


def _day(day: date) -> Span:
    start = _midnight(day)
    return start, start + timedelta(days=1) if day < date.max else None


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time())
