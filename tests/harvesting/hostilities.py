"""What a hostile server answers, and what is said of it: one line a case, read by the test and by docs/harvest.md.

An attack gives what every address of the server answers from then on.
"""

from __future__ import annotations

import gzip
import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from typing import Any
from urllib.parse import urlsplit

from tests.harvesting.servers import Asked, Server, reply
from tests.harvesting.towns import LOGIN, Town, zipped

JSON_KINDS = ("ckan", "udata", "opendatasoft", "arcgis", "datajson")
PAGED = ("ckan", "udata", "opendatasoft", "arcgis")
EVERY = (*JSON_KINDS, "dcat", "csw", "scdl", "files", "gtfs")
BIG = 1_200_000  # bytes: more than the client of these tests may read


@dataclass(frozen=True)
class Stage:
    """The town under attack, and servers that its own may send to: one private, one signed by nobody, one whose
    certificate is out of date.
    """

    town: Town
    inside: Server
    unsigned: Server
    expired: Server

    @property
    def address(self) -> str:
        return self.town.server.url()


Attack = Callable[[Stage], object]


@dataclass(frozen=True)
class Case:
    """`kinds`: sorts of sources that it is played on. `said`: what the run's message must hold, as a regular expression."""

    name: str
    of: str  # what it is, in English, for the documentation
    kinds: tuple[str, ...]
    said: str
    attack: Attack


def answer(body: bytes = b"", status: int = 200, **given: Any) -> Attack:
    said = reply(body, status, **given)
    return lambda stage: said


def raw(*pieces: bytes) -> Attack:
    return lambda stage: b"".join(pieces)


def to(target: str, status: int = 302) -> Attack:
    """Sends to an address; {inside}, {unsigned}, {expired} and {port} (of the private server) stand for what they name."""

    def attack(stage: Stage) -> bytes:
        where = target.format(
            port=stage.inside.port,
            inside=stage.inside.url(),
            unsigned=stage.unsigned.url(),
            expired=stage.expired.url(),
            tls=stage.address.replace("http:", "https:"),
        )
        return reply(status=status, Location=where)

    return attack


def flow(head: bytes, piece: bytes, pause: float = 0) -> Attack:
    """An answer without end."""

    def go(asked: Asked) -> Iterator[bytes]:
        yield head
        while True:
            time.sleep(pause)
            yield piece

    return lambda stage: go


def silence(stage: Stage) -> object:
    def go(asked: Asked) -> Iterator[bytes]:
        time.sleep(0.4)
        yield b""

    return go


def circles(stage: Stage) -> object:
    numbers = count()
    return lambda asked: reply(status=302, Location=f"/encore/{next(numbers)}")


def login(stage: Stage) -> object:
    def go(asked: Asked) -> bytes:
        if urlsplit(asked.path).path == "/connexion":
            return reply(LOGIN, content_type="text/html", Set_Cookie="session=1")
        return reply(status=302, Location="/connexion?retour=/")

    return go


def page_after(second: Attack) -> Attack:
    """The town's first page as it is, then this."""

    def attack(stage: Stage) -> object:
        path = urlsplit(stage.town.address).path
        first = stage.town.server.replies[path]
        assert callable(first)
        then = second(stage)
        asked_first: list[str] = []

        def go(asked: Asked) -> Any:
            if not asked_first or asked.path == asked_first[0]:
                asked_first.append(asked.path)
                return first(asked)
            return then(asked) if callable(then) else then

        return go

    return attack


def feed(**files: str) -> bytes:
    """A feed of transport in which one table is another."""
    tables = {"agency": "agency_name\nTram\n", "stops": "stop_id,stop_lat,stop_lon\n", **files}
    return zipped({f"{name}.txt": [line.split(",") for line in text.splitlines()] for name, text in tables.items()})


