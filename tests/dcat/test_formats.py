"""RDF in and out: every real catalogue, every hostile document, and the way back."""

from __future__ import annotations

import contextlib
import random
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalogue.dcat import cleaning, contexts, formats, lines, rdfxml
from catalogue.dcat.formats import Forbidden, Malformed, NotRdf, TooSymmetric, Truncated, canonical, digest, read, sniff

DCAT = "http://www.w3.org/ns/dcat#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
TITLE = ox.NamedNode("http://purl.org/dc/terms/title")
A, P = ox.NamedNode("http://example.org/a"), ox.NamedNode("http://example.org/p")
BASE = "https://donnees.example.org/catalogue"
WRITTEN = ("turtle", "ntriples", "rdfxml", "jsonld")

XML = f'<rdf:RDF xmlns:rdf="{RDF}" xmlns:dcat="{DCAT}" xmlns:dct="http://purl.org/dc/terms/">{{}}</rdf:RDF>'


def opened(tmp_path: Path, body: bytes | str, format: str = "", base: str = BASE) -> formats.Graph:
    path = tmp_path / "document"
    path.write_bytes(body.encode() if isinstance(body, str) else body)
    return read(path, format or sniff(path.read_bytes()[:65_536]), base)


def titles(graph: formats.Graph) -> list[str]:
    return sorted(value.value for _, value in graph.pairs(TITLE) if isinstance(value, ox.Literal))


def triples_of(graph: formats.Graph, subject: ox.NamedNode) -> list[ox.Triple]:
    return [ox.Triple(subject, predicate, value) for predicate, value in graph.about(subject)]


# Real catalogues


def catalogues(folder: Path) -> Iterator[tuple[Path, int, int]]:
    """File, datasets and triples of each line of the shared README that has counts."""
    for line in (folder / "catalogues" / "README.md").read_text().splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) == 10 and cells[1] in ("xml", "turtle", "json-ld") and cells[4].isdigit():
            yield folder / "catalogues" / cells[0], int(cells[4]), int(cells[2])


@pytest.mark.parametrize("in_memory", [formats.IN_MEMORY, 0], ids=["memory", "disk"])
def test_every_real_catalogue_reads_with_all_its_datasets(
    shared_data: Path, monkeypatch: pytest.MonkeyPatch, in_memory: int
) -> None:
    monkeypatch.setattr(formats, "IN_MEMORY", in_memory)
    wrong, count = [], 0
    for path, datasets, triples in catalogues(shared_data):
        if not in_memory and path.stat().st_size > 500_000:
            continue
        count += 1
        with path.open("rb") as file:
            code = sniff(file.read(65_536))
        with read(path, code, BASE) as graph:
            found = len(graph.subjects_of_type(DCAT + "Dataset")), len(graph)
        if found != (datasets, triples):
            wrong.append((path.name, found, (datasets, triples)))
    assert not wrong
    assert count >= 25


def test_real_faults_are_named(shared_data: Path) -> None:
    folder = shared_data / "catalogues"
    with read(folder / "french-snippets" / "ods_dcat_rennes_metropole.rdf", "rdfxml", BASE) as graph:
        assert graph.notes == ("lenient",)
    with read(folder / "french-snippets" / "gn_naturefrance_csw_wrapped.rdf", "rdfxml", BASE) as graph:
        assert graph.notes == ("stray-text",)
    with pytest.raises(Malformed) as broken:
        read(folder / "smartflanders" / "catalog.ttl", "turtle", BASE)
    assert (broken.value.line, broken.value.column) == (7, 1)
    assert "ligne 7" in broken.value.message


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("udata/harvest/tests/csw_dcat/geonetwork-dcat-page-1.xml", "CSW"),
        ("owslib/tests/resources/csw_geobretagne_mdmetadata.xml", "ISO 19139"),
        ("ckan-birmingham/package_search.json", "CKAN"),
        ("french-snippets/ckan_package_grandest.json", "CKAN"),
        ("geobtaa-arcgis-hub/jsons/07c-01_20220417.json", "data.json"),
        ("od-scotland/tests/mock_data/arcgis/moray.json", "ArcGIS Hub"),
        ("udata-ods/tests/data/no-data.json", "Opendatasoft"),
        ("datagouv-api-2022/datasets/53698e4ba3a729239d203415.json", "udata"),
    ],
)
def test_real_documents_that_are_no_rdf_are_named(shared_data: Path, name: str, what: str) -> None:
    with (shared_data / "catalogues" / name).open("rb") as file, pytest.raises(NotRdf, match=what):
        sniff(file.read(65_536), "text/turtle", "catalog.ttl")


