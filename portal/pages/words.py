"""Facts in the reader's words: dates of any precision, lengths of time, sizes, formats, names of fields.

Months and the order of a date are texts like the others: a language is one file, and needs nothing of the machine's locales.
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy, gettext_noop, ngettext, pgettext_lazy
from django.utils.translation import gettext as _

from catalogue import calling, figures
from portal.languages import WRITTEN_IN

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.utils.functional import _StrPromise

MONTHS: Final = (
    gettext_lazy("janvier"), gettext_lazy("février"), gettext_lazy("mars"), gettext_lazy("avril"),
    gettext_lazy("mai"), gettext_lazy("juin"), gettext_lazy("juillet"), gettext_lazy("août"),
    gettext_lazy("septembre"), gettext_lazy("octobre"), gettext_lazy("novembre"), gettext_lazy("décembre"),
)  # fmt: skip
SHORT_MONTHS: Final = (
    pgettext_lazy("abbreviated", "janv."), pgettext_lazy("abbreviated", "févr."), pgettext_lazy("abbreviated", "mars"),
    pgettext_lazy("abbreviated", "avril"), pgettext_lazy("abbreviated", "mai"), pgettext_lazy("abbreviated", "juin"),
    pgettext_lazy("abbreviated", "juil."), pgettext_lazy("abbreviated", "août"), pgettext_lazy("abbreviated", "sept."),
    pgettext_lazy("abbreviated", "oct."), pgettext_lazy("abbreviated", "nov."), pgettext_lazy("abbreviated", "déc."),
)  # fmt: skip
NARROW: Final = figures.NARROW
number = figures.number
UNITS: Final = (gettext_lazy("ko"), gettext_lazy("Mo"), gettext_lazy("Go"), gettext_lazy("To"))
LEXICAL: Final = re.compile(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?(?:T.*)?\Z")

# Addresses of formats and media types end in anything; these are the ones worth a name that people know.
FORMATS: Final = {
    "GEOJSON": ("GEO", "GeoJSON"),
    "GEO+JSON": ("GEO", "GeoJSON"),
    "VND.GEO+JSON": ("GEO", "GeoJSON"),
    "PARQUET": ("PARQ", "Parquet"),
    "VND.APACHE.PARQUET": ("PARQ", "Parquet"),
    "GPKG": ("GPKG", "GeoPackage"),
    "GEOPACKAGE+SQLITE3": ("GPKG", "GeoPackage"),
    "SHP": ("SHP", "Shapefile"),
    "WFS_SRVC": ("WFS", gettext_noop("service WFS")),
    "WMS_SRVC": ("WMS", gettext_noop("service WMS")),
    "OCTET-STREAM": ("", ""),
    "PLAIN": ("TXT", gettext_noop("texte")),
    "X-ZIP-COMPRESSED": ("ZIP", "ZIP"),
    "TAB-SEPARATED-VALUES": ("TSV", "TSV"),
    "VND.MS-EXCEL": ("XLS", "Excel"),
    "VND.OPENXMLFORMATS-OFFICEDOCUMENT.SPREADSHEETML.SHEET": ("XLSX", "Excel"),
    "VND.OASIS.OPENDOCUMENT.SPREADSHEET": ("ODS", "OpenDocument"),
    "VND.GOOGLE-EARTH.KML+XML": ("KML", "KML"),
    "LD+JSON": ("JSON", "JSON-LD"),
    "JSON_LD": ("JSON", "JSON-LD"),
    "RDF+XML": ("RDF", "RDF/XML"),
    "CALENDAR": ("ICS", "iCalendar"),
    "RDF_TURTLE": ("TTL", "Turtle"),
    "RDF_XML": ("RDF", "RDF/XML"),
    "RDF_N_TRIPLES": ("NT", "N-Triples"),
}


def no_gesture() -> str:
    """Of a button that no form has."""
    return _("Ce geste n’existe pas. Rien n’a été changé.")


def day(moment: date | datetime) -> str:
    """24 novembre 2026, in the instance's time zone."""
    if isinstance(moment, datetime) and timezone.is_aware(moment):
        moment = timezone.localtime(moment)
    return _dated(moment, MONTHS)


def moment(at: datetime) -> str:
    """« 24 novembre 2026 à 3 h 07 », in the instance's time zone."""
    there = timezone.localtime(at)
    return _("%(day)s à %(hour)s\u202fh\u202f%(minute)s") % {
        "day": day(at),
        "hour": there.hour,
        "minute": f"{there.minute:02}",
    }


