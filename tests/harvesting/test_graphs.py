"""The records of one RDF document, whether memory holds it or it went to disk."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from catalogue.dcat import formats
from harvesters.graphs import Records

DOCUMENT = """
@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> .
<http://a.example/1> a dcat:Dataset ; dct:identifier "shared", "one" .
<http://a.example/2> a dcat:Dataset ; dct:identifier "shared" .
<http://a.example/3> a dcat:Dataset ; dct:identifier "three", "three"@fr ; dcat:distribution <http://a.example/3.csv> .
<http://a.example/3.csv> dcat:accessURL <http://a.example/f> ; dcat:downloadURL <http://a.example/f> .
<http://a.example/4> a dcat:DataService ; dct:identifier "three" .
<http://a.example/5> dct:identifier "one" .
"""


@pytest.fixture(params=["in memory", "on disk"])
def records(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Records]:
    if request.param == "on disk":
        monkeypatch.setattr(formats, "IN_MEMORY", 0)
    path = tmp_path / "catalogue.ttl"
    path.write_text(DOCUMENT)
    with formats.read(path, "turtle") as graph:
        yield Records(graph, "https://a.example/", "https://portal.example")


def test_an_identifier_that_two_records_of_a_kind_bear_names_neither(records: Records) -> None:
    named = {found.uri[-1]: [key for key in found.keys if key.startswith("id:")] for found in records}
    assert named == {"1": ["id:one"], "2": [], "3": ["id:three"], "4": ["id:three"]}


def test_each_record_comes_once_with_its_kind_and_its_files(records: Records) -> None:
    found = {each.uri[-1]: each for each in records}
    assert {name: each.kind for name, each in found.items()} == {
        "1": "dataset",
        "2": "dataset",
        "3": "dataset",
        "4": "service",
    }
    assert len(found["3"].triples) == 6
    assert {triple.subject.value for triple in records.left()} == {"http://a.example/5"}
