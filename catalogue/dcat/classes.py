"""Classes of an application profile: terms put together, read from triples and written back.

A class knows names, predicates and levels; what one value looks like is its kind's (`terms`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any, ClassVar

import pyoxigraph as ox

from catalogue.dcat.lines import TYPE, parsed
from catalogue.dcat.statements import Statements
from catalogue.dcat.taking import take
from catalogue.dcat.terms import AS_IT_IS, Concept, Kind, Mender, Problem, Unreadable, Values, is_address, order_key
from catalogue.dcat.tokens import LONG, Said, address
from catalogue.dcat.vocabularies import addresses

EMPTY: tuple[object, ...] = (None, "", [], {})


@dataclass(frozen=True)
class Inside(Kind):
    """A node that lives with its owner: a contact, a period, a distribution. Its value is a dict, `uri` if it has one."""

    looks: ClassVar[bool] = True

    profile: Profile

    def read(self, said: Statements, node: Any, mender: Mender) -> tuple[Any, list[Problem]]:
        if isinstance(node, ox.Literal) or (isinstance(node, ox.BlankNode) and not said.knows(node)):
            raise Unreadable(str(node))
        reading = self.profile.read(said, node, mender)
        if not reading.values:
            raise Unreadable(str(node))
        return reading.values, list(reading.problems)

    def write(self, value: Any, owner: str, out: list[Said]) -> str:
        iri = value.get("uri") or f"{owner}#{self.profile.name}-{content_name(value)}"
        self.profile.say(iri, value, out, owner)
        return address(iri)


def content_name(value: Any) -> str:
    """A short name made from the content alone, so that a node without address gets the same one at every run."""
    return hashlib.sha256(order_key(value).encode()).hexdigest()[:12]


class Level:
    """DCAT-AP 3.0.1 §1.3: what a data provider must, should, or may give."""

    MANDATORY, RECOMMENDED, OPTIONAL = "mandatory", "recommended", "optional"


@dataclass(frozen=True, eq=False)
class Term:
    """One property of one class. Everything that the portal says of it is derived from this line; each is itself alone.

    `also`: other predicates under which real catalogues say the same thing; read, never written.
    `hvd`: mandatory in a record that has a category of high value, and in what it is made of (DCAT-AP HVD 3.0.0).
    """

    name: str
    predicate: str
    kind: Kind
    level: str = Level.OPTIONAL
    many: bool = False
    also: tuple[str, ...] = ()
    hvd: bool = False

    @cached_property
    def predicates(self) -> tuple[str, ...]:
        return (self.predicate, *self.also)

    def written(self, item: Any, base: str, out: list[Said]) -> tuple[str, str]:
        """Predicate and value of one item, in tokens, both "" when it is not to be said; what is said beside goes to `out`."""
        predicate = self.kind.said_by(item, self.predicate)
        return (address(predicate), self.kind.write(item, base, out)) if predicate else ("", "")


@lru_cache(maxsize=5_000)  # formats, licences, themes, dates: most of what records say is said by others too
def _spoken(term: Term, item: Any) -> tuple[str, str, tuple[Said, ...]]:
    beside: list[Said] = []
    return (*term.written(item, "", beside), tuple(beside))


@dataclass(frozen=True)
class Reading:
    """What a node said, and what of it could not be taken in. Nothing is lost in silence."""

    values: Values
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, eq=False)
class Profile:
    """A class of an application profile: the one place where names, predicates and rules meet.

    Each is itself alone: to compare two by what they hold is to go through all of their terms, and to hash one too.
    """

    name: str
    type: str
    terms: tuple[Term, ...]

    # A class has up to fifty terms and a node says ten of them: the others are not asked one by one.
    @cached_property
    def _by_predicate(self) -> dict[str, tuple[int, ...]]:
        found: dict[str, tuple[int, ...]] = {}
        for position, term in enumerate(self.terms):
            for predicate in term.predicates:
                found[predicate] = (*found.get(predicate, ()), position)
        return found

    @cached_property
    def _by_name(self) -> dict[str, int]:
        return {term.name: position for position, term in enumerate(self.terms)}

    @cached_property
    def mandatory(self) -> tuple[str, ...]:
        return tuple(term.name for term in self.terms if term.level == Level.MANDATORY)

    # Nodes of one class say the same few properties, and rows of one table hold the same columns.
    @cached_property
    def _said_under(self) -> Callable[[tuple[str, ...]], list[tuple[Term, list[str]]]]:
        """The terms that these predicates may say, in the order of the class, each with those of them that say it."""
        places, terms = self._by_predicate, self.terms

        @lru_cache(maxsize=2_000)
        def found(predicates: tuple[str, ...]) -> list[tuple[Term, list[str]]]:
            some = sorted({i for predicate in predicates for i in places.get(predicate, ())})
            return [(terms[i], [name for name in terms[i].predicates if name in predicates]) for i in some]

        return found

    @cached_property
    def named(self) -> Callable[[tuple[str, ...]], list[Term]]:
        """The terms of these names, in the order of the class."""
        places, terms = self._by_name, self.terms

        @lru_cache(maxsize=2_000)
        def found(names: tuple[str, ...]) -> list[Term]:
            return [terms[i] for i in sorted(places[name] for name in names if name in places)]

        return found

    def read(self, said: Statements, node: Any, mender: Mender = AS_IT_IS) -> Reading:
        values: Values = {}
        if isinstance(node, ox.NamedNode) and is_address(node.value):
            values["uri"] = node.value
        problems: list[Problem] = []
        given = said.of(node)
        for term, predicates in self._said_under(tuple(given)):
            found, aside = list[Any](), 0
            for predicate in predicates:
                nodes = given[predicate]
                if len(nodes) == 1 and len(predicates) == 1:  # as most are
                    found = take(term, said, nodes[0], mender, problems)
                    break
                here = [value for item in nodes for value in take(term, said, item, mender, problems)]
                # The right name of a property wins over the others that real catalogues use.
                more = here if term.many or not found else term.kind.besides(found, here)
                if more is not here:
                    aside += sum(value not in more and value not in found for value in here)
                found += more
            if found:
                values[term.name], crowded = term.kind.gather(found, term.many)
                if crowded or aside:
                    told = f"{len(found) + aside} valeurs"
                    problems.append(Problem(term.name, "several-values", told, mended=True))
        return Reading(values, tuple(problems))

    def write(self, node: ox.NamedNode, values: Values, out: list[ox.Triple], base: str = "") -> None:
        """Appends the triples of `values` to `out`; as `say`."""
        said: list[Said] = []
        self.say(node.value, values, said, base)
        out += parsed("".join(f"{subject} {predicate} {value} .\n" for subject, predicate, value in said))

    def say(self, iri: str, values: Values, out: list[Said], base: str = "") -> None:
        """Appends what `values` say of the node at this address to `out`, in tokens. Nodes without an address get one under
        `base` (else the node's own). Raises ValueError for what strict parsers refuse.
        """
        base = base or iri.partition("#")[0]
        node = address(iri)
        out.append((node, TYPE, address(self.type)))
        for term in self.named(tuple(values)):
            value = values[term.name]
            if not value and value in EMPTY:
                continue
            for item in term.kind.scatter(value, term.many):
                if type(item) is dict:
                    means, token = term.written(item, base, out)
                else:  # nothing but the value tells how it is written
                    text = item[1] if type(item) is tuple else item
                    short = type(text) is not str or len(text) < LONG
                    means, token, beside = _spoken(term, item) if short else _spoken.__wrapped__(term, item)
                    out += beside
                if means:
                    out.append((node, means, token))

    def whole(self, values: Values) -> tuple[Values, list[Problem]]:
        """The values without the optional nodes that lack what their class must have, and what was left out.

        A node that has an address where an address alone is allowed keeps that; a recommended node stays, for the checks to
        say what it lacks.
        """
        kept, problems = dict(values), list[Problem]()
        for term in self.named(tuple(values)):
            value = values[term.name]
            if not term.kind.looks or (not value and value in EMPTY):
                continue
            items = [item for given in term.kind.scatter(value, term.many) for item in _whole(term, given, problems)]
            kept[term.name] = (items if term.many else items[0]) if items else None
        return {name: value for name, value in kept.items() if value is not None}, problems


def _whole(term: Term, item: Any, problems: list[Problem]) -> list[Any]:
    """The item as it can be written validly, as a list because that may be not at all."""
    kind: Any = term.kind
    if isinstance(item, dict):
        item, inner = kind.profile.whole(item)
        problems += [problem.inside(term.name) for problem in inner]
        lacking = [name for name in kind.profile.mandatory if item.get(name) in EMPTY]
        if lacking and (term.level == Level.OPTIONAL or isinstance(kind, Described)):
            address = item.get("uri", "")
            problems += [Problem(f"{term.name}.{name}", "incomplete-node", address) for name in lacking]
            if not address or not isinstance(kind, Described):
                return []
            item = address
    if not kind.said_by(item, term.predicate):
        problems.append(Problem(term.name, "unknown-concept", str(item)[:200]))
        return []
    return [item]


@dataclass(frozen=True)
class Described(Concept):
    """A thing that most catalogues give by address and some describe in place: a licence, a standard, a format.

    The value is the address when nothing more is said of it, else a dict as of `Inside`; a node without address is
    always a dict. `bare`: an address alone is not declared to be of the class, whose mandatory properties it lacks.
    """

    looks: ClassVar[bool] = True

    profile: Profile = field(default_factory=lambda: Profile("node", "", ()))
    bare: bool = False

    def read(self, said: Statements, node: Any, mender: Mender) -> tuple[Any, list[Problem]]:
        if not isinstance(node, ox.NamedNode):
            return Inside(self.profile).read(said, node, mender)
        address, _ = super().read(said, node, mender)
        if not said.knows(node):
            return address, []
        reading = self.profile.read(said, node, mender)
        return (reading.values if len(reading.values) > 1 else address), list(reading.problems)

    def write(self, value: Any, owner: str, out: list[Said]) -> str:
        if isinstance(value, dict):
            return Inside(self.profile).write(value, owner, out)
        node = address(value)
        if not self.bare:
            out.append((node, TYPE, address(self.profile.type)))
        return node


@dataclass(frozen=True)
class Category(Described):
    """A skos:Concept, which DCAT-AP wants with a label: one of the European vocabulary, or one whose label the source gives.

    `broader`: the property, of which this one is a sub-property, that says an address which cannot be shown to be a
    concept; without it, such an address is left out of the form that we write.
    """

    broader: str = ""

    def read(self, said: Statements, node: Any, mender: Mender) -> tuple[Any, list[Problem]]:
        value, problems = super().read(said, node, mender)
        # Its labels are the vocabulary's, whatever the source recalls of them.
        ours = isinstance(value, dict) and value.get("uri") in addresses().get(self.vocabulary, ())
        return (value["uri"] if ours else value), problems

    def said_by(self, value: Any, predicate: str) -> str:
        sure = isinstance(value, dict) or value in addresses().get(self.vocabulary, ())
        return predicate if sure else self.broader

    def write(self, value: Any, owner: str, out: list[Said]) -> str:
        return super().write(value, owner, out) if isinstance(value, dict) else address(value)