def test_every_real_catalogue_is_written_and_read_again(shared_data: Path) -> None:
    wrong = []
    for path, _, _ in catalogues(shared_data):
        if path.stat().st_size > 400_000:
            continue
        with path.open("rb") as file:
            code = sniff(file.read(65_536))
        with read(path, code, BASE) as graph:
            subjects = {
                subject
                for name in ("Dataset", "Distribution", "Catalog")
                for subject in graph.subjects_of_type(DCAT + name)
            }
            said = [ox.Triple(s, p, o) for s in subjects for p, o in graph.about(s)]
        wrong += [(path.name, code) for code in WRITTEN if canonical(again(said, code)) != canonical(said)]
    assert not wrong


# What a document is


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ("@prefix dct: <http://purl.org/dc/terms/> .", "turtle"),
        ("PREFIX dct: <http://purl.org/dc/terms/>\n", "turtle"),
        ("# made by hand\n\n<http://a/b> a <http://c/d> .", "turtle"),
        ("[] a <http://www.w3.org/ns/dcat#Dataset> .", "turtle"),
        ("[ a <http://www.w3.org/ns/dcat#Dataset> ] .", "turtle"),
        ("<a> <b> <c> .", "turtle"),
        ("<urn:x> a <urn:y> .", "turtle"),
        ('<http://a/b> <http://a/p> "x"@fr .\n_:b <http://a/p> "\\"2\\"" . # two\n', "ntriples"),
        ('<http://a/b> <http://a/p> "x"@fr <http://a/g> .\n', "nquads"),
        ("@prefix : <http://x/> .\n:g { :a :b :c }", "trig"),
        ("{ <a> <b> <c> }", "trig"),
        ("GRAPH <http://g/> { <a> <b> <c> }", "trig"),
        (XML.format(""), "rdfxml"),
        ("<?xml version='1.0'?>\n<!-- made by hand -->\n" + XML.format(""), "rdfxml"),
        (f'<dcat:Dataset xmlns:dcat="{DCAT}" xmlns:rdf="{RDF}" rdf:about="http://a/b"/>', "rdfxml"),
        ("\ufeff" + XML.format(""), "rdfxml"),
        ('{"@context": {}, "@graph": []}', "jsonld"),
        ('[{"@id": "http://a/b"}]', "jsonld"),
    ],
)
@pytest.mark.parametrize("announced", ["", "text/plain", "text/html; charset=utf-8", "application/octet-stream"])
def test_content_tells_the_format_whatever_the_server_says(head: str, expected: str, announced: str) -> None:
    assert sniff(head.encode(), announced, "catalogue.html") == expected


def test_the_type_then_the_name_decide_when_content_does_not() -> None:
    assert sniff(b'{"a": 1}', "application/ld+json", "") == "jsonld"
    assert sniff(b"@prefix a: <http://b/> .", "text/n3", "") == "n3"
    assert sniff(b"# nothing yet\n", "", "catalog.ttl?page=2") == "turtle"
    assert sniff(XML.format("").encode("utf-16"), "", "") == "rdfxml"


@pytest.mark.parametrize(
    ("head", "what"),
    [
        (b"", "vide"),
        (b" \n\xef\xbb\xbf", "vide"),
        (b"<!DOCTYPE html><html><body>Connexion</body></html>", "page web"),
        (b"<?xml version='1.0'?><!DOCTYPE html PUBLIC 'x' 'y'><html xmlns='z'>", "page web"),
        (b"\n<!-- portal -->\n<HTML>", "page web"),
        (b"%PDF-1.7", "PDF"),
        (b"PK\x03\x04", "ZIP"),
        (b"\x1f\x8b\x08", "gzip"),
        (b"<rss version='2.0'/>", "RSS"),
        (b"<?xml version='1.0'?><ows:ExceptionReport xmlns:ows='x'/>", "erreur"),
        (b"<?xml version='1.0'?><x/>", "XML ordinaire"),
        (b"<?xml version='1.0'?>", "XML illisible"),
        (b'{"type": "FeatureCollection", "features": []}', "GeoJSON"),
        (b'{"a": 1}', "JSON ordinaire"),
        (b"id;nom\n1;Mont-de-Marsan\n", "texte"),
        (b"Internal Server Error", "texte"),
        (bytes(range(256)) * 10, "texte"),
    ],
)
def test_what_is_no_rdf_is_named(head: bytes, what: str) -> None:
    with pytest.raises(NotRdf, match=what):
        sniff(head, "text/turtle", "catalog.ttl")


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=300) | st.text(alphabet="<>{}[]\"'@:#./?!-= \nabx", max_size=200).map(str.encode))
def test_sniffing_never_fails_otherwise(head: bytes) -> None:
    with contextlib.suppress(NotRdf):
        assert sniff(head) in formats.FORMATS


