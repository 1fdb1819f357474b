"""Triples out, piece by piece, so that a catalogue of any size is never held.

Triples of one subject should come one after the other: they are then written together. Blank nodes of different records
must bear different labels (`formats.from_canonical` sees to it).
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from itertools import groupby
from typing import Any

import pyoxigraph as ox

from catalogue.dcat.canon import Sound
from catalogue.dcat.contexts import PREFIXES
from catalogue.dcat.sniffing import RDF_NAMESPACE

CHUNK = 1_000  # triples, then up to the next subject
MOST = 5_000

RDF_TYPE = RDF_NAMESPACE + "type"
XSD_STRING = PREFIXES["xsd"] + "string"

XML_ILLEGAL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
# RDF/XML writes a predicate as an element: its address must end in an XML name (RDF 1.1 XML Syntax §4) ...
XML_NAME = re.compile(r"[A-Za-z_][\w.\-]*\Z", re.ASCII)
# ... and not be one of the names that mean something else there (§5.1).
RESERVED = frozenset(
    RDF_NAMESPACE + name
    for name in "RDF ID about parseType resource nodeID datatype Description li bagID aboutEach aboutEachPrefix".split()
)
TURTLE_HEADER = re.compile(rb"(?:@prefix [^\n]*\n)*")


def write(
    triples: Iterable[ox.Triple], format: str, counts: Counter[str] | None = None, *, sound: bool = False
) -> Iterator[bytes]:
    """The graph in "turtle", "ntriples", "rdfxml" or "jsonld", in UTF-8.

    What the format cannot carry is escaped or left out, and counted in `counts`: iri-escaped, language-dropped,
    datatype-dropped, character-dropped, triple-dropped. `sound` says that a strict parser gave these triples
    (`formats.from_canonical`), or `canon.Sound`: looking at each again would take a quarter of the time. Raises KeyError
    for another format.
    """
    checked = Sound()
    if counts is not None:
        checked.counts = counts
    return WRITERS[format](triples if sound else checked(triples), checked.counts)


def chunks(triples: Iterable[ox.Triple]) -> Iterator[list[ox.Triple]]:
    chunk: list[ox.Triple] = []
    for triple in triples:
        if len(chunk) >= CHUNK and (triple.subject != chunk[-1].subject or len(chunk) >= MOST):
            yield chunk
            chunk = []
        chunk.append(triple)
    if chunk:
        yield chunk


def _serialized(chunk: list[ox.Triple], format: ox.RdfFormat) -> bytes:
    return ox.serialize(chunk, format=format, prefixes=PREFIXES) or b""


def ntriples(triples: Iterable[ox.Triple], _: Counter[str]) -> Iterator[bytes]:
    for chunk in chunks(triples):
        yield _serialized(chunk, ox.RdfFormat.N_TRIPLES)


def turtle(triples: Iterable[ox.Triple], _: Counter[str]) -> Iterator[bytes]:
    yield "".join(f"@prefix {prefix}: <{address}> .\n" for prefix, address in PREFIXES.items()).encode()
    for chunk in chunks(triples):
        text = _serialized(chunk, ox.RdfFormat.TURTLE)
        header = TURTLE_HEADER.match(text)
        yield text[header.end() if header else 0 :]


def rdfxml(triples: Iterable[ox.Triple], counts: Counter[str]) -> Iterator[bytes]:
    empty = _serialized([], ox.RdfFormat.RDF_XML)
    tail = b"\n</rdf:RDF>"
    head = empty.removesuffix(tail)
    yield head
    for chunk in chunks(for_xml(triples, counts)):
        yield _serialized(chunk, ox.RdfFormat.RDF_XML).removeprefix(head).removesuffix(tail)
    yield tail + b"\n"


def for_xml(triples: Iterable[ox.Triple], counts: Counter[str]) -> Iterator[ox.Triple]:
    """Without the characters and the predicates that XML cannot hold."""
    writable: dict[str, bool] = {}
    for triple in triples:
        predicate, value = triple.predicate, triple.object
        name = predicate.value
        if name not in writable:
            writable[name] = bool(XML_NAME.search(name)) and name not in RESERVED
        if not writable[name]:
            counts["triple-dropped"] += 1
        elif isinstance(value, ox.Literal) and XML_ILLEGAL.search(value.value):
            counts["character-dropped"] += 1
            text = XML_ILLEGAL.sub("", value.value)
            kept = {"language": value.language} if value.language else {"datatype": value.datatype}
            yield ox.Triple(triple.subject, predicate, ox.Literal(text, **kept))
        else:
            yield triple


def jsonld(triples: Iterable[ox.Triple], _: Counter[str]) -> Iterator[bytes]:
    """JSON-LD 1.1, compact over our prefixes, one node an entry of @graph."""
    yield b'{"@context":' + _json(PREFIXES) + b',"@graph":['
    comma = b"\n"
    for subject, said in groupby(triples, key=lambda triple: triple.subject):
        yield comma + _json(_node(subject, list(said)))
        comma = b",\n"
    yield b"\n]}\n"


ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False)


def _json(value: Any) -> bytes:
    return ENCODER.encode(value).encode()


def _node(subject: Any, triples: list[ox.Triple]) -> dict[str, Any]:
    node = _compact(subject, triples, _name)
    # An address such as <dcat:Dataset>, which real catalogues hold, would be taken for a prefixed name.
    return node if node is not None else {"@context": None, **(_compact(subject, triples, str) or {})}


def _compact(subject: Any, triples: list[ox.Triple], name: Callable[[str], str]) -> dict[str, Any] | None:
    """None when an address looks like a prefixed name and names are prefixed. Each term is taken from its triple once."""
    node: dict[str, Any] = {"@id": _reference(subject)}
    addresses = [subject]
    try:
        for triple in triples:
            predicate, value = triple.predicate.value, triple.object
            if isinstance(value, ox.NamedNode):
                addresses.append(value)
            if predicate == RDF_TYPE and not isinstance(value, ox.Literal):
                key: str = "@type"
                entry: Any = name(value.value) if isinstance(value, ox.NamedNode) else _reference(value)
            else:
                key = name(predicate)
                entry = _literal(value, name) if isinstance(value, ox.Literal) else {"@id": _reference(value)}
            if key not in node:
                node[key] = entry
            elif isinstance(node[key], list):
                node[key].append(entry)
            else:
                node[key] = [node[key], entry]
    except Ambiguous:
        return None
    ambiguous = name is _name and any(ambiguous_name(one.value) for one in addresses if isinstance(one, ox.NamedNode))
    return None if ambiguous else node


class Ambiguous(ValueError):
    """An address that, written as it is, would be read as a prefixed name."""


def ambiguous_name(iri: str) -> bool:
    return "://" not in iri and iri.partition(":")[0] in PREFIXES


@lru_cache(maxsize=10_000)
def _name(iri: str) -> str:
    """Predicates, classes and datatypes come again with each record."""
    if ambiguous_name(iri):
        raise Ambiguous(iri)
    return prefixed(iri)


def _reference(node: Any) -> str:
    return f"_:{node.value}" if isinstance(node, ox.BlankNode) else str(node.value)


def _literal(value: ox.Literal, name: Callable[[str], str]) -> str | dict[str, str]:
    language, direction = value.language, value.direction
    if language:
        said = {"@language": language, "@value": value.value}
        return said | {"@direction": str(direction)} if direction else said
    kind = value.datatype.value
    return value.value if kind == XSD_STRING else {"@type": name(kind), "@value": value.value}


def prefixed(iri: str) -> str:
    """An address by our prefixes, itself when none fits."""
    cut = max(iri.rfind("#"), iri.rfind("/")) + 1
    prefix = BY_NAMESPACE.get(iri[:cut])
    return f"{prefix}:{iri[cut:]}" if prefix and cut < len(iri) else iri


BY_NAMESPACE = {address: prefix for prefix, address in PREFIXES.items()}
WRITERS = {"turtle": turtle, "ntriples": ntriples, "rdfxml": rdfxml, "jsonld": jsonld}
