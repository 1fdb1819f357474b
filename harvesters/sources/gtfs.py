"""A GTFS feed as one dataset: who runs it, where and when, from the tables that say so (gtfs.org, "Schedule Reference").

Only the texts of a few tables are read, in a stream; GTFS Realtime and NeTEx are other things, and are not read.
"""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import quote, unquote, urljoin

from catalogue.dcat.profile import DCAT, DCT
from catalogue.spoken import gettext_noop
from harvesters.archives import MAGIC, Archive, opened
from harvesters.base import Answer, Unreadable
from harvesters.delimited import Records
from harvesters.describing import About, Said
from harvesters.records import JsonHarvester, Sheet, check_kind, decoded

TABLES = "https://gtfs.org/documentation/schedule/reference/"
EUROPE = "http://publications.europa.eu/resource/authority/"
ZIP = "https://www.iana.org/assignments/media-types/application/zip"
SMALL = 2 * 2**20  # bytes of a table that is read at once: who runs it, who publishes it
LARGE = 600 * 2**20  # bytes of one that is read in a stream: the stops of a whole country take 30
NAMED = 3  # networks that a title names
KEPT = 100  # networks that are described
LONGEST = 131_072  # characters of a record, from its first line to its last
COMPACT = re.compile(r"(\d{4})(\d\d)(\d\d)\Z")  # GTFS, "Field Types": Date


class Gtfs(JsonHarvester):
    kind = "gtfs"
    label = gettext_noop("Offre de transport (GTFS)")
    reads = (
        "a GTFS feed: the address or the file of its ZIP is one dataset, described from `feed_info`, `agency`, `stops` and "
        "`calendar` (built from the published reference); neither GTFS Realtime nor NeTEx"
    )
    address_help = gettext_noop("l’adresse du fichier ZIP d’un GTFS")
    seen_live = False
    accept = "application/zip, */*;q=0.1"

    @classmethod
    def recognises(cls, head: str, address: str) -> bool:
        """The head of an archive is the list of its files."""
        names = {PurePosixPath(name).name for name in head.splitlines()} if head.startswith(MAGIC.decode()) else set()
        return names >= {"agency.txt", "stops.txt"}

    def load(self, answer: Answer) -> tuple[Any, tuple[str, ...]]:
        with answer.path.open("rb") as file:
            head = file.read(65_536)
        if not head.startswith(MAGIC):
            check_kind(head, "une archive GTFS")
            raise Unreadable(
                "La source ne répond pas par une archive GTFS : ce n’est pas un fichier ZIP. Ouvrez cette adresse et vérifiez ce qu’elle répond."
            )
        with opened(answer.path) as archive:
            feed = _Feed(archive)
            said: dict[str, Any] = {
                "agencies": feed.rows("agency.txt"),
                "feed": (feed.rows("feed_info.txt") or [{}])[0],
            }
            box = feed.box()
            said |= {"outline": box and _outline(*box), "dates": feed.dates(), "modified": feed.modified()}
        url = self.address if "://" in self.address else self._on_the_web(PurePosixPath(self.address).name)
        return [{**said, "url": url, "size": answer.size}], feed.notes

    def _on_the_web(self, name: str) -> str:
        web = self.base if self.base.startswith(("http://", "https://")) else ""
        return urljoin(f"{web.rstrip('/')}/", quote(name, errors="replace")) if web else ""

    def sheet(self, said: Any) -> Sheet:
        return Sheet(said, whole=True)

    def name(self, item: dict[str, Any]) -> str:
        return str(item.get("url") or PurePosixPath(self.address).name)

    def uri(self, item: dict[str, Any]) -> str:
        return f"{item['url']}#jeu" if item.get("url") else ""

    def describe(self, said: Said, about: About) -> None:
        feed, networks = said.inside("feed"), said.each("agencies")
        named = [agency.word("agency_name") for agency in networks]
        names = list(dict.fromkeys(filter(None, named)))
        body = feed.word("feed_publisher_name")
        alone = networks[0] if len(networks) == 1 else Said({})
        about.text(DCT + "title", _title(names, body))
        about.link(DCAT + "theme", f"{EUROPE}data-theme/TRAN")
        spoken = {feed.word("feed_lang"), *(agency.word("agency_lang") for agency in networks)} - {"mul"}
        about.text(DCT + "language", sorted(spoken))
        about.text(DCAT + "version", feed.take("feed_version"))
        about.text(DCT + "modified", said.take("modified"))
        if publisher := body or (names[0] if len(names) == 1 else ""):
            about.agent(DCT + "publisher", publisher, feed.take("feed_publisher_url") or alone.take("agency_url"))
            mail = feed.take("feed_contact_email") or alone.take("agency_email")
            about.contact(publisher, mail, feed.take("feed_contact_url"))
        dates = said.inside("dates")
        about.period(*(_date(feed.word(f"feed_{end}_date")) or dates.word(end) for end in ("start", "end")))
        about.place(said.take("outline"))
        for name, agency in list(zip(named, networks, strict=True))[:KEPT]:
            runs = about.agent(DCT + "creator", name, agency.take("agency_url"))
            runs.keep(agency, "agency")
        self._file(said.word("url"), said.take("size"), about)
        about.keep(feed, "feed_info")

    @staticmethod
    def _file(url: str, size: Any, about: About) -> None:
        file = about.inside(DCAT + "distribution", DCAT + "Distribution", url)
        file.link(DCAT + "accessURL", url)
        file.link(DCAT + "downloadURL", url)
        file.text(DCT + "title", unquote(re.split(r"[?#]", url)[0].rsplit("/", 1)[-1]))
        file.link(DCT + "format", f"{EUROPE}file-type/GTFS")
        file.link(DCAT + "mediaType", ZIP)
        file.link(DCT + "conformsTo", TABLES)
        file.text(DCAT + "byteSize", size)


