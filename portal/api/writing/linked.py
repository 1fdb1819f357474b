"""A record as one document of RDF (JSON-LD, Turtle): given to who asks, and taken back as the values of its JSON.

What the profile has no place for stays with the record (`catalogue.dcat.beyond`), and is given again after its values. What the
document does not change keeps the very values that the row has, so that a record read and sent back stays as it was.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Sequence, Set
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pyoxigraph as ox
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers

from catalogue.addressing import minted, ownable
from catalogue.amending import values_of
from catalogue.dcat import formats
from catalogue.dcat.beyond import Walk, addressed, attached, in_order_of, without_our_addresses
from catalogue.dcat.classes import Reading
from catalogue.dcat.cleaning import check_json
from catalogue.dcat.closures import renamed
from catalogue.dcat.mapping import MODELS
from catalogue.dcat.profile import BY_KIND
from catalogue.dcat.statements import Statements
from catalogue.dcat.terms import Values
from catalogue.models import Distribution, FormerAddress, Record
from harvesters.graphs import Records
from portal.api.http import JSON, RDF_FORMS
from portal.api.negotiation import preferred
from portal.api.writing import shown
from portal.api.writing.bodies import bytes_of
from portal.api.writing.problems import Fault, Wrong

MEDIA: Final = {media: code for code, media in RDF_FORMS.values() if code in ("jsonld", "turtle")}
# What reading mends in silence for a harvest, and what whoever writes here can put right.
MENDED: Final = frozenset({"lenient", "encoding-guessed", "quoted-triples"})
MOST: Final = 20_000  # triples: a transaction waits while they are put in their canonical order
FAULTS: Final = {"several-values": "several"}  # of a reading; all others are of a value that has not its form


@dataclass(frozen=True)
class Document:
    """One record as somebody wrote it: sound triples. `base`: the address that the portal gives it."""

    triples: Sequence[ox.Triple]
    subject: ox.NamedNode
    base: str


@dataclass(frozen=True)
class Linked:
    """What a document says of a record. `uri`: the address that it chooses, "" for that of the portal; `files`: the addresses
    that its files may bear; `said`: what the record keeps, N-Triples.
    """

    values: Values
    said: str
    faults: tuple[Fault, ...] = ()
    uri: str = ""
    files: frozenset[str] = frozenset()


def media_of(request: HttpRequest) -> str:
    return request.headers.get("Content-Type", "").partition(";")[0].strip().lower()


def answer(request: HttpRequest, found: Record) -> HttpResponse:
    """The record in JSON, or in RDF for who likes that better."""
    media = preferred(request.headers.get("Accept", ""), (JSON, *MEDIA))
    if media in MEDIA:
        said = b"".join(formats.write(_stored(found), MEDIA[media]))
        response = HttpResponse(said, content_type=f"{media}; charset=utf-8")
        response["ETag"] = shown.tag(found)
    else:
        response = shown.answer(found)
    patch_vary_headers(response, ["Accept"])
    return response


def _stored(found: Record) -> list[ox.Triple]:
    """What the record says as its JSON does, then what its profile has no place for."""
    profile, subject = BY_KIND[found.kind], ox.NamedNode(found.uri)
    triples: list[ox.Triple] = []
    profile.write(subject, values_of(found), triples, minted(found.pk))
    beside = Walk(formats.from_canonical(found.said), subject, profile).beyond() if found.said else []
    return list(dict.fromkeys([*triples, *attached(beside, triples)]))


def read(request: HttpRequest, kind: str, pk: Any) -> Document:
    """The one record of the body. Raises Wrong for what is none, or several, or more than that."""
    data, code, base = bytes_of(request), MEDIA[media_of(request)], minted(pk)
    with tempfile.TemporaryDirectory(prefix="bouture-linked-") as folder:
        path = Path(folder) / "document"
        path.write_bytes(data)
        try:
            if code == "jsonld":
                check_json(path)
        except formats.Forbidden as error:
            raise Wrong("rdf") from error
        try:
            with formats.read(path, code, base) as graph:
                return _one(graph, kind, base)
        except formats.Forbidden as error:
            raise Wrong("context") from error
        except formats.Malformed as error:
            where: dict[str, Any] = {"line": error.line, "column": error.column}
            raise Wrong("rdf", **{name: place for name, place in where.items() if place}) from error
        except formats.FormatError as error:
            raise Wrong("rdf") from error


def _one(graph: formats.Graph, kind: str, base: str) -> Document:
    if MENDED & set(graph.notes):
        raise Wrong("rdf")
    if len(graph) > MOST:
        raise Wrong("too-large", triples=MOST)
    records = list(Records(graph))
    if len(records) != 1 or records[0].kind != kind or records[0].refused:
        raise Wrong("one-record", records=len(records))
    [found] = records
    if len(found.triples) != len(graph):
        raise Wrong("one-record", records=1)
    if not found.uri or not isinstance(found.subject, ox.NamedNode):
        raise Wrong("subject")
    walk = Walk(found.triples, found.subject, BY_KIND[kind])
    return Document(addressed(found.triples, walk, base), found.subject, base)


def of_new(document: Document, kind: str) -> Linked:
    """For a record to make. Raises Wrong for an address that cannot be its own."""
    uri = "" if document.subject.value == document.base else document.subject.value
    if uri and (not ownable(uri) or _is_ours(uri) or _taken({uri})):
        raise Wrong("subject")
    walk, reading = _read(document.triples, document.subject, kind)
    values = _values(reading, walk, document.base)
    said = _canonical(document.triples) if walk.beyond() else ""
    return Linked(values, said, _faults(reading), uri, _free(values, document))


def of_known(document: Document, found: Record) -> Linked:
    """For a record in the place of what it says. Raises Wrong for a document about another one."""
    subject = ox.NamedNode(found.uri)
    if document.subject.value not in (found.uri, document.base):
        raise Wrong("subject", uri=found.uri)
    triples = [renamed(each, {document.subject: subject}) for each in document.triples]
    stored = _stored(found)
    walk, now = _read(triples, subject, found.kind)
    walked, then = _read(stored, subject, found.kind)
    given, known = _values(now, walk, document.base), _values(then, walked, document.base)
    held = values_of(found)
    values = {name: in_order_of(value, held.get(name)) for name, value in given.items()}
    # What is said as it was is what the row has, spaces and order included; so is what RDF could not say.
    same = {name for name in held if given.get(name) == known.get(name)}
    values |= {name: held[name] for name in same}
    beside = walk.beyond()
    kept = _canonical(beside) == _canonical(walked.beyond())
    said = found.said if kept else _canonical(triples) if beside else ""
    return Linked(values, said, _faults(now, then), files=_free(values, document))


def _read(triples: Sequence[ox.Triple], subject: ox.NamedNode, kind: str) -> tuple[Walk, Reading]:
    profile = BY_KIND[kind]
    return Walk(triples, subject, profile), profile.read(Statements(triples), subject)


def _values(reading: Reading, walk: Walk, base: str) -> Values:
    kept = {each.subject.value for each in walk.beyond() if isinstance(each.subject, ox.NamedNode)}
    values: Values = without_our_addresses(reading.values, base, kept)
    return {name: value for name, value in values.items() if name != "uri"}


def _faults(now: Reading, then: Reading | None = None) -> tuple[Fault, ...]:
    """What could not be read, but for what the record said so already."""
    known = Counter(then.problems) if then else Counter()
    new = Counter(now.problems) - known
    return tuple(Fault("/" + each.path.replace(".", "/"), FAULTS.get(each.fault, "form")) for each in new)


def _canonical(triples: Sequence[ox.Triple]) -> str:
    try:
        return formats.canonical(triples, sound=True)
    except formats.TooSymmetric as error:
        raise Wrong("rdf") from error


def _is_ours(address: str) -> bool:
    return f"{address}/".startswith(f"{settings.BOUTURE_URL}/")


def _taken(addresses: Set[str]) -> set[str]:
    """Those that a record bears or bore, or a file."""
    rows: list[Any] = [FormerAddress.objects, Distribution.objects, *(model.objects for model in MODELS.values())]  # type: ignore[attr-defined]
    return {uri for each in rows for uri in each.filter(uri__in=addresses).values_list("uri", flat=True)}


def _free(values: Values, document: Document) -> frozenset[str]:
    """The addresses of files that nothing else has: in a graph everything may have a name, and keeps it."""
    base = document.base
    said = {file["uri"] for file in values.get("distribution", []) if "uri" in file} - {document.subject.value}
    free = {uri for uri in said if ownable(uri) and (uri.startswith(f"{base}#") or not _is_ours(uri))}
    return frozenset(free - _taken(free))
