"""A hostile server through the whole harvest: refused by name, nothing lost, and the next source runs."""

from __future__ import annotations

import json
import re
import shutil
import ssl
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from catalogue.models import Change, Dataset
from harvesters import paging
from harvesters.engine import harvest
from harvesters.http import Client
from harvesters.http.guard import system_resolve
from harvesters.models import HarvestRun, HarvestSource
from harvesters.registry import BadSource, find_or_make
from harvesters.schedule import run_due
from tests.harvesting.conftest import HURRY
from tests.harvesting.hostilities import BIG, CASES, EVERY, JSON_KINDS, NAMES, Attack, Case, Stage
from tests.harvesting.servers import Asked, Server, reply
from tests.harvesting.towns import TOWNS, FilesTown, Town, records

pytestmark = pytest.mark.django_db
# Of a machine that does something else as well; who waits on purpose is cut sooner.
LIMITS = replace(HURRY, max_bytes=BIG, read=10, total=20, retries=0)
SHORT = replace(LIMITS, read=0.2, total=0.4)
# A message without one of these leaves its reader with nothing to do.
TO_DO = re.compile(
    "vérifiez|réessayez|demandez|donnez|ouvrez|corrigez|retirez|signalez|cherchez|prévenez|comparez|relancez", re.I
)
PLAYED = [(case, kind) for case in CASES for kind in case.kinds]


class ListTown(FilesTown):
    """A list of files, read from the web."""

    path = "/liste.txt"

    @property
    def address(self) -> str:
        return self.server.url(self.path)

    def publish(self, published: object, malice: str = "") -> None:
        lines = [record.address for record in published]  # type: ignore[attr-defined]
        self.server.replies[self.path] = reply("\n".join(lines).encode(), content_type="text/plain")


