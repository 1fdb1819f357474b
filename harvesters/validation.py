"""Anyone's catalogue, read as a harvest reads it and checked instead of published. Nothing is written."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from catalogue.dcat import formats, shapes
from catalogue.dcat.checks import VIOLATION, Finding, check, name_of, profiles_by_type
from catalogue.dcat.closures import Closures
from catalogue.dcat.lines import TYPE, links, token
from catalogue.dcat.profile import BY_KIND, CATALOGUE, DATASET, DCAT
from catalogue.reference.files import read_vocabularies
from harvesters.graphs import Records
from harvesters.http import Client, plainly
from harvesters.paging import walk
from harvesters.sources.dcat import Dcat

TOO_MANY = 1_000_000  # triples kept for the official shapes: above, pyshacl would take hours and gigabytes
DISTRIBUTION = ox.NamedNode(DCAT + "distribution")
MEMBER = ox.NamedNode(DCAT + "dataset")


class TooLarge(ValueError):
    """More than the official shapes can be run on."""


@dataclass(frozen=True)
class Checked:
    """One record of the catalogue, or the catalogue itself, with what was found."""

    kind: str  # "dataset", "service", "catalogue"
    address: str
    title: str
    findings: tuple[Finding, ...]

    @property
    def violations(self) -> int:
        return sum(finding.severity == VIOLATION for finding in self.findings)


@dataclass
class Validation(Dcat):
    """One catalogue under examination. `checked` grows page by page; `said` only when the official shapes will be run."""

    address: str
    base: str = ""
    keep: bool = False
    checked: list[Checked] = field(default_factory=list)
    notes: set[str] = field(default_factory=set)
    said: dict[ox.Triple, None] = field(default_factory=dict)
    shared: dict[str, list[Finding]] = field(default_factory=dict)  # by record, until that record is checked

    def run(self, client: Client) -> None:
        """Reads and checks everything. Raises HarvestError, TooLarge."""
        for page in walk(self, plainly(client)):
            self.notes.update(page.notes)
            for found in page.records:
                self._check(found.kind, found.subject, found.triples, found.title)

    def found(self, graph: formats.Graph) -> Records:
        """The records; the catalogues, and what they name without a class, are checked on the way."""
        closures = Closures(graph)
        for catalogue in graph.subjects_of_type(CATALOGUE.type):
            about = graph.about(catalogue)
            said = tuple(ox.Triple(catalogue, predicate, value) for predicate, value in about)
            inside = (value for predicate, value in about if predicate != MEMBER)
            near = tuple(triple for value in inside for triple in _near(graph, value))
            self._check("catalogue", catalogue, said + near, name_of(catalogue))
            named = [token(value) for predicate, value in about if predicate == MEMBER]
            bare = [
                node
                for node, said in graph.said_of(named).items()
                if all(predicate != TYPE for _, predicate, _ in links(said))
            ]
            for closure in closures.of(bare).values():
                member = closure.triples[0].subject
                self._check("dataset", member, closure.triples, name_of(member))
        owners: dict[Any, Any] = {}
        for owner, file in graph.pairs(DISTRIBUTION):
            if isinstance(file, ox.BlankNode) and owners.setdefault(file, owner) != owner:
                shared = Finding("warning", "shared-file", "distribution", name_of(owner), DISTRIBUTION.value)
                self.shared.setdefault(name_of(owner), []).append(shared)
        return super().found(graph)

    def _check(self, kind: str, subject: Any, triples: Sequence[ox.Triple], title: str) -> None:
        profile = BY_KIND.get(kind, CATALOGUE)
        found = [*self.shared.pop(name_of(subject), ()), *check(triples, subject, profile)]
        findings = tuple(dict.fromkeys(found))
        self.checked.append(Checked(kind, name_of(subject), title, findings))
        if self.keep:
            self.said.update(dict.fromkeys(triples))
            if len(self.said) > TOO_MANY:
                raise TooLarge(
                    f"Plus de {TOO_MANY} triplets : les règles officielles prendraient des heures. "
                    "Relancez sans --shapes, ou page par page."
                )


def _near(graph: formats.Graph, node: Any) -> Iterator[ox.Triple]:
    """What is said of a node that lives with the catalogue: its publisher, its place. Not of records."""
    said = graph.about(node)
    types = {
        value.value for predicate, value in said if predicate == formats.RDF_TYPE and isinstance(value, ox.NamedNode)
    }
    inner = set(profiles_by_type()) - {DATASET.type, CATALOGUE.type, BY_KIND["service"].type}
    if isinstance(node, ox.BlankNode) or types & inner:
        yield from (ox.Triple(node, predicate, value) for predicate, value in said)


def official(validation: Validation, path: Path) -> list[shapes.Result]:
    """The results of a file of shapes on all that was read, with the shipped vocabularies."""
    used = {triple.object.value for triple in validation.said if isinstance(triple.object, ox.NamedNode)}
    known = (
        (vocabulary.code, vocabulary.uri, [(term.uri, term.label_fr or term.code) for term in vocabulary.terms])
        for vocabulary in read_vocabularies()
    )
    return shapes.validate(validation.said, path, shapes.concepts(known, used))
