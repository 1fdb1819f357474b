"""Bad inputs through a whole harvest: each is kept as it came, or refused by name; the record beside it is taken in."""

from __future__ import annotations

from pathlib import Path

import pytest

from catalogue.dcat import closures
from catalogue.models import Dataset, Distribution
from harvesters.engine import harvest
from harvesters.faults import REPAIRS
from harvesters.models import HarvestRecord, HarvestRun
from harvesters.registry import client_for, find_or_make

pytestmark = pytest.mark.django_db

# What is done to the document before its records: the run tells it, not the record.
NOTES = {"quoted-triples", "lenient"}
HEAD = """
@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> . @prefix : <https://v.example/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> . @prefix foaf: <http://xmlns.com/foaf/0.1/> .
:sain a dcat:Dataset ; dct:identifier "sain" ; dct:title "Sain" ; dct:description "Rien à redire." .
"""
JEU = ':jeu a dcat:Dataset ; dct:identifier "jeu" ; dct:title "Jeu" ; dct:description "Un jeu." ; '


def run(path: Path) -> HarvestRun:
    source = find_or_make(str(path))
    with client_for(source) as client:
        return harvest(source, client)


def taken(tmp_path: Path, text: str) -> HarvestRun:
    """The run of a document with one sound record and what is hostile; a second run changes nothing."""
    path = tmp_path / "catalogue.ttl"
    path.write_text(HEAD + text, "utf-8", "surrogatepass")
    done = run(path)
    assert done.status in ("done", "partial"), done.messages
    assert Dataset.objects.filter(title={"": "Sain"}).count() == 1
    assert set(done.repairs) <= REPAIRS.keys()
    path.write_text("# encore\n" + HEAD + text, "utf-8", "surrogatepass")
    again = run(path)
    assert (again.created, again.updated, again.quarantined) == (0, 0, done.quarantined)
    return done


# What is hostile, what stays of it in the form of the source, and the fault by its name.
KEPT = [
    ('dct:issued "le 31 février"', '"le 31 février"', "unreadable"),
    ('dct:issued "2020-02-31"^^xsd:date', '"2020-02-31"^^', None),
    ('dct:issued "0000-00-00T99:99:99Z"^^xsd:dateTime', '"0000-00-00T99:99:99Z"^^', None),
    ('dct:issued "-292275055-05-16T16:47:04Z"^^xsd:dateTime', '"-292275055-05-16T16:47:04Z"^^', None),
    ("dcat:landingPage <http://v.example/un deux|trois>", "<http://v.example/un%20deux%7Ctrois>", "iri-escaped"),
    ("dcat:landingPage <http:///sans-hote>", "<http:///sans-hote>", "unreadable"),
    (
        'dcat:landingPage "https://a.example/ https://b.example/"',
        '"https://a.example/ https://b.example/"',
        "unreadable",
    ),
    ('dcat:landingPage "javascript:alert(1)"', '"javascript:alert(1)"', None),
    ('dct:description "Texte"@langue-beaucouptroplongue', '"Texte" .', "language-dropped"),
    ('dct:description "Texte"@x', '"Texte"', None),
    ('dcat:keyword "a\\u0001b\\u000Bc\\u0000"', '"a\\u0001b\\u000Bc\\u0000"', "control-characters"),
    ('dct:publisher _:a . _:a foaf:name "A" ; foaf:knows _:b . _:b foaf:knows _:a', "/knows>", None),
    ("dct:publisher :jeu ; dcat:distribution :jeu ; dct:spatial :jeu", "terms/spatial", None),
    ("dct:relation :a . :a dct:relation :b . :b dct:relation :a", "<https://v.example/b>", None),
    ("dct:title 7 , true , 1.5e300", '"1.5e300"', None),
    ("dct:relation <<( :a :b :c )>>", "dct:x", "quoted-triples"),
]


