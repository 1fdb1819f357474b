"""The official shapes, run by pyshacl: 13 to 30 ms a dataset, for `validate` and the tests, never for a save.

The vocabularies are merged into the data graph (as an ontology graph, pyshacl takes only their axioms), and only results
about the nodes that came are counted: vocabularies would be validated as well (SEMICeu/DCAT-AP#248).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from catalogue.dcat import formats
from catalogue.dcat.profile import DCT, SKOS
from catalogue.dcat.terms import RDF_TYPE

SH = "http://www.w3.org/ns/shacl#"
# Classes that range shapes ask of the concepts of some vocabularies; all are skos:Concept.
CLASSES = {
    "file-type": DCT + "MediaTypeOrExtent",
    "frequency": DCT + "Frequency",
    "language": DCT + "LinguisticSystem",
    "licence": DCT + "LicenseDocument",
    "access-right": DCT + "RightsStatement",
    "place": DCT + "Location",
    "country": DCT + "Location",
    "continent": DCT + "Location",
}


@dataclass(frozen=True)
class Result:
    """One result of a SHACL report: `component` is "MinCount", "NodeKind"…; `path` a predicate, "" for the node itself;
    `value` the one at fault, "" when it is their number.
    """

    severity: str
    focus: str
    path: str
    component: str
    message: str
    value: str = ""


def validate(triples: Iterable[ox.Triple], shapes: Path, vocabularies: Iterable[ox.Triple] = ()) -> list[Result]:
    """The results about nodes of `triples`, sorted. Raises formats.FormatError, OSError for the shapes file, and ValueError
    when it holds no shapes that can be run.
    """
    import pyshacl
    from pyshacl.errors import ReportableRuntimeError, ShapeLoadError

    rules = _graph(quad.triple for quad in _parsed(shapes))
    said = list(triples)
    ours = {_node(triple.subject) for triple in said}
    data = _graph(said)
    for triple in vocabularies:
        if (node := _node(triple.subject)) not in ours:
            data.add((node, _node(triple.predicate), _node(triple.object)))
    try:
        _, report, _ = pyshacl.validate(data, shacl_graph=rules, inference="none", do_owl_imports=False)
    except (ReportableRuntimeError, ShapeLoadError) as error:
        raise ValueError(str(error)[:300]) from error
    return sorted(_results(report, ours), key=lambda result: (result.focus, result.path, result.component))


def concepts(vocabularies: Iterable[tuple[str, str, Iterable[tuple[str, str]]]], used: set[str]) -> Iterator[ox.Triple]:
    """Triples of the concepts in `used`, from vocabularies as (code, address, [(concept's address, label)])."""
    concept, scheme = ox.NamedNode(SKOS + "Concept"), ox.NamedNode(SKOS + "ConceptScheme")
    inside, label = ox.NamedNode(SKOS + "inScheme"), ox.NamedNode(SKOS + "prefLabel")
    for code, uri, members in vocabularies:
        if uri:
            yield ox.Triple(ox.NamedNode(uri), RDF_TYPE, scheme)
            yield ox.Triple(ox.NamedNode(uri), ox.NamedNode(DCT + "title"), ox.Literal(code))
        for address, text in members:
            if address in used:
                node = ox.NamedNode(address)
                yield ox.Triple(node, RDF_TYPE, concept)
                yield ox.Triple(node, label, ox.Literal(text))
                if uri:
                    yield ox.Triple(node, inside, ox.NamedNode(uri))
                if code in CLASSES:
                    yield ox.Triple(node, RDF_TYPE, ox.NamedNode(CLASSES[code]))


def _parsed(shapes: Path) -> list[ox.Quad]:
    """Our parser, because rdflib's may go and fetch a context."""
    with shapes.open("rb") as file:
        code = formats.sniff(file.read(65_536), "", shapes.name)
    try:
        return list(ox.parse(path=shapes, format=formats.PARSERS[code], base_iri=formats.NO_BASE))
    except SyntaxError as error:
        raise ValueError(str(error)[:300]) from error


def _graph(triples: Iterable[ox.Triple]) -> Any:
    """rdflib's graph, term by term: written and parsed again, one bad address would refuse the whole."""
    import rdflib

    graph = rdflib.Graph()
    for triple in triples:
        if not isinstance(triple.subject, ox.Triple) and not isinstance(triple.object, ox.Triple):
            graph.add((_node(triple.subject), _node(triple.predicate), _node(triple.object)))
    return graph


def _node(node: Any) -> Any:
    import rdflib

    if isinstance(node, ox.NamedNode):
        return rdflib.URIRef(node.value)
    if isinstance(node, ox.BlankNode):
        return rdflib.BNode(node.value)
    if node.language:
        try:
            return rdflib.Literal(node.value, lang=node.language)
        except ValueError:  # a tag that is none
            return rdflib.Literal(node.value)
    datatype = rdflib.URIRef(node.datatype.value)
    return rdflib.Literal(node.value, datatype=None if datatype == rdflib.XSD.string else datatype, normalize=False)


def _results(report: Any, ours: set[Any]) -> Iterator[Result]:
    import rdflib

    shacl = rdflib.Namespace(SH)
    for result in report.subjects(rdflib.RDF.type, shacl.ValidationResult):
        focus, path = report.value(result, shacl.focusNode), report.value(result, shacl.resultPath)
        if focus in ours:
            yield Result(
                str(report.value(result, shacl.resultSeverity)).removeprefix(SH).lower(),
                f"_:{focus}" if isinstance(focus, rdflib.BNode) else str(focus),
                str(path) if isinstance(path, rdflib.URIRef) else "",
                str(report.value(result, shacl.sourceConstraintComponent))
                .removeprefix(SH)
                .removesuffix("ConstraintComponent"),
                " ".join(str(report.value(result, shacl.resultMessage) or "").split())[:300],
                str(report.value(result, shacl.value) or ""),
            )
