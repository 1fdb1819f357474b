"""From plain values (JSON, CSV) to the triples of a record, so that they go through the same repairs as any DCAT.

What a source says and we have no place for is not lost: it is kept in the form as said, under
`urn:bouture:<kind>:<key>`. Empty values say nothing and give no triple. Nothing here raises, whatever the shape of
what came.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import quote, urljoin

import pyoxigraph as ox

from catalogue.dcat.profile import DCAT, DCT, FOAF, LOCN, SKOS, VCARD
from catalogue.dcat.terms import LANGUAGE, RDF_TYPE, XSD, is_address

KEPT = "urn:bouture:"
JSON = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#JSON")
GEOJSON = "http://www.opengis.net/ont/geosparql#geoJSONLiteral"
EMPTY: tuple[Any, ...] = (None, "", [], {})


class Said:
    """One object of a source while it is read: what was taken is described, what remains is kept."""

    def __init__(self, values: Any) -> None:
        self._left: dict[str, Any] = dict(values) if isinstance(values, Mapping) else {}

    def take(self, *names: str) -> Any:
        """The first of these that says something, None if none does. All are taken."""
        found = [self._left.pop(name, None) for name in names]
        return next((value for value in found if _plain(value) not in EMPTY), None)

    def word(self, *names: str) -> str:
        """The same as one text; "" when it is none."""
        value = self.take(*names)
        return "" if isinstance(value, list | Mapping) or value is None else _plain(value)

    def drop(self, *names: str) -> None:
        """What changes without the record changing: counters, dates of a check."""
        for name in names:
            self._left.pop(name, None)

    def has(self, name: str) -> bool:
        return _plain(self._left.get(name)) not in EMPTY

    def join(self, other: Said) -> None:
        """Takes over what another object says; what is here stays."""
        for name, value in other.rest():
            if _plain(value) not in EMPTY:
                self._left.setdefault(name, value)
        other._left.clear()

    def inside(self, name: str) -> Said:
        """A nested object; when it is none, it stays to be kept, and nothing is inside."""
        return Said(self._left.pop(name)) if isinstance(self._left.get(name), Mapping) else Said({})

    def each(self, name: str) -> list[Said]:
        """The objects of a list; what else it holds stays to be kept."""
        value = self._left.pop(name, None)
        values = value if isinstance(value, list) else [value]
        rest = [one for one in values if not isinstance(one, Mapping) and one not in EMPTY]
        if rest:
            self._left[name] = rest
        return [Said(one) for one in values if isinstance(one, Mapping)]

    def spread(self, name: str, key: str, value: str) -> None:
        """A list of pairs taken as so many keys of the object itself; none replaces what is there."""
        for pair in self.each(name):
            if word := pair.word(key):
                self._left.setdefault(word, pair.take(value))

    def rest(self) -> Iterator[tuple[str, Any]]:
        return iter(sorted(self._left.items()))


class About:
    """One node under description; a node of which nothing is said is not linked either."""

    def __init__(self, node: Any, source: str, base: str = "", owner: About | None = None) -> None:
        self.node, self.source, self.base, self._owner = node, source, base, owner
        self.triples: list[ox.Triple] = owner.triples if owner else []
        self._opening: tuple[ox.Triple, ...] = ()

    def text(self, predicate: str, *values: Any, language: str = "") -> None:
        """Texts, numbers and lists of them; `{language: text}` is taken as what it is."""
        for value, tag in _texts(values, language.lower()):
            self._add(predicate, ox.Literal(value, language=tag) if tag else ox.Literal(value))

    def fill(self, said: Said, table: Mapping[str, str]) -> None:
        """The keys of the table, each under its predicate."""
        for name, predicate in table.items():
            self.text(predicate, said.take(name))

    def link(self, predicate: str, *values: Any) -> None:
        """Addresses. What is no address is said as text: the repairs know what to do with it."""
        for value, _ in _texts(values, ""):
            whole = urljoin(self.base, value) if value.startswith(("/", "./", "../")) and self.base else value
            self._add(predicate, ox.NamedNode(whole) if is_address(whole) else ox.Literal(value))

    def inside(self, predicate: str, type: str, uri: str = "") -> About:
        """A node of this class, to be described in its turn."""
        node: ox.NamedNode | ox.BlankNode = ox.NamedNode(uri) if is_address(uri) else ox.BlankNode()
        child = About(node, self.source, self.base, self)
        child._opening = (
            ox.Triple(self.node, ox.NamedNode(predicate), node),
            ox.Triple(node, RDF_TYPE, ox.NamedNode(type)),
        )
        return child

    def agent(self, predicate: str, name: Any, *pages: Any, uri: str = "") -> About:
        """A body by its name."""
        body = self.inside(predicate, FOAF + "Agent", uri)
        body.text(FOAF + "name", name)
        body.link(FOAF + "homepage", *pages)
        return body

    def contact(self, name: Any, mail: Any, *pages: Any) -> About:
        card = self.inside(DCAT + "contactPoint", VCARD + "Kind")
        card.text(VCARD + "fn", name)
        for value, _ in _texts((mail,), ""):
            address = value.removeprefix("mailto:").strip()
            card.link(VCARD + "hasEmail", f"mailto:{address}" if "@" in address and " " not in address else address)
        card.link(VCARD + "hasURL", *pages)
        return card

    def place(self, geometry: Any = None, *names: Any, uri: str = "") -> None:
        """A place by its name, and its outline: a GeoJSON geometry, or four numbers (west, south, east, north)."""
        place = self.inside(DCT + "spatial", DCT + "Location", uri)
        place.text(SKOS + "prefLabel", *names)
        if isinstance(geometry, Mapping) and isinstance(geometry.get("type"), str):
            place.typed(LOCN + "geometry", json.dumps(geometry, sort_keys=True), GEOJSON)
        elif geometry not in EMPTY:
            self.text(DCT + "spatial", ",".join(map(str, geometry)) if isinstance(geometry, list) else geometry)

    def typed(self, predicate: str, text: str, datatype: str) -> None:
        self._add(predicate, ox.Literal(sound(text), datatype=ox.NamedNode(datatype)))

    def period(self, start: Any, end: Any) -> None:
        period = self.inside(DCT + "temporal", DCT + "PeriodOfTime")
        period.text(DCAT + "startDate", start)
        period.text(DCAT + "endDate", end)

    def keep(self, said: Said, under: str = "") -> None:
        """What remains of an object, each key under its own name, after that of what holds it."""
        for name, value in said.rest():
            if _plain(value) not in EMPTY:
                self._add(self.kept(under, sound(name)), _literal(value))

    def kept(self, *names: str) -> str:
        """The predicate of what we have no place for, after the names that the source gives it."""
        return KEPT + ":".join(quote(part, safe="") for part in (self.source, *names) if part)

    def _add(self, predicate: str, value: Any) -> None:
        self.open()
        self.triples.append(ox.Triple(self.node, ox.NamedNode(predicate), value))

    def open(self) -> None:
        """Links the node to its owner: it has something to say."""
        opening, self._opening = self._opening, ()
        if opening and self._owner:
            self._owner.open()
        self.triples.extend(opening)


def sound(text: str) -> str:
    """A text that UTF-8 can say: JSON lets half of a character through."""
    return text.encode("utf-8", "replace").decode()


def _plain(value: Any) -> Any:
    """Scalars as text; the rest as it is."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return sound(str(value)).strip() if isinstance(value, str | int | float) else value


def _texts(values: Iterable[Any], language: str) -> Iterator[tuple[str, str]]:
    for value in values:
        if isinstance(value, list | tuple):
            yield from _texts(value, language)
        elif isinstance(value, Mapping):
            for tag, text in value.items():
                if LANGUAGE.match(str(tag).lower()):
                    yield from _texts((text,), str(tag).lower())
        elif (plain := _plain(value)) not in EMPTY:
            yield plain, language if LANGUAGE.match(language) else ""


def _literal(value: Any) -> ox.Literal:
    if isinstance(value, Mapping | list):
        return ox.Literal(sound(json.dumps(value, sort_keys=True, ensure_ascii=False)), datatype=JSON)
    names = {bool: "boolean", int: "integer", float: "double"}
    name = names.get(type(value))
    return ox.Literal(_plain(value), datatype=ox.NamedNode(XSD + name)) if name else ox.Literal(_plain(value))
