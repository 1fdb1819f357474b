"""A DCAT catalogue in RDF: one document, or pages linked by Hydra, old (nextPage) or new (next)."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Generator, Iterator
from functools import lru_cache
from typing import Any, Literal
from urllib.parse import urljoin, urlsplit

import pyoxigraph as ox

from catalogue.dcat import formats
from catalogue.dcat.profile import DCAT, DCT, SKOS
from catalogue.dcat.terms import RDF_TYPE, is_address
from harvesters.base import Fetch, Fetched, Found, Harvester, Page, Refused, Unreadable

HYDRA = "http://www.w3.org/ns/hydra/core#"
NEXT = tuple(ox.NamedNode(HYDRA + name) for name in ("next", "nextPage"))
KINDS: dict[str, Literal["dataset", "service"]] = {
    DCAT + "Dataset": "dataset",
    DCAT + "DatasetSeries": "dataset",
    DCAT + "DataService": "service",
}
# Nodes that are records of their own: a record's triples stop at their door.
RECORDS = frozenset(ox.NamedNode(name) for name in (*KINDS, DCAT + "Catalog", DCAT + "CatalogRecord"))
# A vocabulary's concept is taken with its labels, not with all of its neighbours.
SIGNPOSTS = frozenset(ox.NamedNode(SKOS + name) for name in ("Concept", "ConceptScheme"))
IDENTIFIER, TITLE = ox.NamedNode(DCT + "identifier"), ox.NamedNode(DCT + "title")
LANDING = ox.NamedNode(DCAT + "landingPage")
ACCESS_SERVICE = ox.NamedNode(DCAT + "accessService")
DISTRIBUTION = ox.NamedNode(DCAT + "distribution")
ADDRESSES = tuple(ox.NamedNode(DCAT + name) for name in ("downloadURL", "accessURL", "endpointURL"))

CONTROL = re.compile(r"[\x00-\x1f]")
LONGEST_KEY = 1_000
MAX_PAGES = 10_000
MAX_TRIPLES = 200_000  # of one record


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
            yield Page(fetched, self.found(graph), followed, last=next_url == followed, notes=graph.notes)
        _about.cache_clear()  # it holds the graph
        return followed

    def found(self, graph: formats.Graph) -> Iterator[Found]:
        """The records of one document."""
        return records(graph)


def _next(graph: formats.Graph, base: str) -> str:
    """The next page's address, "" at the end. Both Hydra vocabularies; an address written as text counts too."""
    for predicate in NEXT:
        for subject, value in graph.pairs(predicate):
            if isinstance(value, ox.NamedNode | ox.Literal) and value != subject:
                return urljoin(base, str(value.value))
    return ""


def records(graph: formats.Graph) -> Iterator[Found]:
    """Every dataset and service of the graph, in an order that its spelling does not change."""
    subjects: dict[Any, Literal["dataset", "service"]] = {}
    for name, kind in KINDS.items():
        for subject in graph.subjects_of_type(name):
            subjects.setdefault(subject, kind)
    catalogues = set(graph.subjects_of_type(DCAT + "Catalog"))
    counts = Counter(
        (kind, identifier) for subject, kind in subjects.items() for identifier in _texts(graph, subject, IDENTIFIER)
    )
    inner = {value for _, value in graph.pairs(ACCESS_SERVICE) if isinstance(value, ox.BlankNode)}
    for subject in sorted(subjects.keys() - catalogues, key=str):
        kind = subjects[subject]
        uri = subject.value if isinstance(subject, ox.NamedNode) and is_address(subject.value) else ""
        titles = _texts(graph, subject, TITLE)
        keys = tuple(_keys(graph, subject, kind, uri, titles, counts))
        if subject in inner and not keys:
            continue
        yield Found(kind, keys, uri, closure(graph, subject), titles[0] if titles else uri)


def _texts(graph: formats.Graph, subject: Any, predicate: ox.NamedNode) -> list[str]:
    return sorted(o.value for o in graph.objects(subject, predicate) if isinstance(o, ox.Literal))


def _links(graph: formats.Graph, subject: Any, predicate: ox.NamedNode) -> list[str]:
    """Addresses, and what stands for them as text."""
    return sorted(o.value for o in graph.objects(subject, predicate) if isinstance(o, ox.NamedNode | ox.Literal))


def _key(kind: str, text: str) -> str:
    """One that every base can hold: no control character, and a hash in place of what is longer than any address."""
    plain = CONTROL.sub("", text).strip()
    return f"{kind}:{plain}" if len(plain) <= LONGEST_KEY else f"{kind}:{hashlib.sha256(plain.encode()).hexdigest()}"


def _keys(
    graph: formats.Graph, subject: Any, kind: str, uri: str, titles: list[str], counts: Counter[Any]
) -> Iterator[str]:
    """Candidate keys, best first: identifier, address, landing page, title with the files' addresses.

    A title alone is no key (Alicante: 258 datasets, 228 titles), a blank node's label never is.
    """
    named = False
    for identifier in _texts(graph, subject, IDENTIFIER):
        if identifier.strip() and counts[kind, identifier] == 1:
            yield _key("id", identifier)
            named = True
    if uri and not uri.startswith(formats.NO_BASE):
        yield _key("iri", uri)
        named = True
    for page in _links(graph, subject, LANDING):
        yield _key("page", page)
    if named or not titles:
        return
    holders = [subject, *graph.objects(subject, DISTRIBUTION)]
    urls = sorted(url for holder in holders for p in ADDRESSES for url in _links(graph, holder, p))
    if urls:
        yield "hash:" + hashlib.sha256("\n".join([titles[0], *urls]).encode()).hexdigest()


@lru_cache(maxsize=5_000)
def _about(graph: formats.Graph, node: ox.NamedNode) -> tuple[tuple[ox.NamedNode, Any], ...]:
    """Licences, formats, bodies come again with each record: they are looked up once."""
    return tuple(graph.about(node))


def closure(graph: formats.Graph, subject: Any) -> tuple[ox.Triple, ...]:
    """All that is said of a record: its triples and those of the nodes it leads to, up to the next record.

    A nameless service is part of the file that it serves: nobody else could point to it.
    """
    triples: list[ox.Triple] = []
    waiting, seen = [subject], {subject}
    while waiting and len(triples) <= MAX_TRIPLES:
        node = waiting.pop()
        said = _about(graph, node) if isinstance(node, ox.NamedNode) and node is not subject else graph.about(node)
        if not said:
            continue
        types = {o for p, o in said if p == RDF_TYPE}
        if node is not subject and isinstance(node, ox.NamedNode) and types & RECORDS:
            continue
        followed = ox.BlankNode if types & SIGNPOSTS else ox.NamedNode | ox.BlankNode
        for predicate, value in said:
            triples.append(ox.Triple(node, predicate, value))
            if isinstance(value, followed) and value not in seen and predicate != RDF_TYPE:
                seen.add(value)
                waiting.append(value)
    return tuple(triples)
