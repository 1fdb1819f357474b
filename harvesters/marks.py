"""The marks by which a record of one source is known to be that of another: its addresses, its identifiers, its pages.

A mark is an address spelled one way, or an identifier that two houses would not give by chance, as 64 bits of a hash.
The same address is one mark whoever calls it its own, its identifier or its page: its rank says how sure that is.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from enum import IntEnum
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import pyoxigraph as ox

from catalogue.addressing import ownable
from catalogue.dcat.profile import ADMS, DCAT, DCT, FOAF, OWL, SKOS
from catalogue.dcat.statements import Statements
from harvesters.base import Found
from harvesters.describing import KEPT
from harvesters.nearness import Distance, distance, host_of
from harvesters.recognition import links, one_spelling, texts

LONGEST_PAGE = 2_000
MOST = 24  # marks of one record; a list of a thousand identifiers tells nobody from another
FEWEST = 8  # different digits: "00000000-0000-0000-0000-000000000000" is everybody's
# What portals that harvest others keep of where it came from (udata, CKAN), under the name that they give it.
ORIGINS = re.compile(r":(remote_url|ods_url|harvest_url|harvest:uri)\Z")
UUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}|(?<![0-9a-z])(?:[0-9a-f]{32}|[0-9a-f]{24})(?![0-9a-z])")
DOI = re.compile(r"(?:doi:|https?://(?:dx\.)?doi\.org/)?(10\.\d{4,9}/\S+)\Z")


class Rank(IntEnum):
    """How sure a mark is, the surest first."""

    ADDRESS = 0  # its own IRI
    ORIGIN = 1  # where it says that it was taken from
    IDENTIFIER = 2
    PAGE = 3


class Mark(NamedTuple):
    """Named tuples, with what they stand in: they go from process to process by the thousand."""

    digest: int  # 64 bits, signed
    rank: Rank
    host: str = ""
    address: str = ""  # as it was said, when it is one; not kept


class Sign(NamedTuple):
    """All that tells one record's route: its marks, its page at the source, whether it is our own given back."""

    marks: tuple[Mark, ...] = ()
    page: str = ""
    given_back: bool = False
    titles: tuple[str, ...] = ()

    @property
    def names(self) -> frozenset[str]:
        return frozenset(mark.host for mark in self.marks if mark.host)


NOTHING = Sign()


def sign_of(found: Found, host: str, ours: str) -> Sign:
    """`host`: the source's, "" for a file; `ours`: this instance's public address."""
    subject = found.node
    if not subject:
        return NOTHING
    said = found.statements
    envelopes = said.leading_to(FOAF + "primaryTopic", subject)  # its CatalogRecords (DCAT 3, §6.5)
    origins = list(_origins(said, subject, envelopes))
    marks: dict[int, Mark] = {}
    for rank, text in _said(found, said, subject, origins):
        if mark := _mark(found.kind, rank, text):
            marks.setdefault(mark.digest, mark)
    best = tuple(sorted(marks.values(), key=lambda mark: (mark.rank, mark.digest))[:MOST])
    titles = texts(said, subject, DCT + "title")
    at_home = bool(host) and host_of(found.uri) == host
    told = [found.uri]
    # Of one that its own home gives, our page is only something to see also.
    if not at_home:
        told += [*origins, *_identifiers(said, subject), *links(said, subject, DCAT + "landingPage", FOAF + "page")]
        # Ours have a fragment; without one it may be a record of the source itself, to which we lent an address.
        told += [node.value for node in envelopes if isinstance(node, ox.NamedNode) and "#" in node.value]
    return Sign(best, _page(best, said, subject, host), any(is_ours(address, ours) for address in told), tuple(titles))


def _said(found: Found, said: Statements, subject: str, origins: Iterable[str]) -> Iterator[tuple[Rank, str]]:
    """The best rank of an address comes first."""
    if found.uri:
        yield Rank.ADDRESS, found.uri
    for address in origins:
        yield Rank.ORIGIN, address
    for identifier in _identifiers(said, subject):
        yield Rank.IDENTIFIER, identifier
    for page in links(said, subject, DCAT + "landingPage"):
        yield Rank.PAGE, page


def _origins(said: Statements, subject: str, envelopes: Sequence[Any]) -> Iterator[str]:
    """`owl:sameAs`, and what harvesting portals keep; not `dct:source` of a dataset, which names what it was made from."""
    yield from links(said, subject, OWL + "sameAs")
    for predicate, values in said.told(subject).items():
        if predicate.startswith(f"<{KEPT}") and ORIGINS.search(predicate[:-1]):
            yield from (said.node(value).value for value in values)
    for envelope in envelopes:
        yield from links(said, envelope, DCT + "source")


def _identifiers(said: Statements, subject: str) -> Iterator[str]:
    yield from texts(said, subject, DCT + "identifier")
    for other in said.objects(subject, (ADMS + "identifier",)):
        notations = texts(said, other, SKOS + "notation")
        nameless = isinstance(other, ox.BlankNode) or "/.well-known/genid/" in other.value  # RDF 1.1 Concepts, §3.5
        yield from notations or ([] if nameless else [other.value])


def _mark(kind: str, rank: Rank, text: str) -> Mark | None:
    text = text.strip()
    if found := DOI.match(text.lower()):
        return Mark(_digest(kind, f"doi:{found[1]}"), rank)
    if host := host_of(text):
        spelled = spelling(text)
        tells = "/" in spelled.partition("#")[0] or "?" in spelled or "#" in spelled
        return Mark(_digest(kind, spelled), rank, host[:255], text) if tells and ownable(text) else None
    plain = text.lower().strip("{}").removeprefix("urn:uuid:").strip("{}")
    found = UUID.search(plain)
    return Mark(_digest(kind, f"id:{plain}"), rank) if found and len(set(found[0]) - {"-"}) >= FEWEST else None


def spelling(address: str) -> str:
    """One spelling, with the fragment: a whole catalogue may live at one address before it."""
    fragment = urlsplit(address.strip()).fragment if "#" in address else ""
    return one_spelling(address) + (f"#{fragment}" if fragment else "")


def _digest(kind: str, text: str) -> int:
    return int.from_bytes(hashlib.sha256(f"{kind}\n{text}".encode()).digest()[:8], "big", signed=True)


def _page(marks: Iterable[Mark], said: Statements, subject: str, host: str) -> str:
    """Where a person reads the record at this source: its page, else its address; "" when all are elsewhere."""
    pages = links(said, subject, DCAT + "landingPage", FOAF + "page")
    addresses = [*pages, *(mark.address for mark in marks if mark.rank is Rank.ADDRESS)]
    near = (one for one in addresses if distance(host, [host_of(one)]) < Distance.ELSEWHERE)
    return next((one for one in near if len(one) <= LONGEST_PAGE), "")


def is_ours(address: str, ours: str) -> bool:
    """Whether an address is one that this instance gives to a record; not one that we lend to a node without a name."""
    home = one_spelling(ours)
    spelled = one_spelling(address) if host_of(address) else ""
    return spelled.startswith(f"{home}/") and not spelled.startswith(f"{home}/.well-known/")