@pytest.fixture(scope="module")
def expired(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate whose time is over, for 127.0.0.1."""
    folder = tmp_path_factory.mktemp("expired")
    openssl = shutil.which("openssl")
    assert openssl, "the openssl command makes the certificate of this test: install it"
    (folder / "names").write_text("subjectAltName=IP:127.0.0.1\n")
    key, request, signed = folder / "key.pem", folder / "request", folder / "cert.pem"
    curve = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")
    subprocess.run(
        [openssl, "req", *curve, "-keyout", key, "-out", request, "-subj", "/CN=test"], check=True, capture_output=True
    )
    sign = ("-req", "-in", request, "-signkey", key, "-days", "-1", "-extfile", folder / "names", "-out", signed)
    subprocess.run([openssl, "x509", *sign], check=True, capture_output=True)
    return folder


def speaks(folder: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    return context


class Play:
    """A town, a neighbour that is well, and what harvests both when their hour has come."""

    def __init__(self, stage: Stage, neighbour: Town, authorities: ssl.SSLContext) -> None:
        self.stage, self.neighbour, self.authorities = stage, neighbour, authorities
        self.limits = LIMITS
        self.count = 1 if stage.town.single else 4

    def publish(self) -> None:
        self.stage.town.publish(records(self.count))

    def due(self, *towns: Town) -> list[HarvestRun]:
        for minutes, town in enumerate(reversed(towns), 1):  # the first waits the longest
            source = find_or_make(town.address, options=town.options)
            past = timezone.now() - timedelta(minutes=minutes)
            HarvestSource.objects.filter(pk=source.pk).update(next_at=past, schedule="0 3 * * *")
        return run_due(lambda source: self.client())

    def client(self) -> Client:
        servers = (self.stage.town.server, self.neighbour.server, self.stage.unsigned, self.stage.expired)
        trusted = frozenset().union(*(server.trusted for server in servers))

        def resolve(host: str, port: int) -> list[str]:
            return NAMES[host] if host in NAMES else system_resolve(host, port)

        return Client(trusted, self.limits, resolve=resolve, tls=self.authorities)

    def attack(self, attack: Attack) -> None:
        server = self.stage.town.server
        said = attack(self.stage)
        server.replies.clear()
        server.everywhere = said


@pytest.fixture
def play(
    request: pytest.FixtureRequest, server: Server, tmp_path: Path, certificate: Path, expired: Path
) -> Iterator[Play]:
    kind: str = request.param
    # The authorities of this test know the certificate that is out of date: its date alone is wrong.
    authorities = ssl.create_default_context(cafile=str(expired / "cert.pem"))
    with ExitStack() as stack:
        inside = stack.enter_context(Server(everywhere=reply(b"<a:b> <a:c> <a:d> .")))
        unsigned = stack.enter_context(Server(tls=speaks(certificate)))
        late = stack.enter_context(Server(tls=speaks(expired)))
        beside = stack.enter_context(Server())
        town = (ListTown if kind == "files" else TOWNS[kind])(server, tmp_path)
        play = Play(Stage(town, inside, unsigned, late), TOWNS["dcat"](beside, tmp_path), authorities)
        play.neighbour.publish(records(100)[99:])  # none that the town has: it would be the same dataset by two routes
        yield play
        assert not inside.asked, "a private server was asked"


def published() -> set[object]:
    return set(Dataset.objects.published().values_list("pk", "digest", "updated_at"))


@pytest.mark.parametrize(("case", "play"), PLAYED, indirect=["play"], ids=[f"{c.name}-{kind}" for c, kind in PLAYED])
def test_refused_by_name_and_nothing_lost(case: Case, play: Play) -> None:
    play.publish()
    [first] = play.due(play.stage.town)
    assert (first.status, first.created) == ("done", play.count), first.messages
    were, lines = published(), Change.objects.count()
    play.attack(case.attack)
    if case.name == "silent":
        play.limits = SHORT
    failed, sound = play.due(play.stage.town, play.neighbour)
    assert (failed.status, failed.complete, failed.withdrawn, failed.created) == ("failed", False, 0, 0), (
        failed.messages
    )
    [message] = failed.messages
    assert re.search(case.said, message), message
    assert TO_DO.search(message), message
    assert (sound.status, sound.created) == ("done", 1), sound.messages
    assert were < published() and Change.objects.count() > lines


def spoiled(play: Play, change: Callable[[str], str]) -> None:
    """The town's own answer, with something changed in its bytes."""
    town = play.stage.town
    first = town.server.replies[town.path]  # type: ignore[attr-defined]
    whole = first if callable(first) else lambda asked: first

    def go(asked: Asked) -> bytes:
        _, _, body = whole(asked).partition(b"\r\n\r\n")
        return reply(change(body.decode()).encode("utf-8", "surrogatepass"), content_type="application/json")

    town.server.replies[town.path] = go  # type: ignore[attr-defined]


TAKEN = {
    "nan": lambda text: text.replace('"gardé"', "[NaN, -Infinity, 1e999, 1]"),
    "key-twice": lambda text: text.replace('"Jeu 1"', '"Ancien", "title": "Jeu 1", "name": "Jeu 1"'),
    "nul": lambda text: text.replace("Ce que la ville", "Ce\\u0000 que la ville"),
    "half-character": lambda text: text.replace("Ce que la ville", "Ce\\ud800 que la ville"),
    "endless-number": lambda text: text.replace('"gardé"', "1" + "0" * 4000),
    "byte-order-mark": lambda text: "\ufeff" + text,
}


@pytest.mark.parametrize("play", JSON_KINDS, indirect=True)
@pytest.mark.parametrize("change", TAKEN.values(), ids=TAKEN)
def test_what_is_odd_in_json_harms_no_record(change: Callable[[str], str], play: Play) -> None:
    play.publish()
    spoiled(play, lambda text: change(json.dumps(json.loads(text), ensure_ascii=False)))
    run, sound = play.due(play.stage.town, play.neighbour)
    assert (run.status, run.created, sound.status) == ("done", play.count, "done"), run.messages
    rows = Dataset.objects.with_forms().exclude(uri="https://ville.example/jeu-0")
    assert not [row for row in rows if "NaN" in row.said or "Infinity" in row.said or "\0" in str(row.description)]
    again, *_ = play.due(play.stage.town)
    assert (again.unchanged, again.created, again.updated) == (play.count, 0, 0), again.messages


@pytest.mark.parametrize("play", JSON_KINDS[:4], indirect=True)
def test_pages_without_end_are_cut(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    """New records for ever, and a total that runs away before them."""
    play.publish()
    play.due(play.stage.town)
    were = published()
    monkeypatch.setattr(paging, "MAX_PAGES", 5)
    play.stage.town.publish(records(500))
    failed, sound = play.due(play.stage.town, play.neighbour)
    assert (failed.status, failed.withdrawn, sound.status) == ("failed", 0, "done")
    assert "Plus de 5 pages" in failed.messages[0]
    assert were < published()


@pytest.mark.parametrize("play", [kind for kind in EVERY if kind not in ("files", "gtfs")], indirect=True)
def test_a_catalogue_that_says_nothing_any_more_stops_and_asks(play: Play) -> None:
    play.publish()
    play.due(play.stage.town)
    were = published()
    play.stage.town.publish(records(1))
    stopped, sound = play.due(play.stage.town, play.neighbour)
    assert (stopped.status, stopped.withdrawn, sound.status) == ("stopped", 0, "done"), stopped.messages
    assert "3 jeux de données sur 4" in stopped.messages[0]
    assert were < published()


@pytest.mark.parametrize(
    "address",
    ["http://[oups/", "http://[::1", "http://a.example:99999999/", "http://a.example:0/", "file:///etc/passwd"],
)
def test_an_address_that_names_no_server_makes_no_source(address: str) -> None:
    with pytest.raises(BadSource, match="http://"):
        find_or_make(address, trusted=True)
    assert not HarvestSource.objects.exists()


@pytest.mark.parametrize(
    ("name", "head"),
    [
        ("catalogue.csv", b"TITRE;DESCRIPTION;URL;LICENCE;DATE_MAJ;FREQ_MAJ;MOTS_CLES\n"),
        ("liste.txt", b"https://v.example/1.csv\nhttps://v.example/2.csv\n"),
        ("data.json", b'{"conformsTo": "https://project-open-data.cio.gov/v1.1/schema"'),
    ],
)
def test_a_document_read_at_once_has_a_bearable_size(tmp_path: Path, name: str, head: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(head + b"\n" * 65_536)
    with path.open("r+b") as file:
        file.truncate(49 * 2**20)
    with Client() as client:
        run = harvest(find_or_make(str(path)), client)
    assert run.status == "failed" and "48 Mio" in run.messages[0], run.messages