OK = b"HTTP/1.1 200 OK\r\n"
CLOSE = b"Connection: close\r\n\r\n"
JSON = "application/json"
XML = "application/rdf+xml"
RDF = '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="https://v.example/">'
ENTITIES = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10 if n else "ha" * 10}">' for n in range(12))
HYDRA = "http://www.w3.org/ns/hydra/core#next"
PRIVATE = "réseau privé"
CUT = "coupée|mal formée"
BIGGER = "taille permise"
NOT_IT = "page web|du XML|pas par"


def hydra(target: str) -> Attack:
    return answer(f'<https://v.example/> <{HYDRA}> "{target}" .'.encode())


PRIVATE_ADDRESSES = {
    "loopback": "http://127.0.0.1:{port}/",
    "localhost": "http://localhost:{port}/",
    "decimal": "http://2130706433:{port}/",
    "octal": "http://017700000001:{port}/",
    "hexadecimal": "http://0x7f.1:{port}/",
    "short": "http://127.1:{port}/",
    "zero": "http://0:{port}/",
    "ipv6": "http://[::1]:{port}/",
    "ipv4-mapped": "http://[::ffff:127.0.0.1]:{port}/",
    "nat64": "http://[64:ff9b::7f00:1]:{port}/",
    "6to4": "http://[2002:7f00:1::]:{port}/",
    "metadata": "http://169.254.169.254/latest/meta-data/",
    "intranet": "http://10.0.0.5/catalogue",
    "name-half-private": "http://moitie.example/",
    "name-private": "http://intranet.example/",
    "name-mapped": "http://plonge.example/",
}
NAMES = {
    "moitie.example": ["8.8.8.8", "127.0.0.1"],
    "intranet.example": ["10.0.0.5"],
    "plonge.example": ["::ffff:127.0.0.1"],
}
BAD_TARGETS = {
    "file": ("file:///etc/passwd", "ni http ni https"),
    "gopher": ("gopher://127.0.0.1/", "ni http ni https"),
    "password": ("http://moi:secret@example.org/", "mot de passe"),
    "badly-written": ("http://[oups", "mal écrite|mal formée"),
    "bad-port": ("http://a.example:99999999/", "mal écrite|mal formée"),
}
STATUSES = {
    201: "HTTP 201",
    204: "HTTP 204",
    206: "HTTP 206",
    302: "HTTP 302",
    304: "HTTP 304",
    400: "HTTP 400",
    401: "autorisation",
    403: "autorisation",
    404: "n'existe",
    410: "n'existe",
    418: "HTTP 418",
    429: "trop de demandes",
    500: "panne",
    503: "panne",
}