def short_day(moment: datetime) -> str:
    """24 nov. 2026, for columns of dates."""
    return _dated(timezone.localtime(moment), SHORT_MONTHS)


def _dated(on: date, months: Sequence[_StrPromise]) -> str:
    return _("%(day)s %(month)s %(year)s") % {
        "day": _ordinal(on.day),
        "month": months[on.month - 1],
        "year": on.year,
    }


def said_date(lexical: str) -> str:
    """A date as a source said it (year, month, day or instant) in words; what is not a date comes back as it is."""
    found = LEXICAL.match(lexical)
    if not found:
        return lexical
    year, month, number = found.groups()
    if month and not 1 <= int(month) <= 12:
        return lexical
    return _said_date(year, int(month), int(number or 0), get_language()) if month else year


@lru_cache(maxsize=2_000)
def _said_date(year: str, month: int, number: int, _language: str | None) -> str:
    """Lists say the same few dates again and again. `number` 0: of a month."""
    said = {"month": MONTHS[month - 1], "year": year}
    if not number:
        return _("%(month)s %(year)s") % said
    return _("%(day)s %(month)s %(year)s") % {**said, "day": _ordinal(number)}


def _ordinal(number: int) -> str:
    return _("1er") if number == 1 else str(number)


def period(start: str, end: str) -> str:
    """From and to, either of which may be missing."""
    first, last = said_date(start), said_date(end)
    if not all(LEXICAL.match(said) for said in (start, end) if said):
        return ", ".join(filter(None, (first, last)))
    if not first or not last:
        if last:
            return (
                (_("jusqu’au %(day)s") % {"day": last}) if _has_day(end) else (_("jusqu’en %(year)s") % {"year": last})
            )
        if not first:
            return ""
        return (
            (_("depuis le %(day)s") % {"day": first}) if _has_day(start) else (_("depuis %(year)s") % {"year": first})
        )
    if first == last:
        return first
    known = _has_day(start) and _has_day(end)
    return (_("du %(first)s au %(last)s") if known else _("de %(first)s à %(last)s")) % {"first": first, "last": last}


def _has_day(lexical: str) -> bool:
    found = LEXICAL.match(lexical)
    return bool(found and found[3])


def duration(length: timedelta) -> str:
    """« 4,2 s », « 3 min 5 s », « 1 h 2 min »."""
    seconds = max(0.0, length.total_seconds())
    if seconds < 60:
        return f"{number(seconds, 1)}{NARROW}s"
    whole = round(seconds)
    if whole < 3600:
        return f"{whole // 60}{NARROW}min {whole % 60}{NARROW}s"
    return f"{whole // 3600}{NARROW}h {whole % 3600 // 60}{NARROW}min"


def size(octets: int | None) -> str:
    """186 ko: decimal units, as systems and browsers show them."""
    if octets is None or octets < 0:
        return ""
    if octets < 1000:
        return ngettext("%(count)s\u202foctet", "%(count)s\u202foctets", octets) % {"count": octets}
    units = iter(UNITS)
    value, unit = octets / 1000, next(units)
    while value >= 999.5 and unit != UNITS[-1]:
        value, unit = value / 1000, next(units)
    figure = figures.at_most(round(value, 1), 1) if value < 10 else number(round(value))
    return f"{figure}{NARROW}{unit}"


def format_names(code: str) -> tuple[str, str]:
    """The badge (at most five signs, "" when nothing is known) and the name of a format, from its code."""
    if code in FORMATS:
        badge, name = FORMATS[code]
        return badge, _(name) if name else ""
    short = code.split(";", maxsplit=1)[0].removeprefix("X-").removesuffix("+XML").removesuffix("_SRVC")
    return (short, short) if re.fullmatch(r"[A-Z0-9_+.-]{1,5}", short) else ("", short[:30].capitalize())


def field_name(path: str) -> str:
    """« fichiers : licence » from « distribution.license »."""
    parts = path.split(".")
    return _(" : ").join(calling.bare(part, owner) for owner, part in zip(["", *parts], parts, strict=False))


def last_part(address: str) -> str:
    """What an address ends with, to name what no vocabulary knows."""
    return address.rstrip("/#").rsplit("/", 1)[-1].rsplit("#", 1)[-1][:60] or address[:60]


def tied(text: str) -> str:
    """The signs of French on the line of their word; other languages put no space before them."""
    if (get_language() or WRITTEN_IN) != WRITTEN_IN:
        return text
    return re.sub(r" (?=[:»])|(?<=«) ", "\u00a0", re.sub(r" (?=[;?!])", NARROW, text))
