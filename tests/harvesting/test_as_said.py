"""All that a catalogue says comes out again: triple for triple, up to the addresses given to blank nodes.

Of real catalogues, test_real_catalogues.py says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import count
from pathlib import Path
from typing import Any

import hypothesis
import pyoxigraph as ox
import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from catalogue import publishing
from catalogue.dcat import canon, formats
from catalogue.dcat.profile import DCAT, DCT, FOAF, RDFS, SKOS
from catalogue.dcat.terms import RDF_TYPE, XSD
from catalogue.models import Dataset
from harvesters import leftovers
from harvesters.engine import harvest
from harvesters.models import HarvestLeftover, HarvestRun, HarvestSource
from harvesters.registry import client_for, find_or_make
from portal.api.dumps import dump
from portal.api.profiles import SOURCE

pytestmark = pytest.mark.django_db

GIVEN = re.compile(rf"{re.escape(settings.BOUTURE_URL)}/(\.well-known/genid|id)/[0-9a-f-]+\Z")


def run(path: Path) -> HarvestRun:
    source = find_or_make(str(path))
    with client_for(source) as client:
        return harvest(source, client)


def came(path: Path) -> list[ox.Triple]:
    code = formats.sniff(path.read_bytes()[:65_536], "", str(path))
    with formats.read(path, code) as graph:
        return list(graph.left())


def told_again() -> list[ox.Triple]:
    """The dump of what the sources said, the addresses given to blank nodes undone."""
    blanks: dict[str, ox.BlankNode] = {}

    def undone(node: Any) -> Any:
        if isinstance(node, ox.NamedNode) and GIVEN.match(node.value):
            return blanks.setdefault(node.value, ox.BlankNode())
        return node

    quads = ox.parse(b"".join(dump("ntriples", SOURCE)), ox.RdfFormat.N_TRIPLES, rename_blank_nodes=True)
    return [ox.Triple(undone(q.subject), q.predicate, undone(q.object)) for q in quads]


def same(one: Iterable[ox.Triple], other: Iterable[ox.Triple]) -> bool:
    return canon.canonical(one) == canon.canonical(other)


BASE = "https://donnees.essai.example/"
NAMED = [
    ox.NamedNode(f"{BASE}{name}")
    for name in ("jeu/1", "jeu/2", "service", "catalogue", "fiche", "organisme", "fichier")
]
BLANK = [ox.BlankNode(f"b{number}") for number in range(4)]
CLASSES = [DCAT + name for name in ("Dataset", "Dataset", "DataService", "Catalog", "CatalogRecord", "Distribution")]
CLASSES += [FOAF + "Agent", SKOS + "Concept", DCAT + "DatasetSeries"]
LINKS = [DCAT + name for name in ("distribution", "record", "dataset", "accessService", "inSeries", "contactPoint")]
LINKS += [FOAF + "primaryTopic", DCT + "publisher", RDFS + "seeAlso", "https://essai.example/inconnu"]
WORDS = ["x", "x@fr", "07^^nonNegativeInteger", "2020-02-31^^date", 'un\ndeux "trois" \\']


def literal(text: str) -> ox.Literal:
    value, _, datatype = text.partition("^^")
    if datatype:
        return ox.Literal(value, datatype=ox.NamedNode(XSD + datatype))
    value, _, language = text.partition("@")
    return ox.Literal(value, language=language) if language else ox.Literal(value)


nodes = st.sampled_from([*NAMED, *BLANK])
triples = st.builds(
    ox.Triple,
    nodes,
    st.sampled_from(LINKS).map(ox.NamedNode),
    st.one_of(nodes, nodes, st.sampled_from(WORDS).map(literal)),
)
classes = st.builds(ox.Triple, nodes, st.just(RDF_TYPE), st.sampled_from(CLASSES).map(ox.NamedNode))


def recognisable(said: set[ox.Triple]) -> set[ox.Triple]:
    """With what each record needs to be taken in: one that nothing makes known, or that says nothing, is set aside."""
    kinds = {ox.NamedNode(DCAT + name) for name in ("Dataset", "DatasetSeries", "DataService")}
    records = {t.subject for t in said if t.predicate == RDF_TYPE and t.object in kinds}
    more = {
        ox.Triple(node, ox.NamedNode(DCT + name), ox.Literal(f"{node.value}"))
        for node in records
        for name in ("identifier", "title")
    }
    return said | more


@pytest.mark.parametrize("in_memory", [formats.IN_MEMORY, 0], ids=["memory", "disk"])
def test_no_triple_is_lost_whatever_the_shape(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, in_memory: int) -> None:
    """Shared blank nodes, cycles, records without address, records inside records, catalogues that belong to records."""
    monkeypatch.setattr(formats, "IN_MEMORY", in_memory)
    monkeypatch.setattr(canon, "MAX_STEPS", 10_000_000)
    numbers = count()

    @given(st.sets(st.one_of(triples, triples, classes), min_size=20, max_size=40).map(recognisable))
    @hypothesis.settings(max_examples=60 if in_memory else 25, deadline=None)
    def check(said: set[ox.Triple]) -> None:
        path = tmp_path / f"{next(numbers)}.nt"
        path.write_bytes(b"# \n" + (ox.serialize(said, format=ox.RdfFormat.N_TRIPLES) or b""))
        with transaction.atomic():
            done = run(path)
            assert done.status == HarvestRun.Status.DONE, done.messages
            assert same(told_again(), said)
            transaction.set_rollback(True)

    check()


WHOLE = """
@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> . @prefix hydra: <http://www.w3.org/ns/hydra/core#> . @prefix : <https://v.example/> .
:catalogue a dcat:Catalog ; dct:title "Tout" ; dcat:dataset :un, _:deux ; dcat:record :fiche .
:fiche a dcat:CatalogRecord ; foaf:primaryTopic :un ; dct:modified "2024-01-02" ; dct:conformsTo [ dct:title "Norme" ] .
:un a dcat:Dataset ; dct:title "Un" ; dct:publisher _:ville .
_:deux a dcat:Dataset ; dct:title "Deux" ; dct:identifier "deux" ; dct:publisher _:ville .
_:ville a foaf:Agent ; foaf:name "Ville" .
:orphelin dct:title "De personne" .
:catalogue hydra:totalItems 2 .
"""


@pytest.fixture
def whole(tmp_path: Path) -> Path:
    path = tmp_path / "catalogue.ttl"
    path.write_text(WHOLE)
    run(path)
    return path


def page(client: Client, address: str) -> set[tuple[str, str, str]]:
    content = b"".join(client.get(address))
    return {(str(q.subject), str(q.predicate), str(q.object)) for q in ox.parse(content, ox.RdfFormat.N_TRIPLES)}


def test_a_record_comes_with_the_catalog_record_of_its_source(client: Client, whole: Path) -> None:
    row = Dataset.objects.get(uri="https://v.example/un")
    said = {
        p.removeprefix("<").rstrip(">").rsplit("/", 1)[-1]
        for _, p, _ in page(client, f"/id/{row.pk}.nt?profile=source")
    }
    assert {"primaryTopic", "modified", "conformsTo", "dcat#record", "title", "name", "publisher"} <= said
    assert "De personne" not in row.said and "dcat#dataset" not in said


def test_the_first_page_of_the_catalogue_holds_what_belongs_to_no_record(client: Client, whole: Path) -> None:
    said = page(client, "/catalogue.nt?profile=source")
    objects = {value for _, _, value in said}
    assert '"De personne"' in objects and '"Tout"' in objects and '"Norme"' in objects
    # How the source is cut in pages would send a reader of ours away.
    assert ("<https://v.example/catalogue>", "<http://www.w3.org/ns/hydra/core#totalItems>") not in {
        s[:2] for s in said
    }
    assert '"De personne"' not in {value for _, _, value in page(client, "/catalogue.nt")}
    deux = Dataset.objects.get(title={"": "Deux"})
    assert ("<https://v.example/catalogue>", f"<{DCAT}dataset>", f"<{deux.uri}>") in said
    assert same(told_again(), came(whole))


def test_a_link_to_a_record_that_one_may_not_see_is_not_told(client: Client, whole: Path) -> None:
    address = "/catalogue.nt?profile=source"
    tag = client.get(address)["ETag"]
    for row in Dataset.objects.all():
        publishing.set_private(row, True)
    values = {value for _, _, value in page(client, address)}
    assert not any("/un>" in value or "/id/" in value for value in values)
    assert '"Tout"' in values
    assert client.get(address)["ETag"] != tag
    HarvestSource.objects.update(private=True)
    assert '"Tout"' not in {value for _, _, value in page(client, address)}


def test_what_is_left_follows_the_source(client: Client, whole: Path) -> None:
    address = "/catalogue.nt?profile=source"
    tag = client.get(address)["ETag"]
    rows = list(HarvestLeftover.objects.values())
    whole.write_text("# autrement\n" + WHOLE)
    assert run(whole).unchanged == 2
    assert list(HarvestLeftover.objects.values()) == rows
    whole.write_text(WHOLE.replace("De personne", "De quelqu’un"))
    assert run(whole).unchanged == 2
    assert client.get(address)["ETag"] != tag
    assert '"De quelqu’un"' in {value for _, _, value in page(client, address)}


def test_what_is_left_and_too_much_is_refused_by_name(whole: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leftovers, "MOST", 3)
    whole.write_text("# autrement\n" + WHOLE)
    done = run(whole)
    assert (done.status, done.unchanged) == ("done", 2)
    assert "hors de toute fiche" in done.messages[0]
    assert not HarvestLeftover.objects.exists()


def test_a_record_without_address_keeps_the_one_it_was_given(tmp_path: Path) -> None:
    path = tmp_path / "catalogue.ttl"
    page = "dcat:landingPage <https://v.example/page>"
    path.write_text(WHOLE.replace('dct:identifier "deux"', page))
    run(path)
    row = Dataset.objects.with_forms().get(title={"": "Deux"})
    assert f"<{row.uri}> <{DCT}title>" in row.said
    # Once it has an identifier it is still known by its page, and its address stays, in the links to it too.
    path.write_text(WHOLE.replace('dct:identifier "deux"', f'dct:identifier "deux" ; {page}'))
    run(path)
    after = Dataset.objects.with_forms().get(title={"": "Deux"})
    assert (after.pk, after.uri) == (row.pk, row.uri)
    assert f"<{row.uri}> <{DCT}title>" in after.said
    assert same(told_again(), came(path))
