"""Dates and hours as people write them, read in SQL. Each function takes a text expression and gives a value, or NULL.

Day first, as the French write: month first is tried only where day first is impossible. Hours stay as written: an
offset from UTC is not applied, since "8 h" of a service is the clock of its town.
"""

from __future__ import annotations

from catalogue.tables.figures import matches

MONTHS = "janv fevr mars avri mai juin juil aout sept octo nove dece".split()
MONTH = (
    r"(?:janv(?:ier|\.)?|févr(?:ier|\.)?|fevr(?:ier|\.)?|mars|avr(?:il|\.)?|mai|juin|juil(?:let|\.)?|août|aout|sept(?:embre|\.)?|"
    r"oct(?:obre|\.)?|nov(?:embre|\.)?|déc(?:embre|\.)?|dec(?:embre|\.)?)"
)
DAY = r"(?:lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche)?"
WORDS = rf"(?i){DAY},? ?(?:le )?(?:1er|\d{{1,2}}) {MONTH} \d{{4}}"
ISO, SLASHED = r"\d{4}-\d{1,2}-\d{1,2}", r"\d{4}[/.]\d{1,2}[/.]\d{1,2}"
LONG, SHORT = r"\d{1,2}[/.-]\d{1,2}[/.-]\d{4}", r"\d{1,2}[/.-]\d{1,2}[/.-]\d{2}"
COMPACT = r"(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
CLOCK = r"(?:[01]?\d|2[0-3])(?::[0-5]\d(?::[0-5]\d(?:[.,]\d{1,9})?)?|[hH](?:[0-5]\d)?)"
OFFSET = r" ?(?:Z|UTC|[+-]\d{2}:?\d{2})"
MIDNIGHT = rf"[T ]0?0[:h]00(?::00(?:\.0+)?)?(?:{OFFSET})?"


def iso(text: str) -> str:
    return f"CASE WHEN {matches(text, ISO)} THEN try_cast({text} AS DATE) END"


def slashed(text: str) -> str:
    return f"CASE WHEN {matches(text, SLASHED)} THEN try_cast(translate({text}, '/.', '--') AS DATE) END"


def _parsed(text: str, pattern: str, form: str) -> str:
    return f"CASE WHEN {matches(text, pattern)} THEN try_strptime(translate({text}, '.-', '//'), '{form}')::DATE END"


def day_first(text: str) -> str:
    return _parsed(text, LONG, "%d/%m/%Y")


def day_first_quick(text: str) -> str:
    """Of texts that `day_first` reads: it is not looked twice whether it does."""
    return f"try_strptime(translate({text}, '.-', '//'), '%d/%m/%Y')"


def day_first_short(text: str) -> str:
    """`31/12/25`: from 69 on, of the last century (POSIX)."""
    return _parsed(text, SHORT, "%d/%m/%y")


def month_first(text: str) -> str:
    return _parsed(text, LONG, "%m/%d/%Y")


def compact(text: str) -> str:
    return f"CASE WHEN {matches(text, COMPACT)} THEN try_strptime({text}, '%Y%m%d')::DATE END"


def words(text: str) -> str:
    """`31 décembre 2025`, `lundi 1er déc. 2025`."""
    bare = f"lower(strip_accents({text}))"
    month = "CASE " + " ".join(
        f"WHEN regexp_matches({bare}, ' {name[:3] if name not in ('juin', 'juil') else name}') THEN {number}"
        for number, name in enumerate(MONTHS, 1)
    )
    day = rf"regexp_extract({bare}, '(\d{{1,2}})(?:er)? ', 1)"
    year = rf"regexp_extract({bare}, '(\d{{4}})$', 1)"
    joined = f"concat_ws('-', {year}, {month} END, {day})"
    return f"CASE WHEN {matches(text, WORDS)} THEN try_cast({joined} AS DATE) END"


def midnight(text: str) -> str:
    """A date with an hour that is always midnight: what spreadsheets make of dates."""
    day = f"regexp_replace({text}, '{MIDNIGHT}$', '')"
    return f"CASE WHEN {matches(text, rf'(?:{ISO}|{LONG}){MIDNIGHT}')} THEN coalesce({iso(day)}, {day_first(day)}) END"


def any_date(text: str) -> str:
    return f"coalesce({', '.join(form(text) for form in (iso, day_first, slashed, day_first_short, words))})"


def moment(text: str) -> str:
    """A date with its hour."""
    local = f"regexp_replace({text}, '{OFFSET}$', '')"
    day = f"split_part(replace({local}, 'T', ' '), ' ', 1)"
    hour = f"split_part(replace({local}, 'T', ' '), ' ', 2)"
    fits = matches(text, rf"(?:{ISO}|{LONG}|{SLASHED})[T ]{CLOCK}(?:{OFFSET})?")
    date = f"coalesce({iso(day)}, {day_first(day)}, {slashed(day)})"
    return f"CASE WHEN {fits} THEN {date} + {clock(hour)} END"


def iso_moment(text: str) -> str:
    """The same, ISO 8601 alone: read by DuckDB itself, ten times as fast."""
    fits = matches(text, rf"{ISO}[T ]\d\d:\d\d(?::\d\d(?:\.\d{{1,6}})?)?(?:{OFFSET})?")
    return f"CASE WHEN {fits} THEN try_cast(regexp_replace({text}, '{OFFSET}$', '') AS TIMESTAMP) END"


def any_moment(text: str) -> str:
    return f"coalesce({moment(text)}, {any_date(text)}::TIMESTAMP)"


def clock(text: str) -> str:
    """`8h30`, `08:30`, `08:30:15`, `8h`."""
    hour = f"regexp_replace(replace(replace(lower({text}), 'h', ':'), ',', '.'), ':$', ':00')"
    return f"CASE WHEN {matches(text, CLOCK)} THEN try_cast({hour} AS TIME) END"
