"""A throw-away instance for a benchmark: its own folder, base and index, gone at the end."""

from __future__ import annotations

import os
import platform
import random
import resource
import secrets
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
EU = "http://publications.europa.eu/resource/authority/"
THEMES = ("ENVI", "TRAN", "ECON", "GOVE", "EDUC", "HEAL", "REGI", "SOCI")
SUBJECTS = (
    "arbres",
    "poubelles",
    "cantines",
    "budget",
    "pistes cyclables",
    "subventions",
    "écoles",
    "arrêts de bus",
    "eau potable",
    "marchés",
)
PREFIXES = """@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix vcard: <http://www.w3.org/2006/vcard/ns#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""


@contextmanager
def throw_away(url: str = "http://127.0.0.1:8000") -> Iterator[Path]:
    """Sets Django up on an empty, migrated base; DATABASE_URL is respected, so that both bases can be measured."""
    with tempfile.TemporaryDirectory(prefix="bouture-bench-") as folder:
        os.environ.update(BOUTURE_HOME=folder, BOUTURE_URL=url, BOUTURE_SECRET_KEY=secrets.token_hex(32))
        os.environ["DJANGO_SETTINGS_MODULE"] = "portal.settings"
        sys.path.insert(0, str(PROJECT))
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        try:
            yield Path(folder)
        finally:
            forget_indices()


def forget_indices() -> None:
    """Those of this instance, where a server of Elasticsearch keeps them and still answers."""
    from catalogue.search.contract import SearchError
    from catalogue.search.elastic import ElasticBackend
    from catalogue.search.instance import backend

    index = backend()
    if isinstance(index, ElasticBackend):
        with suppress(SearchError):
            index.remove_all()


def record(number: int, changed: bool = False) -> str:
    """One dataset with three files, about 60 triples, two blank nodes."""
    subject, theme = SUBJECTS[number % len(SUBJECTS)], THEMES[number % len(THEMES)]
    base = f"https://donnees.banc.example/jeux/{number}"
    title = f"{subject.capitalize()} du quartier {number}{' (revu)' if changed else ''}"
    files = "".join(
        f'<{base}/{kind}> a dcat:Distribution ; dct:title "{title}, {kind}"@fr ; dcat:accessURL <{base}.{kind}> ; dcat:downloadURL <{base}.{kind}> ;\n'
        f'  dct:format <{EU}file-type/{kind.upper()}> ; dct:license <{EU}licence/CC_BY_4_0> ; dct:issued "2024-01-0{1 + number % 9}"^^xsd:date ;\n'
        f'  dcat:byteSize "{1000 + number}"^^xsd:nonNegativeInteger ; dct:description "Fichier {kind}."@fr .\n'
        for kind in ("csv", "json", "xlsx")
    )
    return (
        f'<{base}> a dcat:Dataset ; dct:identifier "banc-{number}" ; dct:title "{title}"@fr ;\n'
        f'  dct:description "Les {subject} du quartier {number}, relevés chaque année par les services : état, emplacement, entretien."@fr ;\n'
        f'  dcat:keyword "{subject}"@fr, "quartier {number % 50}"@fr, "relevé"@fr ; dcat:theme <{EU}data-theme/{theme}> ;\n'
        f"  dct:publisher <https://donnees.banc.example/org/{number % 20}> ; dct:accrualPeriodicity <{EU}frequency/ANNUAL> ;\n"
        f'  dct:issued "2023-05-0{1 + number % 9}"^^xsd:date ; dct:modified "2025-03-1{number % 10}T10:00:00+01:00"^^xsd:dateTime ;\n'
        f'  dcat:contactPoint [ a vcard:Organization ; vcard:fn "Service {number % 30}" ; vcard:hasEmail <mailto:service{number % 30}@banc.example> ] ;\n'
        f'  dct:temporal [ a dct:PeriodOfTime ; dcat:startDate "2020-01-01"^^xsd:date ; dcat:endDate "2024-12-31"^^xsd:date ] ;\n'
        f"  dcat:landingPage <{base}.html> ; dcat:distribution <{base}/csv>, <{base}/json>, <{base}/xlsx> .\n{files}"
    )


def order_of(count: int, shuffle: int = 0) -> list[int]:
    """Another `shuffle` gives another order."""
    order = list(range(count))
    if shuffle:
        random.Random(shuffle).shuffle(order)
    return order


def bodies() -> str:
    """The twenty bodies that publish."""
    return "".join(
        f'<https://donnees.banc.example/org/{number}> a foaf:Agent ; foaf:name "Organisme {number}"@fr .\n'
        for number in range(20)
    )


def catalogue(path: Path, count: int, shuffle: int = 0, changed: int | None = None) -> Path:
    """Writes a Turtle catalogue of `count` datasets; another `shuffle` gives another order of the same records."""
    with path.open("w") as file:
        file.write(PREFIXES + bodies())
        for number in order_of(count, shuffle):
            file.write(record(number, changed=number == changed))
    return path


@contextmanager
def served(page: Callable[[str], str], wait: float = 0) -> Iterator[str]:
    """A server of Turtle on 127.0.0.1: `page` gives the body of an address, after `wait` seconds."""

    class Pages(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            time.sleep(wait)
            body = page(self.path.strip("/")).encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/turtle")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Silence."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Pages)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def machine() -> str:
    """What the figures were measured on."""
    return f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, {platform.system()}"


def peak_mib() -> float:
    """The most memory that this process has held, MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