@pytest.mark.parametrize(("said", "kept", "fault"), KEPT, ids=[said[:40] for said, *_ in KEPT])
def test_what_is_bad_in_a_record_is_kept_and_named(tmp_path: Path, said: str, kept: str, fault: str | None) -> None:
    done = taken(tmp_path, f"{JEU}{said} .")
    assert (done.created, done.quarantined) == (2, 0), done.messages
    row = Dataset.objects.with_forms().get(uri="https://v.example/jeu")
    assert (kept in row.said) == (fault != "quoted-triples"), row.said
    if fault:
        assert fault in done.repairs
        assert fault in {problem[1] for problem in row.problems} | NOTES


def test_a_blank_node_of_two_records_stays_one(tmp_path: Path) -> None:
    shared = '_:ville foaf:name "Ville" . '
    taken(tmp_path, f"{JEU} dct:publisher _:ville . {JEU.replace('jeu', 'autre')} dct:publisher _:ville . {shared}")
    said = [row.said for row in Dataset.objects.with_forms().exclude(title={"": "Sain"})]
    names = {line.split()[0] for text in said for line in text.splitlines() if '"Ville"' in line}
    assert len(said) == 2 and len(names) == 1 and "/.well-known/genid/" in names.pop()
    assert len(set(Dataset.objects.exclude(title={"": "Sain"}).values_list("published_by", flat=True))) == 1


def test_nodes_that_nothing_tells_apart_are_all_kept(tmp_path: Path) -> None:
    ring = " ".join(f"_:n{a} foaf:knows _:n{b} ." for a in range(12) for b in range(12) if a != b)
    done = taken(tmp_path, f"{JEU} dct:publisher _:n0 . {ring}")
    assert (done.created, done.quarantined) == (2, 0)
    assert Dataset.objects.with_forms().get(uri="https://v.example/jeu").said.count("/knows>") == 132


def test_a_text_of_ten_megabytes_is_kept_as_it_came(tmp_path: Path) -> None:
    done = taken(tmp_path, f'{JEU} dct:provenance "{"é" * 5_000_000}" ; dct:description "{"x" * 10_000_000}"@fr .')
    row = Dataset.objects.with_forms().get(uri="https://v.example/jeu")
    assert "too-long" in done.repairs and "unreadable" in done.repairs
    assert "x" * 10_000_000 in row.said and "é" * 5_000_000 in row.said
    assert len(row.repaired) < 10_000 and row.description == {"": "Un jeu."}


def test_a_text_that_no_parser_takes_stops_the_run_in_words(tmp_path: Path) -> None:
    path = tmp_path / "catalogue.ttl"
    path.write_text(f'{HEAD}{JEU} dct:description "{"x" * (17 * 2**20)}"@fr .')
    done = run(path)
    assert done.status == "failed" and "16 Mio" in done.messages[0]
    assert not Dataset.objects.exists()


def files(count: int, each: str) -> str:
    links = ", ".join(f":f{number}" for number in range(count))
    return f"{JEU} dcat:distribution {links} . " + "".join(f":f{number} {each} .\n" for number in range(count))


@pytest.mark.slow
def test_fifty_thousand_files_are_taken_in(tmp_path: Path) -> None:
    path = tmp_path / "catalogue.ttl"
    path.write_text(HEAD + files(50_000, "a dcat:Distribution ; dcat:accessURL :acces"))
    done = run(path)
    assert (done.status, done.created) == ("done", 2), done.messages
    assert Distribution.objects.count() == 50_000


def test_more_than_a_record_may_hold_is_refused_by_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(closures, "MAX_TRIPLES", 500)
    done = taken(tmp_path, files(300, "a dcat:Distribution ; dcat:accessURL :acces"))
    assert (done.created, done.quarantined) == (1, 1)
    assert "triplets" in done.messages[0] and "« Jeu »" in done.messages[0]
    assert HarvestRecord.objects.exclude(quarantine="").count() == 1


def test_named_graphs_are_brought_together_and_told(tmp_path: Path) -> None:
    path = tmp_path / "catalogue.trig"
    path.write_text(HEAD + ":g { " + JEU + 'dct:issued "2020" . }')
    done = run(path)
    assert done.created == 2 and "graphs-merged" in done.repairs
