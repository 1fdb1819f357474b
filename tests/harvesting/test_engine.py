"""A run: what it publishes, what it leaves alone, how it stops, and that bad input leaves the catalogue as it was."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from catalogue import publishing
from catalogue.errors import NotAlone
from catalogue.models import Change, Dataset, Organisation
from harvesters.engine import harvest
from harvesters.http import Client, Limits
from harvesters.models import HarvestPage, HarvestRecord, HarvestRun, HarvestSource
from harvesters.registry import home_body
from harvesters.results import report
from tests.harvesting.servers import Server, reply

pytestmark = pytest.mark.django_db
PREFIXES = """
@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix hydra: <http://www.w3.org/ns/hydra/core#> .
"""


def record(number: int, title: str = "") -> str:
    base = f"https://donnees.essai.example/jeux/{number}"
    return (
        f'<{base}> a dcat:Dataset ; dct:identifier "jeu-{number}" ; dct:title "{title or f"Jeu {number}"}"@fr ; '
        f'dct:description "Description du jeu {number}."@fr ; dcat:distribution <{base}/csv> .\n'
        f"<{base}/csv> a dcat:Distribution ; dcat:accessURL <{base}.csv> .\n"
    )


def catalogue(numbers: range, more: str = "") -> bytes:
    return (PREFIXES + "".join(record(number) for number in numbers) + more).encode()


@pytest.fixture
def run(server: Server, make_client: Callable[..., Client]) -> Callable[..., HarvestRun]:
    def go(path: str = "/catalogue.ttl", limits: Limits | None = None, **options: Any) -> HarvestRun:
        source, _ = HarvestSource.objects.get_or_create(key=server.url(path), defaults={"owner": home_body()})
        client = make_client(limits) if limits else make_client()
        return harvest(source, client, **options)

    return go


Run = Callable[..., HarvestRun]


def live() -> int:
    return Dataset.objects.published().count()


def test_first_run_second_run_changed_run(server: Server, run: Run) -> None:
    server.replies["/catalogue.ttl"] = reply(catalogue(range(30)))
    first = run()
    assert (first.status, first.found, first.created, live()) == ("done", 30, 30, 30)
    lines = Change.objects.count()
    second = run()
    assert (second.found, second.unchanged, Change.objects.count()) == (30, 30, lines)
    text = catalogue(range(30)).decode().replace('"Jeu 7"@fr', '"Jeu sept"@fr')
    server.replies["/catalogue.ttl"] = reply(text.encode())
    third = run()
    assert (third.updated, third.unchanged, third.created) == (1, 29, 0)
    assert Dataset.objects.filter(title={"fr": "Jeu sept"}).count() == 1


def test_shuffled_and_spelled_otherwise_is_unchanged(server: Server, run: Run) -> None:
    blank = 'dcat:contactPoint [ <http://www.w3.org/2006/vcard/ns#fn> "Service" ]'
    parts = [record(n).replace("a dcat:Dataset ;", f"a dcat:Dataset ; {blank} ;") for n in range(20)]
    server.replies["/catalogue.ttl"] = reply((PREFIXES + "".join(parts)).encode())
    run()
    lines, rows = Change.objects.count(), list(HarvestRecord.objects.order_by("pk").values())
    server.replies["/catalogue.ttl"] = reply((PREFIXES + "# autrement\n" + "".join(reversed(parts))).encode())
    again = run()
    assert (again.unchanged, again.updated, again.created) == (20, 0, 0)
    assert Change.objects.count() == lines
    assert list(HarvestRecord.objects.order_by("pk").values()) == rows


def test_what_is_gone_is_withdrawn_and_comes_back_as_itself(server: Server, run: Run) -> None:
    server.replies["/catalogue.ttl"] = reply(catalogue(range(20)))
    run()
    gone = Dataset.objects.get(title={"fr": "Jeu 19"})
    server.replies["/catalogue.ttl"] = reply(catalogue(range(19)))
    assert run().withdrawn == 1
    gone.refresh_from_db()
    assert gone.status == "withdrawn"
    server.replies["/catalogue.ttl"] = reply(catalogue(range(20)))
    back = run()
    assert (back.updated, back.created) == (1, 0)
    gone.refresh_from_db()
    assert gone.status == "published"


def test_what_was_withdrawn_here_stays_withdrawn_whatever_the_source_says(server: Server, run: Run) -> None:
    server.replies["/catalogue.ttl"] = reply(catalogue(range(5)))
    run()
    row = Dataset.objects.get(title={"fr": "Jeu 3"})
    publishing.withdraw([row], "Données personnelles.")
    server.replies["/catalogue.ttl"] = reply(catalogue(range(5)).replace(b'"Jeu 3"@fr', b'"Jeu trois"@fr'))
    assert run().updated == 1
    row.refresh_from_db()
    assert (row.status, row.withdrawn_reason, row.title) == ("withdrawn", "Données personnelles.", {"fr": "Jeu trois"})


def test_addresses_and_keys_longer_than_an_index_holds(server: Server, run: Run) -> None:
    long = "é" * 1_900
    record = f'<https://a.example/{long}> a dcat:Dataset ; dct:identifier "{long}" ; dct:title "Long" ; dct:publisher <https://b.example/{long}> .\n'
    server.replies["/catalogue.ttl"] = reply(catalogue(range(2), record))
    first = run()
    assert (first.created, first.quarantined) == (3, 0), first.messages
    assert run().unchanged == 3


def test_too_many_gone_at_once_stops_and_withdraws_nothing(server: Server, run: Run) -> None:
    server.replies["/catalogue.ttl"] = reply(catalogue(range(20)))
    run()
    server.replies["/catalogue.ttl"] = reply(catalogue(range(15)))
    stopped = run()
    assert (stopped.status, stopped.withdrawn, live()) == ("stopped", 0, 20)
    assert "5 jeux de données sur 20" in stopped.messages[0] and "--max-withdrawn" in stopped.messages[0]
    assert run(max_withdrawn=1).withdrawn == 5
    assert live() == 15


def test_an_empty_catalogue_where_there_were_500(server: Server, run: Run) -> None:
    server.replies["/catalogue.ttl"] = reply(catalogue(range(500)))
    assert run().created == 500
    server.replies["/catalogue.ttl"] = reply(PREFIXES.encode() + b"<https://x.example/c> a dcat:Catalog .")
    stopped = run()
    assert (stopped.status, stopped.found, live()) == ("stopped", 0, 500)


def test_dry_run_writes_nothing(server: Server, run: Run) -> None:
    server.replies["/catalogue.ttl"] = reply(catalogue(range(5)))
    dry = run(dry=True)
    assert (dry.found, dry.created, live(), HarvestRecord.objects.count(), HarvestPage.objects.count()) == (
        5,
        5,
        0,
        0,
        0,
    )
    run()
    server.replies["/catalogue.ttl"] = reply(catalogue(range(1, 7)))
    dry = run(dry=True, max_withdrawn=1)
    assert (dry.created, dry.unchanged, dry.withdrawn, live()) == (2, 4, 1, 5)


@pytest.mark.parametrize(("view", "next_name"), [("PartialCollectionView", "next"), ("PagedCollection", "nextPage")])
@pytest.mark.parametrize("as_text", [False, True])
def test_hydra_pages_old_and_new(server: Server, run: Run, view: str, next_name: str, as_text: bool) -> None:
    for page in range(3):
        address = server.url(f"/catalogue.ttl?page={page + 1}")
        link = f'"{address}"' if as_text else f"<{address}>"
        more = f"<> a hydra:{view} ; hydra:{next_name} {link} ." if page < 2 else f"<> a hydra:{view} ."
        path = "/catalogue.ttl" + (f"?page={page}" if page else "")
        server.replies[path] = reply(catalogue(range(page * 10, page * 10 + 10), more))
    first = run()
    assert (first.status, first.found, first.created) == ("done", 30, 30), first.messages
    again = run()
    assert (again.found, again.unchanged, again.status) == (30, 30, "done")


@pytest.mark.parametrize("target", ["/catalogue.ttl", "/deux.ttl"])
def test_pages_that_point_to_themselves_or_in_circles(server: Server, run: Run, target: str) -> None:
    server.replies["/catalogue.ttl"] = reply(
        catalogue(range(3), f"<{server.url('/x')}> hydra:next <{server.url(target)}> .")
    )
    server.replies["/deux.ttl"] = reply(
        catalogue(range(3, 6), f"<{server.url('/y')}> hydra:next <{server.url('/catalogue.ttl')}> .")
    )
    failed = run()
    assert failed.status == "failed"
    assert "boucle" in failed.messages[0]
    assert not failed.complete


def test_one_bad_record_is_set_aside_and_tried_again(server: Server, run: Run) -> None:
    blank = "[] a dcat:Dataset .\n"
    server.replies["/catalogue.ttl"] = reply(catalogue(range(5), blank))
    first = run()
    assert (first.status, first.created, first.quarantined) == ("partial", 5, 1)
    assert "dct:identifier" in first.messages[0]
    aside = HarvestRecord.objects.exclude(quarantine="").get()
    second = run()
    assert (second.quarantined, second.unchanged) == (1, 5)
    assert HarvestRecord.objects.exclude(quarantine="").get().pk == aside.pk
    server.replies["/catalogue.ttl"] = reply(catalogue(range(5)))
    assert (run().status, live()) == ("done", 5)


def test_a_record_that_always_fails_is_given_up_by_name_until_the_source_changes(server: Server, run: Run) -> None:
    blank = '<https://a.example/x> a dcat:Dataset ; dct:identifier "muet" .\n'
    server.replies["/catalogue.ttl"] = reply(catalogue(range(5), blank))
    for tries in range(1, 6):
        assert run().quarantined == 1
        assert HarvestRecord.objects.exclude(quarantine="").get().tries == tries
    rows = list(HarvestRecord.objects.order_by("pk").values())
    for _ in range(2):
        again = run()
        assert (again.status, again.quarantined, again.unchanged, again.found) == ("partial", 1, 5, 6)
        assert "« " in again.messages[0] and "Essayée 5 fois" in again.messages[0]
    assert HarvestPage.objects.filter(run=again).exclude(sha256="").exists()
    assert list(HarvestRecord.objects.order_by("pk").values()) == rows
    healed = blank.replace('"muet"', '"muet" ; dct:title "Enfin"')
    server.replies["/catalogue.ttl"] = reply(catalogue(range(5), healed))
    assert (run().status, live()) == ("done", 6)
    assert not HarvestRecord.objects.exclude(tries=0).exists()


def test_repeated_identifiers_and_blank_datasets_keep_their_keys(server: Server, run: Run) -> None:
    def blank(n: int) -> str:
        return f'[] a dcat:Dataset ; dct:title "Sans adresse {n}" ; dcat:landingPage <https://p.example/{n}> .\n'

    same = "".join(
        f'<https://a.example/{n}> a dcat:Dataset ; dct:identifier "x" ; dct:title "Jeu {n}" .\n' for n in (1, 2)
    )
    server.replies["/catalogue.ttl"] = reply((PREFIXES + same + "".join(map(blank, range(5)))).encode())
    assert run().created == 7
    server.replies["/catalogue.ttl"] = reply((PREFIXES + "".join(map(blank, range(4, -1, -1))) + same).encode())
    again = run()
    assert (again.unchanged, again.created, again.updated) == (7, 0, 0)


def test_the_same_record_on_two_pages_is_one(server: Server, run: Run) -> None:
    server.replies["/catalogue.ttl"] = reply(
        catalogue(range(3), f"<{server.url('/x')}> hydra:next <{server.url('/deux.ttl')}> .")
    )
    server.replies["/deux.ttl"] = reply(catalogue(range(2, 5)))
    first = run()
    assert (first.found, first.created, live()) == (5, 5, 5)
    assert run().unchanged == 5


def test_one_run_at_a_time(server: Server, run: Run) -> None:
    server.replies["/catalogue.ttl"] = reply(catalogue(range(2)))
    run()
    HarvestSource.objects.update(holder="elsewhere:1:ab", held_until=timezone.now().replace(year=2100))
    with pytest.raises(NotAlone):
        run()


def test_a_run_killed_between_two_writes_makes_no_duplicate(
    server: Server, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.replies["/catalogue.ttl"] = reply(catalogue(range(12)))
    real = publishing.publish

    def killed(drafts: Any, actor: Any = None) -> Any:
        real(drafts, actor)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(publishing, "publish", killed)
        with pytest.raises(KeyboardInterrupt):
            run()
    assert HarvestRun.objects.latest().status == "killed"
    again = run()
    assert (again.status, live(), Dataset.objects.count()) == ("done", 12, 12)


HTML = b"<!doctype html><html><body>Maintenance</body></html>"
DEEP = b'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">&b;</rdf:RDF>'


def endless() -> Iterator[bytes]:
    yield b"HTTP/1.1 200 OK\r\nContent-Type: text/turtle\r\nConnection: close\r\n\r\n"
    while True:
        yield b"# " + b"x" * 65_000 + b"\n"


BAD: dict[str, tuple[Any, str]] = {
    "not RDF": (reply(b"Bonjour, ceci est un texte."), "RDF"),
    "a web page": (reply(HTML, content_type="text/html"), "page"),
    "a web page said to be Turtle": (reply(HTML), "page"),
    "truncated": (reply(catalogue(range(50))[:-200]), "ligne"),
    "empty": (reply(b""), "vide"),
    "404": (reply(b"", 404), "404"),
    "410": (reply(b"", 410), "410"),
    "401": (reply(b"", 401), "401"),
    "500": (reply(b"", 500), "500"),
    "redirect to a private address": (reply(b"", 302, Location="http://10.0.0.1/catalogue.ttl"), "10.0.0.1"),
    "redirect to another port here": (reply(b"", 302, Location="http://127.0.0.1:9/catalogue.ttl"), "127.0.0.1"),
    "redirect to a file": (reply(b"", 302, Location="file:///etc/passwd"), "http"),
    "10 GB announced": (reply(b"", length=10 * 2**30), "Mio"),
    "10 GB that never end": (endless, "Mio"),
    "XML with entities": (reply(DEEP, content_type="application/rdf+xml"), "entit"),
    "binary": (reply(bytes(range(256)) * 40), ""),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_ends_in_words_and_leaves_the_catalogue_as_it_was(server: Server, run: Run, name: str) -> None:
    server.replies["/catalogue.ttl"] = reply(catalogue(range(10)))
    run()
    before = list(Dataset.objects.order_by("pk").values("pk", "status", "version", "digest")), Change.objects.count()
    answer, word = BAD[name]
    server.replies["/catalogue.ttl"] = answer() if callable(answer) else answer
    limits = Limits(max_bytes=2 * 2**20, connect=2, read=2, total=10, delay=0, retries=0, backoff=0.01)
    failed = run(limits=limits)
    assert failed.status == "failed"
    assert word.lower() in failed.messages[0].lower(), failed.messages
    assert re.search(r"[.!?]$", failed.messages[0].strip())
    assert before == (
        list(Dataset.objects.order_by("pk").values("pk", "status", "version", "digest")),
        Change.objects.count(),
    )
    assert report(failed)["status"] == "failed"


@pytest.mark.parametrize(("asked", "hours"), [("7200", 2), ("999999999", 24)])
def test_a_source_that_asks_for_time_has_it(server: Server, run: Run, asked: str, hours: int) -> None:
    """Its next run is put off, if it was sooner; one that nobody planned stays so."""
    now = timezone.now()
    server.replies["/catalogue.ttl"] = reply(status=503, Retry_After=asked)
    for planned, put_off in ((now + timedelta(minutes=5), True), (now + timedelta(days=3), False), (None, False)):
        HarvestSource.objects.update_or_create(
            key=server.url("/catalogue.ttl"), defaults={"owner": home_body(), "next_at": planned}
        )
        assert run().status == "failed"
        next_at = HarvestSource.objects.get().next_at
        assert (next_at != planned) is put_off
        if put_off:
            assert timedelta(0) <= next_at - now - timedelta(hours=hours) < timedelta(minutes=5)


def test_a_wrong_content_type_is_no_obstacle(server: Server, run: Run) -> None:
    server.replies["/catalogue.ttl"] = reply(catalogue(range(3)), content_type="text/html; charset=utf-8")
    assert run().created == 3


def test_a_file_that_names_a_next_page_withdraws_nothing(tmp_path: Path, make_client: Callable[..., Client]) -> None:
    path = tmp_path / "catalogue.ttl"
    path.write_bytes(catalogue(range(10)))
    source = HarvestSource.objects.create(key=str(path), owner=home_body())
    assert harvest(source, make_client()).created == 10
    path.write_bytes(catalogue(range(9), "<https://x.example/1> hydra:next <https://x.example/2> ."))
    second = harvest(source, make_client())
    assert (second.withdrawn, second.complete, live()) == (0, False, 10)


def test_publishers_named_in_the_source_become_bodies(server: Server, run: Run) -> None:
    more = '<https://a.example/1> a dcat:Dataset ; dct:identifier "p" ; dct:title "Un" ; dct:publisher "Régie des eaux" .\n'
    server.replies["/catalogue.ttl"] = reply(catalogue(range(2), more))
    done = run()
    assert done.repairs["name-as-agent"] == 1
    assert Organisation.objects.get(name="Régie des eaux").published.count() == 1


def test_every_note_and_repair_has_its_words() -> None:
    """A code without a sentence would reach the producer as it is."""
    from harvesters.faults import REPAIRS
    from tests.conftest import PROJECT

    code = "".join((PROJECT / name).read_text() for name in ("harvesters/repairs.py", "harvesters/reading.py"))
    notes = "".join(path.read_text() for path in (PROJECT / "catalogue" / "dcat").glob("*.py"))
    said = (
        set(re.findall(r', "([a-z]+(?:-[a-z]+)+)"', code))
        | set(re.findall(r'"([a-z]+-[a-z]+)",\)', notes))
        | {"lenient"}
    )
    assert said - {"several-values"} <= REPAIRS.keys()
    assert "html" in REPAIRS and "several-values" in REPAIRS


def test_sizes_and_texts_that_no_base_can_hold_are_set_aside_or_told(server: Server, run: Run) -> None:
    hostile = (
        '<https://a.example/1> a dcat:Dataset ; dct:identifier "h" ; dct:title "Énorme\\u0000" ; '
        "dcat:distribution <https://a.example/1/f> .\n"
        "<https://a.example/1/f> a dcat:Distribution ; dcat:accessURL <https://a.example/1.csv> ; "
        f'dcat:byteSize "{"9" * 400}" ; dct:license "{"x" * 5000}" ; dct:title "f" .\n'
        f'<https://a.example/2> a dcat:Dataset ; dct:identifier "i\\u0000" ; dct:title "Nul" ; dct:issued "-5" .\n'
        f'<https://a.example/{"l" * 4000}> a dcat:Dataset ; dct:identifier "{"i" * 5000}" ; dct:title "{"t" * 90_000}" .\n'
    )
    server.replies["/catalogue.ttl"] = reply(catalogue(range(3), hostile))
    done = run()
    assert done.status in ("done", "partial"), done.messages
    assert done.found == 6 and done.created + done.quarantined == 6 and done.created >= 4
    again = run()
    assert (again.unchanged, again.quarantined, again.updated) == (done.created, done.quarantined, 0)


def test_a_better_reader_reads_the_same_bytes_again(server: Server, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    server.replies["/catalogue.ttl"] = reply(catalogue(range(3)))
    run()
    lines = Change.objects.count()
    for module in ("harvesters.asking", "harvesters.ahead"):
        monkeypatch.setattr(f"{module}.READER", 99)
    Dataset.objects.filter(title={"fr": "Jeu 1"}).update(digest="as an older reader left it")
    again = run()
    assert (again.updated, again.unchanged, Change.objects.count()) == (1, 2, lines + 1)
    assert run().unchanged == 3
