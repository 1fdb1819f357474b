"""A feed of public transport as one dataset: what is said of it, and the archives that nobody should send."""

from __future__ import annotations

import io
import random
import struct
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from catalogue.models import Dataset, Distribution
from catalogue.reference.loader import load_vocabularies
from harvesters import archives
from harvesters.base import Answer, HarvestError
from harvesters.engine import harvest
from harvesters.http import Client, open_file
from harvesters.models import HarvestRun, HarvestSource
from harvesters.registry import find_or_make
from harvesters.sources import kind_of
from harvesters.sources.gtfs import Gtfs
from tests.harvesting.towns import zipped

pytestmark = pytest.mark.django_db
AGENCY = [
    ["agency_id", "agency_name", "agency_url", "agency_timezone", "agency_lang", "agency_email"],
    ["a", "Tram de la Côte", "https://tram.example/", "Europe/Paris", "fr", "bonjour@tram.example"],
]
STOPS = [["stop_id", "stop_name", "stop_lat", "stop_lon"], ["1", "Gare", "44.5", "-1.25"], ["2", "Port", "44.75", "-1"]]
FEED = [
    ["feed_publisher_name", "feed_publisher_url", "feed_lang", "feed_start_date", "feed_end_date", "feed_version"],
    ["Agglomération de la Côte", "https://agglo.example/", "fr", "20260101", "20261231", "2026-07"],
]
TABLES = {"agency.txt": AGENCY, "stops.txt": STOPS}
Run = Callable[[bytes], HarvestRun]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "réseau.zip"


@pytest.fixture
def run(path: Path, make_client: Callable[..., Client]) -> Run:
    def go(body: bytes) -> HarvestRun:
        path.write_bytes(body)
        return harvest(find_or_make(str(path), base="https://agglo.example/fichiers"), make_client())

    return go


def archive(**files: bytes) -> bytes:
    """Files as bytes; `__` in a name stands for a dot."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, body in files.items():
            made.writestr(zipfile.ZipInfo(name.replace("__", "."), (2026, 1, 31, 0, 0, 0)), body, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def test_all_that_the_tables_say(run: Run) -> None:
    load_vocabularies()
    done = run(zipped({**TABLES, "feed_info.txt": FEED}))
    assert (done.status, done.created, done.repairs) == ("done", 1, {"label-as-concept": 1}), done.messages
    assert HarvestSource.objects.get().kind == "gtfs"
    row = Dataset.objects.with_forms().get()
    assert row.title == {"": "Tram de la Côte (GTFS)"}
    assert str(row.published_by) == "Agglomération de la Côte"
    assert row.uri == "https://agglo.example/fichiers/r%C3%A9seau.zip#jeu"
    for said in (
        "data-theme/TRAN",
        "authority/language/FRA",
        '"2026-01-01"',
        '"2026-12-31"',
        "2026-07",
        "[-1.25,44.5]",
        "Tram de la Côte",
        "mailto:bonjour@tram.example",
    ):
        assert said in row.repaired.replace(", ", ","), said
    file = Distribution.objects.get()
    assert file.download_url == ["https://agglo.example/fichiers/r%C3%A9seau.zip"]
    assert "file-type/GTFS" in row.repaired and "media-types/application/zip" in row.repaired
    assert "licen" not in row.said
    assert "Europe/Paris" in row.said and "Europe/Paris" not in row.repaired


def test_a_feed_without_dates_says_those_of_its_calendars(run: Run) -> None:
    calendars = {
        "calendar.txt": [
            ["service_id", "start_date", "end_date"],
            ["1", "20260301", "20260630"],
            ["2", "n", "20269999"],
        ],
        "calendar_dates.txt": [["date", "exception_type"], ["20260714", "1"], ["20251225", "2"]],
    }
    run(zipped(TABLES | calendars))
    row = Dataset.objects.with_forms().get()
    assert '"2026-03-01"' in row.repaired and '"2026-07-14"' in row.repaired
    assert "2025-12-25" not in row.said


@pytest.mark.parametrize("number", [2, 5])
def test_several_networks(run: Run, number: int) -> None:
    agencies = [
        AGENCY[0],
        *([str(n), f"Réseau {n}", "https://r.example/", "Europe/Paris", "fr", ""] for n in range(number)),
    ]
    run(zipped({**TABLES, "agency.txt": agencies}))
    row = Dataset.objects.with_forms().get()
    assert (
        row.title[""]
        == {2: "Réseau 0 et Réseau 1 (GTFS)", 5: "Réseau 0, Réseau 1, Réseau 2 et 2 autres (GTFS)"}[number]
    )
    assert row.published_by is None or "Réseau" not in str(row.published_by)
    assert all(f"Réseau {n}" in row.repaired for n in range(number))


def test_what_people_do_to_their_files(run: Run) -> None:
    """A folder in the archive, what a Mac leaves there, a mark at the head, quotes, blanks, Windows' letters."""
    agency = 'agency_name , agency_url\r\n"Bus ""du Marais"", côté mer" , https://bus.example/\r\n\r\n'.encode("cp1252")
    stops = '\ufeff"stop_id",stop_lat,stop_lon\n1, 44.5,-1.25\n2,44.75,-1,de trop\n3,,\n4,0,0\n5,91,0\n6,nan,1\n7\n'.encode()
    parts = {"gtfs/agency__txt": agency, "gtfs/stops__txt": stops, "MACOSX/gtfs/._agency__txt": b"\0\5\26\7"}
    done = run(archive(**parts))
    assert (done.status, done.created) == ("done", 1), done.messages
    assert done.repairs == {"gtfs-in-folder": 1, "encoding-guessed": 1}
    row = Dataset.objects.with_forms().get()
    assert row.title == {"": 'Bus "du Marais", côté mer (GTFS)'}
    assert "[-1.25,44.5]" in row.repaired.replace(", ", ",")
    assert ",91" not in row.repaired.replace(", ", ",")


