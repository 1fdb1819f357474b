"""What a record is recognised by: keys, best first, and the traits that remain when every identifier has changed."""

from __future__ import annotations

import hashlib
import re
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import pyoxigraph as ox

from catalogue.dcat.profile import ADMS, DCAT, DCT
from catalogue.dcat.statements import Statements
from catalogue.dcat.tokens import iri_of, text_of

ADDRESSES = tuple(DCAT + name for name in ("downloadURL", "accessURL", "endpointURL", "downloadUrl", "accessUrl"))
FILES = (DCAT + "distribution", DCAT + "distributions")
CONTROL = re.compile(r"[\x00-\x1f]")
LONGEST_KEY = 1_000  # bytes: an index of PostgreSQL holds 2,704
# Parameters that tell a projection or a style, not which data: a hub changed them for every file between two dates.
PASSING = frozenset({"outsr", "where", "token", "cachetime", "redirect", "utm_source", "utm_medium", "utm_campaign"})

# An address as most are: `urlsplit` finds these parts in it, and five times later.
PLAIN = re.compile(r"https?://([A-Za-z0-9.\-:]+)(/[\x21-\x22\x24-\x3e\x40-\x7e]*)?(?:#[\x21-\x7e]*)?\Z", re.IGNORECASE)


def texts(said: Statements, subject: Any, *predicates: str) -> list[str]:
    return sorted([text_of(value) for value in said.values(subject, predicates) if value[0] == '"'])


def links(said: Statements, subject: Any, *predicates: str) -> list[str]:
    """Addresses, and what stands for them as text."""
    values = [value for value in said.values(subject, predicates) if value[0] != "_" and not value.startswith("<<")]
    return sorted([iri_of(value) if value[0] == "<" else text_of(value) for value in values])


def key(kind: str, text: str) -> str:
    """One that every base can hold: no control character, and a hash in place of what is longer than any address."""
    plain = CONTROL.sub("", text).strip()
    return (
        f"{kind}:{plain}"
        if len(plain.encode()) <= LONGEST_KEY
        else f"{kind}:{hashlib.sha256(plain.encode()).hexdigest()}"
    )


def keys(said: Statements, subject: Any, uri: str, identifiers: Iterable[str], *, twin: bool = False) -> Iterator[str]:
    """Candidate keys, best first: identifier (when no other record has it), address, landing page, title with the
    files' addresses.

    `twin`: another record bears the same name; the landing page is no key either, it may well be the same.

    A title alone is no key (Alicante: 258 datasets, 228 titles), a blank node's label never is.
    """
    named = [key("id", identifier) for identifier in identifiers if identifier.strip()]
    named += [key("iri", uri)] if uri else []
    yield from named
    if not twin:
        yield from (key("page", page) for page in links(said, subject, DCAT + "landingPage"))
    titles = texts(said, subject, DCT + "title")
    if named or not titles:
        return
    urls = sorted(_addresses(said, subject))
    if urls:
        yield "hash:" + hashlib.sha256("\n".join([titles[0], *urls]).encode()).hexdigest()


def identifier(source: str, kind: str, name: str) -> uuid.UUID:
    """The id of a record to which its source gave no address, by the source's and the record's keys."""
    return uuid.uuid5(uuid.NAMESPACE_URL, f"{source}\n{kind}\n{name}")


def _addresses(said: Statements, subject: Any) -> list[str]:
    holders = [subject, *said.objects(subject, FILES)]
    return [url for holder in holders for url in links(said, holder, *ADDRESSES)]


@dataclass(frozen=True)
class Traits:
    """What two editions of one record have in common when its identifiers do not.

    `titles` are folded. `addresses` are those of files, services and endpoints, spelled one way; `pages` those of the
    landing pages. `names` are its identifiers and its IRI.
    """

    names: frozenset[str]
    titles: frozenset[str]
    addresses: frozenset[str]
    pages: frozenset[str]


def traits(triples: Iterable[ox.Triple], subject: Any) -> Traits:
    """The traits of a record, just found or kept from an earlier run: both are triples."""
    said = Statements(triples)
    names = {*texts(said, subject, DCT + "identifier"), *links(said, subject, ADMS + "identifier")}
    if isinstance(subject, ox.NamedNode):
        names.add(subject.value)
    pages = {one_spelling(page) for page in links(said, subject, DCAT + "landingPage")}
    return Traits(
        frozenset(name.strip() for name in names if name.strip()),
        frozenset(" ".join(title.casefold().split()) for title in texts(said, subject, DCT + "title")),
        frozenset(one_spelling(address) for address in _addresses(said, subject)) - pages,
        frozenset(pages),
    )


@lru_cache(maxsize=1_000)  # each address of a record is asked about several times
def one_spelling(address: str) -> str:
    """An address without what changes while the thing stays: scheme, case of the host, final slash, fragment, order of
    the parameters, and those that tell a style.
    """
    if plain := PLAIN.match(address):
        return f"{plain[1].lower().removeprefix('www.')}{(plain[2] or '').rstrip('/')}"
    try:
        parts = urlsplit(address.strip())
    except ValueError:
        return address.strip()
    query = sorted(pair for pair in parse_qsl(parts.query) if pair[0].lower() not in PASSING)
    asked = f"?{urlencode(query)}" if query else ""
    return f"{parts.netloc.lower().removeprefix('www.')}{parts.path.rstrip('/')}{asked}"