# On the road: the same for every kind of source, played on each in its turn.
ROAD: list[tuple[str, str, str, Attack]] = [
    *(
        (f"private-{name}", "a redirect to a private address, however it is spelt", PRIVATE, to(target))
        for name, target in PRIVATE_ADDRESSES.items()
    ),
    *(
        (f"redirect-{name}", "a redirect to what is no plain web address", said, to(target))
        for name, (target, said) in BAD_TARGETS.items()
    ),
    *(
        (f"status-{status}", "a status that brings no whole document", said, answer(b"@prefix", status))
        for status, said in STATUSES.items()
    ),
    ("redirect-loop", "redirects without end", "sans fin", to("/")),
    ("redirect-chain", "redirects without end", "sans fin", circles),
    ("wait-a-day", "429 or 503 with a Retry-After", "dans 86401 s", answer(status=429, Retry_After="86400")),
    (
        "wait-nonsense",
        "429 or 503 with a Retry-After",
        "plus tard",
        answer(status=429, Retry_After="Mon, 01 Jan 2001 00:00:00 +99999999999999999999"),
    ),
    (
        "certificate-unsigned",
        "a certificate that nobody signed, or out of date",
        "certificat.*s’est fait lui-même",
        to("{unsigned}"),
    ),
    ("certificate-expired", "a certificate that nobody signed, or out of date", "certificat périmé", to("{expired}")),
    ("no-encryption", "no encryption at an https address", "chiffrée", to("{tls}")),
    ("huge-announced", "more bytes than the limit, announced or not", BIGGER, answer(b"x", length=10 * 2**30)),
    ("huge", "more bytes than the limit, announced or not", BIGGER, flow(OK + CLOSE, b"x" * 65_536)),
    (
        "gzip-bomb",
        "gzip that swells, or goes on for ever",
        BIGGER,
        answer(gzip.compress(b" " * 50_000_000), Content_Encoding="gzip"),
    ),
    (
        "gzip-of-nothing",
        "gzip that swells, or goes on for ever",
        BIGGER,
        flow(OK + b"Content-Encoding: gzip\r\n" + CLOSE, gzip.compress(b"") * 1000),
    ),
    (
        "gzip-then-noise",
        "gzip that swells, or goes on for ever",
        BIGGER,
        flow(OK + b"Content-Encoding: gzip\r\n" + CLOSE + gzip.compress(b"{}"), b"x" * 65_536),
    ),
    (
        "gzip-cut",
        "a Content-Encoding that lies, or that we do not read",
        CUT,
        answer(gzip.compress(b"{}" * 999)[:-9], Content_Encoding="gzip"),
    ),
    (
        "gzip-that-is-not",
        "a Content-Encoding that lies, or that we do not read",
        "abîmée",
        answer(b"{}", Content_Encoding="gzip"),
    ),
    (
        "gzip-twice",
        "a Content-Encoding that lies, or that we do not read",
        "compression inconnue",
        answer(gzip.compress(gzip.compress(b"{}")), Content_Encoding="gzip, gzip"),
    ),
    (
        "brotli",
        "a Content-Encoding that lies, or that we do not read",
        "compression inconnue",
        answer(b"\x8b", Content_Encoding="br"),
    ),
    (
        "gzip-untold",
        "a Content-Encoding that lies, or that we do not read",
        "archive gzip|liste",
        answer(gzip.compress(b"{}")),
    ),
    (
        "one-byte-at-a-time",
        "a server that answers byte by byte, or not at all",
        "pas fini",
        flow(OK + CLOSE, b"x", 0.05),
    ),
    (
        "header-byte-by-byte",
        "a server that answers byte by byte, or not at all",
        "pas fini",
        flow(OK + b"X-Lent: ", b"x", 0.05),
    ),
    (
        "early-hints-for-ever",
        "a server that answers byte by byte, or not at all",
        "pas fini",
        flow(b"", b"HTTP/1.1 103 Early Hints\r\n\r\n" * 10, 0.02),
    ),
    ("silent", "a server that answers byte by byte, or not at all", "à temps", silence),
    ("closed", "a connection closed without a word", CUT, raw()),
    ("not-http", "something else than HTTP", CUT, raw(b"SSH-2.0-OpenSSH\r\n")),
    ("short-of-its-length", "a body that is not as long as announced", CUT, answer(b"{}", length=99)),
    (
        "two-lengths",
        "a body that is not as long as announced",
        CUT,
        raw(OK, b"Content-Length: 2\r\nContent-Length: 9\r\n", CLOSE, b"{}"),
    ),
    (
        "length-below-zero",
        "a body that is not as long as announced",
        CUT,
        raw(OK, b"Content-Length: -1\r\n", CLOSE, b"{}"),
    ),
    (
        "chunks-cut",
        "chunks cut short or badly counted",
        CUT,
        raw(OK, b"Transfer-Encoding: chunked\r\n", CLOSE, b'5\r\n{"a"'),
    ),
    (
        "chunks-uncounted",
        "chunks cut short or badly counted",
        CUT,
        raw(OK, b"Transfer-Encoding: chunked\r\n", CLOSE, b"zz\r\n{}"),
    ),
    (
        "transfer-gzip",
        "chunks cut short or badly counted",
        CUT,
        raw(OK, b"Transfer-Encoding: gzip, chunked\r\n", CLOSE, b"0\r\n\r\n"),
    ),
    ("header-bomb", "headers or cookies by the megabyte", CUT, raw(OK, b"X-Bombe: ", b"x" * 1_000_000, b"\r\n", CLOSE)),
    ("headers-without-end", "headers or cookies by the megabyte", CUT, flow(OK, b"X-Encore: 1\r\n" * 1000)),
    ("cookie-bomb", "headers or cookies by the megabyte", CUT, raw(OK, b"Set-Cookie: a=b\r\n" * 20_000, CLOSE)),
    ("login-after-redirect", "a log-in, error or maintenance page in place of data", "page web|liste", login),
]