# Reading


def test_a_graph_answers(tmp_path: Path) -> None:
    body = f"<a> a <{DCAT}Dataset> ; <{TITLE.value}> 'A', 'B' . [] a <{DCAT}Dataset> ; <{TITLE.value}> 'C' ."
    with opened(tmp_path, body, "turtle") as graph:
        subjects = graph.subjects_of_type(DCAT + "Dataset")
        named = ox.NamedNode("https://donnees.example.org/a")
        assert (len(subjects), len(graph)) == (2, 5)
        assert named in subjects
        assert len(graph.about(named)) == 3
        assert {value.value for value in graph.objects(named, TITLE) if isinstance(value, ox.Literal)} == {"A", "B"}
        assert graph.about(ox.Literal("x")) == graph.objects(ox.Literal("x"), TITLE) == []
        assert titles(graph) == ["A", "B", "C"]


@pytest.mark.parametrize("in_memory", [formats.IN_MEMORY, 0])
def test_both_stores_say_the_same_even_of_what_no_standard_allows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, in_memory: int
) -> None:
    monkeypatch.setattr(formats, "IN_MEMORY", in_memory)
    said = (
        '<dcat:Dataset rdf:about="http://a/b c"><dct:title xml:lang="***">T\u00e9</dct:title>'
        '<dct:format rdf:datatype="http://t/ y">&lt;"&#13;\n</dct:format><dct:type rdf:resource="x&gt;|y"/></dcat:Dataset>'
    )
    with opened(tmp_path, XML.format(said)) as graph:
        assert graph.notes == ("lenient",)
        (subject,) = graph.subjects_of_type(DCAT + "Dataset")
        assert isinstance(subject, ox.NamedNode)
        assert subject.value == "http://a/b c"
        # What N-Triples cannot say is told with the node of which it was said.
        assert graph.cost([lines.token(subject)]) == {"language-dropped": 1}
        text = canonical(triples_of(graph, subject))
    assert '<http://a/b%20c> <http://purl.org/dc/terms/title> "Té" .' in text
    assert "<https://donnees.example.org/x%3E%7Cy>" in text
    assert '"<\\"\\r\\n"^^<http://t/%20y>' in text


@pytest.mark.parametrize(
    ("format", "body"),
    [
        ("trig", "<g> { <a> <http://p/> 'x' } <h> { <a> <http://p/> 'x' } <a> <http://p/> 'y' ."),
        (
            "nquads",
            "".join(
                f'<{BASE}/a> <http://p/> "{v}" {g} .\n'
                for v, g in (("x", "<http://g/>"), ("x", "<http://h/>"), ("y", ""))
            ),
        ),
        ("jsonld", '{"@id": "g", "@graph": [{"@id": "a", "http://p/": ["x", "y"]}]}'),
    ],
)
@pytest.mark.parametrize("in_memory", [formats.IN_MEMORY, 0])
def test_named_graphs_make_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, format: str, body: str, in_memory: int
) -> None:
    monkeypatch.setattr(formats, "IN_MEMORY", in_memory)
    with opened(tmp_path, body, format, BASE + "/") as graph:
        assert len(graph.objects(ox.NamedNode(BASE + "/a"), ox.NamedNode("http://p/"))) == 2
        assert len(graph.pairs(ox.NamedNode("http://p/"))) == 2


@pytest.mark.parametrize(
    ("base", "expected"),
    [
        (
            "https://h.example/x/y.ttl",
            [
                "https://h.example/c",
                "https://h.example/x/d",
                "https://h.example/x/y.ttl#e",
                "https://h.example/x/y.ttl",
            ],
        ),
        ("", [formats.NO_BASE + "c", formats.NO_BASE + "d", formats.NO_BASE + "#e", formats.NO_BASE]),
        ("file:///etc/", [formats.NO_BASE + "c", formats.NO_BASE + "d", formats.NO_BASE + "#e", formats.NO_BASE]),
        ("urn:x:mairie", ["urn:x:mairie:c", "urn:x:mairie:d", "urn:x:mairie#e", "urn:x:mairie"]),
    ],
)
def test_relative_addresses_follow_the_base_and_never_become_files(
    tmp_path: Path, base: str, expected: list[str]
) -> None:
    with opened(tmp_path, "<http://a/> <http://p/> <../c>, <d>, <#e>, <> .", "turtle", base) as graph:
        values = graph.objects(ox.NamedNode("http://a/"), ox.NamedNode("http://p/"))
    assert sorted(value.value for value in values if isinstance(value, ox.NamedNode)) == sorted(expected)


