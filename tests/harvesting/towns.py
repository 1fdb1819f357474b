"""Towns that publish the same records, each in the way of its software, well or with malice."""

from __future__ import annotations

import csv
import io
import itertools
import json
import zipfile
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit
from xml.sax.saxutils import escape

from tests.harvesting.servers import Asked, Server, reply

LOGIN = b"<!DOCTYPE html><html><head><title>Connexion</title></head><body><form>Mot de passe</form></body></html>"
TOTALS = frozenset({"total-low", "total-high"})
PAGES = frozenset({"last-page-missing", "last-page-login", "loop", "last-page-cut"})


@dataclass(frozen=True)
class Record:
    """What a town says of one dataset. `broken` ones cannot be read by anybody."""

    number: int
    title: str
    description: str = "Ce que la ville en dit."
    file: str = ""
    page: str = ""
    broken: bool = False

    @property
    def name(self) -> str:
        return f"jeu-{self.number}"

    @property
    def address(self) -> str:
        return self.file or f"https://fichiers.ville.example/{self.number}.csv"


def records(count: int, **changes: Any) -> list[Record]:
    return [Record(number, f"Jeu {number}", **changes) for number in range(count)]


@dataclass
class Town(ABC):
    """One way to publish. `size`: records on a page; `malices`: what it can do wrong."""

    kind: ClassVar[str]
    malices: ClassVar[frozenset[str]] = frozenset({"login", "missing"})
    knows_rest: ClassVar[bool] = True  # whether a key that nobody knows can be added to its records
    named: ClassVar[bool] = False  # must its kind be named, because no answer tells it?
    single: ClassVar[bool] = False  # is all that it publishes one dataset? It says the first record then, no other

    server: Server
    folder: Path
    size: int = 3
    options: dict[str, Any] = field(default_factory=dict)

    @property
    @abstractmethod
    def address(self) -> str:
        """What its owner types."""

    @abstractmethod
    def publish(self, published: Sequence[Record], malice: str = "") -> None:
        """Answers with these records from now on."""

    @staticmethod
    def titled(title: str) -> str:
        """What a record of this title is called once it is read."""
        return title