class _Feed:
    """The tables of a feed: at the root of the archive, where they must be, or in one folder of it. Raises StopRun."""

    def __init__(self, archive: Archive) -> None:
        self.archive = archive
        found = [name for name in archive.names if PurePosixPath(name).name == "agency.txt"]
        if not found:
            raise Unreadable(
                "Cette archive ZIP n’est pas un GTFS : le fichier agency.txt y manque. Vérifiez l’adresse de la source "
                "(GTFS-RT et NeTEx ne se lisent pas ici), ou donnez sa sorte avec --kind."
            )
        self._folder = min(found, key=len).removesuffix("agency.txt")
        self.notes: tuple[str, ...] = ("gtfs-in-folder",) if self._folder else ()

    def rows(self, table: str) -> list[dict[str, str]]:
        """A small table; [] when it is absent."""
        if (name := self._folder + table) not in self.archive.names:
            return []
        text, notes = decoded(self.archive.whole(name, SMALL))
        self.notes = tuple(dict.fromkeys((*self.notes, *notes)))
        cells = _cells(io.StringIO(text, newline=""), table)
        head, *lines = [[cell.strip() for cell in line] for line in cells] or [[]]
        rows = [dict(zip(head, line, strict=False)) for line in lines if any(line)]
        if table == "agency.txt" and not any(row.get("agency_name") for row in rows):
            raise Unreadable(
                "Le fichier agency.txt du GTFS ne nomme aucun réseau (colonne agency_name). Demandez à son gestionnaire de le corriger."
            )
        return rows

    def columns(self, table: str, *wanted: str) -> Iterator[list[str]]:
        """These columns of a table of any size, line after line; nothing when the table or one of them is absent."""
        if (name := self._folder + table) not in self.archive.names:
            return
        lines = _cells(self.archive.lines(name, LARGE), table)
        head = [cell.strip() for cell in next(lines, [])]
        if set(wanted) <= set(head):
            places = [head.index(each) for each in wanted]
            yield from ([line[at] for at in places] for line in lines if len(line) > max(places))

    def box(self) -> list[float] | None:
        """West, south, east, north of the stops, in degrees (WGS 84); None without any. 0, 0 is where no stop was placed."""
        west = south = math.inf
        east = north = -math.inf
        for one in self.columns("stops.txt", "stop_lon", "stop_lat"):
            try:
                lon, lat = float(one[0]), float(one[1])
            except ValueError:
                continue
            if abs(lon) <= 180 and abs(lat) <= 90 and (lon or lat):
                west, east, south, north = min(west, lon), max(east, lon), min(south, lat), max(north, lat)
        return [west, south, east, north] if west <= east else None

    def dates(self) -> dict[str, str]:
        """First and last day of service, by the calendars; {} when they say none."""
        days = {_date(day) for pair in self.columns("calendar.txt", "start_date", "end_date") for day in pair}
        added = self.columns("calendar_dates.txt", "date", "exception_type")
        days |= {_date(day) for day, kind in added if kind.strip() == "1"}
        said = sorted(days - {""})
        return {"start": said[0], "end": said[-1]} if said else {}

    def modified(self) -> str:
        """The newest day that its tables bear, "" without one."""
        tables = [name for name in self.archive.names if name.startswith(self._folder) and name.endswith(".txt")]
        day = self.archive.modified(tables)
        return day.isoformat() if day else ""


def _cells(lines: Iterable[str], table: str) -> Iterator[list[str]]:
    """The cells of each line. Raises Unreadable."""
    rows = Records(lines, LONGEST, skipinitialspace=True)
    try:
        yield from rows
    except csv.Error as error:
        raise Unreadable(
            f"Le fichier {table} du GTFS est mal formé (ligne {rows.line}). Demandez à son gestionnaire de le corriger."
        ) from error


def _title(networks: list[str], publisher: str) -> str:
    """What the feed is of: its networks while they are few, else who publishes it."""
    if len(networks) > NAMED:
        said = publisher or f"{', '.join(networks[:NAMED])} et {len(networks) - NAMED} autres"
    else:
        said = " et ".join(filter(None, (", ".join(networks[:-1]), *networks[-1:])))
    return f"{said} (GTFS)" if said else ""


def _date(text: str) -> str:
    """A date of GTFS as ISO 8601; another text is none."""
    found = COMPACT.match(text.strip())
    try:
        return date(*map(int, found.groups())).isoformat() if found else ""
    except ValueError:
        return ""


def _outline(west: float, south: float, east: float, north: float) -> dict[str, Any]:
    """A box as GeoJSON (RFC 7946 §3.1), or the point or the line that it is when its stops are so few."""
    if west == east and south == north:
        return {"type": "Point", "coordinates": [west, south]}
    if west == east or south == north:
        return {"type": "LineString", "coordinates": [[west, south], [east, north]]}
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}
