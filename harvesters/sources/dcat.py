"""A DCAT catalogue in RDF: one document, or pages linked by Hydra, old (nextPage) or new (next)."""

from __future__ import annotations

import hashlib
import re
import uuid
from collections import Counter
from collections.abc import Generator, Iterator
from itertools import islice, takewhile
from typing import Any, Literal
from urllib.parse import urljoin, urlsplit

import pyoxigraph as ox

from catalogue.dcat import formats
from catalogue.dcat.closures import MAX_TRIPLES, Closure, Closures
from catalogue.dcat.profile import DCAT, DCT
from catalogue.dcat.terms import Statements, is_address
from harvesters.base import Fetch, Fetched, Found, Harvester, Page, Refused, Unreadable

HYDRA = "http://www.w3.org/ns/hydra/core#"
NEXT = tuple(ox.NamedNode(HYDRA + name) for name in ("next", "nextPage"))
KINDS: dict[str, Literal["dataset", "service"]] = {
    DCAT + "Dataset": "dataset",
    DCAT + "DatasetSeries": "dataset",
    DCAT + "DataService": "service",
}
IDENTIFIER = ox.NamedNode(DCT + "identifier")
ACCESS_SERVICE = ox.NamedNode(DCAT + "accessService")
ADDRESSES = tuple(DCAT + name for name in ("downloadURL", "accessURL", "endpointURL"))
AT_ONCE = 100  # records asked for together

CONTROL = re.compile(r"[\x00-\x1f]")
LONGEST_KEY = 1_000  # bytes: an index of PostgreSQL holds 2,704
MAX_PAGES = 10_000
TOO_LONG = (
    f"La fiche compte plus de {MAX_TRIPLES} triplets : elle n’a pas été lue. Demandez au gestionnaire de la source "
    "d’en faire plusieurs jeux de données."
)


class Dcat(Harvester):
    """Reads what `formats` reads; stops at a page already seen."""

    kind = "dcat"
    label = "Catalogue DCAT (RDF)"

    def pages(self, fetch: Fetch) -> Iterator[Page]:
        seen: set[str] = set()
        contents: set[str] = set()
        url = self.address
        while url:
            if len(seen) >= MAX_PAGES:
                raise Refused(
                    f"Plus de {MAX_PAGES} pages : la source boucle sans doute. Demandez à son gestionnaire de vérifier sa pagination."
                )
            seen.add(url)
            fetched = fetch(url)
            if fetched.answer.sha256 in contents and not fetched.answer.not_modified:
                raise Unreadable(
                    f"La page {url} répète une page déjà lue : la pagination de la source boucle. Signalez-le à son gestionnaire."
                )
            contents.add(fetched.answer.sha256)
            if fetched.known:
                yield Page(fetched, iter(()), fetched.next_url)
                url = fetched.next_url
            else:
                url = yield from self._read(fetched, url)
            if url in seen:
                raise Unreadable(
                    f"La page suivante annoncée, {url}, a déjà été lue : la pagination de la source boucle. Signalez-le à son gestionnaire."
                )

    def _read(self, fetched: Fetched, url: str) -> Generator[Page, None, str]:
        answer = fetched.answer
        base = self.base or answer.url or formats.NO_BASE
        try:
            with answer.path.open("rb") as file:
                head = file.read(65_536)
            code = formats.sniff(head, answer.content_type, answer.url or str(url))
            graph = formats.read(answer.path, code, base)
        except formats.Forbidden as error:
            raise Refused(error.message) from error
        except formats.FormatError as error:
            raise Unreadable(error.message) from error
        with graph:
            next_url = _next(graph, base)
            followed = next_url if urlsplit(url).scheme in ("http", "https") else ""
            records = self.found(graph)
            last = next_url == followed
            yield Page(fetched, iter(records), followed, last=last, notes=graph.notes, left=records.left)
        return followed

    def found(self, graph: formats.Graph) -> Records:
        """The records of one document."""
        return Records(graph, self.address, self.space)


def _next(graph: formats.Graph, base: str) -> str:
    """The next page's address, "" at the end. Both Hydra vocabularies; an address written as text counts too."""
    for predicate in NEXT:
        for subject, value in graph.pairs(predicate):
            if isinstance(value, ox.NamedNode | ox.Literal) and value != subject:
                return urljoin(base, str(value.value))
    return ""


