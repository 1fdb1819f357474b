"""Facts in French words: dates of any precision, lengths of time, sizes, formats, names of fields.

Written out here and not asked of the active locale: the pages are in French whatever the browser prefers.
"""

import re
from datetime import date, datetime, timedelta
from typing import Final

from django.utils import timezone

from catalogue import figures
from catalogue.dcat import names

NO_GESTURE: Final = "Ce geste n’existe pas. Rien n’a été changé."  # of a button that no form has
MONTHS: Final = (
    "janvier", "février", "mars", "avril", "mai", "juin",
    "juillet", "août", "septembre", "octobre", "novembre", "décembre",
)  # fmt: skip
SHORT_MONTHS: Final = (
    "janv.", "févr.", "mars", "avril", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc."
)  # fmt: skip
NARROW: Final = figures.NARROW
number = figures.number
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
    "WFS_SRVC": ("WFS", "service WFS"),
    "WMS_SRVC": ("WMS", "service WMS"),
    "OCTET-STREAM": ("", ""),
    "PLAIN": ("TXT", "texte"),
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


def day(moment: date | datetime) -> str:
    """24 novembre 2026, in the instance's time zone."""
    if isinstance(moment, datetime) and timezone.is_aware(moment):
        moment = timezone.localtime(moment)
    return f"{_ordinal(moment.day)} {MONTHS[moment.month - 1]} {moment.year}"


def moment(at: datetime) -> str:
    """« 24 novembre 2026 à 3 h 07 », in the instance's time zone."""
    there = timezone.localtime(at)
    return f"{day(at)} à {there.hour}{NARROW}h{NARROW}{there.minute:02}"


def short_day(moment: datetime) -> str:
    """24 nov. 2026, for columns of dates."""
    moment = timezone.localtime(moment)
    return f"{_ordinal(moment.day)} {SHORT_MONTHS[moment.month - 1]} {moment.year}"


def said_date(lexical: str) -> str:
    """A date as a source said it (year, month, day or instant) in words; what is not a date comes back as it is."""
    found = LEXICAL.match(lexical)
    if not found:
        return lexical
    year, month, number = found.groups()
    if month and not 1 <= int(month) <= 12:
        return lexical
    words = [_ordinal(int(number))] if number else []
    return " ".join([*words, *([MONTHS[int(month) - 1]] if month else []), year])


def _ordinal(number: int) -> str:
    return "1er" if number == 1 else str(number)


def period(start: str, end: str) -> str:
    """From and to, either of which may be missing."""
    first, last = said_date(start), said_date(end)
    if not all(LEXICAL.match(said) for said in (start, end) if said):
        return ", ".join(filter(None, (first, last)))
    if not first or not last:
        if last:
            return f"jusqu’au {last}" if _has_day(end) else f"jusqu’en {last}"
        return first and (f"depuis le {first}" if _has_day(start) else f"depuis {first}")
    if first == last:
        return first
    return f"du {first} au {last}" if _has_day(start) and _has_day(end) else f"de {first} à {last}"


def _has_day(lexical: str) -> bool:
    found = LEXICAL.match(lexical)
    return bool(found and found[3])


def duration(length: timedelta) -> str:
    """« 4,2 s », « 3 min 5 s », « 1 h 2 min »."""
    seconds = max(0.0, length.total_seconds())
    if seconds < 60:
        return f"{seconds:.1f}".replace(".", ",") + f"{NARROW}s"
    whole = round(seconds)
    if whole < 3600:
        return f"{whole // 60}{NARROW}min {whole % 60}{NARROW}s"
    return f"{whole // 3600}{NARROW}h {whole % 3600 // 60}{NARROW}min"


def size(octets: int | None) -> str:
    """186 ko: decimal units, as systems and browsers show them."""
    if octets is None or octets < 0:
        return ""
    if octets < 1000:
        return f"{octets}{NARROW}octets" if octets > 1 else f"{octets}{NARROW}octet"
    units = iter(("ko", "Mo", "Go", "To"))
    value, unit = octets / 1000, next(units)
    while value >= 999.5 and unit != "To":
        value, unit = value / 1000, next(units)
    figure = f"{value:.1f}".replace(".", ",") if value < 10 else number(round(value))
    return f"{figure.removesuffix(',0')}{NARROW}{unit}"


def format_names(code: str) -> tuple[str, str]:
    """The badge (at most five signs, "" when nothing is known) and the name of a format, from its code."""
    if code in FORMATS:
        return FORMATS[code]
    short = code.split(";", maxsplit=1)[0].removeprefix("X-").removesuffix("+XML").removesuffix("_SRVC")
    return (short, short) if re.fullmatch(r"[A-Z0-9_+.-]{1,5}", short) else ("", short[:30].capitalize())


def field_name(path: str) -> str:
    """« fichiers : licence » from « distribution.license »."""
    parts = path.split(".")
    return " : ".join(names.bare(part, owner) for owner, part in zip(["", *parts], parts, strict=False))


def last_part(address: str) -> str:
    """What an address ends with, to name what no vocabulary knows."""
    return address.rstrip("/#").rsplit("/", 1)[-1].rsplit("#", 1)[-1][:60] or address[:60]


def tied(text: str) -> str:
    """The signs of French on the line of their word."""
    return re.sub(r" (?=[:»])|(?<=«) ", "\u00a0", re.sub(r" (?=[;?!])", NARROW, text))
