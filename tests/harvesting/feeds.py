"""A home that tells what happens to it as a DCAT-AP Feed, served on 127.0.0.1 in any shape, well or with malice."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pyoxigraph as ox

from catalogue.feeding.sealing import sealed
from tests.harvesting.servers import Asked, Server, reply

AS, LDES, TREE = "https://www.w3.org/ns/activitystreams#", "https://w3id.org/ldes#", "https://w3id.org/tree#"
DCAT, DCT, FOAF = "http://www.w3.org/ns/dcat#", "http://purl.org/dc/terms/", "http://xmlns.com/foaf/0.1/"
VCARD = "http://www.w3.org/2006/vcard/ns#"
XSD = "http://www.w3.org/2001/XMLSchema#"
TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
PREFIXES = f"@prefix dcat: <{DCAT}> . @prefix dct: <{DCT}> . @prefix foaf: <{FOAF}> . @prefix vcard: <{VCARD}> .\n"
BEGINNING = datetime(2026, 3, 1, 8, tzinfo=UTC)
MEDIA = {ox.RdfFormat.TRIG: "application/trig", ox.RdfFormat.JSON_LD: "application/ld+json"}


@dataclass(frozen=True)
class Told:
    """One activity. `payload` is Turtle without its prefixes, "" for a Delete."""

    iri: str
    object: str
    verb: str  # Create, Update, Delete; "" for an activity without a type
    published: datetime
    payload: str = ""

    def quads(self) -> list[ox.Quad]:
        node = ox.NamedNode(self.iri)
        said = [
            ox.Quad(node, ox.NamedNode(AS + "object"), ox.NamedNode(self.object)),
            ox.Quad(node, ox.NamedNode(AS + "published"), moment(self.published)),
        ]
        if self.verb:
            said.append(ox.Quad(node, TYPE, ox.NamedNode(AS + self.verb)))
        about = ox.parse((PREFIXES + self.payload).encode(), ox.RdfFormat.TURTLE, base_iri=self.object)
        return [*said, *(ox.Quad(*quad.triple, node) for quad in about)]


def moment(when: datetime) -> ox.Literal:
    return ox.Literal(when.isoformat().replace("+00:00", "Z"), datatype=ox.NamedNode(XSD + "dateTime"))


@dataclass
class Home:
    """An instance as its peers see it. `size`: activities a leaf; `most`: leaves under one node."""

    server: Server
    path: str = "/flux/"
    space: str = "https://ville.example"
    size: int = 4
    format: ox.RdfFormat = ox.RdfFormat.TRIG
    every: list[Told] = field(default_factory=list)
    answered: list[tuple[str, int]] = field(default_factory=list)
    pages: dict[str, bytes] = field(default_factory=dict)
    bounds: bool = True  # whether relations say the time of what is behind them
    cut: str = ""  # the page in the middle of which the link breaks
    turned: Callable[[str, bytes], bytes] = field(default=lambda path, body: body)  # what a bad link makes of a page

    def uri(self, name: str | int) -> str:
        return f"{self.space}/id/{name}"

    def tell(self, name: str | int, verb: str, payload: str = "", *, after: timedelta = timedelta(minutes=30)) -> Told:
        last = self.every[-1].published if self.every else BEGINNING
        told = Told(f"{self.space}/flux/a/{len(self.every) + 1}", self.uri(name), verb, last + after, payload)
        self.every.append(told)
        return told

    def dataset(self, name: str | int, title: str = "", verb: str = "Create", more: str = "") -> Told:
        return self.tell(name, verb, dataset(self.uri(name), title or f"Jeu {name}", more))

    def delete(self, name: str | int) -> Told:
        return self.tell(name, "Delete")

    def latest(self) -> list[Told]:
        """LatestVersionSubset: the last activity of each object, at the place where it was sealed."""
        last = {told.object: told for told in self.every}
        return [told for told in self.every if last[told.object] is told]

    def publish(self, told: Sequence[Told] | None = None) -> None:
        """Cuts what is told in leaves of a fixed range of positions; those that are empty are not linked."""
        shown = {one.iri for one in (self.latest() if told is None else told)}
        every = list(self.every) if told is None else list(told)
        leaves = [every[at : at + self.size] for at in range(0, len(every), self.size)]
        self.pages = {}
        links = []
        for number, leaf in enumerate(leaves):
            kept = [one for one in leaf if one.iri in shown]
            address = f"{self.path}{number + 1}"
            self.write(address, kept)
            if kept:
                until = leaves[number + 1][0].published if number + 1 < len(leaves) else None
                links.append((address, leaf[0].published, until))
        self.pages[self.path] = self.node(self.path, links)
        for path in self.pages:
            self.server.replies[path] = self._answer

    def write(self, path: str, told: Iterable[Told]) -> None:
        """One leaf, as it is given."""
        stream = ox.NamedNode(self.server.url(self.path) + "#flux")
        quads = [quad for one in told for quad in one.quads()]
        members = [ox.Quad(stream, ox.NamedNode(TREE + "member"), ox.NamedNode(one.iri)) for one in told]
        self.pages[path] = ox.serialize([*members, *quads], format=self.format) or b""
        self.server.replies[path] = self._answer

    def offer(self, path: str, *, made: bool = True) -> None:
        """All of it in one document, two activities at a time, that the root leads to."""
        stream = ox.NamedNode(self.server.url(self.path) + "#flux")
        at = path if "://" in path else self.server.url(path)
        link = ox.Quad(stream, ox.NamedNode("http://rdfs.org/ns/void#dataDump"), ox.NamedNode(at))
        self.pages[self.path] += b"\n" + (ox.serialize([link], format=self.format) or b"")
        if made:
            shown = self.latest()
            parts = [self._part(stream, shown[at : at + 2]) for at in range(0, len(shown), 2)]
            self.pages[path] = b"".join(sealed(parts, self.every[-1].published.isoformat()))
            self.server.replies[path] = self._answer

    def _part(self, stream: ox.NamedNode, told: Sequence[Told]) -> bytes:
        quads = [quad for one in told for quad in one.quads()]
        members = [ox.Quad(stream, ox.NamedNode(TREE + "member"), ox.NamedNode(one.iri)) for one in told]
        plain = ox.DefaultGraph()
        about = [quad for quad in quads if quad.graph_name == plain]
        said = [*members, *about, *(quad for quad in quads if quad.graph_name != plain)]
        return ox.serialize(said, format=ox.RdfFormat.TRIG) or b""

    def write_root(self) -> None:
        self.server.replies[self.path] = self._answer

    def node(self, path: str, links: Iterable[tuple[str, datetime, datetime | None]]) -> bytes:
        page, stream = ox.NamedNode(self.server.url(path)), ox.NamedNode(self.server.url(self.path) + "#flux")
        quads = [
            ox.Quad(stream, TYPE, ox.NamedNode(LDES + "EventStream")),
            ox.Quad(stream, ox.NamedNode(TREE + "view"), page),
            ox.Quad(page, TYPE, ox.NamedNode(TREE + "Node")),
        ]
        for address, since, until in links:
            for kind, value in (("GreaterThanOrEqualTo", since), ("LessThan", until)):
                if value and (self.bounds or kind != "LessThan"):
                    quads += self._relation(page, kind if self.bounds else "", value, address)
        return ox.serialize(quads, format=self.format) or b""

    def _relation(self, page: ox.NamedNode, kind: str, value: datetime, address: str) -> list[ox.Quad]:
        relation, said = ox.BlankNode(), []
        said = [
            ox.Quad(page, ox.NamedNode(TREE + "relation"), relation),
            ox.Quad(relation, TYPE, ox.NamedNode(f"{TREE}{kind}Relation")),
            ox.Quad(relation, ox.NamedNode(TREE + "node"), ox.NamedNode(self.server.url(address))),
        ]
        if kind:
            said.append(ox.Quad(relation, ox.NamedNode(TREE + "path"), ox.NamedNode(AS + "published")))
            said.append(ox.Quad(relation, ox.NamedNode(TREE + "value"), moment(value)))
        return said

    def _answer(self, asked: Asked) -> bytes:
        body = self.pages.get(asked.path)
        if body is None:
            return reply(status=404)
        etag = f'"{hashlib.sha256(body).hexdigest()[:20]}"'
        status = 304 if asked.headers.get("if-none-match") == etag else 200
        self.answered.append((asked.path, status))
        if status == 304:
            return reply(status=304, content_type="", ETag=etag)
        if asked.path == self.cut:  # the link breaks: what was announced does not all come
            return reply(body[: len(body) // 2], content_type=MEDIA[self.format], length=len(body), ETag=etag)
        return reply(self.turned(asked.path, body), content_type=MEDIA[self.format], ETag=etag)


def dataset(uri: str, title: str, more: str = "") -> str:
    return (
        f'<{uri}> a dcat:Dataset ; dct:title "{title}"@fr ; dct:description "Description de {title}."@fr ; '
        f"dcat:distribution <{uri}/csv> . {more}\n"
        f"<{uri}/csv> a dcat:Distribution ; dcat:accessURL <{uri}.csv> .\n"
    )