@pytest.mark.parametrize("in_memory", [formats.IN_MEMORY, 0])
def test_values_keep_their_spelling(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, in_memory: int) -> None:
    monkeypatch.setattr(formats, "IN_MEMORY", in_memory)
    kinds = {
        "nonNegativeInteger": "007",
        "decimal": "1.50",
        "dateTime": "2024-01-01T00:00:00.000Z",
        "boolean": "1",
        "gYear": "24",
    }
    said = [ox.Literal(text, datatype=ox.NamedNode(contexts.PREFIXES["xsd"] + kind)) for kind, text in kinds.items()]
    with opened(tmp_path, "".join(f"{A} {P} {value} .\n" for value in said), "turtle") as graph:
        assert graph.objects(A, P) == said


def test_close_removes_the_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(formats, "IN_MEMORY", 0)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "scratch"))
    (tmp_path / "scratch").mkdir()
    with opened(tmp_path, "<a> <http://p/> 'x' .", "turtle") as graph:
        assert len(graph) == 1
        assert list((tmp_path / "scratch").iterdir())
    with pytest.raises(Malformed):
        opened(tmp_path, "<a> <http://p/> 'x' . <", "turtle")
    assert not list((tmp_path / "scratch").iterdir())


@pytest.mark.parametrize(
    ("encoding", "declared", "notes"),
    [
        ("utf-8", "UTF-8", ()),
        ("utf-8-sig", "utf-8", ("encoding-converted",)),
        ("iso-8859-1", "ISO-8859-1", ("encoding-converted",)),
        ("cp1252", "iso-8859-1", ("encoding-converted",)),
        ("iso-8859-15", "iso-8859-15", ("encoding-converted",)),
        ("utf-16", "UTF-16", ("encoding-converted",)),
        ("utf-16-le", "utf-16", ("encoding-converted",)),
        ("utf-16-be", "utf-16", ("encoding-converted",)),
        ("cp1252", "utf-8", ("encoding-guessed",)),
        ("utf-8", "iso-8859-1", ("encoding-converted",)),
    ],
)
def test_xml_in_every_common_encoding(tmp_path: Path, encoding: str, declared: str, notes: tuple[str, ...]) -> None:
    text = "Fête à l'œuvre" if encoding != "iso-8859-1" else "Fête à Pau"
    body = f"<?xml version='1.0' encoding='{declared}'?>\n" + XML.format(
        f'<dcat:Dataset rdf:about="http://a/b"><dct:title>{text}</dct:title></dcat:Dataset>'
    )
    with opened(tmp_path, body.encode(encoding)) as graph:
        assert titles(graph) == [text]
        assert graph.notes == notes


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize(
    ("format", "body"),
    [("turtle", f"<a> <{TITLE.value}> 'Été' ."), ("jsonld", f'{{"@id": "a", "{TITLE.value}": "Été"}}')],
)
def test_turtle_and_json_in_other_encodings(tmp_path: Path, format: str, body: str, encoding: str) -> None:
    with opened(tmp_path, body.encode(encoding), format) as graph:
        assert titles(graph) == ["Été"]


def test_three_encodings_in_one_file(tmp_path: Path) -> None:
    body = f"<a> <{TITLE.value}> 'é', '".encode() + "à".encode("cp1252") + b"' , '\x81' ."
    with opened(tmp_path, body, "turtle") as graph:
        assert titles(graph) == sorted(["é", "à", "\x81"])


def test_encodings_that_nobody_should_declare(tmp_path: Path) -> None:
    for name in ("zlib", "unicode_escape", "utf-7", "x-inconnu"):
        with pytest.raises(Malformed, match="UTF-8"):
            opened(tmp_path, f"<?xml version='1.0' encoding='{name}'?>" + XML.format(""), "rdfxml")


def test_control_characters_are_dropped_from_xml(tmp_path: Path) -> None:
    said = "<dcat:Dataset><dct:title>a\x0bb&#x0B;c&#11;d&#xD;e\ufffe&#xFFFF;</dct:title></dcat:Dataset>" * 3000
    with opened(tmp_path, XML.format(said)) as graph:
        assert set(titles(graph)) == {"abcd\re"}
        assert graph.notes == ("control-characters",)


def test_control_characters_pass_in_turtle_and_json(tmp_path: Path) -> None:
    with opened(tmp_path, f"<a> <{TITLE.value}> 'a\\u0000b\x0b' .", "turtle") as graph:
        assert titles(graph) == ["a\0b\x0b"]
    with opened(tmp_path, f'{{"@id": "a", "{TITLE.value}": "a\\u0000b"}}', "jsonld") as graph:
        assert titles(graph) == ["a\0b"]


