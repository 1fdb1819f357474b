"""One catalogue's export under the official shapes, and what its source gave: the working part of `validity.py`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import pyoxigraph as ox

SETS = {
    "shapes": "dcat-ap-3.0.1/shapes.ttl",
    "range": "dcat-ap-3.0.1/range.ttl",
    "hvd": "dcat-ap-hvd-3.0.0/hvd-SHACL-base.ttl",
}
NEXT = "http://www.w3.org/ns/hydra/core#next"
# Properties that lead to another record or to a file, which the official ranges want described in the same graph.
LINKS = {
    "http://purl.org/dc/terms/source": "source",
    "http://purl.org/dc/terms/relation": "qualified_relation.relation",
    "http://www.w3.org/ns/adms#sample": "sample",
    "http://www.w3.org/ns/dcat#inSeries": "in_series",
    "http://www.w3.org/ns/dcat#servesDataset": "serves_dataset",
    "http://www.w3.org/ns/dcat#accessService": "distribution.access_service",
}


@dataclass(frozen=True)
class Fault:
    """One violation: of which set of shapes, in what record, where. `excuse`: what the source lacks, "" for nothing."""

    shapes: str
    record: str
    focus: str
    path: str
    component: str
    excuse: str


@dataclass
class Verdict:
    """What became of one file."""

    name: str
    refused: str = ""  # why it was not harvested
    records: int = 0
    hvd: int = 0
    titles: dict[str, str] = field(default_factory=dict)  # of the records, by address
    lacks: dict[str, list[str]] = field(default_factory=dict)  # by record, what its source lacks
    faults: list[Fault] = field(default_factory=list)
    seconds: float = 0

    @property
    def violations(self) -> list[Fault]:
        return [fault for fault in self.faults if not fault.excuse]


def judge(verdict: Verdict, folder: Path) -> None:
    """Has each page of the export judged, and each violation laid to a record."""
    from catalogue.dcat.terms import RDF_TYPE
    from catalogue.models import DataService, Dataset

    rows = [row for model in (Dataset, DataService) for row in model.objects.with_forms().published()]
    verdict.records = len(rows)
    verdict.titles = {row.uri: " ".join(row.label.split()) for row in rows}
    sources = {row.uri: Source(row) for row in rows}
    verdict.lacks = {uri: source.lacks for uri, source in sources.items() if source.lacks}
    described = {subject for source in sources.values() for subject in source.subjects}
    high_value = {row.uri for row in rows if row.hvd_category}
    # What a page links to may be on another.
    classes = [
        ox.Triple(ox.NamedNode(row.uri), RDF_TYPE, ox.NamedNode(name)) for row in rows for name in classes_of(row)
    ]
    for triples in pages():
        owners = owners_of(triples, sources.keys())
        some = [triple for triple in triples if owners.get(triple.subject, set()) & high_value]
        verdict.hvd += len({triple.subject.value for triple in some} & high_value)
        for shapes, graph in (("shapes", triples), ("range", triples), ("hvd", some)):
            for record, result in violations(shapes, graph, [*vocabularies(folder), *classes], owners, folder):
                excuse = sources[record].excuse(result, described) if record else ""
                verdict.faults.append(Fault(shapes, record, result.focus, result.path, result.component, excuse))
                if excuse and result.component != "MinCount":
                    verdict.lacks.setdefault(record, []).append(excuse)


def classes_of(row: Any) -> list[str]:
    from catalogue.dcat.profile import BY_KIND

    return [BY_KIND[row.kind].type, *getattr(row, "more_types", ())]


class Source:
    """What the source said of one record, beside what the record lists as missing."""

    def __init__(self, row: Any) -> None:
        from catalogue.dcat.statements import Statements
        from portal.api.statements import said

        self.uri, self.missing = row.uri, list(dict.fromkeys(row.missing))
        self.triples = list(read(said(row) or row.repaired))
        self.said = Statements(self.triples)
        self.kind = row.kind
        self.subjects = {triple.subject.value for triple in self.triples}
        self.terms = {path: self._terms(path) for path in self.missing}
        self.lacks = [f"{path} ({self.heard(path)})" for path in self.missing]

    def _terms(self, path: str) -> list[Any]:
        from catalogue.dcat.profile import BY_KIND, CLASSES

        profile, found = BY_KIND[self.kind], []
        names = path.split(".")
        if names[0] not in {term.name for term in profile.terms}:  # a node of that class, wherever it stands
            profile = next(each for each in CLASSES if each.name == names.pop(0))
        for name in names:
            found.append(next(term for term in profile.terms if term.name == name))
            profile = getattr(found[-1].kind, "profile", profile)
        return found

    def heard(self, path: str) -> str:
        """What the source says there: of how many nodes it says nothing, and the first value of the others."""
        from catalogue.dcat.profile import DCAT
        from catalogue.dcat.terms import RDF_TYPE

        *way, last = self.terms[path]
        kinds = {DCAT + name for name in ("Dataset", "DatasetSeries", "DataService")}
        typed = (t.subject for t in self.triples if t.predicate == RDF_TYPE and getattr(t.object, "value", "") in kinds)
        records = list(dict.fromkeys(typed))
        nodes = [node for node in records if node.value == self.uri] or records
        for term in way:
            nodes = list(dict.fromkeys(o for node in nodes for o in self.said.objects(node, term.predicates)))
        values = [self.said.objects(node, last.predicates) for node in nodes]
        given = [str(value) for several in values for value in several]
        silent = sum(not several for several in values)
        return f"silent on {silent} of {len(nodes)}" + (f", else {given[0][:60]}" if given else "")

    def excuse(self, result: Any, described: set[str]) -> str:
        """Why the record may be at fault here: a mandatory property that the source does not give, or a link that leads
        to what it does not describe.
        """
        if result.component == "MinCount":
            for path, terms in self.terms.items():
                if terms[-1].predicate == result.path and (len(terms) > 1) == (result.focus != self.uri):
                    return path
        if result.component in ("Class", "Node") and result.path in LINKS and result.value not in described:
            return f"{LINKS[result.path]} (leads to {result.value}, of which the source says nothing)"
        return ""


def read(text: str) -> Iterator[Any]:
    """Triples of N-Triples as they came: a line that the strict reader refuses is not needed here."""
    for line in text.splitlines():
        try:
            yield from (quad.triple for quad in ox.parse(line, ox.RdfFormat.N_TRIPLES, lenient=True))
        except SyntaxError:
            continue


def pages() -> Iterator[list[Any]]:
    """The triples of each page of the catalogue, by the links that it gives."""
    from django.conf import settings
    from django.test import Client

    browser, address = Client(headers={"host": "127.0.0.1"}), "/catalogue.ttl"
    while address:
        answer = browser.get(address)
        assert answer.status_code == 200, (address, answer.status_code)
        triples = [quad.triple for quad in ox.parse(answer.content, format=ox.RdfFormat.TURTLE)]
        yield triples
        follow = [triple.object.value for triple in triples if triple.predicate.value == NEXT]
        address = follow[0].removeprefix(settings.BOUTURE_URL) if follow else ""


def owners_of(triples: Iterable[Any], records: Iterable[str]) -> dict[Any, set[str]]:
    """By node, the records that lead to it: the walk stops at other records. Their envelopes are theirs too."""
    leads: dict[Any, list[Any]] = {}
    for triple in triples:
        if not isinstance(triple.object, ox.Literal):
            leads.setdefault(triple.subject, []).append(triple.object)
    found: dict[Any, set[str]] = {}
    doors = {ox.NamedNode(uri) for uri in records}
    for record in doors & leads.keys():
        waiting, seen = [record], {record}
        while waiting:
            node = waiting.pop()
            found.setdefault(node, set()).add(record.value)
            new = [other for other in leads.get(node, ()) if other not in seen and other not in doors]
            seen.update(new)
            waiting += new
    for node, others in leads.items():
        if node not in found and len(topics := set(others) & doors) == 1:
            found[node] = {topic.value for topic in topics}
    return found


def violations(
    shapes: str, triples: list[Any], known: list[Any], owners: dict[Any, set[str]], folder: Path
) -> Iterator[tuple[str, Any]]:
    """Each violation with each record that leads to its node; "" for the catalogue."""
    from catalogue.dcat.shapes import validate

    if not triples:
        return
    names = {str(getattr(node, "value", node)): uris for node, uris in owners.items()}
    used = {triple.object.value for triple in triples if hasattr(triple.object, "value")}
    terms = (triple for triple in known if triple.subject.value in used)
    for result in validate(triples, folder / "shapes" / SETS[shapes], terms):
        if result.severity == "violation":
            yield from ((record, result) for record in names.get(result.focus) or {""})


@cache
def vocabularies(folder: Path) -> list[Any]:
    quads = ox.parse(path=folder / "vocabularies" / "bundle.ttl", format=ox.RdfFormat.TURTLE)
    return [quad.triple for quad in quads]
