"""Periods of time as the questions give them (ISO 8601: 2025, 2025-Q1, 2025-03, 2025-W05, 2025-03-31), in words and on an axis."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.pages.words import SHORT_MONTHS, said_date

WEEKDAYS: Final = (
    gettext_lazy("lundi"), gettext_lazy("mardi"), gettext_lazy("mercredi"), gettext_lazy("jeudi"),
    gettext_lazy("vendredi"), gettext_lazy("samedi"), gettext_lazy("dimanche"),
)  # fmt: skip
WRITTEN: Final = re.compile(
    r"(?P<year>\d{4})(?:-Q(?P<quarter>[1-4])|-W(?P<week>\d\d)|-(?P<month>\d\d)(?:-(?P<day>\d\d))?)?(?:[T ].*)?",
    re.ASCII,
)


@dataclass(frozen=True)
class Period:
    """`place`: its first day; `after`: the first day of the one that follows; `long` and `short` in words; `when`: « en mars 2025 »."""

    place: date
    after: date
    long: str
    short: str
    when: str


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
        words = _("T%(quarter)s %(year)s") % {"quarter": quarter, "year": year}
        when = _("au %(quarter)s") % {"quarter": words}
        return Period(_month(year, 3 * quarter - 2), _month(year, 3 * quarter + 1), words, words, when)
    if found["week"]:
        monday = date.fromisocalendar(year, int(found["week"]), 1)
        week = int(found["week"])
        long = _("semaine %(week)s de %(year)s") % {"week": week, "year": year}
        when = _("la %(week)s") % {"week": long}
        return Period(monday, monday + timedelta(7), long, _("sem. %(week)s") % {"week": week}, when)
    if found["day"]:
        day = date(year, int(found["month"]), int(found["day"]))
        long = said_date(day.isoformat())
        ordinal = long.partition(" ")[0]
        short = _("%(day)s %(month)s") % {"day": ordinal, "month": SHORT_MONTHS[day.month - 1]}
        return Period(day, day + timedelta(1), long, short, _("le %(day)s") % {"day": long})
    if found["month"]:
        month = int(found["month"])
        first = date(year, month, 1)
        long = said_date(f"{year:04}-{month:02}")
        short = _("%(month)s %(year)s") % {"month": SHORT_MONTHS[month - 1], "year": year}
        return Period(first, _month(year, month + 1), long, short, _("en %(period)s") % {"period": long})
    words = str(year)
    return Period(date(year, 1, 1), _month(year + 1, 1), words, words, _("en %(period)s") % {"period": words})


def _month(year: int, month: int) -> date:
    """The thirteenth is the first of the next year; after the last year there is one day more and no other."""
    if month > 12:
        year, month = year + 1, month - 12
    return date(year, month, 1) if year <= date.max.year else date.max