@pytest.mark.parametrize(
    ("format", "body"),
    [
        ("turtle", "<a> <http://p/> 'a\\uD800b' ."),
        ("jsonld", '{"@id": "a", "http://p/": "\\ud800"}'),
        ("rdfxml", XML.format("<dcat:Dataset><dct:title>&#xD800;&nope;</dct:title></dcat:Dataset>")),
    ],
)
def test_lone_surrogates_and_unknown_entities_are_refused(tmp_path: Path, format: str, body: str) -> None:
    with pytest.raises(Malformed):
        opened(tmp_path, body, format)


@pytest.mark.parametrize(
    ("format", "whole"),
    [
        ("turtle", "<http://a/b> <http://p/> 'un deux' ."),
        ("ntriples", '<http://a/b> <http://p/> "un deux" .'),
        ("jsonld", '{"@id": "http://a/b", "http://p/": ["un", {"@id": "http://c/d"}]}'),
        ("rdfxml", XML.format('<dcat:Dataset rdf:about="http://a/b"><dct:title>un</dct:title></dcat:Dataset>')),
    ],
)
def test_a_document_cut_anywhere_is_never_taken_for_whole(tmp_path: Path, format: str, whole: str) -> None:
    for cut in range(1, len(whole)):
        if format == "jsonld" or cut > 20:
            with pytest.raises(Malformed) as error:
                opened(tmp_path, whole[:cut], format).close()
            assert isinstance(error.value, Truncated) or format == "jsonld", (cut, error.value.message)


@pytest.mark.parametrize(
    "dtd",
    [
        '<!DOCTYPE r [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>',
        '<!DOCTYPE r [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
        "<!DOCTYPE r [<!ENTITY a SYSTEM 'http://127.0.0.1/'>]>",
        '<!DOCTYPE r [<!ENTITY % p SYSTEM "http://127.0.0.1/x.dtd"> %p;]>',
    ],
)
def test_xml_with_entities_is_not_read(tmp_path: Path, dtd: str) -> None:
    with pytest.raises(Forbidden, match="entités"):
        opened(tmp_path, dtd + XML.format("<dcat:Dataset><dct:title>x</dct:title></dcat:Dataset>"), "rdfxml")


def test_a_plain_doctype_is_harmless(tmp_path: Path) -> None:
    body = "<!DOCTYPE rdf:RDF SYSTEM 'http://127.0.0.1:1/x.dtd'>" + XML.format(
        "<dcat:Dataset><dct:title>x</dct:title></dcat:Dataset>"
    )
    with opened(tmp_path, body) as graph:
        assert titles(graph) == ["x"]


@pytest.mark.parametrize(
    ("format", "body"),
    [
        ("rdfxml", XML.format("<dcat:Dataset><dcat:x>" * 20_000)),
        ("jsonld", '{"http://p/":' * 20_000 + "1" + "}" * 20_000),
        ("jsonld", "[" * 500_000 + "]" * 500_000),
        ("jsonld", '{"@context":' * 20_000),
    ],
)
def test_bottomless_nesting_is_refused_at_once(tmp_path: Path, format: str, body: str) -> None:
    began = time.process_time()
    with pytest.raises(Forbidden, match="emboîte"):
        opened(tmp_path, body, format)
    assert time.process_time() - began < 2


def test_deep_turtle_is_read(tmp_path: Path) -> None:
    with opened(
        tmp_path, "<a> <http://p/> " + "[ <http://p/> " * 20_000 + "1" + "]" * 20_000 + " .", "turtle"
    ) as graph:
        assert len(graph) == 20_001


def test_brackets_in_texts_are_not_nesting(tmp_path: Path) -> None:
    body = f'{{"@id": "a", "{TITLE.value}": "{"[{" * 1000}\\"[\\\\"}}'
    with opened(tmp_path, body, "jsonld") as graph:
        assert titles(graph) == ["[{" * 1000 + '"[\\']


@pytest.mark.parametrize(
    "body",
    ['{"a": "' + "x" * 1_000_000, "," * 1_000_000 + '"', '"' * 999_999, "[" + '"\\' * 500_000],
    ids=["open-text", "commas", "quotes", "escapes"],
)
def test_json_that_would_slow_a_careless_scanner(tmp_path: Path, body: str) -> None:
    began = time.process_time()
    with pytest.raises(Malformed):
        opened(tmp_path, body, "jsonld")
    assert time.process_time() - began < 2