@dataclass
class JsonTown(Town):
    """One that answers in JSON, page by page, when asked with an offset and a size."""

    path: ClassVar[str] = "/"
    typed: ClassVar[str] = "/"
    start: ClassVar[str]
    count: ClassVar[str]
    strict: ClassVar[bool] = False  # whether a page after the last is a 404, not an empty one
    malices: ClassVar[frozenset[str]] = frozenset({"login", "missing", "cut"}) | TOTALS | PAGES
    content_type: ClassVar[str] = "application/json"

    def __post_init__(self) -> None:
        self.clock = itertools.count()
        self.more = False  # whether the page that is being made has one after it
        self.options = {"page_size": self.size}

    @property
    def address(self) -> str:
        return self.server.url(self.typed)

    @abstractmethod
    def item(self, record: Record) -> Any: ...

    @abstractmethod
    def page(self, items: list[Any], total: int) -> Any: ...

    def offset(self, start: int, size: int) -> int:
        return start

    def publish(self, published: Sequence[Record], malice: str = "") -> None:
        items = [None if record.broken else self.item(record) for record in published]
        total = {"total-low": len(items) - 1, "total-high": len(items) + 9}.get(malice, len(items))

        def answer(asked: Asked) -> bytes:
            query = parse_qs(urlsplit(asked.path).query)
            size = int(query.get(self.count, ["10"])[0])
            at = 0 if malice == "loop" else self.offset(int(query.get(self.start, ["0"])[0]), size)
            last = at + size >= len(items)
            self.more = not last
            if self.strict and at and at >= len(items):
                return reply(status=404)
            if malice in ("login", "missing") or (last and malice.startswith("last-page")):
                if malice.endswith("login"):
                    return reply(LOGIN, content_type="text/html")
                if malice.endswith("missing"):
                    return reply(status=404)
            page = self.page(items[at : at + size], total)
            body = (page if isinstance(page, str) else json.dumps(page)).encode()
            if malice == "cut" or (last and malice == "last-page-cut"):
                body = body[: len(body) // 2]
            return reply(body, content_type=self.content_type)

        self.server.replies[self.path] = answer


class DcatTown(Town):
    kind = "dcat"
    malices = frozenset({"login", "missing", "cut"}) | PAGES
    path = "/catalogue.ttl"

    @property
    def address(self) -> str:
        return self.server.url(self.path)

    def publish(self, published: Sequence[Record], malice: str = "") -> None:
        count = -(-len(published) // self.size)
        for page in range(count):
            some = published[page * self.size : (page + 1) * self.size]
            more = page + 1 < count
            after = self.server.url(self._path(page if malice == "loop" and page else page + 1))
            link = f"<{self.address}> <http://www.w3.org/ns/hydra/core#next> <{after}> .\n" if more else ""
            body = (link + "".join(map(self._said, some))).encode()
            self.server.replies[self._path(page)] = self._reply(body, malice, last=not more)

    def _path(self, page: int) -> str:
        return f"{self.path}?page={page}" if page else self.path

    @staticmethod
    def _said(record: Record) -> str:
        dcat, dct = "http://www.w3.org/ns/dcat#", "http://purl.org/dc/terms/"
        if record.broken:
            return f"[] a <{dcat}Dataset> .\n"
        page = f" ; <{dcat}landingPage> <{record.page}>" if record.page else ""
        return (
            f'<https://ville.example/{record.name}> a <{dcat}Dataset> ; <{dct}identifier> "{record.name}" ; '
            f'<{dct}title> "{record.title}" ; <{dct}description> "{record.description}" ; <urn:ville:inconnu> "gardé"{page} ; '
            f"<{dcat}distribution> [ a <{dcat}Distribution> ; <{dcat}accessURL> <{record.address}> ] .\n"
        )

    @staticmethod
    def _reply(body: bytes, malice: str, *, last: bool) -> bytes:
        if malice == "login" or (last and malice == "last-page-login"):
            return reply(LOGIN, content_type="text/html")
        if malice == "missing" or (last and malice == "last-page-missing"):
            return reply(status=404)
        if malice == "cut" or (last and malice == "last-page-cut"):
            body = body[: -len(body) // 3]
        return reply(body)


class CkanTown(JsonTown):
    kind = "ckan"
    path, typed = "/api/3/action/package_search", "/api/3/action/package_search"
    start, count = "start", "rows"

    def item(self, record: Record) -> Any:
        resource = {"id": f"r{record.number}", "package_id": record.name, "name": "Fichier", "url": record.address}
        return {
            "id": record.name,
            "title": record.title,
            "notes": record.description,
            "url": record.page,
            "inconnu": "gardé",
            "resources": [resource],
            "state": "active",
            "private": False,
        }

    def page(self, items: list[Any], total: int) -> Any:
        return {"help": "…", "success": True, "result": {"count": total, "results": items}}


class UdataTown(JsonTown):
    kind = "udata"
    strict = True
    path = "/api/1/organizations/ville/datasets/"
    typed = "/api/1/organizations/ville/datasets/"
    start, count = "page", "page_size"

    def offset(self, start: int, size: int) -> int:
        return (max(start, 1) - 1) * size

    def item(self, record: Record) -> Any:
        resource = {"id": f"r{record.number}", "title": "Fichier", "url": record.address, "metrics": {"views": 3}}
        return {
            "id": record.name,
            "acronym": None,
            "badges": [],
            "title": record.title,
            "description": record.description,
            "page": record.page,
            "inconnu": "gardé",
            "resources": [resource],
        }

    def page(self, items: list[Any], total: int) -> Any:
        return {"data": items, "next_page": "…" if self.more else None, "previous_page": None, "total": total}


class OpendatasoftTown(JsonTown):
    kind = "opendatasoft"
    path = typed = "/api/explore/v2.1/catalog/datasets"
    start, count = "offset", "limit"

    def item(self, record: Record) -> Any:
        metas = {"title": record.title, "description": record.description, "references": record.page or record.address}
        dcat = {"inconnu": "gardé", "source": record.address}
        return {"dataset_id": record.name, "has_records": True, "metas": {"default": metas, "dcat": dcat}}

    def page(self, items: list[Any], total: int) -> Any:
        return {"total_count": total, "results": items}


class ArcgisTown(JsonTown):
    kind = "arcgis"
    path = typed = "/api/v3/datasets"
    start, count = "page[number]", "page[size]"

    def offset(self, start: int, size: int) -> int:
        return (max(start, 1) - 1) * size

    def item(self, record: Record) -> Any:
        said = {"name": record.title, "description": record.description, "url": record.address, "orgId": "x"}
        return {"id": record.name, "attributes": {**said, "inconnu": "gardé", "landingPage": record.page}}

    def page(self, items: list[Any], total: int) -> Any:
        return {"data": items, "meta": {"stats": {"totalCount": total}}}


class CswTown(JsonTown):
    """A GeoNetwork: nextRecord says what it wants, the total is right unless it lies."""

    kind = "csw"
    path, typed = "/geonetwork/srv/fre/csw", "/geonetwork/srv/fre/csw?SERVICE=CSW&REQUEST=GetCapabilities"
    start, count = "startPosition", "maxRecords"
    content_type = "application/xml"

    def offset(self, start: int, size: int) -> int:
        return max(start, 1) - 1

    def item(self, record: Record) -> Any:
        return (
            f"<gmd:MD_Metadata><gmd:fileIdentifier>{_iso(record.name)}</gmd:fileIdentifier>"
            f"<gmd:dataSetURI>{_iso(record.page)}</gmd:dataSetURI><gmd:identificationInfo><gmd:MD_DataIdentification>"
            f"<gmd:citation><gmd:CI_Citation><gmd:title>{_iso(record.title)}</gmd:title></gmd:CI_Citation></gmd:citation>"
            f"<gmd:abstract>{_iso(record.description)}</gmd:abstract><gmd:purpose>{_iso('gardé')}</gmd:purpose>"
            "</gmd:MD_DataIdentification></gmd:identificationInfo><gmd:distributionInfo><gmd:MD_Distribution>"
            "<gmd:transferOptions><gmd:MD_DigitalTransferOptions><gmd:onLine><gmd:CI_OnlineResource><gmd:linkage>"
            f"<gmd:URL>{escape(record.address)}</gmd:URL></gmd:linkage></gmd:CI_OnlineResource></gmd:onLine>"
            "</gmd:MD_DigitalTransferOptions></gmd:transferOptions></gmd:MD_Distribution></gmd:distributionInfo>"
            "</gmd:MD_Metadata>"
        )

    def page(self, items: list[Any], total: int) -> Any:
        records = "".join(item or "<gmd:MD_Metadata/>" for item in items)
        return (
            '<csw:GetRecordsResponse xmlns:csw="http://www.opengis.net/cat/csw/2.0.2" '
            'xmlns:gmd="http://www.isotc211.org/2005/gmd" xmlns:gco="http://www.isotc211.org/2005/gco">'
            f'<csw:SearchStatus timestamp="{next(self.clock)}"/><csw:SearchResults numberOfRecordsMatched="{total}" '
            f'nextRecord="0">{records}</csw:SearchResults></csw:GetRecordsResponse>'
        )


class CswDcatTown(CswTown):
    """One that knows the older form of DCAT alone, and says so by an exception."""

    kind = "csw-dcat"
    path, typed = "/csw-dcat", "/csw-dcat?service=CSW&request=GetRecords&version=2.0.2"

    def publish(self, published: Sequence[Record], malice: str = "") -> None:
        super().publish(published, malice)
        answer = self.server.replies[self.path]

        def choosy(asked: Asked) -> bytes:
            if "outputSchema" in asked.path and asked.path.count("dcat%23core"):
                return reply(b'<o:ExceptionReport xmlns:o="http://www.opengis.net/ows"/>', content_type="text/xml")
            return answer(asked)  # type: ignore[operator, no-any-return]

        self.server.replies[self.path] = choosy

    def item(self, record: Record) -> Any:
        page = f'<dcat:landingPage rdf:resource="{escape(record.page)}"/>' if record.page else ""
        return (
            f'<rdf:RDF><dcat:Dataset rdf:about="https://ville.example/{record.name}">{page}<dct:inconnu>gardé</dct:inconnu>'
            f"<dct:title>{escape(record.title)}</dct:title><dct:description>{escape(record.description)}</dct:description>"
            f'<dcat:distribution><dcat:Distribution><dcat:accessURL rdf:resource="{escape(record.address)}"/>'
            "</dcat:Distribution></dcat:distribution></dcat:Dataset></rdf:RDF>"
        )

    def page(self, items: list[Any], total: int) -> Any:
        names = (
            '<csw:GetRecordsResponse xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
            'xmlns:dcat="http://www.w3.org/ns/dcat#" xmlns:dct="http://purl.org/dc/terms/" '
        )
        empty = '<rdf:RDF><dcat:Dataset rdf:about="https://ville.example/vide"/></rdf:RDF>'
        said = super().page([item or empty for item in items], total)
        return str(said).replace("<csw:GetRecordsResponse ", names, 1)


def _iso(text: str) -> str:
    return f"<gco:CharacterString>{escape(text)}</gco:CharacterString>"


class OgcRecordsTown(JsonTown):
    """Behind a proxy: its links to the next page name the host that it has inside."""

    kind = "ogcrecords"
    path = "/collections/metadonnees/items"
    typed = "/collections/metadonnees/items?f=json"
    start, count = "offset", "limit"

    def item(self, record: Record) -> Any:
        said = {"title": record.title, "description": record.description, "inconnu": "gardé", "keywords": ["eau"]}
        links = [{"rel": "item", "href": record.address, "type": "text/csv"}]
        page = [{"rel": "alternate", "type": "text/html", "href": record.page}] if record.page else []
        return {"id": record.name, "type": "Feature", "geometry": None, "properties": said, "links": links + page}

    def page(self, items: list[Any], total: int) -> Any:
        return {"type": "FeatureCollection", "numberMatched": total, "features": items}

    def publish(self, published: Sequence[Record], malice: str = "") -> None:
        super().publish(published, malice)
        answer = self.server.replies[self.path]

        def linked(asked: Asked) -> bytes:
            raw = answer(asked)  # type: ignore[operator]
            body = raw.partition(b"\r\n\r\n")[2]
            query = parse_qs(urlsplit(asked.path).query)
            at = int(query.get("offset", ["0"])[0]) + int(query.get("limit", ["10"])[0])
            try:
                said = json.loads(body)
            except ValueError:
                return bytes(raw)
            if at < len(published):
                said["links"] = [
                    {"rel": "next", "href": f"http://10.0.0.9:8080{self.path}?limit={self.size}&offset={at}"}
                ]
            return reply(json.dumps(said).encode(), content_type="application/geo+json")

        self.server.replies[self.path] = linked


class DataJsonTown(Town):
    kind = "datajson"
    malices = frozenset({"login", "missing", "cut"})
    path = "/data.json"

    @property
    def address(self) -> str:
        return self.server.url(self.path)

    def publish(self, published: Sequence[Record], malice: str = "") -> None:
        items = [None if record.broken else self._item(record) for record in published]
        body = json.dumps({"conformsTo": "https://project-open-data.cio.gov/v1.1/schema", "dataset": items}).encode()
        answers = {
            "login": reply(LOGIN, content_type="text/html"),
            "missing": reply(status=404),
            "cut": reply(body[: len(body) // 2]),
        }
        self.server.replies[self.path] = answers.get(malice, reply(body, content_type="application/json"))

    @staticmethod
    def _item(record: Record) -> Any:
        return {
            "identifier": record.name,
            "title": record.title,
            "description": record.description,
            "landingPage": record.page,
            "inconnu": "gardé",
            "distribution": [{"accessURL": record.address}],
        }


class ScdlTown(Town):
    kind = "scdl"
    malices = frozenset({"login", "missing"})
    path = "/catalogue.csv"

    @property
    def address(self) -> str:
        return self.server.url(self.path)

    def publish(self, published: Sequence[Record], malice: str = "") -> None:
        out = io.StringIO()
        rows = csv.writer(out, delimiter=";")
        rows.writerow(
            "COLL_NOM ID TITRE DESCRIPTION DATE_MAJ FREQ_MAJ MOTS_CLES LICENCE FORMAT_RESSOURCES URL INCONNU".split()
        )
        for one in published:
            said = ("", "", "", "") if one.broken else ("Ville", one.name, one.title, one.description)
            end = ("", "") if one.broken else (one.page or one.address, "gardé " + one.address)
            rows.writerow([*said, "2026-01-31", "Annuelle", "eau;air", "Licence Ouverte-LO", "csv", *end])
        answers = {"login": reply(LOGIN, content_type="text/html"), "missing": reply(status=404)}
        self.server.replies[self.path] = answers.get(
            malice, reply(out.getvalue().encode("cp1252"), content_type="text/csv")
        )


class FilesTown(Town):
    kind = "files"
    malices = frozenset()

    @property
    def address(self) -> str:
        return str(self.folder / "fichiers")

    def publish(self, published: Sequence[Record], malice: str = "") -> None:
        folder = self.folder / "fichiers"
        folder.mkdir(exist_ok=True)
        wanted = {f"{one.name}.csv": one for one in published}
        for path in list(folder.iterdir()):
            if path.name.removesuffix("-metadata.json") not in wanted:
                path.unlink()
        for name, one in wanted.items():
            said = {"title": one.title, "dc:description": one.description, "inconnu": f"gardé {one.address}"}
            self._write(folder / name, "a,b\n1,2\n")
            beside = json.dumps({**said, "landingPage": one.page}) if not one.broken else "{"
            self._write(folder / f"{name}-metadata.json", beside)

    @staticmethod
    def _write(path: Path, text: str) -> None:
        if not path.exists() or path.read_text() != text:
            path.write_text(text)


class FileTown(Town):
    kind = "file"
    named = True
    single = True
    knows_rest = False
    path = "/export/jeu.csv"

    @property
    def address(self) -> str:
        return self.server.url(f"{self.path}?code=40192&format=csv")

    def publish(self, published: Sequence[Record], malice: str = "") -> None:
        one = published[0]
        self.options.update(title=one.title, description=one.description, page=one.address)
        answers = {"login": reply(LOGIN, content_type="text/html"), "missing": reply(status=404)}
        self.server.replies[self.path] = answers.get(malice, reply(b"code;nom\n40192;Jeu\n", content_type="text/csv"))


class GtfsTown(Town):
    kind = "gtfs"
    single = True
    malices = frozenset({"login", "missing", "cut"})
    path = "/gtfs.zip"

    @property
    def address(self) -> str:
        return self.server.url(self.path)

    @staticmethod
    def titled(title: str) -> str:
        return f"{title} (GTFS)"

    def publish(self, published: Sequence[Record], malice: str = "") -> None:
        one = published[0]
        about = [
            ["feed_publisher_name", "feed_publisher_url", "feed_lang", "feed_version", "feed_contact_url", "inconnu"]
        ]
        body = zipped(
            {
                "agency.txt": [["agency_name", "agency_url", "agency_timezone"], [one.title, one.page, "Europe/Paris"]],
                "feed_info.txt": [*about, [one.title, one.page, "fr", one.description, one.address, "gardé"]],
                "stops.txt": [["stop_id", "stop_lat", "stop_lon"], ["1", "44.5", "-1.25"], ["2", "44.75", "-1"]],
            }
        )
        answers = {
            "login": reply(LOGIN, content_type="text/html"),
            "missing": reply(status=404),
            "cut": reply(body[: len(body) // 2]),
        }
        self.server.replies[self.path] = answers.get(malice, reply(body, content_type="application/zip"))


def zipped(tables: dict[str, list[list[str]]]) -> bytes:
    """An archive of CSV files, always the same bytes for the same tables."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, rows in tables.items():
            text = io.StringIO()
            csv.writer(text).writerows(rows)
            archive.writestr(zipfile.ZipInfo(name, (2026, 1, 31, 0, 0, 0)), text.getvalue(), zipfile.ZIP_DEFLATED)
    return out.getvalue()


ALL: tuple[type[Town], ...] = (
    DcatTown,
    CkanTown,
    UdataTown,
    OpendatasoftTown,
    ArcgisTown,
    CswTown,
    CswDcatTown,
    OgcRecordsTown,
    DataJsonTown,
    ScdlTown,
    FilesTown,
    FileTown,
    GtfsTown,
)
TOWNS: dict[str, type[Town]] = {town.kind: town for town in ALL}