class Records:
    """Every dataset and service of one document, in an order that its spelling does not change; then what is left."""

    def __init__(self, graph: formats.Graph, source: str = "", space: str = "") -> None:
        self._graph, self._source, self._space = graph, source, space
        subjects: dict[Any, Literal["dataset", "service"]] = {}
        for name, kind in KINDS.items():
            for subject in graph.subjects_of_type(name):
                subjects.setdefault(subject, kind)
        self._kinds = subjects
        self._identifiers: dict[Any, list[str]] = {}
        for subject, value in graph.pairs(IDENTIFIER):
            if subject in subjects and isinstance(value, ox.Literal):
                self._identifiers.setdefault(subject, []).append(value.value)
        counts = Counter((subjects[subject], text) for subject, texts in self._identifiers.items() for text in texts)
        self._identifiers = {
            subject: [text for text in sorted(texts) if counts[subjects[subject], text] == 1]
            for subject, texts in self._identifiers.items()
        }
        self._plain = Closures(graph)
        self._blank: dict[Any, tuple[str, ...]] = {}  # keys of those without an address
        catalogues = set(graph.subjects_of_type(DCAT + "Catalog"))
        inner = {value for _, value in graph.pairs(ACCESS_SERVICE) if isinstance(value, ox.BlankNode)}
        # A nameless service inside a file is a part of it, unless it has something to be known by.
        ours = [node for node in subjects if node not in catalogues and (node not in inner or self._blank_keys(node))]
        self._ordered = sorted(ours, key=str)
        self._closures = Closures(graph, ours, space, self._address) if space else self._plain

    def __iter__(self) -> Iterator[Found]:
        ordered = iter(self._ordered)
        while some := list(islice(ordered, AT_ONCE)):
            for subject, closure in self._closures.of(some).items():
                yield self._found(subject, closure)

    def left(self) -> Iterator[ox.Triple]:
        return self._closures.left()

    def _found(self, subject: Any, closure: Closure) -> Found:
        kind, node = self._kinds[subject], closure.triples[0].subject
        uri = subject.value if isinstance(subject, ox.NamedNode) and is_address(subject.value) else ""
        known = bool(uri) or any(text.strip() for text in self._identifiers.get(subject, ()))
        # What it says itself comes first, and is enough for one that has a name.
        said = Statements(takewhile(lambda t: t.subject == node, closure.triples) if known else closure.triples)
        titles = _texts(said, node, DCT + "title")
        blank = isinstance(subject, ox.BlankNode)
        keys = self._blank_keys(subject) if blank else self._keys(said, node, uri, titles, subject)
        refused = TOO_LONG if closure.too_long else ""
        identity = self._id(kind, keys[0]) if blank and keys else None
        title = titles[0] if titles else uri
        return Found(kind, keys, uri, closure.triples, title, self._graph.sound, refused, identity)

    def _keys(self, said: Statements, node: Any, uri: str, titles: list[str], subject: Any) -> tuple[str, ...]:
        return tuple(_keys(said, node, uri, titles, self._identifiers.get(subject, [])))

    def _blank_keys(self, node: Any) -> tuple[str, ...]:
        if node not in self._blank:
            said = Statements(self._plain.of([node])[node].triples)
            self._blank[node] = self._keys(said, node, "", _texts(said, node, DCT + "title"), node)
        return self._blank[node]

    def _id(self, kind: str, key: str) -> uuid.UUID:
        return uuid.uuid5(uuid.NAMESPACE_URL, f"{self._source}\n{kind}\n{key}")

    def _address(self, node: Any) -> str:
        """Where a record without an address will be, "" when nothing makes it known."""
        keys = self._blank_keys(node)
        return f"{self._space}/id/{self._id(self._kinds[node], keys[0])}" if keys else ""


def _texts(said: Statements, subject: Any, *predicates: str) -> list[str]:
    return sorted(o.value for o in said.objects(subject, predicates) if isinstance(o, ox.Literal))


def _links(said: Statements, subject: Any, *predicates: str) -> list[str]:
    """Addresses, and what stands for them as text."""
    return sorted(o.value for o in said.objects(subject, predicates) if isinstance(o, ox.NamedNode | ox.Literal))


def _key(kind: str, text: str) -> str:
    """One that every base can hold: no control character, and a hash in place of what is longer than any address."""
    plain = CONTROL.sub("", text).strip()
    return (
        f"{kind}:{plain}"
        if len(plain.encode()) <= LONGEST_KEY
        else f"{kind}:{hashlib.sha256(plain.encode()).hexdigest()}"
    )


def _keys(said: Statements, subject: Any, uri: str, titles: list[str], identifiers: list[str]) -> Iterator[str]:
    """Candidate keys, best first: identifier (when no other record has it), address, landing page, title with the
    files' addresses.

    A title alone is no key (Alicante: 258 datasets, 228 titles), a blank node's label never is.
    """
    named = [_key("id", identifier) for identifier in identifiers if identifier.strip()]
    named += [_key("iri", uri)] if uri else []
    yield from named
    for page in _links(said, subject, DCAT + "landingPage"):
        yield _key("page", page)
    if named or not titles:
        return
    holders = [subject, *said.objects(subject, (DCAT + "distribution",))]
    urls = sorted(url for holder in holders for url in _links(said, holder, *ADDRESSES))
    if urls:
        yield "hash:" + hashlib.sha256("\n".join([titles[0], *urls]).encode()).hexdigest()