def test_one_stop_is_a_point_and_none_is_nowhere(run: Run) -> None:
    run(zipped({**TABLES, "stops.txt": STOPS[:2]}))
    assert "Point" in Dataset.objects.with_forms().get().said
    run(zipped({**TABLES, "stops.txt": STOPS[:1]}))
    assert "geometry" not in Dataset.objects.with_forms().get().said


def stops(size: int) -> bytes:
    line = b"%d,Un nom de lieu qui n'est pas toujours le meme,%.6f,%.6f\n"
    lines = (line % (n, 44 + n % 977 / 977, n % 883 / 883) for n in range(size // 70))
    return b"stop_id,stop_name,stop_lat,stop_lon\n" + b"".join(lines)


def test_memory_does_not_grow_with_the_stops(path: Path) -> None:
    path.write_bytes(archive(agency__txt=b"agency_name\nTram\n", stops__txt=stops(8 * 2**20)))
    answer = open_file(path)
    tracemalloc.start()
    try:
        [item], _ = Gtfs(str(path)).load(answer)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert item["outline"]["coordinates"][0][0] == pytest.approx([0, 44], abs=0.01)
    assert peak < 2_000_000


def forged(body: bytes, at: bytes, offset: int, value: bytes) -> bytes:
    """With other bytes at this place of each header that begins so."""
    made, start = bytearray(body), 0
    while (found := made.find(at, start)) >= 0:
        made[found + offset : found + offset + len(value)] = value
        start = found + 4
    return bytes(made)


LOCAL, CENTRAL, END = b"PK\3\4", b"PK\1\2", b"PK\5\6"
FINE = archive(agency__txt=b"agency_name\nTram\n", stops__txt=stops(4_000))
TRAM = b"agency_name\nTram\n"
HOSTILE: dict[str, tuple[Callable[[], bytes], str]] = {
    "bomb": (lambda: archive(agency__txt=TRAM, stops__txt=b"0" * 60_000_000), "une fois décomprimé"),
    "large-agency": (lambda: archive(agency__txt=random.Random(1).randbytes(3_000_000), stops__txt=b""), "décomprimé"),
    "line-without-end": (
        lambda: archive(agency__txt=TRAM, stops__txt=b"stop_lat,stop_lon\n" + b"1" * 2_000_000),
        "pas de fin",
    ),
    "quote-without-end": (
        lambda: archive(agency__txt=TRAM, stops__txt=b'stop_lat,stop_lon\n"' + b"1,\n" * 900_000),
        "mal formé",
    ),
    "encrypted": (lambda: forged(forged(FINE, CENTRAL, 8, b"\1"), LOCAL, 6, b"\1"), "mot de passe"),
    "lzma": (lambda: forged(forged(FINE, CENTRAL, 10, b"\x0e"), LOCAL, 8, b"\x0e"), "inhabituelle"),
    "size-that-lies": (lambda: forged(FINE, CENTRAL, 24, struct.pack("<I", 12)), "coupée ou abîmée"),
    "listing-without-end": (lambda: crowd(20_000), "démesuré"),
    "listing-elsewhere": (lambda: forged(FINE, END, 16, struct.pack("<I", 2**31)), "coupée ou abîmée"),
    "cut": (lambda: FINE[:-30], "coupée ou abîmée"),
    "no-agency": (lambda: archive(stops__txt=b"stop_id\n"), "agency.txt y manque"),
    "nameless-agency": (lambda: archive(agency__txt=b"agency_id\n1\n", stops__txt=b""), "ne nomme aucun réseau"),
    "empty-agency": (lambda: archive(agency__txt=b"", stops__txt=b""), "ne nomme aucun réseau"),
    "netex": (lambda: archive(netex__xml=b"<PublicationDelivery/>"), "NeTEx"),
}


def crowd(count: int) -> bytes:
    return zipped({"agency.txt": AGENCY, "stops.txt": STOPS, **{f"{number:05}.txt": [] for number in range(count)}})


@pytest.mark.parametrize("name", HOSTILE)
def test_an_archive_that_nobody_should_send_is_refused_by_name(name: str, run: Run) -> None:
    assert run(FINE).status == "done"
    were = Dataset.objects.published().get().digest
    make, said = HOSTILE[name]
    failed = run(make())
    assert (failed.status, failed.withdrawn) == ("failed", 0)
    assert said in failed.messages[0], failed.messages
    assert Dataset.objects.published().get().digest == were


def test_an_archive_of_something_else_is_no_feed(tmp_path: Path) -> None:
    others = (archive(catalogue__json=b"{}"), FINE[:200], archives.MAGIC, crowd(20_000))
    for number, body in enumerate(others):
        path = tmp_path / f"{number}.zip"
        path.write_bytes(body)
        assert kind_of(open_file(path), str(path)) == "dcat"


def test_no_byte_that_changes_brings_up_what_has_no_name(path: Path) -> None:
    """Six hundred archives with a few wrong bytes: read, or refused in words."""
    dice, refused = random.Random(20261125), 0
    body = zipped({**TABLES, "feed_info.txt": FEED})
    for _ in range(600):
        made = bytearray(body)
        for _ in range(dice.randint(1, 4)):
            made[dice.randrange(len(made))] = dice.randrange(256)
        path.write_bytes(made)
        try:
            Gtfs(str(path)).load(Answer("", path, "", "", "", "", len(made)))
        except HarvestError as error:
            refused += bool(error.message)
    assert 100 < refused < 600