def test_texts_of_ten_megabytes_pass_and_of_twenty_are_refused(tmp_path: Path) -> None:
    with opened(tmp_path, f"<a> <{TITLE.value}> '{'x' * 10_000_000}' .", "turtle") as graph:
        assert len(titles(graph)[0]) == 10_000_000
    with pytest.raises(Malformed, match="16 Mio"):
        opened(tmp_path, f"<a> <{TITLE.value}> '{'x' * 20_000_000}' .", "turtle")


@pytest.mark.parametrize(
    "context",
    [
        '"https://schema.org/"',
        '["https://schema.org/", {"a": "http://a/"}]',
        '"http://127.0.0.1/x"',
        '{"@import": "http://x/"}',
        '"c.json"',
    ],
)
def test_no_context_is_fetched(tmp_path: Path, context: str) -> None:
    with pytest.raises(Forbidden, match="contexte extérieur"):
        opened(tmp_path, f'{{"@context": {context}, "@id": "a", "name": "x"}}', "jsonld")


@pytest.mark.parametrize("version", ["3.0.0", "3.0.1"])
def test_the_context_of_dcat_ap_is_known_by_heart(tmp_path: Path, version: str) -> None:
    url = f"https://semiceu.github.io/DCAT-AP/releases/{version}/context/dcat-ap.jsonld"
    body = (
        f'{{"@context": ["{url}", {{"x": "http://x/"}}], "@id": "d", "@type": "Dataset", "title": {{"@language": "fr", "@value": "T"}},'
        ' "datasetDistribution": [{"@id": "f", "@type": "Distribution", "accessUrl": "u", "byteSize": "12"}], "x": 1}'
    )
    with opened(tmp_path, body, "jsonld") as graph:
        (dataset,) = graph.subjects_of_type(DCAT + "Dataset")
        assert titles(graph) == ["T"]
        (file,) = graph.objects(dataset, ox.NamedNode(DCAT + "distribution"))
        assert graph.objects(file, ox.NamedNode(DCAT + "accessURL")) == [ox.NamedNode("https://donnees.example.org/u")]
        size = ox.Literal("12", datatype=ox.NamedNode(contexts.PREFIXES["xsd"] + "nonNegativeInteger"))
        assert graph.objects(file, ox.NamedNode(DCAT + "byteSize")) == [size]
        assert graph.notes == ("context-inlined",)


def test_large_json_is_refused_by_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cleaning, "MAX_JSON", 10)
    with pytest.raises(Forbidden, match="pages"):
        opened(tmp_path, '{"@id": "http://a/b"}', "jsonld")


def test_text_where_rdf_xml_allows_none_is_dropped_and_no_other(tmp_path: Path) -> None:
    said = (
        'un<dcat:Dataset rdf:about="http://a/b">deux &amp; <dct:title>T &lt; é</dct:title><![CDATA[trois]]>'
        '<dct:license rdf:resource="http://l/">Licence <!-- x --> Ouverte</dct:license>'
        '<dct:publisher>avant<dct:Agent rdf:about="http://o/"/>après</dct:publisher>'
        '<dct:abstract rdf:parseType="Literal">gardé <b xmlns="http://h/">gras</b> aussi</dct:abstract>'
        '<dct:spatial rdf:parseType="Resource">rien<dct:type>ici</dct:type></dct:spatial>'
        "<dct:identifier><![CDATA[id]]></dct:identifier></dcat:Dataset>"
    )
    with opened(tmp_path, XML.format(said)) as graph:
        assert graph.notes == ("stray-text",)
        assert (len(graph), titles(graph)) == (9, ["T < é"])
        text = canonical(triples_of(graph, ox.NamedNode("http://a/b")))
    assert "gardé" in text
    assert "aussi" in text
    assert '"id"' in text
    assert "http://l/" in text


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet="ab\x00\x0b&#x1;\ud7ff\ufffe\uffff<>é", max_size=60), st.integers(1, 40))
def test_dropping_illegal_characters_does_not_depend_on_the_pieces(text: str, chunk: int) -> None:
    raw = text.encode()
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        source, target = Path(folder) / "a", Path(folder) / "b"
        source.write_bytes(raw)
        patch.setattr(rdfxml, "CHUNK", chunk)
        rdfxml.drop_illegal(source, target)
        assert target.read_bytes() == rdfxml.ILLEGAL.sub(b"", raw)


# Writing


def again(triples: list[ox.Triple], format: str, counts: Counter[str] | None = None) -> list[ox.Triple]:
    """What a strict parser makes of what we wrote."""
    body = b"".join(formats.write(triples, format, counts))
    return [quad.triple for quad in ox.parse(body, formats.PARSERS[format])]


