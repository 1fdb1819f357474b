"""Our checks beside the official shapes: they agree on every real catalogue, and see what the shapes miss."""

from __future__ import annotations

import time
from collections import Counter
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

from catalogue.dcat import formats, shapes
from catalogue.dcat.checks import MAX_FINDINGS, VIOLATION, Finding, check, lines_of, name_of, profiles_by_type
from catalogue.dcat.profile import CATALOGUE, DATASET, DCAT, DCATAP, DCT, LOCN
from harvesters.base import Found
from harvesters.http import Client
from harvesters.validation import Validation, official
from tests.harvesting.test_real_catalogues import FILES

SAMPLE = 12  # records of a large file: pyshacl takes 30 ms for each
# What a finding is called in SHACL; the codes that are not here have no counterpart.
COMPONENTS = {
    "missing": "minCount",
    "several": "maxCount",
    "not-text": "nodeKind",
    "not-address": "nodeKind",
    "not-node": "nodeKind",
    "without-address": "nodeKind",
    "bad-datatype": "datatype",
    "not-date": "node",
}
# Where we differ on purpose: (class, property).
ON_PURPOSE = {
    # An outline as WKT and as GeoJSON beside each other is one outline: data.gouv.fr reads the second.
    (DCT + "Location", LOCN + "geometry"),
}


class Sample(Validation):
    """The catalogues and the first records."""

    def _check(self, kind: str, subject: Any, triples: tuple[ox.Triple, ...], title: str) -> None:
        if kind == "catalogue" or sum(record.kind == kind for record in self.checked) < SAMPLE:
            super()._check(kind, subject, triples, title)


def shapes_file(shared_data: Path, name: str = "shapes") -> Path:
    folder = shared_data / "shapes"
    return folder / "dcat-ap-hvd-3.0.0/hvd-SHACL-base.ttl" if name == "hvd" else folder / f"dcat-ap-3.0.1/{name}.ttl"


def constraints(path: Path) -> set[tuple[str, str, str]]:
    """(class, property, component) of all that the official file really checks."""
    said: dict[Any, list[tuple[str, Any]]] = {}
    for quad in ox.parse(path=path, format=ox.RdfFormat.TURTLE):
        said.setdefault(quad.subject, []).append((quad.predicate.value, quad.object))
    return {
        (target.value, of.value, component.removeprefix(shapes.SH))
        for about in said.values()
        for name, target in about
        if name == shapes.SH + "targetClass"
        for link, constraint in about
        if link == shapes.SH + "property"
        for path_name, of in said[constraint]
        if path_name == shapes.SH + "path" and isinstance(of, ox.NamedNode)
        for component, _ in said[constraint]
    }


