"""An instance for a benchmark, gone at the end: in this process (`throw_away`), or served in processes of its own (`Instance`)."""

from __future__ import annotations

import json
import os
import platform
import random
import resource
import secrets
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import TYPE_CHECKING, Any

from serving import say, serving

if TYPE_CHECKING:
    from relaying import Relay

PROJECT = Path(__file__).resolve().parent.parent
LOOKS = "1"  # seconds between two looks at a feed that an `Instance` follows
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

    def answer(asked: BaseHTTPRequestHandler) -> None:
        time.sleep(wait)
        say(asked, page(asked.path.strip("/")).encode())

    with serving(answer) as url:
        yield url


@dataclass
class Instance:
    """An instance that is served: its folder, its processes, and somebody who writes in it (`hand.py`)."""

    name: str
    folder: Path
    port: int
    url: str
    relay: Relay | None = None
    served: subprocess.Popen[bytes] | None = None
    hand: subprocess.Popen[str] | None = None
    held: set[str] = field(default_factory=set)  # addresses kept from others
    hidden: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        kept = {name: value for name, value in os.environ.items() if name in ("PATH", "LANG", "LC_ALL", "TMPDIR")}
        self.environment = {
            **kept,
            "BOUTURE_HOME": str(self.folder),
            "BOUTURE_URL": self.url,
            "BOUTURE_NAME": self.name,
            "BOUTURE_SECRET_KEY": secrets.token_hex(32),
            "BOUTURE_PEER_EVERY": LOOKS,
            "BOUTURE_LINK_CHECKS": "0",
            "BOUTURE_TABLES": "none",
            "BOUTURE_LIMITS": "0",
            "DJANGO_SETTINGS_MODULE": "portal.settings",
            "WEB_CONCURRENCY": "1",
        }

    def run(self, *words: str) -> str:
        done = subprocess.run(
            [sys.executable, "manage.py", *words],
            check=False, cwd=PROJECT, env=self.environment, capture_output=True, text=True, timeout=300,
        )  # fmt: skip
        if done.returncode:
            raise SystemExit(f"{self.name}: {' '.join(words[:2])}: {done.stderr or done.stdout}")
        return done.stdout

    def serve(self) -> None:
        command = [sys.executable, "manage.py", "serve", "--bind", f"127.0.0.1:{self.port}"]
        with (self.folder / "journal").open("ab") as journal:
            self.served = subprocess.Popen(
                command, cwd=PROJECT, env=self.environment, stdout=journal, stderr=journal, start_new_session=True
            )

    def kill(self) -> None:
        """Every process of it, at once."""
        if self.served:
            with suppress(ProcessLookupError):
                os.killpg(self.served.pid, signal.SIGKILL)
            self.served.wait(timeout=20)
            self.served = None

    def answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/flux/", timeout=5) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    def ask(self, act: str, **given: Any) -> Any:
        if self.hand is None:
            self.hand = subprocess.Popen(
                [sys.executable, "-c", "import hand; hand.main()"],
                cwd=Path(__file__).parent, env=self.environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            )  # fmt: skip
            self._answer()
        assert self.hand.stdin
        self.hand.stdin.write(json.dumps([act, given]) + "\n")
        self.hand.stdin.flush()
        return self._answer()

    def _answer(self) -> Any:
        assert self.hand
        assert self.hand.stdout
        line = self.hand.stdout.readline()
        if not line:
            raise SystemExit(f"{self.name}: who writes there fell over")
        return json.loads(line)

    def close(self) -> None:
        self.kill()
        if sys.exc_info()[0] and (self.folder / "journal").exists():
            print(
                f"{self.name}:", *(self.folder / "journal").read_text("utf-8", "replace").splitlines()[-12:], sep="\n  "
            )
        if self.hand:
            self.hand.kill()
            self.hand.wait(timeout=20)

    def shared(self) -> dict[str, str]:
        """What others should have of it."""
        said: dict[str, str] = self.ask("said")
        return {uri: digest for uri, digest in said.items() if uri not in self.held and uri.startswith(self.url)}


def machine() -> str:
    """What the figures were measured on."""
    return f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, {platform.system()}"


def peak_mib() -> float:
    """The most memory that this process has held, MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