TEXTS = st.text(st.characters(blacklist_categories=["Cs"]), max_size=20)
NODES = st.sampled_from(
    [
        A,
        P,
        ox.NamedNode("urn:x:y"),
        ox.NamedNode("mailto:a@b.fr"),
        ox.NamedNode(DCAT + "Dataset"),
        ox.BlankNode("x"),
        ox.BlankNode("y"),
        ox.BlankNode("1-a.b"),
    ]
    + [ox.NamedNode(iri) for iri in ("dcat:Dataset", "http://é.example/à?q=&amp;#f", "https://a/b/", DCAT, "xsd://a")]
)
PREDICATES = st.sampled_from(
    [
        ox.NamedNode(iri)
        for iri in (
            RDF + "type",
            DCAT + "theme",
            "http://purl.org/dc/terms/title",
            "http://zz/a/b2",
            "urn:p:q",
            "dct:title",
        )
    ]
)
LITERALS = st.one_of(
    TEXTS.map(ox.Literal),
    TEXTS.map(lambda text: ox.Literal(text, language="fr-FR")),
    TEXTS.map(lambda text: ox.Literal(text, datatype=ox.NamedNode("http://www.w3.org/2001/XMLSchema#date"))),
    TEXTS.map(lambda text: ox.Literal(text, datatype=ox.NamedNode("schema:Text"))),
    TEXTS.map(lambda text: ox.Literal(text, datatype=ox.NamedNode(RDF + "JSON"))),
)
TRIPLES = st.lists(st.builds(ox.Triple, NODES, PREDICATES, NODES | LITERALS), max_size=12)


@pytest.mark.parametrize("format", WRITTEN)
@settings(max_examples=80, deadline=None)
@given(triples=TRIPLES)
def test_what_is_written_reads_back_the_same(format: str, triples: list[ox.Triple]) -> None:
    if format == "rdfxml":
        triples = [
            triple
            for triple in triples
            if not isinstance(triple.object, ox.Literal)
            or not any(c in triple.object.value for c in map(chr, [*range(32), 0xFFFE, 0xFFFF]))
        ]
    counts: Counter[str] = Counter()
    assert canonical(again(triples, format, counts)) == canonical(triples)
    assert not +counts


def lenient(body: str) -> list[ox.Triple]:
    return [quad.triple for quad in ox.parse(body, ox.RdfFormat.N_TRIPLES, lenient=True)]


@pytest.mark.parametrize("format", WRITTEN)
def test_an_invalid_address_never_breaks_a_page(format: str) -> None:
    bad = [
        "http://a/b c",
        "http://a/é|x",
        "http://a/%zz",
        "http://a/b#c#d",
        "http://a/[x]",
        "ftype/JSON",
        "http://[a/",
        "http://a http://b",
    ]
    triples = lenient("".join(f"<http://a/{i}> <http://p/q> <{iri}> .\n" for i, iri in enumerate(bad)))
    counts: Counter[str] = Counter()
    back = again([ox.Triple(A, P, ox.Literal("ok")), *triples, ox.Triple(A, P, ox.Literal("ok too"))], format, counts)
    values = {triple.object.value for triple in back if isinstance(triple.object, ox.NamedNode)}
    assert values >= {"http://a/b%20c", "http://a/é%7Cx", "http://a/%25zz", "http://a/b#c%23d", "http://a/%5Bx%5D"}
    assert len(back) == len(bad) + 2 - counts["triple-dropped"]
    assert counts["triple-dropped"] == 2
    assert counts["iri-escaped"] == len(bad) - 2


def test_what_xml_cannot_hold_is_left_out_and_counted() -> None:
    counts: Counter[str] = Counter()
    triples = [
        ox.Triple(A, P, ox.Literal("a\x0bb\ufffe", language="fr")),
        ox.Triple(A, ox.NamedNode("http://p/123"), ox.Literal("x")),
        ox.Triple(A, ox.NamedNode(RDF + "li"), ox.Literal("x")),
    ]
    assert again(triples, "rdfxml", counts) == [ox.Triple(A, P, ox.Literal("ab", language="fr"))]
    assert counts == {"character-dropped": 1, "triple-dropped": 2}


@pytest.mark.parametrize("format", WRITTEN)
def test_large_graphs_come_in_pieces(format: str) -> None:
    triples = [ox.Triple(ox.NamedNode(f"http://a/{i // 7}"), P, ox.Literal(str(i))) for i in range(7_000)]
    pieces = list(formats.write(iter(triples), format))
    assert len(pieces) > 3
    assert canonical(quad.triple for quad in ox.parse(b"".join(pieces), formats.PARSERS[format])) == canonical(triples)
    if format == "turtle":
        assert b"".join(pieces).count(b"@prefix dcat:") == 1


