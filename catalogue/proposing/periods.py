"""Which time a table tells of: what its columns of dates hold, else a year in the name of the file."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from catalogue.tables.contract import Column, Type
from catalogue.tables.schemas.national import folded

YEARS: Final = re.compile(r"(?<!\d)((?:19|20)\d\d)(?!\d)")
FIRST, LAST = 1900, 2100
# Dates of the work on the table, or of the life of a thing or a person: they say nothing of the time that rows tell of.
ASIDE: Final = re.compile(
    r"maj|misea|modif|publi|creat|saisie|extract|naiss|birth|instal|updat|service|derniere|dermnt|plantation|pref|horodat"
)
# What a column of days is called when the rows are of these days. Folded.
DAYS: Final = frozenset("date jour day datejour periode mois semaine exercice datemesure datevente dateacte".split())


@dataclass(frozen=True)
class Period:
    """`start`, `end`: ISO 8601, a year, a month of a year or a day; `source`: the column, "" when the name says it."""

    start: str
    end: str
    source: str = ""

    @property
    def years(self) -> str:
        """« de 2019 à 2021 »."""
        return f"de {self.start[:4]} à {self.end[:4]}"

    @property
    def single(self) -> str:
        """The year when there is one alone, else ""."""
        return self.start[:4] if self.start[:4] == self.end[:4] else ""


def period_of(columns: Sequence[Column], name: str, *, dated: bool) -> Period | None:
    """None when nothing says it. `dated`: its rows are known to tell of a time, whatever their columns of days are called."""
    found = next(_by_columns(columns, dated), None)
    if found:
        return found
    years = sorted(set(YEARS.findall(name)))
    return Period(years[0], years[-1]) if years else None


def _by_columns(columns: Sequence[Column], dated: bool) -> Iterator[Period]:
    """Years first, since a table that has them is about them; then days, the fullest column first."""
    years = [one for one in columns if one.type is Type.YEAR]
    days = [one for one in columns if one.type in (Type.DATE, Type.DATETIME)]
    days = [one for one in days if dated or folded(one.name) in DAYS]
    days.sort(key=lambda one: one.missing)
    for column in (*years, *days):
        if ASIDE.search(folded(column.name)) or column.least is None or column.most is None:
            continue
        start, end = str(column.least)[:10], str(column.most)[:10]
        if FIRST <= _year(start) <= _year(end) <= LAST:
            yield Period(start, end, column.written or column.name)


def _year(text: str) -> int:
    return int(text[:4]) if text[:4].isdecimal() else 0