# In the document: what each kind of source can be given.
DOCUMENTS: list[tuple[str, str, tuple[str, ...], str, Attack]] = [
    (
        "login-page",
        "a log-in, error or maintenance page in place of data",
        EVERY,
        "page web|liste",
        answer(LOGIN, content_type="text/html"),
    ),
    (
        "login-page-as-json",
        "a log-in, error or maintenance page in place of data",
        JSON_KINDS,
        "page web",
        answer(LOGIN, content_type=JSON),
    ),
    ("empty", "an empty body", EVERY, "vide|liste", answer()),
    ("blank", "an empty body", EVERY, "vide|liste", answer(b" \r\n\t" * 99)),
    (
        "zip-bomb",
        "an archive, a PDF, a workbook",
        EVERY,
        "archive ZIP|liste",
        answer(zipped({"catalogue.json": [["0" * 10_000_000]]}), content_type=JSON),
    ),
    ("pdf", "an archive, a PDF, a workbook", ("ckan", "dcat", "scdl"), "PDF", answer(b"%PDF-1.7\n", content_type=JSON)),
    (
        "plain-words",
        "a log-in, error or maintenance page in place of data",
        ("dcat", "scdl", "files"),
        "ordinaire|colonnes|liste",
        answer(b"Service en maintenance\nRevenez demain\n", content_type="text/plain"),
    ),
    ("nul-bytes", "bytes that are no text", EVERY, "mal formé|ordinaire|CSV|CSW|liste|GTFS", answer(b"\0" * 999)),
    (
        "utf-16-that-is-not",
        "bytes that are no text",
        EVERY,
        "mal formé|ordinaire|CSV|CSW|liste|RDF|GTFS",
        answer(b"\xff\xfe" + b"\xd8\x00" * 99),
    ),
    ("deep", "JSON nested without end", JSON_KINDS, "niveaux", answer(b'{"a":' * 50_000, content_type=JSON)),
    ("json-cut", "JSON cut or badly written", JSON_KINDS, "coupé", answer(b'{"data": [{"id": ', content_type=JSON)),
    (
        "json-endless-number",
        "JSON cut or badly written",
        JSON_KINDS,
        "mal formé",
        answer(b"9" * 200_000, content_type=JSON),
    ),
    (
        "json-null",
        "JSON that is not what this kind of source gives",
        JSON_KINDS,
        "n’est pas",
        answer(b"null", content_type=JSON),
    ),
    (
        "json-list",
        "JSON that is not what this kind of source gives",
        JSON_KINDS,
        "n’est pas",
        answer(b"[[]]", content_type=JSON),
    ),
    (
        "json-of-another",
        "JSON that is not what this kind of source gives",
        JSON_KINDS,
        "n’est pas",
        answer(
            json.dumps({"items": [], "result": 7, "data": {}, "results": "x", "dataset": None}).encode(),
            content_type=JSON,
        ),
    ),
    (
        "error-as-200",
        "an error that calls itself a success",
        ("ckan",),
        "erreur",
        answer(b'{"help": "", "success": false, "error": {"message": "Solr"}}', content_type=JSON),
    ),
    ("page-2-busy", "a page after the first that fails", PAGED, "trop de demandes", page_after(answer(status=429))),
    ("page-2-login", "a page after the first that fails", PAGED, "page web", page_after(answer(LOGIN))),
    ("page-2-private", "a page after the first that fails", PAGED, PRIVATE, page_after(to("{inside}"))),
    (
        "xml-bomb",
        "XML with entities (bombs, files of this machine)",
        ("dcat",),
        "entités|DOCTYPE|DTD",
        answer(f"<!DOCTYPE r [{ENTITIES}]>{RDF}<e:a>&a11;</e:a></rdf:RDF>".encode(), content_type=XML),
    ),
    (
        "xml-external",
        "XML with entities (bombs, files of this machine)",
        ("dcat",),
        "entités|DOCTYPE|DTD",
        answer(
            f'<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]>{RDF}<e:a>&x;</e:a></rdf:RDF>'.encode(),
            content_type=XML,
        ),
    ),
    (
        "xml-deep",
        "RDF nested without end, cut, or badly written",
        ("dcat",),
        "éléments",
        answer((RDF + "<e:a><e:b>" * 10_000).encode(), content_type=XML),
    ),
    (
        "xml-encoding",
        "RDF nested without end, cut, or badly written",
        ("dcat",),
        "UTF-8",
        answer(f'<?xml version="1.0" encoding="zip"?>{RDF}</rdf:RDF>'.encode(), content_type=XML),
    ),
    (
        "turtle-deep",
        "RDF nested without end, cut, or badly written",
        ("dcat",),
        "niveaux|ligne|coupé|mal",
        answer(b"<a:b> <a:c> " + b"[ <a:c> " * 20_000),
    ),
    (
        "jsonld-deep",
        "RDF nested without end, cut, or badly written",
        ("dcat",),
        "niveaux",
        answer(b'{"@id":"a:b","a:c":' * 9_000, content_type="application/ld+json"),
    ),
    (
        "jsonld-context",
        "a JSON-LD context to be fetched",
        ("dcat",),
        "contexte",
        answer(b'{"@context":"http://127.0.0.1/c.jsonld","@id":"a:b","a:c":"d"}', content_type="application/ld+json"),
    ),
    ("hydra-file", "a next page that is no web address", ("dcat",), "adresse du web", hydra("file:///etc/passwd")),
    ("hydra-urn", "a next page that is no web address", ("dcat",), "adresse du web", hydra("urn:/etc/passwd")),
    ("hydra-half", "a next page that is no web address", ("dcat",), "mal écrite", hydra("http://[oups")),
    (
        "rss",
        "XML of another kind",
        ("dcat", "ckan"),
        "RSS|du XML",
        answer(b'<?xml version="1.0"?><rss version="2.0"></rss>'),
    ),
    (
        "csv-other-columns",
        "a CSV that is no catalogue",
        ("scdl",),
        "colonnes",
        answer(b"a;b;c\n1;2;3\n", content_type="text/csv"),
    ),
    (
        "gtfs-bomb",
        "an archive that swells, hides, or has no end",
        ("gtfs",),
        "décomprimé",
        answer(feed(stops="0" * 60_000_000)),
    ),
    ("gtfs-cut", "an archive that swells, hides, or has no end", ("gtfs",), "abîmée", answer(feed()[:-40])),
    (
        "gtfs-endless-line",
        "an archive that swells, hides, or has no end",
        ("gtfs",),
        "pas de fin",
        answer(feed(stops="stop_lat,stop_lon\n" + "1" * 2_000_000)),
    ),
    (
        "gtfs-without-agency",
        "an archive that is no feed of transport",
        ("gtfs",),
        "y manque",
        answer(zipped({"a.xml": []})),
    ),
    (
        "csv-endless-cell",
        "a CSV that is no catalogue",
        ("scdl",),
        "mal formé",
        answer(
            b'TITRE;DESCRIPTION;URL;LICENCE;DATE_MAJ;FREQ_MAJ;MOTS_CLES\n"' + b"x" * 1_100_000, content_type="text/csv"
        ),
    ),
]

CASES = [
    *(Case(name, of, (EVERY[at % len(EVERY)],), said, attack) for at, (name, of, said, attack) in enumerate(ROAD)),
    *(Case(*line) for line in DOCUMENTS),
]