@pytest.mark.parametrize("format", WRITTEN)
def test_nothing_is_written_well(format: str) -> None:
    assert again([], format) == []


def test_compact_json_is_what_people_expect() -> None:
    triples = [
        ox.Triple(A, ox.NamedNode(RDF + "type"), ox.NamedNode(DCAT + "Dataset")),
        ox.Triple(A, TITLE, ox.Literal("Été", language="fr")),
    ]
    body = b"".join(formats.write(triples, "jsonld")).decode()
    assert '"@type":"dcat:Dataset"' in body
    assert '"dct:title":{"@language":"fr","@value":"Été"}' in body


# One text for one graph


@settings(max_examples=100, deadline=None)
@given(TRIPLES, st.randoms(use_true_random=False))
def test_canonical_text_ignores_order_and_labels(triples: list[ox.Triple], dice: random.Random) -> None:
    mixed = [triple for triple in triples + triples if dice.random() < 2]
    dice.shuffle(mixed)
    names = {"x": ox.BlankNode("y"), "y": ox.BlankNode("x")}

    def renamed(node: object) -> object:
        return names.get(node.value, node) if isinstance(node, ox.BlankNode) else node

    other = [ox.Triple(*(renamed(term) for term in triple)) for triple in mixed]  # type: ignore[arg-type]
    assert canonical(other) == canonical(triples)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 4), st.sampled_from("pq"), st.integers(0, 5)), max_size=12))
def test_names_are_those_of_the_recommendation(edges: list[tuple[int, str, int]]) -> None:
    """RDFC-1.0, as another implementation has it."""
    triples = [
        ox.Triple(ox.BlankNode(f"n{s}"), ox.NamedNode(f"http://{p}/"), A if o == 5 else ox.BlankNode(f"n{o}"))
        for s, p, o in edges
    ]
    dataset = ox.Dataset(ox.Quad(*triple) for triple in triples)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    lines = (
        (ox.serialize([quad.triple for quad in dataset], format=ox.RdfFormat.N_TRIPLES) or b"")
        .decode()
        .splitlines(True)
    )
    assert canonical(triples) == "".join(sorted(lines))


def ring(size: int) -> list[ox.Triple]:
    return [ox.Triple(ox.BlankNode(f"n{i}"), P, ox.BlankNode(f"n{(i + 1) % size}")) for i in range(size)]


def clique(size: int) -> list[ox.Triple]:
    return [
        ox.Triple(ox.BlankNode(f"n{i}"), P, ox.BlankNode(f"n{j}")) for i in range(size) for j in range(size) if i != j
    ]


@pytest.mark.parametrize(
    "poison", [ring(200), ring(5_000), clique(50), clique(9)], ids=["ring-200", "ring-5000", "clique-50", "clique-9"]
)
def test_symmetric_poison_is_refused_in_a_bounded_time(poison: list[ox.Triple]) -> None:
    began = time.process_time()
    with pytest.raises(TooSymmetric, match="adresses"):
        canonical(poison)
    assert time.process_time() - began < 3


def test_ordinary_symmetry_is_named() -> None:
    twins = [ox.Triple(A, P, ox.BlankNode(f"n{i}")) for i in range(1_000)]
    assert canonical(ring(20)) == canonical(list(reversed(ring(20))))
    assert canonical(twins).count("\n") == 1_000


def test_canonical_text_comes_back_with_labels_of_its_own() -> None:
    text = canonical([ox.Triple(ox.BlankNode("x"), P, ox.Literal("a\t\x7f\n"))])
    first, second = formats.from_canonical(text), formats.from_canonical(text)
    assert canonical(first) == text
    assert first[0].subject != second[0].subject
    assert digest("é") == "4a99557e4033c3539de2eb65472017cad5f9557f7a0625a09f1c3f6e2ba69c4c"


def test_a_language_without_text_or_a_text_without_language() -> None:
    bare = '<http://a/b> <http://p/q> "x"^^<' + RDF + "langString> ."
    counts: Counter[str] = Counter()
    assert again(lenient(bare), "turtle", counts)[0].object == ox.Literal("x")
    assert counts == {"datatype-dropped": 1}


@pytest.mark.parametrize("size", [1, 2, 3, 5, 100])
def test_a_sign_is_found_wherever_the_pieces_of_a_file_are_cut(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    monkeypatch.setattr(formats, "PIECE", size)
    path = tmp_path / "said"
    for text, found in ((b"abc<<def", True), (b"<<", True), (b"a<b<c<", False), (b"", False), (b"abcd<<", True)):
        path.write_bytes(text)
        assert formats._holds(path, b"<<") is found
    path.write_bytes(b"x")
    assert formats._holds(path, b"")