def types_of(said: dict[ox.Triple, None]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for triple in said:
        if triple.predicate == formats.RDF_TYPE and isinstance(triple.object, ox.NamedNode):
            node = triple.subject.value if isinstance(triple.subject, ox.NamedNode) else str(triple.subject)
            found.setdefault(node, set()).add(triple.object.value)
    return found


@pytest.mark.parametrize("name", [name for name, *_ in FILES])
def test_the_checks_agree_with_the_official_shapes(shared_data: Path, name: str) -> None:
    file = shapes_file(shared_data)
    validation = Sample(str(shared_data / "catalogues" / name), keep=True)
    with Client() as client:
        validation.run(client)
    results = shapes.validate(validation.said, file)
    types = types_of(validation.said)
    # Of the ranges, what is wrong whatever others say of the value: a text where a thing is wanted.
    texts = {(name_of(t.subject), t.predicate.value) for t in validation.said if isinstance(t.object, ox.Literal)}
    ranges = {(r.focus, r.path) for r in official(validation, shapes_file(shared_data, "range"))}
    known = {(kind, line.predicate) for kind, profile in profiles_by_type().items() for line in lines_of(profile)}
    known -= ON_PURPOSE
    theirs = {(r.focus, r.path) for r in results if r.severity == VIOLATION}
    ours = {(f.focus, f.predicate) for c in validation.checked for f in c.findings if f.severity == VIOLATION}
    both = {(focus, path) for focus, path in theirs if any((kind, path) in known for kind in types.get(focus, ()))}
    assert both - ours == set(), "the shapes see what we do not"
    assert (ranges & texts) - ours == set(), "the ranges see what we do not"
    asked = constraints(file)
    comparable = {
        (f.focus, f.predicate)
        for c in validation.checked
        for f in c.findings
        if f.severity == VIOLATION
        and any((kind, f.predicate, COMPONENTS.get(f.code, "")) in asked for kind in types.get(f.focus, ()))
    }
    assert comparable - theirs == set(), "we see what the shapes do not, where they look"


GOOD = """
@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> . @prefix vcard: <http://www.w3.org/2006/vcard/ns#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> . @prefix dcatap: <http://data.europa.eu/r5r/> .
@prefix eu: <http://publications.europa.eu/resource/authority/> . @prefix : <https://ville.example/> .
:catalogue a dcat:Catalog ; dct:title "Données"@fr ; dct:description "Les données de la ville"@fr ; dct:publisher :ville ;
  dcat:dataset :jeu .
:ville a foaf:Agent ; foaf:name "Ville"@fr .
:jeu a dcat:Dataset ;
  dct:title "Arbres"@fr ;
  dct:description "Les arbres de la ville"@fr ;
  dct:publisher :ville ;
  dcat:contactPoint [ a vcard:Kind ; vcard:fn "Service" ; vcard:hasEmail <mailto:donnees@ville.example> ] ;
  dcat:theme <http://publications.europa.eu/resource/authority/data-theme/ENVI> ;
  dct:accrualPeriodicity <http://publications.europa.eu/resource/authority/frequency/ANNUAL> ;
  dct:language <http://publications.europa.eu/resource/authority/language/FRA> ;
  dct:accessRights <http://publications.europa.eu/resource/authority/access-right/PUBLIC> ;
  dct:spatial <http://id.insee.fr/geo/commune/40192> ;
  dct:temporal [ a dct:PeriodOfTime ; dcat:startDate "2020-01-01"^^xsd:date ; dcat:endDate "2021"^^xsd:gYear ] ;
  dcat:landingPage :page ;
  dct:issued "2020-03-03"^^xsd:date ; dct:modified "2021-03-03"^^xsd:date ;
  dcat:distribution :fichier .
:fichier a dcat:Distribution ;
  dcat:accessURL :acces ;
  dct:format <http://publications.europa.eu/resource/authority/file-type/CSV> ;
  dct:license <http://publications.europa.eu/resource/authority/licence/ETALAB_2_0> ;
  dcat:byteSize "12"^^xsd:nonNegativeInteger .
"""
LAW = "dcatap:applicableLegislation <http://data.europa.eu/eli/reg_impl/2023/138/oj> ;"
THEME = "<http://publications.europa.eu/resource/authority/data-theme/ENVI>"
AUTHORITY = "http://publications.europa.eu/resource/authority/"
AT_TITLE = '  dct:title "Arbres"@fr ;\n'
# The 39 errors of SHACL_COVERAGE.md, in its order (less its baseline): what is replaced, by what, code and path found.
INJECTED = [
    ("no title", AT_TITLE, "", "missing", "title"),
    ("no description", 'dct:description "Les arbres de la ville"@fr ;', "", "missing", "description"),
    ("empty title", '"Arbres"@fr', '""', "empty", "title"),
    ("title is an IRI", '"Arbres"@fr', ":titre", "not-text", "title"),
    ("two titles in one language", '"Arbres"@fr', '"Arbres"@fr, "Bois"@fr', "same-language", "title"),
    ("no publisher", "dct:publisher :ville ;\n  dcat:contact", "dcat:contact", "missing", "publisher"),
    ("publisher literal", ":ville ;\n  dcat:contact", '"Ville" ;\n  dcat:contact', "not-node", "publisher"),
    ("two publishers", ":ville ;\n  dcat:contact", ":ville, :autre ;\n  dcat:contact", "several", "publisher"),
    ("agent without name", '; foaf:name "Ville"@fr', "", "missing", "publisher.name"),
    ("no contact", "dcat:contactPoint [", "<https://x.example/p> [", "missing", "contact_point"),
    ("contact literal", "dcat:contactPoint [", 'dcat:contactPoint "x", [', "not-node", "contact_point"),
    ("issued as prose", '"2020-03-03"^^xsd:date', '"le 3 mars 2020"', "not-date", "issued"),
    ("issued ill-typed", '"2020-03-03"^^xsd:date', '"2020"^^xsd:date', "not-date", "issued"),
    ("two modified", '"2021-03-03"^^xsd:date', '"2021"^^xsd:gYear, "2022"^^xsd:gYear', "several", "modified"),
    ("theme literal", THEME, '"environnement"', "not-address", "theme"),
    ("theme of one's own", THEME, ":theme", "not-in-vocabulary", "theme"),
    ("frequency literal", f"<{AUTHORITY}frequency/ANNUAL>", '"quotidienne"', "not-address", "frequency"),
    ("language literal", f"<{AUTHORITY}language/FRA>", '"fr"', "not-address", "language"),
    ("no distribution", " ;\n  dcat:distribution :fichier", "", "missing", "distribution"),
    ("no accessURL", "dcat:accessURL :acces ;", "", "missing", "distribution.access_url"),
    ("accessURL literal", ":acces ;", '"https://x.example" ;', "not-address", "distribution.access_url"),
    ("format literal", f"<{AUTHORITY}file-type/CSV>", '"CSV"', "not-address", "distribution.format"),
    ("licence literal", f"<{AUTHORITY}licence/ETALAB_2_0>", '"LO"', "not-address", "distribution.license"),
    ("no licence", f"dct:license <{AUTHORITY}licence/ETALAB_2_0> ;", "", "missing", "distribution.license"),
    ("licence on dataset", AT_TITLE, AT_TITLE + "dct:license :lo ;", "licence-misplaced", "license"),
    ("byteSize grand", '"12"', '"grand"', "bad-datatype", "distribution.byte_size"),
    ("byteSize decimal", '"12"^^xsd:nonNegativeInteger', '"12"^^xsd:decimal', "bad-datatype", "distribution.byte_size"),
    ("spatial literal", "<http://id.insee.fr/geo/commune/40192>", '"Mont"', "not-node", "spatial"),
    ("temporal literal", "dct:temporal [", 'dct:temporal "2020/2021", [', "not-node", "temporal"),
    ("end before start", '"2021"^^xsd:gYear', '"2019"^^xsd:gYear', "end-before-start", "temporal.end"),
    ("blank dataset", ":jeu", "_:jeu", "no-address", ""),
    ("accessRights literal", f"<{AUTHORITY}access-right/PUBLIC>", '"public"', "not-address", "access_rights"),
    ("HVD without law", AT_TITLE, AT_TITLE + "dcatap:hvdCategory :c ;", "hvd-without-law", "applicable_legislation"),
    ("law without HVD", AT_TITLE, AT_TITLE + LAW, "law-without-hvd", "hvd_category"),
    ("HVD literal", AT_TITLE, AT_TITLE + LAW + 'dcatap:hvdCategory "x" ;', "not-address", "hvd_category"),
    ("catalogue without publisher", "dct:publisher :ville ;\n  dcat:dataset", "dcat:dataset", "missing", "publisher"),
    ("catalogue without description", 'dct:description "Les données de la ville"@fr ;', "", "missing", "description"),
    ("untyped dataset", ":jeu a dcat:Dataset ;", ":jeu", "untyped", ""),
    ("landingPage literal", ":page ;", '"x" ;', "not-address", "landing_page"),
]


def validated(path: Path) -> Validation:
    validation = Validation(str(path), keep=True)
    with Client() as client:
        validation.run(client)
    return validation


def found_in(tmp_path: Path, text: str | bytes) -> list[Finding]:
    path = tmp_path / "c.ttl"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return [finding for record in validated(path).checked for finding in record.findings]


def test_the_good_catalogue_has_no_violation_on_either_side(tmp_path: Path, shared_data: Path) -> None:
    path = tmp_path / "c.ttl"
    path.write_text(GOOD)
    validation = validated(path)
    assert [f for record in validation.checked for f in record.findings if f.severity == VIOLATION] == []
    assert official(validation, shapes_file(shared_data)) == []


def test_all_39_errors_are_here() -> None:
    assert len({name for name, *_ in INJECTED}) == 39


@pytest.mark.parametrize(("name", "old", "new", "code", "path"), INJECTED, ids=[name for name, *_ in INJECTED])
def test_each_injected_error_is_found(tmp_path: Path, name: str, old: str, new: str, code: str, path: str) -> None:
    assert old in GOOD
    before = Counter((f.code, f.path) for f in found_in(tmp_path, GOOD))
    new_ones = Counter((f.code, f.path) for f in found_in(tmp_path, GOOD.replace(old, new))) - before
    assert new_ones[code, path] >= 1, new_ones


def covered(shared_data: Path) -> list[bool]:
    """Of each injected error in the order of SHACL_COVERAGE.md, whether shapes, ranges or the HVD base saw it there."""
    lines = (shared_data / "shapes" / "SHACL_COVERAGE.md").read_text().splitlines()[3:]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return [row[4] != "–" or row[6] != "–" for row in cells]


def official_on(validation: Validation, shared_data: Path) -> dict[str, set[tuple[str, str]]]:
    """What each official file finds wrong; HVD's only where something of it is said."""
    high_value = any(t.predicate.value.startswith("http://data.europa.eu/r5r/") for t in validation.said)
    files = ("shapes", "range", *(["hvd"] if high_value else []))
    found = {name: official(validation, shapes_file(shared_data, name)) for name in files}
    # The label of a blank node is of one reading only, and no other node of GOOD is at fault when it is blank.
    return {
        name: {
            ("https://ville.example/jeu" if r.focus.startswith("_:") else r.focus, r.path)
            for r in results
            if r.severity == VIOLATION
        }
        for name, results in found.items()
    }


@pytest.mark.parametrize("number", range(39), ids=[name for name, *_ in INJECTED])
def test_we_see_what_the_official_shapes_see_of_each_injected_error(
    tmp_path: Path, shared_data: Path, number: int
) -> None:
    name, old, new, *_ = INJECTED[number]
    path = tmp_path / "c.ttl"
    path.write_text(GOOD)
    before = official_on(validated(path), shared_data)
    path.write_text(GOOD.replace(old, new))
    validation = validated(path)
    findings = [finding for record in validation.checked for finding in record.findings]
    ours = {(finding.focus, finding.predicate) for finding in findings if finding.severity == VIOLATION}
    advised = {(finding.focus, finding.predicate) for finding in findings}
    theirs = {kind: found - before.get(kind, set()) for kind, found in official_on(validation, shared_data).items()}
    assert theirs["shapes"] <= ours
    # A term of one's own is advice to us; that a thing elsewhere does not say its class here, nothing: others describe it.
    assert {pair for pair in theirs["range"] if pair[1] not in CLASS_UNSAID} <= advised
    assert theirs.get("hvd", set()) - HVD_BESIDES <= ours
    seen = any(theirs.values())
    if name != "no distribution":  # asked by HVD, which does not look at a record without a category
        assert seen == covered(shared_data)[number], theirs


CLASS_UNSAID = {DCAT + "dataset", DCATAP + "applicableLegislation"}
# What DCAT-AP HVD asks of the good catalogue besides, once a record of it has a category.
HVD_BESIDES = {
    ("https://ville.example/jeu", DCATAP + "hvdCategory"),
    ("https://ville.example/jeu", DCATAP + "applicableLegislation"),
    ("https://ville.example/fichier", DCATAP + "applicableLegislation"),
}


def test_every_finding_says_what_to_do(tmp_path: Path) -> None:
    for _, old, new, code, path in INJECTED:
        for finding in found_in(tmp_path, GOOD.replace(old, new)):
            if (finding.code, finding.path) == (code, path):
                assert finding.message[-1] == "." and ":" in finding.message
                assert "{" not in finding.message


HEAD = "@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> . "
JEU = "<https://v.example/j> a dcat:Dataset ; dct:title 'Arbres' ; dct:description 'Tous' ; "


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("dct:issued '2020-02-31'^^<http://www.w3.org/2001/XMLSchema#date> .", "not-date"),
        ("dct:issued '3020-02-01'^^<http://www.w3.org/2001/XMLSchema#date> .", "future"),
        ("dcat:landingPage <https://v.example/a b> .", "bad-address"),
        ("dcat:landingPage <http:page> .", "bad-address"),
        ("dcat:keyword 'a\\u0001b' .", "control-characters"),
        ("dcat:keyword 'arbre'@langue-beaucouptroplongue .", "bad-language"),
        ("dct:license [ dct:license <https://v.example/j> ] .", "without-address"),
        ("dcat:keyword '" + "x" * 10_000_000 + "' .", "too-long"),
    ],
    ids=lambda value: value[:40],
)
def test_hostile_values_are_findings(tmp_path: Path, said: str, code: str) -> None:
    started = time.monotonic()
    findings = found_in(tmp_path, HEAD + JEU + said)
    assert code in {finding.code for finding in findings}
    assert all(len(finding.said) <= 100 for finding in findings)
    assert time.monotonic() - started < 20


def test_a_cycle_of_nodes_ends() -> None:
    jeu, agent = ox.NamedNode("https://v.example/j"), ox.BlankNode("a")
    triples = [
        ox.Triple(jeu, formats.RDF_TYPE, ox.NamedNode(DCAT + "Dataset")),
        ox.Triple(jeu, ox.NamedNode(DCT + "publisher"), agent),
        ox.Triple(jeu, ox.NamedNode(DCAT + "distribution"), jeu),
        ox.Triple(agent, ox.NamedNode(DCT + "publisher"), jeu),
        ox.Triple(agent, ox.NamedNode(DCAT + "distribution"), agent),
    ]
    assert "publisher.name" in {finding.path for finding in check(triples, jeu, DATASET)}


def test_a_nameless_file_of_two_datasets_is_told(tmp_path: Path) -> None:
    text = HEAD + JEU + "dcat:distribution _:f . <https://v.example/k> a dcat:Dataset ; dcat:distribution _:f . "
    findings = found_in(tmp_path, text + "_:f a dcat:Distribution .")
    assert [f.code for f in findings].count("shared-file") == 1


def test_fifty_thousand_files_end_in_a_bounded_list() -> None:
    jeu = ox.NamedNode("https://v.example/j")
    has, file = ox.NamedNode(DCAT + "distribution"), ox.NamedNode(DCAT + "Distribution")
    files = [ox.NamedNode(f"https://v.example/f{number}") for number in range(50_000)]
    triples = [ox.Triple(jeu, has, each) for each in files]
    triples += [ox.Triple(each, formats.RDF_TYPE, file) for each in files]
    findings = check(triples, jeu, DATASET)
    assert len(findings) == 2 * MAX_FINDINGS + 2
    # Besides the files: no title, no description, no class.
    assert findings[-2][:2] == (VIOLATION, "more") and findings[-2].said == str(50_003 - MAX_FINDINGS)
    assert "non détaillés" in findings[-1].message


def test_a_record_of_which_nothing_is_said() -> None:
    empty = Found("dataset", (), "", (), "")
    codes = {finding.code for finding in check(empty.triples, ox.BlankNode("x"), DATASET)}
    assert {"no-address", "untyped", "missing"} <= codes
    assert {f.path for f in check((), ox.NamedNode("https://v.example/"), CATALOGUE) if f.severity == VIOLATION} >= {
        "title",
        "description",
        "publisher",
    }
